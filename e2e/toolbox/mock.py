"""mock-api on a free port, for as long as somebody needs it."""

import contextlib
import json
import os
import re
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
# as the mock writes them: never the last members of a record
PERSONS = re.compile(r'"projectManager\w*":(?:null|"[^"]*"),')
# nobody's proxy knows the way to this machine
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Mock:
    """A mock that is ready. `address` is host and port, `url` what EMPLY_BASE_URL takes."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.url = "http://" + address

    def ask(self, path: str, method: str = "GET") -> Any:
        """The JSON that it answers with."""
        request = urllib.request.Request(self.url + path, method=method)
        try:
            with DIRECT.open(request, timeout=60) as answer:
                return json.load(answer)
        except (OSError, ValueError) as problem:
            raise Failed("mock-api, asked for %s: %s" % (path, problem)) from problem

    def is_ready(self) -> bool:
        try:
            with DIRECT.open(self.url + "/readyz", timeout=10) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def elements(answer: str) -> Iterator[tuple[dict[str, str], str]]:
    """The records of an answer, each with its text as it stands there."""
    decoder = json.JSONDecoder()
    at = answer.index("[") + 1
    while True:
        while answer[at] in " \r\n\t,":
            at += 1
        if answer[at] == "]":
            return
        value, end = decoder.raw_decode(answer, at)
        yield value, answer[at:end]
        at = end


def stored(text: str) -> str:
    """A record's text as ingest keeps it: without who is in charge of a posting."""
    return PERSONS.sub("", text)


@contextlib.contextmanager
def mock(program: str, settings: Mapping[str, str], log: Path, timeout_seconds: float = 60) -> Iterator[Mock]:
    """Starts it, waits until its world is made, and ends it when this is left."""
    listen = {"MOCK_LISTEN": "127.0.0.1:0", "LOG_FORMAT": "json"}
    with open(log, "ab") as output:
        process = subprocess.Popen(
            [sys.executable, str(LEASH), program], stdin=subprocess.PIPE, stdout=output, stderr=output,
            cwd=REPOSITORY, env=environment({**listen, **settings}), start_new_session=True,
        )
    try:
        yield wait_until_ready(process, log, time.monotonic() + timeout_seconds)
    finally:
        end(process)


def wait_until_ready(process: "subprocess.Popen[bytes]", log: Path, deadline: float) -> Mock:
    found = None
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed("mock-api ended with exit code %d" % process.returncode, log)
        found = found or listening(log)
        if found and found.is_ready():
            return found
        time.sleep(0.02)
    raise Failed("mock-api was not ready in time", log)


def listening(log: Path) -> Mock | None:
    """The log says which port was free."""
    addresses = [record["address"] for record in records(log) if record.get("message") == "listening"]
    return Mock(addresses[-1]) if addresses else None


def end(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
