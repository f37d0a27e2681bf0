"""Builds our programs and runs them, servers too, so that none outlives the script that started it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO, Any

REPOSITORY = Path(__file__).resolve().parents[2]
# what e2e/toolbox/setup.py has made
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
# settings of ours that lie about in somebody's shell would change what is shown or measured
OURS = (
    "BIGQUERY_", "BOARD_", "BQEMU_", "DATABASE_", "DBT_", "DOCS_", "DUCKDB_", "EMPLY_", "INGEST_", "LAKE_",
    "LOG_FORMAT", "MOCK_", "PII_", "PYTHONPATH", "REPORT_", "REPORTS_", "RUN_TRIGGER", "RUST_LOG", "WAREHOUSE_",
)
# for a Python that runs modules of ours; no other one is told, so that it loads what it has installed
MODULES = {"PYTHONPATH": str(REPOSITORY / "e2e")}
LEASH = Path(__file__).with_name("leash.py")
# nobody's proxy knows the way to this machine
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
GRACE_SECONDS = 15
# in the order of the data's way, as in skaffold.yaml and the Makefile
PROGRAMS = ("mock-api", "migrate", "ingest", "transfer", "export", "reports")
TAIL_LINES = 15
MEMORY = Path("/dev/shm")
# free bytes there from which on it is used; tests have less than a fourth of them at once
ROOM = 4 * 1024**3


class Failed(Exception):
    """The message names the thing and the way out. `log` is where more is said."""

    def __init__(self, message: str, log: Path | None = None) -> None:
        super().__init__(message)
        self.log = log


class Stopped(KeyboardInterrupt):
    """A signal asked for the end; pytest ends its session by this too."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number
        self.exit_code = 128 + number


def leave_on_signals() -> None:
    """Lets Ctrl-C, SIGTERM and SIGHUP leave by an exception, so that everything cleans up behind itself."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def leave(number: int, _frame: FrameType | None) -> None:
        # a second one must not disturb the cleaning up, which has an end of its own
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(number)

    for number in numbers:
        signal.signal(number, leave)


def keep_temporary_files_in_memory() -> None:
    """Tests make and remove small files without end, which a file system on disk takes longer for than the tests. Only
    where there is room, where programs may lie, and where no TMPDIR says where to."""
    if not os.environ.get("TMPDIR") and can_hold_temporary_files(MEMORY):
        os.environ["TMPDIR"] = str(MEMORY)
        # that it had found before
        tempfile.tempdir = None


def can_hold_temporary_files(folder: Path) -> bool:
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    return found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment, with these settings of ours and no others, and without a proxy to this machine."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    direct = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return {**inherited, **direct, **settings}


@contextlib.contextmanager
def running(
    words: list[str], settings: Mapping[str, str], output: IO[Any] | int | None, errors: IO[Any] | int | None,
    folder: Path = REPOSITORY,
) -> "Iterator[subprocess.Popen[bytes]]":
    """A process in a group of its own. The whole group has ended when this is left."""
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=output, stderr=errors, cwd=folder, env=environment(settings),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is not None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        try:
            process.wait(GRACE_SECONDS)
            return
        except subprocess.TimeoutExpired:
            continue


def run(words: list[str], settings: Mapping[str, str], log: Path, timeout_seconds: float = 600) -> str:
    """Runs one program to its good end and gives its standard output. What else it says goes to the end of `log`,
    which bears its name."""
    name = log.stem
    with open(log, "ab") as errors, tempfile.TemporaryFile() as output:
        with running(words, settings, output, errors) as process:
            try:
                code = process.wait(timeout_seconds)
            except subprocess.TimeoutExpired:
                raise Failed(f"{name} did not end within {int(timeout_seconds)} seconds", log) from None
        if code != 0:
            raise Failed(f"{name} ended with exit code {code}", log)
        output.seek(0)
        return output.read().decode()


class CargoBuild:
    """`cargo build` of programs of the workspace in `folder`, all where none is named; its progress goes to the
    terminal."""

    def __init__(
        self, *options: str, programs: Sequence[str] = (), folder: Path = REPOSITORY,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        chosen = [word for name in programs for word in ("--bin", name)] or ["--bins"]
        # always all members: naming one changes features of what it needs, and compiles that anew
        self.words = ["cargo", "build", "--workspace", *chosen, *options, "--message-format=json-render-diagnostics"]
        self.folder, self.settings = folder, settings or {}

    @contextlib.contextmanager
    def running(self) -> "Iterator[subprocess.Popen[bytes]]":
        self.messages = tempfile.TemporaryFile()
        with running(self.words, self.settings, self.messages, None, self.folder) as process:
            yield process

    def executables(self) -> dict[str, str]:
        """What was built, by name; to be asked after a good end."""
        self.messages.seek(0)
        lines = (json.loads(line) for line in self.messages if line.startswith(b"{"))
        return {line["target"]["name"]: line["executable"] for line in lines if line.get("executable")}


def build(*options: str) -> dict[str, str]:
    """Builds all, or takes what is built already in the folder that PROGRAMS names. Gives the executables by name."""
    folder = os.environ.get("PROGRAMS")
    if folder:
        found = {name: Path(folder).resolve() / name for name in PROGRAMS}
        missing = [name for name, program in found.items() if not os.access(program, os.X_OK)]
        if missing:
            raise Failed(f"PROGRAMS is {folder}, which has no {', '.join(missing)}: build there, or leave it out")
        return {name: str(program) for name, program in found.items()}
    return built(CargoBuild(*options))


def built(cargo: CargoBuild) -> dict[str, str]:
    """Waits for the good end of a build. Gives the executables by name."""
    with cargo.running() as process:
        if process.wait() != 0:
            raise Failed("the programs could not be built, cargo's lines above say why")
    return cargo.executables()


def wait_for_all(processes: "Mapping[str, subprocess.Popen[bytes]]") -> None:
    """Waits until all have ended well, or the first one has not."""
    while True:
        codes = {what: process.poll() for what, process in processes.items()}
        for what, code in codes.items():
            if code not in (None, 0):
                raise Failed(f"{what} ended with exit code {code}")
        if all(code == 0 for code in codes.values()):
            return
        time.sleep(0.05)


def records(log: Path) -> list[dict[str, Any]]:
    """The lines of a log that are JSON objects."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        with contextlib.suppress(ValueError):
            record = json.loads(line)
            if isinstance(record, dict):
                found.append(record)
    return found


