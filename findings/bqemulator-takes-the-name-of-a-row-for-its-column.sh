#!/usr/bin/env bash
# Where a table, CTE or alias has the name of one of its columns, BigQuery takes that name alone for the whole row, a STRUCT
# (https://github.com/SQLMesh/sqlmesh/pull/4132, https://github.com/googleapis/python-bigquery-sqlalchemy/issues/75): a sum of it is
# refused, a test of it for null is never true. bqemulator 1.4.0 gives the column. So a query that works on the emulator may fail, or
# find nothing, in BigQuery.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python3 run_on_bqemulator.py <<'CASE'
from run_on_bqemulator import ask, expect

ask("CREATE TABLE d.hires (hires INT64, month STRING)")
ask("INSERT INTO d.hires VALUES (2, 'May'), (3, 'June')")
expect("a table of the name", ask("SELECT SUM(hires) FROM d.hires"), {"rows": [["5"]]})
expect("an alias of the name", ask("SELECT SUM(hires) FROM d.hires AS hires"), {"rows": [["5"]]})
counted = ask("WITH hires AS (SELECT CAST(NULL AS INT64) AS hires) SELECT COUNT(hires) FROM hires")
expect("a CTE of the name: its only column is null, its only row is not", counted, {"rows": [["0"]]})
print("seen: SUM(hires) over a table hires is 5, COUNT(hires) of a CTE hires whose column is null is 0")
CASE
