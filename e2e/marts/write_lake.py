#!/usr/bin/env python3
"""Writes change files of a lake, in the layout and with the types of export.

    PYTHONPATH=dbt/tests_python $TOOLS_DIR/venv-dbt/bin/python e2e/marts/write_lake.py LAKE FILES

FILES has on each line a JSON object: `table`, `name`, and `rows`, as objects; what a row lacks is null.
"""

import json
import sys
import tempfile
from pathlib import Path

import duckdb

from sample_lake import SCHEMA


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:
        print(__doc__.strip(), file=sys.stderr)
        return 1
    lake = Path(arguments[0])
    lines = Path(arguments[1]).read_text(encoding="utf-8").split("\n")
    with duckdb.connect() as database, tempfile.TemporaryDirectory() as work:
        database.execute("set TimeZone = 'UTC'")
        for file in map(json.loads, lines):
            folder = lake / file["table"] / "changes"
            folder.mkdir(parents=True, exist_ok=True)
            columns = SCHEMA[file["table"]]
            declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            database.execute(f"create or replace table rows ({declared})")
            if file["rows"]:
                read = Path(work, "rows.json")
                whole = [{"row_hash": "0123456789abcdef", **row} for row in file["rows"]]
                read.write_text("\n".join(json.dumps(row) for row in whole), encoding="utf-8")
                types = json.dumps(columns).replace('"', "'")
                database.execute(f"insert into rows by name select * from read_json('{read}', columns = {types})")
            to = str(folder / (file["name"] + ".parquet")).replace("'", "''")
            database.execute(f"copy rows to '{to}' (format parquet)")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