def last_record(log: Path) -> dict[str, Any]:
    """The last one: of a program that ended, its summary."""
    found = records(log)
    return found[-1] if found else {}


def tail(log: Path) -> str:
    """The last lines of a log for people: JSON as level, message and fields, anything else as it is."""
    if not log.is_file():
        return ""
    return "\n".join(readable(line) for line in log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


def readable(line: str) -> str:
    try:
        record = json.loads(line)
        level, message = record.pop("level"), record.pop("message")
    except (ValueError, KeyError, AttributeError, TypeError):
        return line
    unread = ("timestamp", "target", "spans", "settings")
    fields = [f"{name}={value}" for name, value in record.items() if name not in unread]
    return " ".join([f"{level!s:>5}", str(message), *fields])


class Server:
    """A server that is ready. `address` is host and port."""

    def __init__(self, name: str, address: str, process: "subprocess.Popen[bytes]") -> None:
        self.name = name
        self.process = process
        self.address = address
        self.url = "http://" + address

    def ask(self, path: str, method: str = "GET") -> Any:
        """The JSON that it answers with."""
        request = urllib.request.Request(self.url + path, method=method)
        try:
            with DIRECT.open(request, timeout=60) as answer:
                return json.load(answer)
        except (OSError, ValueError) as problem:
            raise Failed(f"{self.name}, asked for {path}: {problem}") from problem

    def is_ready(self) -> bool:
        try:
            with DIRECT.open(self.url + "/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def wait(self) -> int:
        """Until it ends by itself; its exit code."""
        return self.process.wait()


@contextlib.contextmanager
def on_leash(
    words: list[str], settings: Mapping[str, str], log: Path, folder: Path = REPOSITORY,
) -> "Iterator[subprocess.Popen[bytes]]":
    """A process that ends when this is left, and when this process is killed."""
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, str(LEASH), *words], stdin=subprocess.PIPE, stdout=output, stderr=output, cwd=folder,
            env=environment(settings), start_new_session=True,
        )
    try:
        yield process
    finally:
        let_go(process)


@contextlib.contextmanager
def serving(
    name: str, program: str, settings: Mapping[str, str], log: Path, timeout_seconds: float = 60,
) -> Iterator[Server]:
    """Starts it, waits until it is ready, and ends it when this is left. `settings` say where it listens."""
    with on_leash([program], {"LOG_FORMAT": "json", **settings}, log) as process:
        yield wait_until_ready(name, process, log, time.monotonic() + timeout_seconds)


def wait_until_ready(name: str, process: "subprocess.Popen[bytes]", log: Path, deadline: float) -> Server:
    found = None
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"{name} ended with exit code {process.returncode}", log)
        found = found or listening(name, log, process)
        if found and found.is_ready():
            return found
        time.sleep(0.02)
    raise Failed(f"{name} was not ready in time", log)


def listening(name: str, log: Path, process: "subprocess.Popen[bytes]") -> Server | None:
    """The log says which port was free."""
    addresses = [record["address"] for record in records(log) if record.get("message") == "listening"]
    return Server(name, addresses[-1], process) if addresses else None


def let_go(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
