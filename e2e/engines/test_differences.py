"""Each difference is as dbt/README.md says it: run on DuckDB as dbt has it, and on an emulator of BigQuery."""

import functools
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engines.differences import DIFFERENCES, REASONS, REFUSED, Difference, table
from toolbox.programs import MODULES, environment

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
README = REPOSITORY / "dbt" / "README.md"
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
TIMEOUT_SECONDS = 300
ENDPOINT, PYTHON = (os.environ.get("TEST_BIGQUERY_" + name) for name in ("ENDPOINT", "PYTHON"))
needs_emulator = pytest.mark.skipif(
    not (ENDPOINT and PYTHON), reason="no emulator: start this by toolbox.with_servers"
)
each_difference = pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.words[:50])


def asked(words: list[str], scripts: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        words, input=json.dumps(scripts), capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        env=environment(MODULES),
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@functools.cache
def duckdb() -> dict[str, Any]:
    python = str(TOOLS / "venv-dbt" / "bin" / "python")
    return asked([python, str(HERE / "ask_duckdb.py")], [row.duckdb[0] for row in DIFFERENCES])


@functools.cache
def emulator() -> dict[str, Any]:
    words = [str(PYTHON), str(HERE / "ask_bigquery.py"), str(ENDPOINT), "test"]
    return asked(words, [row.bigquery[0] for row in DIFFERENCES])


def text(answer: dict[str, Any]) -> str:
    """As a Difference has it."""
    if "error" in answer:
        # a statement that is merely written wrongly is refused as well
        return REFUSED if any(reason in answer["error"] for reason in REASONS) else str(answer["error"])
    return "; ".join(", ".join("NULL" if value is None else value for value in row) for row in answer["rows"])


@each_difference
def test_duckdb(row: Difference) -> None:
    assert text(duckdb()["answers"][DIFFERENCES.index(row)]) == row.duckdb[1]


@needs_emulator
@each_difference
def test_emulator(row: Difference) -> None:
    assert text(emulator()["answers"][DIFFERENCES.index(row)]) == row.of_emulator()


@each_difference
def test_it_is_a_difference(row: Difference) -> None:
    assert len({row.duckdb[1], row.bigquery[1], row.of_emulator()}) > 1


def section() -> str:
    found = re.search(r"^## What the databases do differently\n(.*?)^## ", README.read_text(), re.MULTILINE | re.DOTALL)
    assert found
    return found.group(1)


def test_the_readme_has_these_rows() -> None:
    # the first two lines of a table are its head
    assert [line for line in section().splitlines() if line.startswith("|")][2:] == table()


def test_the_readme_names_duckdbs_version() -> None:
    assert f"DuckDB {duckdb()['version']}" in section()


@needs_emulator
def test_the_readme_names_the_emulators_version() -> None:
    assert f"bqemulator {emulator()['version']}" in section()
