#!/usr/bin/env python3
"""Makes a large lake, in the layout and with the types and the encoding of export. Every person in it is invented.

    $TOOLS_DIR/venv-bench/bin/python bench/mart_builds/lake.py LAKE APPLICATIONS POSTINGS
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

TEXT, WHOLE, NUMBER, TRUTH = pa.string(), pa.int64(), pa.int32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
TAIL = {"removed": TRUTH, "removed_at": INSTANT, "changed_seq": WHOLE, "row_hash": TEXT}
# the columns of each table, in their order
SCHEMAS = {
    "job_posting": {
        "vacancy_id": TEXT, "media_id": TEXT, "job_id": WHOLE, "posting_type": NUMBER, "stage": NUMBER, "title": TEXT,
        "title_localized": TEXT, "department_id": TEXT, "department": TEXT, "address": TEXT, "street": TEXT,
        "zip": TEXT, "city": TEXT, "country": TEXT, "latitude": pa.float64(), "longitude": pa.float64(),
        "created": INSTANT, "edited": INSTANT, "deadline": INSTANT, "time_zone": TEXT, "tags": TEXT, "facts": TEXT,
        "apply_url": TEXT, "ad_url": TEXT, "first_seen": INSTANT, **TAIL,
    },
    "application": {
        "application_id": TEXT, "application_number": TEXT, "vacancy_id": TEXT, "job_id": WHOLE, "candidate_key": TEXT,
        "created": INSTANT, "updated": INSTANT, "status": NUMBER, "stage": TEXT, "stage_localized": TEXT,
        "stage_kind": TEXT, "disqualify_reason": TEXT, "disqualify_reason_localized": TEXT, "reason_kind": TEXT,
        "source_name": TEXT, "source": TEXT, "first_seen": INSTANT, **TAIL,
    },
    "candidate": {
        "candidate_key": TEXT, "candidate_id": TEXT, "email": TEXT, "first_name": TEXT, "middle_name": TEXT,
        "last_name": TEXT, "first_seen": INSTANT, **TAIL,
    },
    "application_event": {
        "application_id": TEXT, "event_no": WHOLE, "vacancy_id": TEXT, "occurred": INSTANT, "observed": INSTANT,
        "previous_observed": INSTANT, "is_first_sight": TRUTH, "from_stage": TEXT, "to_stage": TEXT,
        "from_stage_kind": TEXT, "to_stage_kind": TEXT, "from_status": NUMBER, "to_status": NUMBER, **TAIL,
    },
    "application_month": {
        "group_key": TEXT, "month": TEXT, "department": TEXT, "city": TEXT, "furthest_stage_kind": TEXT,
        "outcome": TEXT, "reason_kind": TEXT, "is_eligible": TRUTH, "weeks": WHOLE, "applications": WHOLE, **TAIL,
    },
    "posting_event": {
        "vacancy_id": TEXT, "media_id": TEXT, "event_no": WHOLE, "event": TEXT, "is_first_sight": TRUTH,
        "observed": INSTANT, "changed_seq": WHOLE, "row_hash": TEXT,
    },
    "export_run": {"run_id": TEXT, "started": INSTANT, "as_of": INSTANT, "changed_seq": WHOLE, "row_hash": TEXT},
}

# Columns that nearly every row has another value of: export writes them without a dictionary, and texts of these
# without statistics
DISTINCT = {
    "application_id", "application_number", "candidate_key", "candidate_id", "email", "group_key", "row_hash",
    "created", "updated", "occurred",
}
# those that may be null; a column that may not be is one that its type in the file says so of
NULLABLE = {
    "job_id", "posting_type", "stage", "title_localized", "department_id", "department", "address", "street", "zip",
    "city", "country", "latitude", "longitude", "deadline", "time_zone", "tags", "facts", "apply_url", "ad_url",
    "removed_at", "application_number", "vacancy_id", "updated", "status", "stage_localized", "stage_kind",
    "disqualify_reason", "disqualify_reason_localized", "reason_kind", "source_name", "source", "candidate_id", "email",
    "first_name", "middle_name", "last_name", "previous_observed", "from_stage", "to_stage", "from_stage_kind",
    "to_stage_kind", "from_status", "to_status", "weeks", "as_of",
}
# rows that are written together
ROW_GROUP = 20_000

Columns = dict[str, Any]
HOUR = 3_600_000_000
DAY = 24 * HOUR
# 30 June 2026, 22:30 in UTC: a day later in Berlin
AS_OF = 1_782_858_600_000_000
# a little longer than the history that is told of
SPAN = 1130 * DAY
SLICE = 5000
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
CITIES = (
    "Aachen", "Bonn", "bonn", "Bremen", "Dortmund", "Essen", "Frankfurt am Main", "Freiburg im Breisgau", "Hamburg",
    "HAMBURG", "Hannover", "Jena", "Kassel", "Kiel", "Köln", "KÖLN", "Leipzig", "Lübeck", "Mainz", "Mannheim",
    "München", "Münster", "Nürnberg", "Rostock", "Stuttgart", "Ulm", "Utrecht", "Zwolle", "Aarhus C", None,
)
COUNTRIES = ("DE", "DE", "DE", None)
SOURCES = ("Career site", "Indeed", "LinkedIn", "Recommendation", "kliniken.example", "Agency", "other", None)
SHARES = (0.3, 0.2, 0.15, 0.1, 0.1, 0.01, 0.01, 0.13)
STAGES = ("New applications", "Screening", "Interview", "Trial day", "Offer", "Hired", "Talk with the board", None)
KINDS = ("applied", "shortlisted", "interview", "assessment", "offer", "hired", None, None)
REASONS = ("Requirements not met", "Position filled", "Application withdrawn", "other", None)
REASON_KINDS = ("employer", "filled", "candidate", "other", None)
# what retention has frozen of a month, department and city: furthest stage, outcome and reason
FROZEN = (
    ("applied", "rejected", "employer"), ("interview", "rejected", "filled"), ("unlisted", "withdrawn", "candidate"),
    ("applied", "other", "none"),
)
# of the runs, each night
NIGHT = 3 * HOUR


def array(values: Any, kind: Any) -> Any:
    """Instants are microseconds."""
    return pa.array(values, WHOLE).cast(kind) if kind == INSTANT else pa.array(values, kind)


def nightly(instants: Any) -> Any:
    """When the next run began."""
    return (instants - NIGHT) // DAY * DAY + DAY + NIGHT


def positions(counts: Any) -> Any:
    """0, 1, 2 and so on within each of groups of so many."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1]) - np.repeat(ends - counts, counts)


