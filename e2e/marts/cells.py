"""Marts as they are held against marts as they have to be, cell by cell."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from marts.expected import MARTS, Mart
from marts.expected.facts import Facts, Row

# those that both kinds of warehouse have, and that no reader shifts
TYPES = {"VARCHAR", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP WITH TIME ZONE"}


class Published(NamedTuple):
    """A mart as read_marts.py prints it."""

    types: dict[str, str]
    rows: list[Row]


def published(printed: Mapping[str, Any]) -> Published:
    columns = list(printed["types"])
    return Published(printed["types"], [dict(zip(columns, row, strict=True)) for row in printed["rows"]])


class Compared(NamedTuple):
    """How many cells were looked at, and a line for each that differs."""

    cells: int
    found: list[str]


def compare(facts: Facts, marts: Mapping[str, Published]) -> Compared:
    found, cells = [f"mart {name} is unknown" for name in sorted(marts.keys() - {mart.name for mart in MARTS})], 0
    for mart in MARTS:
        if mart.name not in marts:
            found.append(f"mart {mart.name} was not published")
            continue
        wanted = mart.rows(facts)
        cells += sum(map(len, wanted))
        found += [f"{mart.name} {line}" for line in differences(mart, wanted, marts[mart.name])]
    return Compared(cells, found)


def differences(mart: Mart, wanted: list[Row], there: Published) -> Iterator[str]:
    for column, kind in there.types.items():
        if kind not in TYPES:
            yield f"column {column}: is {kind}"
    if wanted and set(wanted[0]) != set(there.types):
        unknown, missing = set(there.types) - set(wanted[0]), set(wanted[0]) - set(there.types)
        yield f"columns: {sorted(unknown)} are unknown, {sorted(missing)} are missing"
    right, left = keyed(mart, wanted), keyed(mart, there.rows)
    if len(left) != len(there.rows):
        yield f"{len(there.rows)} rows have {len(left)} keys"
    for key in sorted(right.keys() | left.keys(), key=repr):
        if key not in left or key not in right:
            yield f"{key}: {'is missing' if key in right else 'should not be there'}"
            continue
        for column, value in right[key].items():
            other = left[key].get(column)
            # 1 and true are equal for Python, and are not the same
            if column in there.types and (value != other or type(value) is not type(other)):
                yield f"{key} {column}: is {other!r}, has to be {value!r}"


def keyed(mart: Mart, rows: list[Row]) -> dict[tuple[object, ...], Row]:
    return {tuple(row.get(column) for column in mart.key): row for row in rows}
