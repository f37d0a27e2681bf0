"""An emulator of BigQuery of one's own, on free ports of 127.0.0.1, with its data in memory.

It comes from the environment that setup.py makes. Its project is `test`, and it asks for no token. It is gone on every
way out, and what it wrote too.
"""

import contextlib
import http.client
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from toolbox.programs import TOOLS, Failed, on_leash, records

PROJECT = "test"
# on a busy machine, loading its many libraries takes most of it
START_SECONDS = 120


class Emulator(NamedTuple):
    """Where it is (http://127.0.0.1:PORT), and a Python that has Google's client."""

    endpoint: str
    python: str


def environment_folder() -> Path:
    folder = TOOLS / "venv-bigquery"
    # the stamp is what setup.py writes last
    if not (folder / ".stamp").is_file():
        setup = Path(__file__).resolve().with_name("setup.py")
        ways = f"run `python3 {setup} --only {folder.name}`, or set TEST_BIGQUERY_ENDPOINT to an emulator"
        raise Failed(f"no BigQuery emulator in {TOOLS}: {ways}")
    return folder


def endpoint(log: Path) -> str | None:
    """Where it says that it listens, once it answers there. It takes a free port, so nobody else can have it."""
    ports = [record["port"] for record in records(log) if record.get("event") == "rest.listen"]
    if not ports:
        return None
    asking = http.client.HTTPConnection("127.0.0.1", int(ports[0]), timeout=5)
    with contextlib.closing(asking), contextlib.suppress(OSError, http.client.HTTPException):
        asking.request("GET", f"/bigquery/v2/projects/{PROJECT}/datasets")
        if asking.getresponse().status == 200:
            return f"http://127.0.0.1:{ports[0]}"
    return None


@contextlib.contextmanager
def bigquery_emulator() -> Iterator[Emulator]:
    """An emulator that is ready."""
    folder = environment_folder()
    python = str(folder / "bin" / "python")
    work = Path(tempfile.mkdtemp(prefix="emply-bigquery-"))
    log = work / "emulator.log"
    settings = {
        # DuckDB finds its extensions there
        "HOME": str(folder / "home"),
        "TMPDIR": str(work),
        "BQEMU_UPLOAD_STAGING_DIR": str(work / "uploads"),
        # else it asks the network for an extension that reads Avro
        "BQEMU_ENABLE_FORMAT_EXTENSIONS": "false",
    }
    words = [python, "-m", "bqemulator", "start", "--ephemeral", "--project", PROJECT]
    words += ["--rest-port", "0", "--grpc-port", "0", "--log-format", "json", "--log-level", "info"]
    try:
        # on a leash that takes the folder away too, also when this process is killed without a chance to
        with on_leash(["--remove", str(work), *words], settings, log, work) as process:
            deadline = time.monotonic() + START_SECONDS
            while not (found := endpoint(log)):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Failed("the BigQuery emulator did not start:\n" + log.read_text(errors="replace")[-4000:])
                time.sleep(0.05)
            yield Emulator(found, python)
    finally:
        shutil.rmtree(work, ignore_errors=True)
