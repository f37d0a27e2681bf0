#!/usr/bin/env python3
"""Asks DuckDB, in the version that dbt runs, what statements give.

    $TOOLS_DIR/venv-dbt/bin/python e2e/engines/ask_duckdb.py < STATEMENTS

On standard input a JSON array of scripts. Prints a JSON array with the answer to each: `rows`, each a list of texts
(null for NULL), or `error`. Each script has a database of its own.
"""

import json
import sys

import duckdb


def answer(script: str) -> dict[str, object]:
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'")
        try:
            rows = database.execute(script).fetchall()
        except duckdb.Error as problem:
            return {"error": str(problem)}
    return {"rows": [[None if value is None else str(value) for value in row] for row in rows]}


if __name__ == "__main__":
    print(json.dumps({"version": duckdb.__version__, "answers": [answer(each) for each in json.load(sys.stdin)]}))
