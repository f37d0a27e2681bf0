#!/usr/bin/env bash
# sqlglot 30.11.0 makes `a + b // 7` of BigQuery's `DIV(a + b, 7)` when it writes DuckDB's SQL: the arguments of the function become
# operands of an operator, and get no brackets, so another number comes out. MOD, beside it, gets them. DIV(5 + 9, 7) is 2 in BigQuery
# (https://cloud.google.com/bigquery/docs/reference/standard-sql/mathematical_functions#div); what is written gives 6. bqemulator
# 1.4.0 runs BigQuery's SQL that way, so a test on it sees a wrong number where BigQuery gives the right one.
set -euo pipefail
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check sqlglot==30.11.0 duckdb==1.5.6
"$work/venv/bin/python" - <<'CASE'
import sys

import duckdb
import sqlglot


def written(sql: str) -> str:
    (answer,) = sqlglot.transpile(sql, read="bigquery", write="duckdb")
    return answer


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        sys.exit("changed: %s is not so any more: %r, not %r" % (what, found, wanted))


quotient, rest = written("SELECT DIV(5 + 9, 7)"), written("SELECT MOD(5 + 9, 7)")
expect("the dividend of DIV loses its brackets", quotient, "SELECT 5 + 9 // 7")
expect("that of MOD keeps them", rest, "SELECT (5 + 9) % 7")
expect("DuckDB makes 6 of what is 2", duckdb.sql(quotient).fetchall(), [(6,)])
expect("with brackets of one's own it is 2", duckdb.sql(written("SELECT DIV((5 + 9), 7)")).fetchall(), [(2,)])
print("seen: sqlglot %s, DIV(5 + 9, 7) became %r" % (sqlglot.__version__, quotient))
CASE
