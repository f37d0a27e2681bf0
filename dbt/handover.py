"""Hands a bundle over to the reports service, and tells it how a build ended: with a token, until it is taken or
refused for good."""

import http.client
import json
import os
import threading
import time
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from bundle.archive import Files, archive
from outcome import Late, within
from variables import forms_of, is_in_a_network, one_line, without

# all tries and waits together, but for the last try; the service may just be starting
PATIENCE_SECONDS = 60
# one try, however slowly the service reads or answers
TRY_SECONDS = 60
# one try during which nothing moves
TIMEOUT_SECONDS = 30
MOST_BYTES = 100_000


class Refused(Exception):
    """The service does not take it; another try would not help."""


class Away(Exception):
    """The service could not be reached, or could not take it just now."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for the service at REPORTS_URL alone; the library would send it on to wherever it is told."""

    def redirect_request(self, *_words: object, **_more: object) -> None:
        return None


def opener(url: str) -> urllib.request.OpenerDirector:
    """By the proxy of the environment, but for what NO_PROXY leaves out."""
    left_out = is_in_a_network(url, os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "")
    return urllib.request.build_opener(NoRedirect, *([urllib.request.ProxyHandler({})] if left_out else []))


class Given(NamedTuple):
    """What is given to the service: where, what it is called in messages, its type, and what is in every answer of a
    service that has taken it."""

    path: str
    name: str
    content_type: str
    answered_by: str


BUNDLE = Given("/bundle", "the docs", "application/gzip", "files")
BUILD = Given("/build", "how the build ended", "application/json", "outcome")


def hand_over(
    url: str, token: str, files: Files, patience_seconds: float = PATIENCE_SECONDS,
    stopping: threading.Event | None = None,
) -> int:
    """Gives the number of tries. Raises Refused or Away, whose messages hold no token."""
    return give(url, token, BUNDLE, archive(files), patience_seconds, stopping)


def tell(
    url: str, token: str, ending: bytes, patience_seconds: float = PATIENCE_SECONDS,
    stopping: threading.Event | None = None,
) -> int:
    """How a build ended (bundle/ending.py). The same."""
    return give(url, token, BUILD, ending, patience_seconds, stopping)


def give(
    url: str, token: str, what: Given, body: bytes, patience_seconds: float, stopping: threading.Event | None
) -> int:
    deadline, tries = time.monotonic() + patience_seconds, 0
    stopping = stopping or threading.Event()
    while True:
        tries += 1
        try:
            answer = read(send(url, token, what, body))
            if what.answered_by not in answer:
                raise somebody_else()
            return tries
        except Away:
            if time.monotonic() > deadline or stopping.wait(min(2 ** tries / 4, 10)):
                raise


def shown_since(url: str, token: str, seconds: float = TRY_SECONDS) -> str | None:
    """Since when docs are on show, or None where there are none yet. Raises as hand_over does, and changes nothing."""
    answer = read(send(url, token, BUNDLE, None, seconds))
    since = answer.get("since", 0)
    if since is not None and not isinstance(since, str):
        raise somebody_else()
    return since


def send(url: str, token: str, what: Given, body: bytes | None, seconds: float = TRY_SECONDS) -> bytes:
    """Gives the answer. Without a body it only asks."""
    try:
        return within(seconds, lambda: send_and_wait(url, token, what, body, min(seconds, TIMEOUT_SECONDS)))
    except Late as problem:
        raise Away(f"reports at REPORTS_URL cannot be reached: {problem}") from None


def send_and_wait(url: str, token: str, what: Given, body: bytes | None, timeout_seconds: float) -> bytes:
    headers = {"Authorization": "Bearer " + token}
    if body is not None:
        headers["Content-Type"] = what.content_type
    method = "GET" if body is None else "PUT"
    request = urllib.request.Request(url.rstrip("/") + what.path, data=body, method=method, headers=headers)
    try:
        with opener(url).open(request, timeout=timeout_seconds) as answer:
            taken: bytes = answer.read(MOST_BYTES)
            return taken
    except urllib.error.HTTPError as problem:
        said = one_line(without(reason(problem), forms_of(token)))
        # 409: it is just taking in another one
        if problem.code in (408, 409, 425, 429) or problem.code >= 500:
            raise Away(f"reports answered {problem.code}: {said}") from None
        raise Refused(f"reports refused {what.name} with {problem.code}: {said}") from None
    except (OSError, http.client.HTTPException, ValueError) as problem:
        said = one_line(without(str(problem), forms_of(token))) or type(problem).__name__
        raise Away(f"reports at REPORTS_URL cannot be reached: {said}") from None


def read(answer: bytes) -> dict[str, Any]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        raise somebody_else() from None
    if not isinstance(said, dict):
        raise somebody_else()
    return said


def somebody_else() -> Away:
    return Away("what answers at REPORTS_URL is not the reports service: correct it, or wait until that is there")


def reason(problem: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(problem.read(2000))["error"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError, RecursionError):
        return str(problem.reason)
