#!/usr/bin/env python3
"""Prints a relation of DuckDB in the form of read_table.py.

    $TOOLS_DIR/venv-dbt/bin/python e2e/bigquery/read_lake.py DATABASE RELATION KEY_COLUMN[,KEY_COLUMN…]

RELATION is a table of the database file, or the path of a Parquet file in single quotes. All rows in the order of the
key columns, one JSON object a line. Instants are RFC 3339 in UTC with microseconds, dates are RFC 3339's.
"""

import datetime
import json
import sys

import duckdb

INSTANT = "TIMESTAMP WITH TIME ZONE"
IN_UTC = "strftime(\"{0}\" at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ') as \"{0}\""


def plain(value: object) -> str:
    """What JSON has no type for."""
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    file, relation, key = arguments
    with duckdb.connect(file, read_only=True) as database:
        columns = [(row[0], row[1]) for row in database.execute("describe select * from " + relation).fetchall()]
        written = ", ".join(IN_UTC.format(name) if kind == INSTANT else f'"{name}"' for name, kind in columns)
        rows = database.execute(f"select {written} from {relation} order by {key}").fetchall()
    for row in rows:
        named = {name: value for (name, _), value in zip(columns, row, strict=True)}
        print(json.dumps(named, ensure_ascii=False, allow_nan=False, default=plain))
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
