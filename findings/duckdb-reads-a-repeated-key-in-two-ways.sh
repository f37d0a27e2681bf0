#!/usr/bin/env bash
# DuckDB 1.5.6 reads an object that has a key twice, which RFC 8259 (section 4) allows and leaves open, in two ways: `->>` and
# json_transform take the first value, a cast to STRUCT and read_json end with an error. Of the others that meet the same text,
# Python's json takes the last one. So what a column of JSON says depends on how it is asked, and a file of it may not load at all.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==1.5.6
cat > case.py <<'PYTHON'
import json
import pathlib

import duckdb

TEXT = '{"a":1,"a":2}'
pathlib.Path("two.json").write_text(TEXT + "\n", encoding="utf-8")


def ask(query: str) -> str:
    try:
        return str(duckdb.sql(query).fetchall()[0][0])
    except duckdb.Error as error:
        return "error: " + ("duplicate key" if "duplicate key" in str(error) else str(error))


seen = {
    "->>": ask(f"select '{TEXT}'::json ->> 'a'"),
    "json_transform": ask(f"select json_transform('{TEXT}', '{{\"a\":\"INT\"}}').a"),
    "cast": ask(f"select ('{TEXT}'::json::struct(a int)).a"),
    "read_json": ask("select a from read_json('two.json', columns = {a: 'int'})"),
    "python": str(json.loads(TEXT)["a"]),
}
expected = {
    "->>": "1",
    "json_transform": "1",
    "cast": "error: duplicate key",
    "read_json": "error: duplicate key",
    "python": "2",
}
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
print(f"seen with duckdb {duckdb.__version__}: {seen}")
PYTHON
venv/bin/python case.py
