#!/usr/bin/env python3
"""Prints a table of an emulated BigQuery as Google's own client reads it, and not as ours wrote it.

    $TEST_BIGQUERY_PYTHON e2e/bigquery/read_table.py ENDPOINT PROJECT DATASET TABLE KEY_COLUMN[,KEY_COLUMN…]
    $TEST_BIGQUERY_PYTHON e2e/bigquery/read_table.py ENDPOINT PROJECT

All rows in the order of the key columns, one JSON object a line, its columns in the order of the table. Instants are
RFC 3339 in UTC with microseconds, NUMERIC is a string, JSON is what it says.

The second form, for whoever has many tables to read, since Google's client takes a second to start: `DATASET TABLE
KEY_COLUMN[,KEY_COLUMN…]` is read from standard input, line by line, and each is answered with the array of its rows in
a line.

Exit code: 2 when there is no such table, 1 when anything else is wrong; standard error then says in a line what.
"""

import datetime
import decimal
import json
import os
import sys
from collections.abc import Iterable

import requests
from google.api_core.exceptions import GoogleAPIError, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

NO_TABLE = 2
# The client repeats a refused connection for ten minutes by itself: of an emulator that is gone, nothing is to be
# waited for
ONCE = {"retry": None, "timeout": 60}


def connect(endpoint: str, project: str) -> bigquery.Client:
    # the emulator is on this machine, whatever proxy its environment names
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
    return bigquery.Client(project, AnonymousCredentials(), client_options={"api_endpoint": endpoint})


def read(client: bigquery.Client, dataset: str, table: str, key: list[str]) -> Iterable[bigquery.Row]:
    """The rows in order. Raises NotFound when there is no table."""
    name = f"{client.project}.{dataset}.{table}"
    client.get_table(name, **ONCE)
    order = ", ".join(f"`{column}`" for column in key)
    job = client.query(f"SELECT * FROM `{name}` ORDER BY {order}", job_retry=None, **ONCE)
    rows: Iterable[bigquery.Row] = job.result(job_retry=None, **ONCE)
    return rows


def plain(value: object) -> str:
    """What JSON has no type for."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            return value.isoformat(timespec="microseconds")
        in_utc = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return in_utc.isoformat(timespec="microseconds") + "Z"
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    raise TypeError(f"no JSON for {type(value).__name__}")


def written(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=plain)


def answer(client: bigquery.Client, asked: Iterable[str]) -> None:
    """Until nobody asks any more."""
    for line in asked:
        dataset, table, key = line.split()
        print(written([dict(row.items()) for row in read(client, dataset, table, key.split(","))]), flush=True)


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 5):
        print(__doc__.strip(), file=sys.stderr)
        return 1
    client = connect(*arguments[:2])
    try:
        if len(arguments) == 2:
            answer(client, sys.stdin)
            return 0
        dataset, table, key = arguments[2:]
        for row in read(client, dataset, table, key.split(",")):
            print(written(dict(row.items())))
    except NotFound as problem:
        print(f"read_table: there is no such table: {problem.message}", file=sys.stderr)
        return NO_TABLE
    except (GoogleAPIError, requests.RequestException, TimeoutError) as problem:
        print(f"read_table: {' '.join(str(problem).split()) or type(problem).__name__}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8")
    sys.exit(main(sys.argv[1:]))
