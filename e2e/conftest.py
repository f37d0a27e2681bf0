"""What tests of these folders share. All of it has ended and is gone after the session, on every way out."""

import os
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from toolbox.programs import build, leave_on_signals, tail
from toolbox.with_bigquery import Emulator, environment_folder


def pytest_configure() -> None:
    # SIGTERM and SIGHUP end a session as Ctrl-C does, by an exception that fixtures clean up behind
    leave_on_signals()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Shows the end of the log that a failure names, while there is one."""
    report = yield
    log = call.excinfo and getattr(call.excinfo.value, "log", None)
    if log:
        report.sections.append((f"the last lines of {log.name}", tail(log)))
    return report


@pytest.fixture(scope="session")
def work() -> Iterator[Path]:
    """A folder for what programs write."""
    with tempfile.TemporaryDirectory(prefix="emply-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def programs() -> dict[str, str]:
    """All programs, built, by name."""
    return build()


@pytest.fixture(scope="session")
def emulator() -> Iterator[str]:
    """An emulator of BigQuery, or the one that is named already; gives the endpoint."""
    named = os.environ.get("TEST_BIGQUERY_ENDPOINT")
    if named:
        yield named
        return
    one = Emulator()
    try:
        one.start()
        yield one.endpoint()
    finally:
        one.stop()


@pytest.fixture(scope="session")
def google_python() -> str:
    """A Python that has Google's client."""
    return os.environ.get("TEST_BIGQUERY_PYTHON") or str(environment_folder() / "bin" / "python")
