"""What the pipeline can know after each of its runs, out of the answers of the v1 API that each of them got.

A posting is what its list said last; one that a list lacks is gone. An application is what an answer said last that had
it; one that a run which read everything did not meet is gone, until it is met again; one that was forgotten is gone for
good. That it stands elsewhere is seen when it is read again, and no sooner.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple, Protocol

from marts.expected.facts import NOWHERE, Application, Event, Facts, Frozen, Posting, Report, Run, Sight
from marts.world.retention import frozen_with, told_of_enough
from marts.world.wire import Look, Wire

Place = tuple[str, str]


class Known(NamedTuple):
    """A record, since when it is known, what was read of it last, what was seen to happen to it, and when a run last
    asked for what was created when it was, and met it or did not."""

    record: Wire
    first_seen: datetime
    look: Look
    looked_for: datetime
    events: tuple[Event, ...]


class Reader(Protocol):
    """How records are read."""

    def posting(self, record: Wire, first_seen: datetime) -> Posting: ...

    def application(self, record: Wire, first_seen: datetime) -> Application: ...

    def look(self, record: Wire) -> Look: ...


class History:
    """What is known by now."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.postings: dict[Place, Posting] = {}
        self.sights: dict[Place, list[Sight]] = {}
        self.applications: dict[str, Known] = {}
        self.gone: dict[str, Known] = {}
        self.forgotten: set[str] = set()
        self.frozen: list[Frozen] = []
        # of events, over all applications
        self.number = 0

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

    def answer(self, records: Iterable[Wire], now: datetime, since: datetime | None) -> None:
        """Applications that a run got, of those that were created since then; where it asked for all, others are
        gone."""
        met = {key(record["id"]): record for record in records}
        if since is None:
            for each in [each for each in self.applications if each not in met]:
                self.gone[each] = self.applications.pop(each)
        for each, record in met.items():
            if each not in self.forgotten:
                self.applications[each] = self.read(each, record, now)
        for known in (self.applications, self.gone):
            for each, it in known.items():
                if since is None or it.look.created >= since:
                    known[each] = it._replace(looked_for=now)

    def read(self, application: str, record: Wire, now: datetime) -> Known:
        """What is known when a record was met."""
        gone, look = self.gone.pop(application, None), self.reader.look(record)
        before = gone or self.applications.get(application)
        self.number += 1
        if before is None:
            event = Event(self.number, look.created, now, None, True, NOWHERE, look.stand)
            return Known(record, now, look, now, (event,))
        stood = before.look.stand
        if is_only_in_other_languages(before.look.stages, look.stages):
            stood = look.stand._replace(status=stood.status)
        events = before.events
        if gone or (stood.stage, stood.status) != (look.stand.stage, look.stand.status):
            occurred = look.updated or now
            events += (Event(self.number, occurred, now, before.looked_for, False, stood, look.stand),)
        return Known(record, before.first_seen, look, now, events)

    def forget(self, applications: Iterable[str], report: Report) -> None:
        """People asked for it. Those of whom some were taken already may be too few for their group now."""
        for each in applications:
            self.forgotten.add(each)
            self.applications.pop(each, None)
            self.gone.pop(each, None)
        self.frozen = told_of_enough(self.frozen, self.facts(report))

    def retain(self, since: datetime, report: Report) -> None:
        """Those that have ended, and not been touched since then, are forgotten, and counted before."""
        over = [known.look.stand.status == 0 and (known.look.updated or known.look.created) < since
                for known in self.applications.values()]
        self.frozen = frozen_with(self.frozen, self.facts(report), over)
        for each in [each for each, is_over in zip(self.applications, over, strict=True) if is_over]:
            self.forgotten.add(each)
            self.applications.pop(each)

    def facts(self, report: Report, run: Run | None = None) -> Facts:
        sights = [each for sights in self.sights.values() for each in sights]
        applications = [
            self.reader.application(known.record, known.first_seen)._replace(events=known.events)
            for known in self.applications.values()
        ]
        return Facts(list(self.postings.values()), sights, applications, run, report, self.frozen)


def is_only_in_other_languages(before: dict[str, str], now: dict[str, str]) -> bool:
    """The same stage, which some know in a language more or less."""
    both = before.keys() & now.keys()
    return bool(both) and all(before[locale] == now[locale] for locale in both)


def key(text: str) -> str:
    """A key as all forms of it are written in one."""
    return text.strip("{}").lower()


def key_of(record: Wire) -> Place:
    return key(record["vacancyId"]), key(record["mediaId"])
