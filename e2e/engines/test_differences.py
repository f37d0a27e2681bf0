"""Each difference is as dbt/README.md says it: run on DuckDB as dbt has it, and on an emulator of BigQuery."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engines.differences import DIFFERENCES, REASONS, REFUSED, Difference, table
from toolbox.programs import MODULES, REPOSITORY, TOOLS, environment

HERE = Path(__file__).resolve().parent
TIMEOUT_SECONDS = 300
each_difference = pytest.mark.parametrize("row", DIFFERENCES, ids=lambda row: row.words[:50])


def asked(words: list[str], scripts: list[str]) -> dict[str, Any]:
    done = subprocess.run(
        words, input=json.dumps(scripts), capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False,
        env=environment(MODULES),
    )
    assert done.returncode == 0, done.stderr
    answers: dict[str, Any] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def of_duckdb() -> dict[str, Any]:
    python = str(TOOLS / "venv-dbt" / "bin" / "python")
    return asked([python, str(HERE / "ask_duckdb.py")], [row.duckdb[0] for row in DIFFERENCES])


@pytest.fixture(scope="module")
def of_emulator(emulator: str, google_python: str) -> dict[str, Any]:
    words = [google_python, str(HERE / "ask_bigquery.py"), emulator, "test"]
    return asked(words, [row.bigquery[0] for row in DIFFERENCES])


def text(answer: dict[str, Any]) -> str:
    """As a Difference has it."""
    if "error" in answer:
        # a statement that is merely written wrongly is refused as well
        return REFUSED if any(reason in answer["error"] for reason in REASONS) else str(answer["error"])
    return "; ".join(", ".join("NULL" if value is None else value for value in row) for row in answer["rows"])


@each_difference
def test_duckdb(row: Difference, of_duckdb: dict[str, Any]) -> None:
    assert text(of_duckdb["answers"][DIFFERENCES.index(row)]) == row.duckdb[1]


@each_difference
def test_emulator(row: Difference, of_emulator: dict[str, Any]) -> None:
    assert text(of_emulator["answers"][DIFFERENCES.index(row)]) == row.of_emulator()


@each_difference
def test_it_is_a_difference(row: Difference) -> None:
    assert len({row.duckdb[1], row.bigquery[1], row.of_emulator()}) > 1


@pytest.fixture
def section() -> str:
    """Of dbt/README.md."""
    readme = (REPOSITORY / "dbt" / "README.md").read_text()
    found = re.search(r"^## What the databases do differently\n(.*?)^## ", readme, re.MULTILINE | re.DOTALL)
    assert found
    return found.group(1)


def test_the_readme_has_these_rows(section: str) -> None:
    # the first two lines of a table are its head
    assert [line for line in section.splitlines() if line.startswith("|")][2:] == table()


def test_the_readme_names_duckdbs_version(section: str, of_duckdb: dict[str, Any]) -> None:
    assert f"DuckDB {of_duckdb['version']}" in section


def test_the_readme_names_the_emulators_version(section: str, of_emulator: dict[str, Any]) -> None:
    assert f"bqemulator {of_emulator['version']}" in section
