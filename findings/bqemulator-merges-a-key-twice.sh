#!/usr/bin/env bash
# bqemulator 1.4.0 carries out a MERGE whose source has two rows for one row of the target, and says nothing. BigQuery refuses it:
# "A runtime error occurs" when a row to be updated "matches more than one row from the source"
# (https://cloud.google.com/bigquery/docs/reference/standard-sql/dml-syntax#merge_statement). Which of the two rows counts is not
# said. So a test on the emulator cannot see that a staging table has a key twice.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
python3 run_on_bqemulator.py <<'CASE'
from run_on_bqemulator import ask, expect

ask("CREATE TABLE d.target (k INT64, v STRING)")
ask("INSERT INTO d.target VALUES (1, 'old')")
ask("CREATE TABLE d.source (k INT64, v STRING)")
ask("INSERT INTO d.source VALUES (1, 'one'), (1, 'other')")
merge = ask("MERGE d.target t USING d.source s ON t.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v")
rows = ask("SELECT k, v FROM d.target")
expect("the MERGE is carried out", merge.get("error"), None)
is_one_of_both = len(rows["rows"]) == 1 and rows["rows"][0][1] in ("one", "other")
expect("the target has one row, one of the two", is_one_of_both, True)
print("seen: MERGE succeeded, the target has", rows["rows"])
CASE
