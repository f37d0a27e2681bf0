r"""A mart as a JSON file, column by column, as `reports` reads it (services/reports/src/data).

    {"version": 1, "mart": "fct_closed_weekly", "rows": 2, "columns": {
      "outcome": {"type": "text", "dictionary": ["hired", "rejected"], "values": [0, 1]},
      "days": {"type": "bigint", "values": [31, null]}, …}}

A text, date or timestamp is its place in the dictionary, which is sorted; so a name that stands in many rows is written
once. Dates are YYYY-MM-DD, timestamps RFC 3339 in UTC. Rows are sorted, so that the same mart is the same bytes,
whichever warehouse it comes from.
"""

import datetime
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

# changes when a reader of the last one would misunderstand what is written
VERSION = 1
LISTED = ("text", "date", "timestamp")


class Mart(NamedTuple):
    """What a warehouse has of it."""

    name: str
    # type by name, in the order of the columns: text, bigint, boolean, date, timestamp
    columns: dict[str, str]
    rows: Iterable[Sequence[object]]


def write(mart: Mart, file: Path) -> None:
    rows = sorted((tuple(map(plain, row)) for row in mart.rows), key=in_order)
    columns = {
        name: column(kind, [row[place] for row in rows]) for place, (name, kind) in enumerate(mart.columns.items())
    }
    text = {"version": VERSION, "mart": mart.name, "rows": len(rows), "columns": columns}
    file.write_text(json.dumps(text, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def column(kind: str, values: Sequence[object]) -> dict[str, object]:
    if kind not in LISTED:
        return {"type": kind, "values": values}
    dictionary = sorted({str(value) for value in values if value is not None})
    places = {text: place for place, text in enumerate(dictionary)}
    return {
        "type": kind, "dictionary": dictionary,
        "values": [None if value is None else places[str(value)] for value in values],
    }


def plain(value: object) -> object:
    """What JSON has no type for as text."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    return value.isoformat() if isinstance(value, datetime.date) else value


def in_order(row: Sequence[object]) -> list[tuple[bool, object]]:
    """Nulls come last."""
    return [(value is None, 0 if value is None else value) for value in row]
