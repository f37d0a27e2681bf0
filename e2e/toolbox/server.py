"""One of our servers on a free port, for as long as somebody needs it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from programs import REPOSITORY, Failed, environment, records

LEASH = Path(__file__).with_name("leash.py")
# nobody's proxy knows the way to this machine
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


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
            raise Failed("%s, asked for %s: %s" % (self.name, path, problem)) from problem

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
def serving(
    name: str, program: str, settings: Mapping[str, str], log: Path, timeout_seconds: float = 60,
) -> Iterator[Server]:
    """Starts it, waits until it is ready, and ends it when this is left. `settings` say where it listens."""
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, str(LEASH), program], stdin=subprocess.PIPE, stdout=output, stderr=output,
            cwd=REPOSITORY, env=environment({"LOG_FORMAT": "json", **settings}), start_new_session=True,
        )
    try:
        yield wait_until_ready(name, process, log, time.monotonic() + timeout_seconds)
    finally:
        end(process)


def wait_until_ready(name: str, process: "subprocess.Popen[bytes]", log: Path, deadline: float) -> Server:
    found = None
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed("%s ended with exit code %d" % (name, process.returncode), log)
        found = found or listening(name, log, process)
        if found and found.is_ready():
            return found
        time.sleep(0.02)
    raise Failed("%s was not ready in time" % name, log)


def listening(name: str, log: Path, process: "subprocess.Popen[bytes]") -> Server | None:
    """The log says which port was free."""
    addresses = [record["address"] for record in records(log) if record.get("message") == "listening"]
    return Server(name, addresses[-1], process) if addresses else None


def end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
