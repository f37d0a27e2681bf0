"""The dbt project as tests build it over a lake, and the marts that it publishes, held cell by cell against marts as
they have to be. Wants the Python that dbt is installed for."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from marts.expected import MARTS, Mart
from marts.expected.facts import Facts, Report, Row
from toolbox.programs import REPOSITORY, run

INSTANT = "TIMESTAMP WITH TIME ZONE"
# those that both kinds of warehouse have, and that no reader shifts; dates and instants in UTC are read as text
TYPES = {
    "VARCHAR": '"{0}"', "BIGINT": '"{0}"', "BOOLEAN": '"{0}"', "DATE": 'cast("{0}" as varchar)',
    INSTANT: "strftime(\"{0}\" at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')",
}


class Published(NamedTuple):
    """A mart, with the type of each column."""

    types: dict[str, str]
    rows: list[Row]


Marts = Mapping[str, Published]


def published(lake: Path) -> dict[str, Published]:
    # of dbt's environment; the other tests here need none
    with importlib.import_module("duckdb").connect() as database:
        return {file.stem: read(database, file) for file in sorted((lake / "marts").glob("*.parquet"))}


def read(database: Any, file: Path) -> Published:
    where = "'{}'".format(str(file).replace("'", "''"))
    types = {str(row[0]): str(row[1]) for row in database.execute(f"describe select * from {where}").fetchall()}
    written = ", ".join(TYPES.get(kind, '"{0}"').format(name) for name, kind in types.items())
    rows = database.execute(f"select {written} from {where}").fetchall()
    return Published(types, [dict(zip(types, row, strict=True)) for row in rows])


def differences(facts: Facts, marts: Marts) -> list[str]:
    """A line for each cell that is not what it has to be."""
    found = [f"mart {name} is unknown" for name in sorted(marts.keys() - {mart.name for mart in MARTS})]
    for mart in MARTS:
        if mart.name in marts:
            found += [f"{mart.name} {line}" for line in different(mart, mart.rows(facts), marts[mart.name])]
        else:
            found.append(f"mart {mart.name} was not published")
    return found


def different(mart: Mart, wanted: list[Row], there: Published) -> Iterator[str]:
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


class Project:
    """The dbt project; what it needs to remember between two builds is below `work`."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def build(self, lake: Path, report: Report) -> None:
        """By the entrypoint, as in a run. Fails where one of dbt's own tests does."""
        settings = {
            "LAKE_PATH": str(lake), "WAREHOUSE_TYPE": "lake", "LOG_FORMAT": "json", "TMPDIR": str(self.work),
            # kept, so that the second build does not parse again
            "DBT_TARGET_PATH": str(self.work / "dbt-target"), **report.settings,
        }
        run([sys.executable, str(REPOSITORY / "dbt" / "entrypoint.py")], settings, self.work / "dbt.log")


@pytest.fixture(scope="session")
def project(work: Path) -> Project:
    return Project(work)
