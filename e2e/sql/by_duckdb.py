#!/usr/bin/env python3
"""Asks DuckDB, as dbt has it.

    $TOOLS_DIR/venv-dbt/bin/python e2e/sql/by_duckdb.py lake LAKE        < {TABLE: {COLUMN: TYPE}}
    $TOOLS_DIR/venv-dbt/bin/python e2e/sql/by_duckdb.py plans DATABASE   < {NAME: STATEMENT}

`lake` makes a lake of two files a table. In its rows texts alone are null: of most of these, export's files do not tell
whether any is, and DuckDB always does. `plans` prints, for each statement, the columns of each reading of Parquet files
in its plan: {NAME: [[COLUMN, …], …]}.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

ROWS = 3
# of the n-th row; a text can be taken for a month
VALUES = {
    "boolean": "n % 2 = 0", "text": "case when n > 0 then '2026-0' || n end",
    "timestamp with time zone": "to_timestamp(n)",
}


def make_lake(lake: Path, tables: dict[str, dict[str, str]]) -> None:
    for table, columns in tables.items():
        folder = lake / table / "changes"
        folder.mkdir(parents=True)
        values = ", ".join(f'cast({VALUES.get(kind, "n")} as {kind}) as "{name}"' for name, kind in columns.items())
        for after in (0, ROWS):
            rows = f"select {values} from range({after}, {after + ROWS}) as numbers(n)"
            duckdb.sql(f"copy ({rows}) to '{folder}/{after}-{after + ROWS}.parquet' (format parquet)")


def plans(database: str, statements: dict[str, str]) -> dict[str, list[list[str]]]:
    with duckdb.connect(database, read_only=True) as connection:
        return {name: list(readings(plan(connection, statement))) for name, statement in statements.items()}


def plan(connection: duckdb.DuckDBPyConnection, statement: str) -> list[dict[str, Any]]:
    [[_, text]] = connection.execute("explain (format json) " + statement).fetchall()
    found: list[dict[str, Any]] = json.loads(text)
    return found


def readings(operators: list[dict[str, Any]]) -> Iterator[list[str]]:
    for operator in operators:
        if operator["name"].strip() == "READ_PARQUET":
            columns = operator["extra_info"].get("Projections", [])
            # one alone is no list
            yield [columns] if isinstance(columns, str) else columns
        yield from readings(operator["children"])


def main(arguments: list[str]) -> int:
    what, place = arguments
    given = json.load(sys.stdin)
    if what == "lake":
        make_lake(Path(place), given)
    else:
        print(json.dumps(plans(place, given)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
