"""Hands the docs over to the reports service: one archive, with a token, until it is taken or refused for good."""

import io
import json
import tarfile
import time
import urllib.error
import urllib.request
from pathlib import Path

# all tries and waits together; the service may just be starting
PATIENCE_SECONDS = 60
TIMEOUT_SECONDS = 30


class Refused(Exception):
    """The service does not take it; another try would not help."""


class Away(Exception):
    """The service could not be reached, or could not take it just now."""


def archive(page: Path) -> bytes:
    """A tar.gz with the page as its index.html. The same page gives the same entries."""
    entry = tarfile.TarInfo("index.html")
    entry.size, entry.mode = page.stat().st_size, 0o644
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as bundle, page.open("rb") as text:
        bundle.addfile(entry, text)
    return packed.getvalue()


def hand_over(url: str, token: str, page: Path, patience_seconds: float = PATIENCE_SECONDS) -> int:
    """Gives the number of tries. Raises Refused or Away, whose messages hold no token."""
    body, deadline, tries = archive(page), time.monotonic() + patience_seconds, 0
    while True:
        tries += 1
        try:
            send(url, token, body)
            return tries
        except Away:
            if time.monotonic() > deadline:
                raise
            time.sleep(min(2 ** tries / 4, 10))


def shown_since(url: str, token: str) -> str | None:
    """Since when docs are on show, or None where there are none yet. Raises as hand_over does, and changes nothing."""
    since: str | None = json.loads(send(url, token, None))["since"]
    return since


def send(url: str, token: str, body: bytes | None) -> bytes:
    """Gives the answer. Without a body it only asks."""
    headers = {"Authorization": "Bearer " + token}
    if body is not None:
        headers["Content-Type"] = "application/gzip"
    method = "GET" if body is None else "PUT"
    request = urllib.request.Request(url.rstrip("/") + "/bundle", data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            taken: bytes = answer.read()
            return taken
    except urllib.error.HTTPError as problem:
        said = reason(problem)
        # 409: it is just taking in another one
        if problem.code in (408, 409, 425, 429) or problem.code >= 500:
            raise Away("reports answered %d: %s" % (problem.code, said)) from None
        raise Refused("reports refused the docs with %d: %s" % (problem.code, said)) from None
    except OSError as problem:
        raise Away("reports at REPORTS_URL cannot be reached: %s" % problem) from None


def reason(problem: urllib.error.HTTPError) -> str:
    try:
        return str(json.loads(problem.read(2000))["error"])
    except (OSError, ValueError, KeyError, TypeError):
        return str(problem.reason)
