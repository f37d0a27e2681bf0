"""mock-api on a free port, for as long as somebody needs it."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolbox.programs import Server, serving

# its `url` is what EMPLY_BASE_URL takes
Mock = Server
# the two of its world
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
# as the mock writes them: never the last members of a record
PERSONS = re.compile(r'"projectManager\w*":(?:null|"[^"]*"),')


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
    with serving("mock-api", program, {"MOCK_LISTEN": "127.0.0.1:0", **settings}, log, timeout_seconds) as started:
        yield started
