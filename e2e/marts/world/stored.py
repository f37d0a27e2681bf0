"""What records of a rough world say.

How odd forms of dates, languages, addresses and keys are read is ingest's own subject, and has its tests there: these
fields are taken from the store. What state a record is in, and all that follows from it, is read here.
"""

import json
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from marts.expected.facts import Application, Posting
from marts.world import wire
from marts.world.history import key
from marts.world.vocabulary import Vocabulary
from marts.world.wire import Look, Wire

STATUSES = {"inactive": 0, "active": 1}
POSTING = (
    "select job_id, title, department_id, department, city, country, created, edited, deadline from posting "
    "where vacancy_id = ? and media_id = ?"
)
APPLICATION = (
    "select vacancy_id, candidate_key, created, updated, stage_localized, disqualify_reason_localized, source "
    "from application where id = ?"
)


class Stored:
    """Reads the records of a rough world, with the store that ingest has filled."""

    def __init__(self, vocabulary: Vocabulary, store: Path) -> None:
        self.vocabulary, self.store = vocabulary, store

    def row(self, sql: str, *values: str) -> tuple[Any, ...]:
        with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True)) as database:
            found: tuple[Any, ...] = database.execute(sql, values).fetchone()
            return found

    def posting(self, record: Wire, first_seen: datetime) -> Posting:
        vacancy, medium = key(record["vacancyId"]), key(record["mediaId"])
        *words, created, edited, deadline = self.row(POSTING, vacancy, medium)
        job, title, department_id, department, city, country = words
        return Posting(
            vacancy, medium, job, record["type"], record["stage"], title, department_id, department, city, country,
            wire.instant(created), wire.instant(edited), wire.instant(deadline) if deadline else None, first_seen,
        )

    def application(self, record: Wire, first_seen: datetime) -> Application:
        vacancy, person, created, _, stages, reasons, source = self.row(APPLICATION, key(record["id"]))
        sources = wire.source({"source": json.loads(source or "null")})
        kinds = self.vocabulary.kinds(labels(stages), labels(reasons), sources)
        return Application(vacancy, person, wire.instant(created), status(record), *kinds, first_seen)

    def look(self, record: Wire) -> Look:
        created, updated, stages = self.row(APPLICATION, key(record["id"]))[2:5]
        stand = self.vocabulary.stand(labels(stages), status(record))
        since = wire.instant(updated) if updated else None
        return Look(json.loads(stages or "{}"), stand, wire.instant(created), since)


def status(record: Wire) -> int | None:
    found = record["status"]
    return STATUSES[found.lower()] if isinstance(found, str) else found


def labels(localized: str | None) -> list[str]:
    found = json.loads(localized or "{}")
    return [found[locale] for locale in wire.in_order(found)]
