#!/usr/bin/env python3
"""Prints all marts of a lake, as they are published.

    $TOOLS_DIR/venv-dbt/bin/python e2e/marts/read_marts.py LAKE

For each mart a JSON object on a line: `mart`, `types` by column in their order, and `rows`, as lists. Dates are as ISO
8601 has them, instants in UTC with microseconds.
"""

import json
import sys
from pathlib import Path

import duckdb

INSTANT = "TIMESTAMP WITH TIME ZONE"
IN_UTC = "strftime(\"{0}\" at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%fZ')"
PLAIN = '"{0}"'
IN_TEXT = 'cast("{0}" as varchar)'
FORMS = {INSTANT: IN_UTC, "DATE": IN_TEXT}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    with duckdb.connect() as database:
        for file in sorted(Path(arguments[0], "marts").glob("*.parquet")):
            where = "'{}'".format(str(file).replace("'", "''"))
            types = {str(row[0]): str(row[1]) for row in database.execute("describe select * from " + where).fetchall()}
            written = ", ".join(FORMS.get(kind, PLAIN).format(name) for name, kind in types.items())
            rows = database.execute(f"select {written} from {where}").fetchall()
            print(json.dumps({"mart": file.stem, "types": types, "rows": rows}, ensure_ascii=False, allow_nan=False))
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
