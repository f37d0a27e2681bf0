"""What is known: postings, when they were seen online, applications, the last export, and how the report is set."""

from collections.abc import Sequence
from datetime import date, datetime, timezone
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

Row = dict[str, object]
# the label of what is missing
NONE = "none"


class Posting(NamedTuple):
    """A vacancy in one medium, as it was last seen."""

    vacancy: str
    medium: str
    job_id: int | None
    type_number: int | None
    stage: int | None
    title: str
    department_id: str | None
    department: str | None
    city: str | None
    country: str | None
    created: datetime
    edited: datetime
    deadline: datetime | None
    first_seen: datetime
    is_removed: bool = False

    @property
    def is_published(self) -> bool:
        return self.stage == 1 and not self.is_removed


class Sight(NamedTuple):
    """A posting went online, or offline."""

    vacancy: str
    medium: str
    number: int
    is_published: bool
    is_first: bool
    observed: datetime


class Application(NamedTuple):
    """One that is there."""

    vacancy: str | None
    candidate: str
    created: datetime
    status: int | None
    has_stage: bool
    stage_kind: str | None
    has_reason: bool
    reason_kind: str | None
    source: str | None
    first_seen: datetime
    has_history: bool = True

    @property
    def end(self) -> str:
        """How it ended: hired, rejected, withdrawn, or open where it did not, as far as anybody knows."""
        if self.reason_kind == "candidate":
            return "withdrawn"
        if self.has_reason:
            return "rejected"
        return "hired" if self.status == 1 and self.stage_kind == "hired" else "open"


class Run(NamedTuple):
    """The last export."""

    run_id: str
    started: datetime
    as_of: datetime | None


class Report(NamedTuple):
    """How the report is set."""

    zone: str = "Europe/Berlin"
    min_group: int = 5
    months: int = 36
    compares_departments: bool = False

    @property
    def settings(self) -> dict[str, str]:
        """As dbt's entrypoint takes them."""
        return {
            "REPORT_TIME_ZONE": self.zone, "REPORT_MIN_GROUP": str(self.min_group),
            "REPORT_HISTORY_MONTHS": str(self.months),
            "REPORT_COMPARE_DEPARTMENTS": "true" if self.compares_departments else "false",
        }


class Facts:
    """All of it, with what every mart asks for."""

    def __init__(
        self, postings: Sequence[Posting], sights: Sequence[Sight], applications: Sequence[Application],
        run: Run | None, report: Report,
    ) -> None:
        self.postings, self.sights, self.applications = postings, sights, applications
        self.run, self.report = run, report
        self.zone = ZoneInfo(report.zone)

    def civil(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    @cached_property
    def as_of_on(self) -> date | None:
        return self.civil(self.run.as_of) if self.run and self.run.as_of else None

    @cached_property
    def history_begins_on(self) -> date | None:
        if self.as_of_on is None:
            return None
        months = self.as_of_on.year * 12 + self.as_of_on.month - 1 - (self.report.months - 1)
        return date(months // 12, months % 12 + 1, 1)

    @cached_property
    def by_vacancy(self) -> dict[str, list[Posting]]:
        """All postings of each vacancy."""
        found: dict[str, list[Posting]] = {}
        for posting in self.postings:
            found.setdefault(posting.vacancy, []).append(posting)
        return found

    def row_of(self, application: Application) -> str:
        """The vacancy that it is counted with."""
        known = application.vacancy is not None and application.vacancy in self.by_vacancy
        return application.vacancy if known and application.vacancy is not None else NONE


def speaker(postings: Sequence[Posting]) -> Posting:
    """The posting that speaks for its vacancy: one that is there, then one online, then the one edited last, then by
    medium."""
    return min(postings, key=lambda each: (
        each.is_removed, not each.is_published, -each.edited.timestamp(), each.medium
    ))


def type_name(posting: Posting) -> str:
    if posting.type_number is None:
        return NONE
    return {0: "job", 1: "talent_pool"}.get(posting.type_number, "unknown")


def on(day: date | None) -> str | None:
    """As marts are read: a date."""
    return None if day is None else day.isoformat()


def at(instant: datetime | None) -> str | None:
    """As marts are read: an instant, in UTC, with microseconds."""
    if instant is None:
        return None
    return instant.astimezone(timezone.utc).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
