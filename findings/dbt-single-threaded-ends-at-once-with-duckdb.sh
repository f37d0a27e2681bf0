#!/usr/bin/env bash
# dbt 1.11 has an option for debugging, `--single-threaded`, by which models run in the thread that began and not in one of a pool
# (`--threads 1` is a pool of one). With dbt-duckdb 1.11.1 a build then ends before its first model, in "Connection Error: Connection
# already closed!", whatever the project; without the option the same project is built.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==1.5.6
mkdir models
cat > dbt_project.yml <<'YAML'
name: example
profile: example
version: "1.0"
flags: {send_anonymous_usage_stats: false}
YAML
cat > profiles.yml <<'YAML'
example: {target: local, outputs: {local: {type: duckdb, path: example.duckdb, threads: 1}}}
YAML
echo "select 1 as id" > models/one.sql
cat > case.py <<'PYTHON'
import json
import pathlib
import subprocess
from importlib.metadata import version

RESULTS = pathlib.Path("target/run_results.json")


def built(*options: str) -> tuple[int, int, bool]:
    """The exit code, how many models were built, and whether dbt said that its connection was closed."""
    RESULTS.unlink(missing_ok=True)
    done = subprocess.run(["venv/bin/dbt", *options, "build"], capture_output=True, text=True)
    results = json.loads(RESULTS.read_text())["results"] if RESULTS.exists() else []
    return done.returncode, len(results), "Connection already closed" in done.stdout


seen = built(), built("--single-threaded")
expected = (0, 1, False), (2, 0, True)
if seen != expected:
    raise SystemExit(f"CHANGED: expected {expected}, seen {seen}")
names = ", ".join(f"{name} {version(name)}" for name in ("dbt-core", "dbt-duckdb", "duckdb"))
print(f"seen with {names}: exit code, models built, connection closed: {seen[0]}; with --single-threaded: {seen[1]}")
PYTHON
venv/bin/python case.py
