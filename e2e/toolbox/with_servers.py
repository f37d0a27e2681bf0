"""Runs a command beside servers of its own: `postgres`, `bigquery` (an emulator), or both.

    PYTHONPATH=e2e python3 -m toolbox.with_servers postgres bigquery -- COMMAND [ARGUMENT…]

The command finds PostgreSQL in TEST_DATABASE_URL (a superuser with a password made for this run), the emulator in
TEST_BIGQUERY_ENDPOINT, and in TEST_BIGQUERY_PYTHON a Python that has Google's client. A server whose variable is set
already is not started. Servers and data are gone on every way out. Tests by pytest need none of this: they have
fixtures (e2e/conftest.py).

Exit code: the command's own (128 + n when signal n ended it), or 125 when a server or the command could not be started.
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from toolbox.emulator import bigquery_emulator
from toolbox.postgres import postgres_server
from toolbox.programs import Failed, Stopped, keep_temporary_files_in_memory, leave_on_signals

COULD_NOT_START = 125
# after a signal, the command has this long to end by itself
GRACE_SECONDS = 20


@contextlib.contextmanager
def beside_postgres() -> Iterator[dict[str, str]]:
    with postgres_server() as server:
        yield {"TEST_DATABASE_URL": server.address()}


@contextlib.contextmanager
def beside_bigquery() -> Iterator[dict[str, str]]:
    with bigquery_emulator() as found:
        yield {"TEST_BIGQUERY_ENDPOINT": found.endpoint, "TEST_BIGQUERY_PYTHON": found.python}


# with the variable that says where one is already
SERVERS = {"postgres": ("TEST_DATABASE_URL", beside_postgres), "bigquery": ("TEST_BIGQUERY_ENDPOINT", beside_bigquery)}


def run(words: list[str], found: dict[str, str]) -> int:
    command = subprocess.Popen(words, env={**os.environ, **found})
    try:
        code = command.wait()
    except Stopped as stop:
        command.send_signal(stop.number)
        try:
            code = command.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            command.kill()
            code = command.wait()
    return code if code >= 0 else 128 - code


def main(arguments: list[str]) -> int:
    at = arguments.index("--") if "--" in arguments else 0
    names, words = arguments[:at], arguments[at + 1:]
    if not names or not words or not SERVERS.keys() >= set(names):
        print((__doc__ or "").strip(), file=sys.stderr)
        return 0 if arguments in (["-h"], ["--help"]) else COULD_NOT_START
    leave_on_signals()
    keep_temporary_files_in_memory()
    found: dict[str, str] = {}
    try:
        with contextlib.ExitStack() as running:
            for variable, start in (SERVERS[name] for name in names):
                if not os.environ.get(variable):
                    found |= running.enter_context(start())
            return run(words, found)
    except (Failed, OSError) as problem:
        print(f"with_servers: {problem}", file=sys.stderr)
        return COULD_NOT_START
    except Stopped as stop:
        return stop.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
