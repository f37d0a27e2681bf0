"""For each test a lake of its own, the entrypoint as the container runs it, and servers, which end with the test."""

import datetime
import http.server
import importlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from outcome import PROJECT
from session import pytest_configure

__all__ = ["pytest_configure"]

OURS = (
    "LAKE_PATH", "DOCS_PATH", "LOG_FORMAT", "WAREHOUSE_TYPE", "DBT_TARGET", "DBT_TARGET_PATH", "DBT_LOG_LEVEL",
    "DUCKDB_MEMORY_LIMIT", "BIGQUERY_PROJECT", "BIGQUERY_DATASET", "BIGQUERY_ENDPOINT", "REPORTS_URL", "REPORTS_TOKEN",
    "REPORT_TIME_ZONE", "REPORT_MIN_GROUP", "REPORT_COMPARE_DEPARTMENTS", "REPORT_HISTORY_MONTHS", "PYTHONPATH",
)
# the key of each mart
MARTS = {
    "export_run": "run_id",
    "dim_date": "date",
    "dim_posting": "vacancy_id",
    "fct_applications_per_posting": "vacancy_id",
    "fct_applications_daily": "date, department, city, source, posting_type",
    "fct_applications_weekly": "week_start, department, city, source, posting_type",
    "fct_sources_weekly": "week_start, source",
    "fct_postings_by_location": "city, country",
    "fct_application_durations": "created_month, department, city, outcome, is_eligible, days, is_frozen",
    "fct_closed_weekly": "week_start, department, outcome, days",
    "fct_times_to_hire": "period, department",
    "fct_stage_durations": "entry_month, stage_kind, exit, days",
    "fct_funnel": "created_month, week_start, department, furthest_stage_kind, outcome, is_frozen",
    "fct_open_applications": "stage_kind, age_band, department",
    "fct_reasons_weekly": "week_start, reason_kind, reason",
    "data_quality": "check_name",
}
Done = subprocess.CompletedProcess[str]
# gives the address of a server that it starts
Serve = Callable[[http.server.HTTPServer], str]


class Place:
    """A lake, a folder for temporary files, and what was started there. `target` is kept, so that dbt parses once."""

    def __init__(self, folder: Path, target: Path, project: Path = PROJECT) -> None:
        self.target, self.project, self.temporary = target, project, folder / "tmp"
        self.temporary.mkdir(parents=True)
        # a name that a pattern or a quoted text would trip over
        self.lake = folder / "it's a [lake]*"
        self.started: list[subprocess.Popen[str]] = []

    def environment(self, **settings: object) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        ours = {"LAKE_PATH": self.lake, "LOG_FORMAT": "json", "DBT_TARGET_PATH": self.target}
        chosen = {name: str(value) for name, value in {**ours, **settings}.items() if value is not None}
        # Python's cache of compiled files is not what the test of a clean project folder is about
        return {**inherited, "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1", **chosen}

    def start(self, *words: str | Path, **settings: object) -> "subprocess.Popen[str]":
        """A Python, in a group of its own."""
        running = subprocess.Popen(
            [sys.executable, *words], env=self.environment(**settings), cwd=self.temporary,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )
        self.started.append(running)
        return running

    def start_entrypoint(self, *words: str, **settings: object) -> "subprocess.Popen[str]":
        return self.start(self.project / "entrypoint.py", *words, **settings)

    def run(self, *words: str, **settings: object) -> Done:
        running = self.start_entrypoint(*words, **settings)
        # a busy machine needs minutes
        out, said = running.communicate(timeout=600)
        return Done(running.args, running.returncode, out, said)

    def end(self) -> None:
        """After a signal the entrypoint ends dbt as well."""
        for running in self.started:
            running.terminate()
            try:
                running.wait(15)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()

    def mart(self, name: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """In the order of its key; dates as text."""
        file = str(self.lake / "marts" / (name + ".parquet"))
        file = file.replace("'", "''").replace("[", "[[]").replace("*", "[*]")
        # not in the environment of BigQuery, where other tests are run
        with importlib.import_module("duckdb").connect() as database:
            database.execute("set TimeZone = 'UTC'")
            rows = database.execute(f"select {columns} from '{file}' order by {MARTS[name]}").fetchall()
        return [tuple(str(cell) if isinstance(cell, datetime.date) else cell for cell in row) for row in rows]


def copy_of_project(folder: Path) -> Path:
    """Of its own for a test that edits it, or that looks at what is written into it while other tests run beside."""
    return Path(shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("tests_python", "__pycache__")))


def copy_of_models(folder: Path) -> Path:
    """Without the project's tests, which take longer than all else: for what comes before them and after."""
    project = copy_of_project(folder)
    with (project / "dbt_project.yml").open("a") as settings:
        settings.write("\ndata_tests:\n  +enabled: false\n")
    return project


def ended(done: Done, exit_code: int, message: str) -> dict[str, Any]:
    """Holds the exit code, and the last line, which says how it ended and is the entrypoint's own. Gives that line."""
    assert done.returncode == exit_code, done.stderr
    assert done.stdout == ""
    last: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
    assert (last["message"], last["target"]) == (message, "dbt"), done.stderr
    return last


@pytest.fixture(scope="session")
def models_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_of_models(tmp_path_factory.mktemp("models") / "dbt")


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("target") / "target"


@pytest.fixture
def place(tmp_path: Path, target: Path) -> Iterator[Place]:
    it = Place(tmp_path, target)
    yield it
    it.end()


@pytest.fixture
def place_of_models(tmp_path: Path, models_alone: Path) -> Iterator[Place]:
    it = Place(tmp_path, models_alone.parent / "target", models_alone)
    yield it
    it.end()


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[http.server.HTTPServer] = []

    def start(server: http.server.HTTPServer) -> str:
        servers.append(server)
        # it looks so often whether it is to end
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
