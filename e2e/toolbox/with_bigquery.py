"""Runs a command beside an emulator of BigQuery of its own.

    PYTHONPATH=e2e python3 -m toolbox.with_bigquery -- COMMAND [ARGUMENT…]

The emulator comes from the environment that setup.py makes, listens on free ports of 127.0.0.1 and keeps its data
in memory. Its project is `test`, and it asks for no token. The command finds it in TEST_BIGQUERY_ENDPOINT
(http://127.0.0.1:PORT), and in TEST_BIGQUERY_PYTHON a Python that has Google's client. The emulator is gone on every
way out. Where TEST_BIGQUERY_ENDPOINT is set already, nothing is started.

Exit code: the command's own (128 + n when signal n ended it), or 125 when the emulator could not be started.
"""

import contextlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from toolbox import leash
from toolbox.programs import MODULES
from toolbox.with_postgres import REPOSITORY, Signals, StartFailed, Stopped, wrap

PROJECT = "test"
# on a busy machine, loading its many libraries takes most of it
START_SECONDS = 120
# more than the leash gives the emulator before it kills
STOP_SECONDS = leash.GRACE_SECONDS + 10
# settings of the emulator that somebody's shell may hold are not for this one
PREFIX = "BQEMU_"
SETTINGS = {
    # else it asks the network for an extension that reads Avro
    PREFIX + "ENABLE_FORMAT_EXTENSIONS": "false",
}


def environment_folder() -> Path:
    tools = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
    folder = tools / "venv-bigquery"
    # the stamp is what setup.py writes last
    if not (folder / ".stamp").is_file():
        setup = Path(__file__).resolve().with_name("setup.py")
        ways = f"run `python3 {setup} --only {folder.name}`, or set TEST_BIGQUERY_ENDPOINT to an emulator"
        raise StartFailed(f"no BigQuery emulator in {tools}: {ways}")
    return folder


class Emulator:
    """One emulator with what it writes in a temporary folder. A keeper runs it, and ends both when its standard
    input closes, which the kernel does too, when this process is killed without a chance to."""

    def __init__(self) -> None:
        self.folder = environment_folder()
        self.python = self.folder / "bin" / "python"
        self.work: Path | None = None
        # without a name: nothing is left of it, whatever happens
        self.log = tempfile.TemporaryFile()
        self.keeper: subprocess.Popen[bytes] | None = None
        self.port: int | None = None

    def start(self) -> None:
        self.work = Path(tempfile.mkdtemp(prefix="emply-bigquery-"))
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        own = {
            # DuckDB finds its extensions there
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.work),
            PREFIX + "UPLOAD_STAGING_DIR": str(self.work / "uploads"),
            **SETTINGS,
            **MODULES,
        }
        emulator: list[str | Path] = [self.python, "-m", "bqemulator", "start", "--ephemeral", "--project", PROJECT]
        emulator += ["--rest-port", "0", "--grpc-port", "0", "--log-format", "json", "--log-level", "info"]
        # a session of its own: Ctrl-C in a terminal is for the command, the emulator is stopped after it
        self.keeper = subprocess.Popen(
            [sys.executable, "-m", "toolbox.with_bigquery", "--keep", self.work, *emulator],
            stdin=subprocess.PIPE, stdout=self.log, stderr=self.log, cwd=self.work, env={**inherited, **own},
            start_new_session=True,
        )
        deadline = time.monotonic() + START_SECONDS
        while self.keeper.poll() is None and time.monotonic() < deadline:
            self.port = self._logged_port()
            if self.port is not None and self._answers():
                return
            time.sleep(0.05)
        raise StartFailed("the BigQuery emulator did not start:\n" + self._read_log()[-4000:])

    def _read_log(self) -> str:
        # not by seek and read, which would move the place where the emulator writes
        size = os.fstat(self.log.fileno()).st_size
        return os.pread(self.log.fileno(), size, 0).decode(errors="replace")

    def _logged_port(self) -> int | None:
        """The port that the emulator says it listens on: it takes a free one, so nobody else can have it."""
        for line in self._read_log().splitlines():
            with contextlib.suppress(ValueError, TypeError, KeyError):
                record = json.loads(line)
                if record["event"] == "rest.listen":
                    return int(record["port"])
        return None

    def _answers(self) -> bool:
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asking.request("GET", f"/bigquery/v2/projects/{PROJECT}/datasets")
            return asking.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        if self.keeper is not None:
            assert self.keeper.stdin is not None
            self.keeper.stdin.close()
            try:
                self.keeper.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.keeper.pid, signal.SIGKILL)
                self.keeper.wait()
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)
        self.log.close()


def keep_main(work: Path, words: list[str]) -> int:
    """The keeper: runs the emulator until standard input closes, and takes away what it wrote."""
    # of modules of ours, the emulator knows nothing
    os.environ.pop("PYTHONPATH", None)
    try:
        return leash.main(words)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def run_beside_emulator(words: list[str]) -> int:
    signals = Signals()
    emulator = None
    try:
        try:
            emulator = Emulator()
            emulator.start()
            found = {"TEST_BIGQUERY_ENDPOINT": emulator.endpoint(), "TEST_BIGQUERY_PYTHON": str(emulator.python)}
            return signals.run(words, {**os.environ, **found})
        finally:
            # from here on another signal must not stop the cleaning up
            signals.received = signals.received or 0
            if emulator is not None:
                emulator.stop()
    except Stopped:
        return 128 + (signals.received or 0)


def main(arguments: list[str]) -> int:
    if len(arguments) > 2 and arguments[0] == "--keep":
        return keep_main(Path(arguments[1]), arguments[2:])
    return wrap(arguments, "with_bigquery", __doc__, "TEST_BIGQUERY_ENDPOINT", run_beside_emulator)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
