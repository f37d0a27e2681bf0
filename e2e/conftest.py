"""What all tests here share: options, our programs, servers; and nothing stays behind on any way out."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from session import pytest_configure
from toolbox.emulator import bigquery_emulator, environment_folder
from toolbox.postgres import Server, postgres_server
from toolbox.programs import build, tail

__all__ = ["pytest_configure"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--short", action="store_true", help="few records, worlds and accidents, as in `make test`")
    parser.addoption("--seed", type=int, metavar="N", help="repeats what chance did in another run")


def pytest_report_header() -> str | None:
    folder = os.environ.get("PROGRAMS")
    return f"programs are those of PROGRAMS, {folder}; nothing is built" if folder else None


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Whatever cluster somebody's kubectl points to is touched only when its tests are asked for by their folder."""
    is_asked_for = any("cluster" in str(each) for each in config.args)
    return True if collection_path.name == "cluster" and not is_asked_for else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [item for item in items if config.option.short and item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the end of the log that a failure names, while there is one."""
    report = yield
    log = call.excinfo and getattr(call.excinfo.value, "log", None)
    if log:
        report.sections.append((f"the last lines of {log.name}", tail(log)))
    return report


@pytest.fixture(scope="session")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what programs write."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="session")
def programs() -> dict[str, str]:
    """All programs by name, built, or those that are built already in the folder that PROGRAMS names."""
    return build()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server. Whoever writes to it makes a database or a role of another name."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """An emulator of BigQuery, or the one that is named already; gives the endpoint."""
    named = os.environ.get("TEST_BIGQUERY_ENDPOINT")
    if named:
        yield named
        return
    with bigquery_emulator() as started:
        yield started.endpoint


@pytest.fixture(scope="session")
def google_python() -> str:
    """A Python that has Google's client."""
    return os.environ.get("TEST_BIGQUERY_PYTHON") or str(environment_folder() / "bin" / "python")