def months() -> list[str]:
    """Those of the last three years up to AS_OF."""
    return [f"{2023 + (6 + each) // 12}-{(6 + each) % 12 + 1:02d}" for each in range(36)]


class Maker:
    """Makes one, the same each time."""

    def __init__(self, applications: int, postings: int) -> None:
        self.applications, self.postings = applications, postings
        self.chance = np.random.default_rng(1)
        self.seq = 1

    def numbers(self, count: int) -> Any:
        """Of changes, slice by slice."""
        found = self.seq + np.arange(count) // SLICE
        self.seq = int(found[-1]) + 1 if count else self.seq
        return found

    def identities(self, count: int) -> list[str]:
        halves = self.chance.integers(0, 1 << 63, size=(count, 2)).tolist()
        return [f"{first:016x}{second:016x}" for first, second in halves]

    def picked(self, values: Sequence[Any], count: int, shares: Sequence[float] | None = None) -> Any:
        """Places among the values."""
        return self.chance.choice(len(values), size=count, p=shares)

    def before(self, ends: Any, span: int, count: int) -> Any:
        return ends - self.chance.integers(0, span, size=count)

    def write(self, lake: Path) -> None:
        for table, columns in self.first():
            self.file(lake, table, columns, 0)
        changed = self.seq
        for table, columns in self.later():
            self.file(lake, table, columns, changed)

    def file(self, lake: Path, table: str, columns: Columns, after: int) -> None:
        count = len(next(iter(columns.values())))
        schema = pa.schema([pa.field(name, kind, name in NULLABLE) for name, kind in SCHEMAS[table].items()])
        hashes = [f"{each:016x}" for each in self.chance.integers(0, 1 << 63, size=count).tolist()]
        whole = {"removed": np.zeros(count, bool), "row_hash": hashes, **columns}
        arrays = [array(whole[name], kind) if name in whole else pa.nulls(count, kind)
                  for name, kind in SCHEMAS[table].items()]
        folder = lake / table / "changes"
        folder.mkdir(parents=True, exist_ok=True)
        told = [name for name, kind in SCHEMAS[table].items() if not (name in DISTINCT and kind == TEXT)]
        pq.write_table(
            pa.Table.from_arrays(arrays, schema=schema), folder / f"{after}-{self.seq}.parquet", compression="zstd",
            row_group_size=ROW_GROUP, write_statistics=told, use_dictionary=[
                name for name in SCHEMAS[table] if name not in DISTINCT],
        )

    def first(self) -> list[tuple[str, Columns]]:
        """All as it was first seen."""
        self.vacancies = self.identities(self.postings)
        self.rows = self.posting_rows()
        self.people = self.identities(self.applications * 4 // 5)
        self.sent = self.application_rows()
        return [
            ("job_posting", self.rows), ("posting_event", self.sights()), ("application", self.sent),
            ("application_event", self.events()), ("application_month", self.frozen()),
            ("candidate", self.candidates()), ("export_run", self.run("first")),
        ]

    def later(self) -> list[tuple[str, Columns]]:
        """What has changed since: a tenth of the postings is gone, of applications a twentieth has moved on, and one
        of a hundred was deleted."""
        gone = self.some(self.rows, 10)
        gone["removed"], gone["removed_at"] = np.ones(len(gone["vacancy_id"]), bool), [AS_OF] * len(gone["vacancy_id"])
        moved = self.some(self.sent, 20)
        count = len(moved["application_id"])
        moved["status"] = np.zeros(count, int)
        moved["removed"] = np.arange(count) % 5 == 0
        for columns in (gone, moved):
            columns["changed_seq"] = self.numbers(len(columns["changed_seq"]))
        return [("job_posting", gone), ("application", moved), ("export_run", self.run("last"))]

    def some(self, columns: Columns, every: int) -> Columns:
        return {name: values[::every] for name, values in columns.items()}

    def posting_rows(self) -> Columns:
        # a fifth stands in two media
        places = np.concatenate([np.arange(self.postings), np.arange(0, self.postings, 5)])
        count = len(places)
        medium = np.concatenate([np.zeros(self.postings, int), np.ones(count - self.postings, int)])
        created = self.before(AS_OF, SPAN, count)
        department = self.chance.integers(0, 60, size=count)
        return {
            "vacancy_id": [self.vacancies[place] for place in places], "media_id": [MEDIA[each] for each in medium],
            "job_id": places, "posting_type": self.chance.choice([0, 0, 0, 0, 1, 7], size=count),
            "stage": self.chance.choice([1, 1, 2], size=count), "title": [f"Vacancy {place}" for place in places],
            "department": [f"Department {each}" if each else None for each in department],
            "city": [CITIES[each] for each in self.picked(CITIES, count)],
            "country": [COUNTRIES[each] for each in self.picked(COUNTRIES, count)],
            "created": created, "edited": created + self.chance.integers(0, 30 * DAY, size=count),
            "first_seen": created + HOUR, "changed_seq": self.numbers(count),
        }

    def sights(self) -> Columns:
        """Online, offline, online again."""
        count = len(self.rows["vacancy_id"])
        turns = np.arange(3 * count)
        of, number = turns // 3, turns % 3
        return {
            "vacancy_id": [self.rows["vacancy_id"][each] for each in of],
            "media_id": [self.rows["media_id"][each] for each in of], "event_no": number + 1,
            "event": [("published", "unpublished")[each % 2] for each in number], "is_first_sight": number == 0,
            "observed": self.rows["first_seen"][of] + number * 20 * DAY, "changed_seq": self.numbers(3 * count),
        }

    def application_rows(self) -> Columns:
        count = self.applications
        # some vacancies have hundreds of times as many as others
        vacancy = np.minimum((self.chance.pareto(1.2, size=count) * self.postings / 20).astype(int), self.postings + 40)
        known = [*self.vacancies, *([None] * 30), *self.identities(11)]
        self.stage = stage = self.picked(STAGES, count)
        reason = self.picked(REASONS, count, (0.3, 0.2, 0.15, 0.05, 0.3))
        created = np.sort(self.before(AS_OF + HOUR, SPAN, count))
        localized = [json.dumps({"en-GB": text}) if text else None for text in STAGES]
        return {
            "application_id": self.identities(count), "application_number": self.identities(count),
            "vacancy_id": [known[each] for each in vacancy], "job_id": vacancy,
            "candidate_key": [self.people[each] for each in self.chance.integers(0, len(self.people), size=count)],
            "created": created, "updated": created + DAY, "status": self.chance.choice([0, 0, 1, 1, 1], size=count),
            "stage": [STAGES[each] for each in stage], "stage_localized": [localized[each] for each in stage],
            "stage_kind": [KINDS[each] for each in stage], "disqualify_reason": [REASONS[each] for each in reason],
            "reason_kind": [REASON_KINDS[each] for each in reason],
            "source_name": [SOURCES[each] for each in self.picked(SOURCES, count, SHARES)],
            "first_seen": created + self.chance.choice([HOUR // 2, HOUR, 5 * HOUR, 50 * HOUR], size=count),
            "changed_seq": self.numbers(count),
        }

    def events(self) -> Columns:
        """First sight, and up to three moves, of each application but every hundredth, which has none. The last leads
        to where the application is. One of twenty was seen first long after it was made."""
        of = np.flatnonzero(np.arange(self.applications) % 100)
        moves = self.chance.choice([0, 1, 2, 3], size=len(of), p=(0.25, 0.45, 0.22, 0.08))
        places, number = np.repeat(of, moves + 1), positions(moves + 1)
        count, is_first = len(places), number == 0
        is_last = np.append(is_first[1:], True)
        created = self.sent["created"][places]
        # moves lie between creation and now, in their order
        share = np.sort(self.chance.random((len(of), 4)), axis=1)[np.repeat(np.arange(len(of)), moves + 1), number]
        late = np.repeat(self.chance.random(len(of)) < 0.05, moves + 1)
        occurred = np.where(is_first, created, created + ((AS_OF - created).clip(0) * share).astype(int))
        observed = nightly(np.where(is_first & late, occurred + 60 * DAY, occurred))
        # what the source says of the time of a change is older for some
        occurred = np.where(self.chance.random(count) < 0.2, occurred - 3 * DAY, occurred)
        stage = np.where(is_last, self.stage[places], self.picked(STAGES, count))
        status = np.where(is_last, self.sent["status"][places], 1)
        before = [None if first else each for first, each in zip(is_first, np.append([0], stage[:-1]), strict=True)]
        return {
            "application_id": [self.sent["application_id"][each] for each in places], "event_no": number + 1,
            "vacancy_id": [self.sent["vacancy_id"][each] for each in places],
            "occurred": np.where(is_first, created, occurred), "observed": observed, "is_first_sight": is_first,
            "previous_observed": [
                None if first else each - DAY for first, each in zip(is_first, observed, strict=True)
            ],
            "from_stage": [None if each is None else STAGES[each] for each in before],
            "from_stage_kind": [None if each is None else KINDS[each] for each in before],
            "from_status": [None if first else 1 for first in is_first],
            "to_stage": [STAGES[each] for each in stage], "to_stage_kind": [KINDS[each] for each in stage],
            "to_status": status, "changed_seq": self.numbers(count),
        }

    def frozen(self) -> Columns:
        """Of each month, some departments and cities, and what was folded."""
        rows = [
            (month, f"Department {department}", CITIES[department], *FROZEN[department % len(FROZEN)], weeks)
            for month in months() for department in range(1, 20) for weeks in (None, 1, 5)
        ]
        folded = ("small groups", "small groups", *FROZEN[0])
        rows += [(month, *folded, weeks) for month in months() for weeks in (None, 0, 9)]
        month, department, city, furthest, outcome, reason, weeks = map(list, zip(*rows, strict=True))
        return {
            "group_key": self.identities(len(rows)), "month": month, "department": department, "city": city,
            "furthest_stage_kind": furthest, "outcome": outcome, "reason_kind": reason, "weeks": weeks,
            "is_eligible": [each is not None for each in weeks],
            "applications": self.chance.integers(1, 40, size=len(rows)), "changed_seq": self.numbers(len(rows)),
        }

    def candidates(self) -> Columns:
        count = len(self.people)
        return {"candidate_key": self.people, "first_seen": self.before(AS_OF, SPAN, count),
                "changed_seq": self.numbers(count)}

    def run(self, name: str) -> Columns:
        return {"run_id": [name], "started": [AS_OF], "as_of": [AS_OF], "changed_seq": self.numbers(1)}


def main(arguments: list[str]) -> int:
    folder, applications, postings = arguments
    Maker(int(applications), int(postings)).write(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
