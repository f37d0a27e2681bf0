"""What the pipeline can know after each of its runs, out of the answers of the v1 API that each of them got.

A posting is what its list said last; one that a list lacks is gone. An application is what an answer said last that had
it; one that a run which read everything did not meet is gone; one that was forgotten is gone for good.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from expected.facts import Application, Posting, Sight
from world.wire import Wire

Place = tuple[str, str]


class Known(NamedTuple):
    """A record, and since when it is known."""

    record: Wire
    first_seen: datetime


class Reader(Protocol):
    """How records are read."""

    def posting(self, record: Wire, first_seen: datetime) -> Posting: ...

    def application(self, record: Wire, first_seen: datetime) -> Application: ...

    def ended_by(self, record: Wire) -> datetime | None:
        """When an application that has ended was last touched; None of one that is open."""


class History:
    """What is known by now."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.postings: dict[Place, Posting] = {}
        self.sights: dict[Place, list[Sight]] = {}
        self.applications: dict[str, Known] = {}
        self.first_seen: dict[str, datetime] = {}
        self.forgotten: set[str] = set()

    def list_of(self, medium: str, records: Iterable[Wire], now: datetime) -> None:
        """A complete list of a medium."""
        listed = set()
        for record in records:
            before = self.postings.get(key_of(record))
            posting = self.reader.posting(record, before.first_seen if before else now)
            listed.add(key_of(record))
            self.see(posting, before, now)
        for key in [key for key in self.postings if key[1] == medium and key not in listed]:
            before = self.postings[key]
            self.see(before._replace(is_removed=True), before, now)

    def see(self, posting: Posting, before: Posting | None, now: datetime) -> None:
        key = (posting.vacancy, posting.medium)
        if posting.is_published != (before.is_published if before else False):
            sights = self.sights.setdefault(key, [])
            sights.append(Sight(*key, len(sights), posting.is_published, before is None, now))
        self.postings[key] = posting

    def answer(self, records: Iterable[Wire], now: datetime, is_all: bool) -> None:
        """Applications that a run got; where these are all that there are, others are gone."""
        met = {key(record["id"]): record for record in records}
        if is_all:
            self.applications = {each: known for each, known in self.applications.items() if each in met}
        for each, record in met.items():
            if each not in self.forgotten:
                self.applications[each] = Known(record, self.first_seen.setdefault(each, now))

    def forget(self, applications: Iterable[str]) -> None:
        for each in applications:
            self.forgotten.add(each)
            self.applications.pop(each, None)

    def ended_before(self, then: datetime) -> list[str]:
        """Whose application has ended, and not been touched since then."""
        ends = ((each, self.reader.ended_by(known.record)) for each, known in self.applications.items())
        return [each for each, end in ends if end is not None and end < then]

    def facts(self) -> tuple[list[Posting], list[Sight], list[Application]]:
        sights = [each for sights in self.sights.values() for each in sights]
        applications = [self.reader.application(*known) for known in self.applications.values()]
        return list(self.postings.values()), sights, applications


def key(text: str) -> str:
    """A key as all forms of it are written in one."""
    return text.strip("{}").lower()


def key_of(record: Wire) -> Place:
    return key(record["vacancyId"]), key(record["mediaId"])
