"""A lake by chance, out of a seed: each cell of each mart hangs on something in it that could be counted wrongly."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from marts.expected.applications import SMALL
from marts.expected.facts import NONE, NOWHERE, Report, Stand
from marts.lakes.tables import Row, Tables
from marts.lakes.ways import Renamed, Walker, named
from marts.lakes.ways import row as sight

EDGE = "edge"
DAY, HOUR, INSTANT = timedelta(days=1), timedelta(hours=1), timedelta(microseconds=1)
MEDIA = ("intranet", "site", "social")
CITIES = ("Köln", "köln", "KÖLN ", "Bad  Ems", "Bad Ems", " bad ems", "Århus", "ÅRHUS", "none", None, None)
COUNTRIES = ("DE", "DE", "DK", None)
DEPARTMENTS = ("Ward 1", "Ward 1", "ward 1", None)
SOURCES = ("Career site", "Indeed", "LinkedIn", "other", None)
# of an application: status, stage, its kind, reason, its kind
STATES = (
    (1, "New", "applied", None, None), (1, "Hired", "hired", None, None), (0, "Hired", "hired", None, None),
    (1, "Hired", "hired", "Licence", "employer"), (0, "Talk", "interview", "Withdrew", "candidate"),
    (0, "New", "applied", "Filled", "filled"), (1, "Talk", "interview", "Withdrew", "candidate"),
    (0, "Trial", None, "other", "other"), (None, None, None, None, None), (-1, "Trial", None, None, None),
)
# how long after its creation an application was first seen: at the edge of what counts as late, and before its time
GAPS = (
    -5 * HOUR, timedelta(0), HOUR - INSTANT, HOUR, 5 * HOUR, 47 * HOUR, 48 * HOUR, 48 * HOUR + INSTANT, 49 * HOUR,
    90 * DAY,
)
# where days, weeks and summer time begin and end, in Berlin
EDGES = (
    "2026-03-29 00:59:59", "2026-03-28 23:00:00", "2026-03-28 22:59:59", "2026-03-29 21:59:59", "2026-03-29 22:00:00",
    "2025-10-25 21:59:59", "2025-10-25 22:00:00", "2025-10-26 22:59:59", "2025-10-26 23:00:00", "2025-12-28 23:30:00",
    "2026-01-04 22:59:59", "2026-01-04 23:00:00", "2025-10-31 22:59:59", "2025-10-31 23:00:00", "2025-12-31 23:00:00",
    "2026-03-31 21:59:59", "2026-03-31 22:00:00", "2026-04-01 21:59:59", "2026-04-01 22:00:00", "2026-03-25 22:59:59",
    "2026-03-25 23:00:00", "2026-03-04 23:00:00", "2026-03-04 22:59:59",
)
# 00:30 on the first of April in Berlin, a Wednesday
AS_OF = datetime(2026, 3, 31, 22, 30, tzinfo=timezone.utc)
# begins with the first of November, a Saturday
REPORT = Report(months=6)
# of those that retention took: before the history, in it, and after it
MONTHS = ("2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
# one in words of the same kind, and one that nobody has listed
RENAMED = (
    Renamed(Stand("Talk", "interview", None), Stand("Conversation", "interview", None), AS_OF - 40 * DAY),
    Renamed(Stand("New", "applied", None), Stand("Inbox", None, None), AS_OF - 12 * DAY),
)


def state(values: Sequence[Any]) -> Row:
    """One of STATES, by column."""
    return dict(zip(("status", "stage", "stage_kind", "disqualify_reason", "reason_kind"), values, strict=True))


def edge(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


class Maker:
    """Rows, as they are added. `seq` numbers the changes."""

    def __init__(self) -> None:
        self.seq = 0
        self.tables: Tables = {name: [] for name in (
            "job_posting", "application", "candidate", "application_event", "posting_event", "export_run",
            "application_month")}

    def add(self, table: str, **row: object) -> None:
        self.seq += 1
        never_removed = table in ("posting_event", "export_run")
        self.tables[table].append({**({} if never_removed else {"removed": False}), **row, "changed_seq": self.seq})


class Chance(Maker):
    """Rows by chance."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.random = random.Random(seed)
        self.walker = Walker(self.random, AS_OF, RENAMED)
        self.events: list[Row] = []

    def one_of(self, values: Sequence[Any]) -> Any:
        return self.random.choice(values)

    def instant(self) -> datetime:
        """At an edge, or anywhere near."""
        if self.random.random() < 0.3:
            return edge(self.one_of(EDGES))
        # the weeks that there are most of, which are full
        return AS_OF - timedelta(seconds=self.random.triangular(-DAY.total_seconds(), 200 * DAY.total_seconds(), 0))

    def posting(self, vacancy: str, medium: str, city: str | None, country: str | None) -> None:
        row: Row = {
            "vacancy_id": vacancy, "media_id": medium, "job_id": self.random.randrange(9), "posting_type":
            self.one_of((0, 0, 0, 1, 7, None)), "stage": self.one_of((1, 1, 2, 7, None)), "title":
            f"{vacancy} in {medium}", "department_id": self.one_of(("d1", None)), "department":
            self.one_of(DEPARTMENTS), "city": city, "country": country, "created": self.instant(), "edited":
            self.one_of((edge(EDGES[3]), self.instant())), "deadline": self.one_of((None, self.instant())),
            "first_seen": self.instant(),
        }
        if self.random.random() < 0.3:
            self.add("job_posting", **{**row, "city": "Elsewhere", "stage": 1, "title": "before"})
        self.add("job_posting", **row)
        if self.random.random() < 0.3:
            self.add("job_posting", **row, removed=True, removed_at=AS_OF)

    def sights(self, vacancy: str, medium: str) -> None:
        """Turns about, beginning with published; the first time in view, or not."""
        instants = sorted(self.instant() for _ in range(self.random.randrange(5)))
        is_first = self.one_of((True, False))
        for number, observed in enumerate(instants):
            self.add("posting_event", vacancy_id=vacancy, media_id=medium, event_no=self.seq + 1,
                     event=("published", "unpublished")[number % 2], is_first_sight=is_first and number == 0,
                     observed=observed)

    def just_enough(self) -> None:
        """A vacancy whose outcomes, and a week whose source, can just be told of: by people who did nothing else."""
        row = {"vacancy_id": EDGE, "media_id": "site", "stage": 1, "title": EDGE, "department": EDGE, "city": EDGE,
               "posting_type": 0}
        self.add("job_posting", **row, created=AS_OF - 90 * DAY, edited=AS_OF - 90 * DAY, first_seen=AS_OF - 90 * DAY)
        for number in range(REPORT.min_group):
            created = AS_OF - 20 * DAY - number * HOUR
            self.add("candidate", candidate_key=f"{EDGE} {number}", first_seen=created)
            name, at = f"{EDGE} {number}", state(STATES[number])
            self.add(
                "application", application_id=name, vacancy_id=EDGE, source_name="Indeed", candidate_key=name,
                created=created, first_seen=created, **at,
            )
            stand = Stand(at["stage"], at["stage_kind"], at["status"])
            self.events.append({"application_id": name, "vacancy_id": EDGE, "removed": False,
                                **sight(NOWHERE, stand, created, created, None)})
        # the small groups of the month are enough without them
        for outcome in ("rejected", "withdrawn"):
            self.add(
                "application_month", group_key=f"{EDGE} {outcome}", month="2026-03", department=SMALL, city=SMALL,
                furthest_stage_kind="applied", outcome=outcome, reason_kind="employer", is_eligible=True, weeks=1,
                applications=REPORT.min_group,
            )

    def application(self, number: int, vacancy: str | None) -> None:
        name, created = f"a{number}", self.instant()
        gap = self.one_of(GAPS) if self.random.random() < 0.5 else HOUR
        way = self.walker.way(created, created + gap)
        reason, kind = self.walker.reason(way.stand)
        row: Row = {
            "application_id": name, "vacancy_id": vacancy, "candidate_key": f"c{number - number % 2}",
            "created": created, "first_seen": created + gap + self.one_of((timedelta(0), HOUR)),
            "source_name": self.one_of(SOURCES), **named(way.stand), "disqualify_reason": reason, "reason_kind": kind,
        }
        if self.random.random() < 0.2:
            self.add("application", **{**row, "source_name": "before", "vacancy_id": "v0"})
        self.add("candidate", candidate_key=row["candidate_key"], first_seen=row["first_seen"])
        versions = [row]
        if self.random.random() < 0.1:
            versions.append({**row, "removed": True, "removed_at": AS_OF})
            if self.random.random() < 0.3:
                versions.append(row)
        has_history = self.random.random() < 0.9
        for version in versions:
            self.add("application", **version)
        if has_history:
            common = {"application_id": name, "vacancy_id": vacancy, "removed": versions[-1].get("removed", False)}
            self.events += [{**common, **event} for event in way.events]

    def all_events(self) -> None:
        """Numbered as they were seen."""
        for number, event in enumerate(sorted(self.events, key=lambda event: event["observed"]), 1):
            if self.random.random() < 0.2:
                self.add("application_event", **{**event, "event_no": number, "removed": False, "to_stage": "before"})
            self.add("application_event", **event, event_no=number)

    def taken(self, number: int) -> None:
        """Some that retention took, of groups that others are in as well, or of which it had taken too few."""
        is_small, is_eligible = self.random.random() < 0.2, self.random.random() < 0.7
        row: Row = {
            "group_key": f"g{number}", "month": self.one_of(MONTHS),
            "department": SMALL if is_small else self.one_of(DEPARTMENTS) or NONE,
            "city": SMALL if is_small else self.one_of(CITIES) or NONE,
            "furthest_stage_kind": self.one_of(("applied", "interview", "offer", "unlisted", "none")),
            "outcome": self.one_of(("rejected", "rejected", "withdrawn", "other")), "reason_kind":
            self.one_of(("employer", "candidate", "none")), "is_eligible": is_eligible,
            "weeks": self.random.randrange(9) if is_eligible else None, "applications": self.one_of((1, 1, 2, 3, 6)),
        }
        self.add("application_month", **row)
        if self.random.random() < 0.2:
            self.add("application_month", **{**row, "applications": 99})
            gone = self.random.random() < 0.5
            self.add("application_month", **row, **({"removed": True, "removed_at": AS_OF} if gone else {}))


def chance(seed: int, vacancies: int = 24, applications: int = 900, frozen: int = 60) -> Tables:
    it = Chance(seed)
    for number in range(vacancies):
        vacancy, city, country = f"v{number}", it.one_of(CITIES), it.one_of(COUNTRIES)
        for medium in it.random.sample(MEDIA, it.one_of((1, 1, 2, 3))):
            it.posting(vacancy, medium, city, country)
            it.sights(vacancy, medium)
    for number in range(applications):
        # some have so many, and others so few
        vacancy = f"v{min(it.random.randrange(vacancies), it.random.randrange(vacancies))}"
        it.application(number, it.one_of((vacancy,) * 20 + (None, "unknown")))
    it.just_enough()
    it.all_events()
    for number in range(frozen):
        it.taken(number)
    # the last one is the one that came last, whenever it began
    runs = ((AS_OF - DAY, AS_OF), (AS_OF + DAY, AS_OF + DAY), (AS_OF, AS_OF - HOUR))
    for number, (as_of, started) in enumerate(runs):
        it.add("export_run", run_id=f"run {number}", started=started, as_of=as_of)
    return it.tables
