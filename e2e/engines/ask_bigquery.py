#!/usr/bin/env python3
"""Asks an emulated BigQuery what statements give, in the form of ask_duckdb.py.

    PYTHONPATH=e2e $TEST_BIGQUERY_PYTHON e2e/engines/ask_bigquery.py ENDPOINT PROJECT < STATEMENTS
"""

import importlib.metadata
import json
import sys

from google.api_core.exceptions import GoogleAPIError

from bigquery.read_table import ONCE, connect


def main(endpoint: str, project: str) -> None:
    client = connect(endpoint, project)

    def answer(script: str) -> dict[str, object]:
        rows = []
        try:
            for statement in script.split(";"):
                rows = list(client.query(statement, job_retry=None, **ONCE).result(job_retry=None, **ONCE))
        except GoogleAPIError as problem:
            return {"error": str(problem)}
        return {"rows": [[None if value is None else str(value) for value in row.values()] for row in rows]}

    # the tables of scripts; gone with the emulator
    client.create_dataset("engines", exists_ok=True, **ONCE)
    answers = [answer(each) for each in json.load(sys.stdin)]
    print(json.dumps({"version": importlib.metadata.version("bqemulator"), "answers": answers}))


if __name__ == "__main__":
    main(*sys.argv[1:])
