#!/usr/bin/env bash
# DuckDB's documentation calls date_diff the number of boundaries of a part between two dates, and for months and years 1.5.6 counts
# so: one month from 31 January to 1 February. Weeks it counts otherwise: none from Sunday to Monday, nor from Tuesday to the Monday
# after, though date_trunc('week') puts the two dates into different weeks; one only when seven days have passed, as date_sub does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==1.5.6
cat > case.py <<'PYTHON'
import duckdb

CASES = (
    ("month", "2026-01-31", "2026-02-01"),
    ("year", "2025-12-31", "2026-01-01"),
    ("week", "2026-01-04", "2026-01-05"),  # Sunday, Monday
    ("week", "2026-01-06", "2026-01-12"),  # Tuesday, Monday
    ("week", "2026-01-06", "2026-01-13"),  # Tuesday, Tuesday
)


def counted(part: str, first: str, last: str) -> tuple[int, bool]:
    """What date_diff counts, and whether date_trunc puts the dates into different parts."""
    dates = f"date '{first}', date '{last}'"
    apart = f"date_trunc('{part}', date '{first}') <> date_trunc('{part}', date '{last}')"
    return duckdb.sql(f"select date_diff('{part}', {dates}), {apart}").fetchall()[0]


seen = {case: counted(*case) for case in CASES}
expected = dict(zip(CASES, ((1, True), (1, True), (0, True), (0, True), (1, True)), strict=True))
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
print(f"seen with duckdb {duckdb.__version__}: {seen}")
PYTHON
venv/bin/python case.py
