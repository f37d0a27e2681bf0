r"""A mart as a JSON file, column by column, as `reports` reads it (services/reports/src/data).

    {"version": 2, "mart": "fct_closed_weekly", "rows": 4, "columns": {
      "outcome": {"type": "text", "dictionary": ["hired", "rejected"], "runs": [0, 1, 1, 3]},
      "week_start": {"type": "date", "dictionary": ["2026-01-05", "2026-01-12"], "steps": [0, 0, 1, 0]},
      "days": {"type": "bigint", "values": [31, null, 3, 4]}, …}}

A text, date or timestamp is its place in the dictionary, which is sorted; so a name that stands in many rows is written
once. Dates are YYYY-MM-DD, timestamps RFC 3339 in UTC. A column is written in the way of these that is shortest:

    values  one a row
    runs    a value and how often it stands in a row, in turns
    steps   the difference to the row before, of the first row to 0; for columns without null

Rows are sorted by all columns from the first on, null after all else. So the same mart is the same bytes, whichever
warehouse it comes from, and columns that are named first become short runs.
"""

import datetime
import itertools
import json
import math
import operator
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

# changes when a reader of the last one would misunderstand what is written
VERSION = 2
LISTED = ("text", "date", "timestamp")


class Mart(NamedTuple):
    """What a warehouse has of it."""

    name: str
    # type by name, in the order of the columns: text, bigint, boolean, date, timestamp
    columns: dict[str, str]
    rows: Iterable[Sequence[object]]


class Column:
    """One of a mart, while it is read: each value once, and of each row the number of its value. Rows as Python's own
    tuples would need some ten times the memory."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.numbers: dict[object, int] = {}
        self.rows = array("q")

    def add(self, value: object) -> None:
        self.rows.append(self.numbers.setdefault(value, len(self.numbers)))

    def in_order(self) -> list[object]:
        """Its values; texts by their code points, as Python has them: databases disagree."""
        return sorted(map(plain, self.numbers), key=lambda value: (value is None, 0 if value is None else value))

    def places(self) -> "array[int]":
        """Of the value with this number, the place in that order."""
        place_of = {value: place for place, value in enumerate(self.in_order())}
        return array("q", [place_of[plain(value)] for value in self.numbers])


class Rows:
    """Rows of a mart in their order. Each is one number, whose digits are the places of its values: these sort as the
    rows do, and need no more memory than a value."""

    def __init__(self, columns: Sequence[Column], each_once: bool) -> None:
        self.columns = columns
        keys = [0] * len(columns[0].rows)
        for column in columns:
            places, radix = column.places(), max(1, len(column.numbers))
            keys = [key * radix + places[row] for key, row in zip(keys, column.rows, strict=True)]
            column.rows = array("q")
        self.keys = sorted(set(keys)) if each_once else sorted(keys)

    def in_column(self, place: int) -> list[int]:
        """Of each row, the place of its value."""
        radix = max(1, len(self.columns[place].numbers))
        weight = math.prod(max(1, len(column.numbers)) for column in self.columns[place + 1:])
        return [key // weight % radix for key in self.keys]


def write(mart: Mart, file: Path, each_once: bool = False) -> None:
    """`each_once`: of rows that are alike, one."""
    columns = [Column(kind) for kind in mart.columns.values()]
    for row in mart.rows:
        for column, value in zip(columns, row, strict=True):
            column.add(value)
    rows = Rows(columns, each_once)
    with file.open("w", encoding="utf-8") as out:
        out.write(f'{{"version":{VERSION},"mart":{dumped(mart.name)},"rows":{len(rows.keys)},"columns":{{')
        for place, (name, column) in enumerate(zip(mart.columns, columns, strict=True)):
            out.write(f"{',' if place else ''}{dumped(name)}:{text_of(column, rows.in_column(place))}")
        out.write("}}")


def text_of(column: Column, places: list[int]) -> str:
    known = column.in_order()
    if column.kind in LISTED:
        dictionary = [value for value in known if value is not None]
        said = f'"dictionary":{dumped(dictionary)},'
        known = [*range(len(dictionary)), *([None] if len(dictionary) < len(known) else [])]
    else:
        said = ""
    return f'{{"type":{dumped(column.kind)},{said}{shortest([known[place] for place in places])}}}'


def shortest(values: Sequence[object]) -> str:
    """In whichever way; the first of those that are equally short."""
    ways: list[tuple[str, Iterable[object]]] = [("values", values), ("runs", runs(values))]
    if all(type(value) is int for value in values):
        ways.append(("steps", map(operator.sub, values, [0, *values])))
    return min((f'"{way}":{dumped(list(written))}' for way, written in ways), key=len)


def runs(values: Iterable[object]) -> Iterator[object]:
    for value, alike in itertools.groupby(values):
        yield value
        yield sum(1 for _ in alike)


def dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def plain(value: object) -> object:
    """What JSON has no type for as text."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat() if isinstance(value, datetime.date) else value
