#!/usr/bin/env bash
# What DuckDB 1.5.6 gives Python for a TIMESTAMP WITH TIME ZONE at the edge of what Python's datetime holds depends on the session's
# zone. 9999-12-31 23:59:59 UTC, which systems write for "no end", is a datetime in UTC and in New York; in Berlin fetchall() ends
# with OverflowError. One that is far beyond (the year 294246) is never an error: it comes as a str, in the place of a datetime.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check duckdb==1.5.6 pytz==2025.2
cat > case.py <<'PYTHON'
import duckdb

NO_END = "9999-12-31 23:59:59+00"
FAR = "294246-12-31 00:00:00+00"


def kind(instant: str, zone: str) -> str:
    connection = duckdb.connect()
    connection.execute(f"set timezone = '{zone}'")
    try:
        return type(connection.execute(f"select timestamptz '{instant}'").fetchall()[0][0]).__name__
    except OverflowError:
        return "OverflowError"


seen = {(instant, zone): kind(instant, zone) for instant in (NO_END, FAR) for zone in ("UTC", "America/New_York", "Europe/Berlin")}
expected = {
    (NO_END, "UTC"): "datetime",
    (NO_END, "America/New_York"): "datetime",
    (NO_END, "Europe/Berlin"): "OverflowError",
    (FAR, "UTC"): "str",
    (FAR, "America/New_York"): "str",
    (FAR, "Europe/Berlin"): "str",
}
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
print(f"seen with duckdb {duckdb.__version__}: {seen}")
PYTHON
venv/bin/python case.py
