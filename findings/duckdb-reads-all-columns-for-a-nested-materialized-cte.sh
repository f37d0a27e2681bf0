#!/usr/bin/env bash
# Of a Parquet file DuckDB reads the columns that a query wants, also through a common table expression that is materialized: 1.5.6
# reads one column of five where the expression stands before the SELECT that reads it. Where the same expression and SELECT stand
# within another expression, it reads all five, though no more is wanted of them.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==1.5.6
cat > case.py <<'PYTHON'
import json

import duckdb

duckdb.sql("copy (select i as a, i as b, i as c, i as d, i as e from range(1000) t(i)) to 'rows.parquet' (format parquet)")
CASES = {
    "beside": "with f as materialized (select * from 'rows.parquet'), g as (select * from f) select sum(a) from g",
    "nested": "with g as (with f as materialized (select * from 'rows.parquet') select * from f) select sum(a) from g",
}


def columns_read(node: dict) -> list[str]:
    """What the plan reads of the file, by the names of columns."""
    own = node["extra_info"].get("Projections", []) if "PARQUET" in node["name"].upper() else []
    found = [own] if isinstance(own, str) else list(own)
    return found + [name for child in node["children"] for name in columns_read(child)]


def of(query: str) -> list[str]:
    ((_, plan),) = duckdb.sql(f"explain (format json) {query}").fetchall()
    return sorted(name for node in json.loads(plan) for name in columns_read(node))


seen = {name: of(query) for name, query in CASES.items()}
expected = {"beside": ["a"], "nested": ["a", "b", "c", "d", "e"]}
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
print(f"seen with duckdb {duckdb.__version__}: {seen}")
PYTHON
venv/bin/python case.py
