"""What is known: postings, when they were seen online, applications and their ways, what is left of those that
retention took, the last export, and how the report is set."""

from collections.abc import Sequence
from datetime import date, datetime, timezone
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

Row = dict[str, object]
# the label of what is missing
NONE = "none"
# of stages that the vocabulary has not
UNLISTED = "unlisted"


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


class Stand(NamedTuple):
    """Where an application stood: the label of its stage, the kind of that, and its status."""

    stage: str | None
    kind: str | None
    status: int | None

    @property
    def kind_name(self) -> str:
        return self.kind or (NONE if self.stage is None else UNLISTED)

    @property
    def state(self) -> str:
        """in, out or hired."""
        if self.status == 0 or self.kind == "disqualified":
            return "out"
        return "hired" if self.kind == "hired" else "in"

    @property
    def position(self) -> str:
        """out, or the kind of its stage."""
        return "out" if self.state == "out" else self.kind_name


NOWHERE = Stand(None, None, None)


class Event(NamedTuple):
    """An application was seen to stand elsewhere than before. `previous_observed` is when it was last read before."""

    number: int
    occurred: datetime
    observed: datetime
    previous_observed: datetime | None
    is_first_sight: bool
    before: Stand
    after: Stand


class Application(NamedTuple):
    """One that is there. `events` are in their order."""

    vacancy: str | None
    candidate: str
    created: datetime
    status: int | None
    stage: str | None
    stage_kind: str | None
    reason: str | None
    reason_kind: str | None
    source: str | None
    first_seen: datetime
    events: tuple[Event, ...] = ()

    @property
    def stands(self) -> Stand:
        return Stand(self.stage, self.stage_kind, self.status)

    @property
    def end(self) -> str:
        """How it ended: hired, rejected, withdrawn or other, or open where it did not, as far as anybody knows."""
        if self.reason_kind == "candidate":
            return "withdrawn"
        if self.reason is not None or self.stage_kind == "disqualified":
            return "rejected"
        if self.status == 0:
            return "other"
        return "hired" if self.status == 1 and self.stage_kind == "hired" else "open"


class Frozen(NamedTuple):
    """What is left of applications that retention took: of a month, a department and a city, alike in all else. `weeks`
    are whole ones up to their end."""

    month: date
    department: str
    city: str
    furthest: str
    outcome: str
    reason_kind: str
    is_eligible: bool
    weeks: int | None
    applications: int


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
        run: Run | None, report: Report, frozen: Sequence[Frozen] = (),
    ) -> None:
        self.postings, self.sights, self.applications = postings, sights, applications
        self.run, self.report, self.frozen = run, report, frozen
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

    def place_of(self, application: Application) -> tuple[str, str]:
        """Department and city of its vacancy."""
        vacancy = self.row_of(application)
        if vacancy == NONE:
            return NONE, NONE
        it = speaker(self.by_vacancy[vacancy])
        return it.department or NONE, it.city or NONE


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
