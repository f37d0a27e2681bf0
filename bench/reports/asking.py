"""Asks a server on this machine, one question after the other or several at once, and measures each answer."""

import gzip
import http.client
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from toolbox.programs import Failed

Asked = TypeVar("Asked")
Given = TypeVar("Given")
TIMEOUT_SECONDS = 120
# servers hang up on who is silent for some seconds
SILENT_SECONDS = 1
COMPRESSED = {"Accept-Encoding": "gzip"}


class Answer(NamedTuple):
    """`sent` are bytes of the body as they went over the wire, `body` is what they are unpacked."""

    seconds: float
    sent: int
    body: bytes


class Asker:
    """A connection that is kept, a thread each."""

    def __init__(self, name: str, address: str) -> None:
        self.name, self.address = name, address
        self.kept = threading.local()

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Fails when it is not answered with 200 or 201."""
        connection = self.connection()
        started = time.monotonic()
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            text = response.read()
            self.kept.used = time.monotonic()
        except (OSError, http.client.HTTPException) as problem:
            self.forget()
            raise Failed(f"{self.name}, asked for {path}: {problem}") from problem
        seconds = time.monotonic() - started
        is_packed = response.headers.get("Content-Encoding") == "gzip"
        answer = Answer(seconds, len(text), gzip.decompress(text) if is_packed else text)
        if response.status not in (200, 201):
            said = answer.body[:300].decode(errors="replace")
            raise Failed(f"{self.name} answered {path} with {response.status}: {said}")
        return answer

    def connection(self) -> http.client.HTTPConnection:
        """The one of this thread, or a new one."""
        if getattr(self.kept, "connection", None) is None or time.monotonic() > self.kept.used + SILENT_SECONDS:
            self.forget()
            self.kept.connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT_SECONDS)
        self.kept.used = time.monotonic()
        found: http.client.HTTPConnection = self.kept.connection
        return found

    def forget(self) -> None:
        if getattr(self.kept, "connection", None) is not None:
            self.kept.connection.close()
        self.kept.connection = None


def each(asked: Sequence[Asked], ask: Callable[[Asked], Given], at_once: int) -> tuple[list[Given], float]:
    """All answers in the order of the questions, and the seconds from the first question to the last answer."""
    started = time.monotonic()
    if at_once == 1:
        return [ask(one) for one in asked], time.monotonic() - started
    with ThreadPoolExecutor(at_once) as threads:
        found = list(threads.map(ask, asked))
    return found, time.monotonic() - started


def ranked(values: Sequence[float], of_100: float) -> float:
    """By the nearest rank: so many of 100 are not above it."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * of_100 // 100) - 1)]
