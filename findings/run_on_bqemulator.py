"""Runs the Python on standard input beside bqemulator 1.4.0, which is installed in a temporary folder."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path
from typing import Any

PINNED = (
    "bqemulator==1.4.0", "duckdb==1.5.5", "duckdb-extension-spatial==1.5.5", "duckdb-extensions==1.5.5", "numpy<3",
)
START_SECONDS = 60
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def call(method: str, path: str, body: object = None) -> dict[str, Any]:
    """The answer of the REST interface; one that refuses is `{"error": …}`."""
    url = f"http://127.0.0.1:{os.environ['FINDING_PORT']}/bigquery/v2/projects/test{path}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"}, method=method)
    try:
        with DIRECT.open(request, timeout=60) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as problem:
        return {"error": json.load(problem)["error"]["message"].splitlines()[0]}


def ask(sql: str) -> dict[str, Any]:
    """A query's rows as lists of texts, or its error."""
    answer = call("POST", "/queries", {"query": sql, "useLegacySql": False, "timeoutMs": 60000})
    if "error" in answer:
        return answer
    return {"rows": [[cell["v"] for cell in row["f"]] for row in answer.get("rows", [])]}


def expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        sys.exit(f"changed: {what} is not so any more: {found!r}, not {wanted!r}")


def main() -> int:
    case = sys.stdin.read()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        venv.create(work / "venv", with_pip=True)
        python = str(work / "venv" / "bin" / "python")
        environment = {**os.environ, "HOME": str(work), "TMPDIR": str(work)}
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PINNED], check=True)
        load = "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"
        subprocess.run([python, "-c", load], check=True, env=environment)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        words = ["start", "--ephemeral", "--project", "test", "--rest-port", str(port), "--grpc-port", "0"]
        with open(work / "log", "wb") as log:
            emulator = subprocess.Popen([python, "-m", "bqemulator", *words], env=environment, stdout=log, stderr=log)
        try:
            os.environ["FINDING_PORT"] = str(port)
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    made = call("POST", "/datasets", {"datasetReference": {"projectId": "test", "datasetId": "d"}})
                    expect("a dataset can be made", made.get("error"), None)
                    break
                except OSError:
                    if time.monotonic() > deadline:
                        sys.exit("bqemulator did not start:\n" + (work / "log").read_text()[-2000:])
                    time.sleep(0.2)
            there = str(Path(__file__).resolve().parent)
            done = subprocess.run([sys.executable, "-c", case], env={**os.environ, "PYTHONPATH": there}, check=False)
            return done.returncode
        finally:
            emulator.kill()
            emulator.wait()


if __name__ == "__main__":
    sys.exit(main())
