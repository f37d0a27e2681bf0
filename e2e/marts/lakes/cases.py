"""A lake of cases that are easily counted wrongly: each is a department of its own, in which a few plain applications
make enough for it to be told of."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

from marts.expected.applications import SMALL
from marts.expected.facts import NONE, NOWHERE, Report, Stand
from marts.lakes.chance import Maker
from marts.lakes.few import posting
from marts.lakes.tables import Tables
from marts.lakes.ways import row as event

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AS_OF = datetime(2026, 11, 2, 12, 0, tzinfo=timezone.utc)
REPORT = Report(compares_departments=True)
NEW, TALK, OFFER, HIRED = (Stand(*each, 1) for each in (
    ("New", "applied"), ("Talk", "interview"), ("Offer", "offer"), ("Hired", "hired")))
OUT, NO, UNLISTED, STAGELESS = (
    NEW._replace(status=0), Stand("No", "disqualified", 1), Stand("?", None, 1), Stand(None, None, 1))
SCREENED = Stand("Call", "phone_screen", 1)
LICENCE, SELDOM, WITHDREW = ("Licence", "employer"), ("Seldom", "employer"), ("Withdrew", "candidate")
NO_REASON = (None, None)
# half past twelve in the night in Berlin, around those in which an hour is missing and one is there twice
SPRING = (datetime(2026, 3, 27, 23, 30, tzinfo=timezone.utc), datetime(2026, 3, 29, 22, 30, tzinfo=timezone.utc))
AUTUMN = (datetime(2026, 10, 23, 22, 30, tzinfo=timezone.utc), datetime(2026, 10, 25, 23, 30, tzinfo=timezone.utc))
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=timezone.utc)
Step = tuple[timedelta, Stand]
Reason = tuple[str | None, str | None]


class Cases(Maker):
    """Applications as they are added, with their events in the order in which they were seen."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def application(
        self, vacancy: str | None, steps: Sequence[Step], reason: Reason = NO_REASON, created: datetime = MONDAY,
        person: str | None = None,
    ) -> None:
        """By a person of its own, unless one is given. Steps say how long after its creation it was seen to stand
        where; it was read a day before each but the first."""
        self.count += 1
        name, stand = f"a{self.count}", NOWHERE
        for number, (later, now) in enumerate(steps):
            at = created + later
            seen = event(stand, now, at, created if not number else at, None if not number else at - DAY)
            self.add("application_event", application_id=name, event_no=self.seq + 1, vacancy_id=vacancy, **seen)
            stand = now
        first_seen = created + (steps[0][0] if steps else DAY)
        self.add("candidate", candidate_key=person or name, first_seen=first_seen)
        self.add(
            "application", application_id=name, vacancy_id=vacancy, candidate_key=person or name, created=created,
            first_seen=first_seen, stage=stand.stage, stage_kind=stand.kind, status=stand.status,
            disqualify_reason=reason[0], reason_kind=reason[1],
        )

    def plain(self, vacancy: str | None, count: int = 6, created: datetime = MONDAY) -> None:
        """Every other one was turned down after as many days as there were before it, the others are open."""
        for number in range(count):
            is_out = number % 2 == 0
            out = [(number * DAY + 2 * HOUR, OUT)] if is_out else []
            self.application(vacancy, [(HOUR, NEW), *out], LICENCE if is_out else NO_REASON, created)

    def department(self, name: str, count: int = 6, created: datetime = MONDAY) -> str:
        posting(self, name, city=name)
        self.plain(name, count, created)
        return name

    def case(self, name: str, *steps: Step, reason: Reason = NO_REASON) -> None:
        self.application(self.department(name), steps, reason)


def ways(it: Cases) -> None:
    it.case("back-filled hire", (49 * HOUR, HIRED))
    it.case("hire seen just in time", (48 * HOUR, HIRED))
    it.case("hire", (HOUR, NEW), (20 * DAY, TALK), (30 * DAY, HIRED))
    # 28 days and 29 before as_of, that day included
    it.case("hired on the first of 28 days", (HOUR, NEW), (127 * DAY, HIRED))
    it.case("hired a day earlier", (HOUR, NEW), (126 * DAY, HIRED))
    it.case("revival", (HOUR, TALK), (9 * DAY, TALK), (12 * DAY, HIRED))
    it.case("re-entry", (HOUR, TALK), (3 * DAY, NEW), (5 * DAY, TALK), (9 * DAY, OFFER))
    it.case("skipped stage", (HOUR, NEW), (8 * DAY, OFFER))
    it.case("hired, then turned down", (HOUR, NEW), (8 * DAY, HIRED), (11 * DAY, HIRED._replace(status=0)),
            reason=LICENCE)
    it.case("hired, but for its reason", (HOUR, NEW), (8 * DAY, HIRED), reason=LICENCE)
    it.case("hired twice", (HOUR, NEW), (8 * DAY, HIRED), (9 * DAY, TALK), (15 * DAY, HIRED))
    it.case("turned down by its stage", (HOUR, NEW), (8 * DAY, NO))
    it.case("withdrawn", (HOUR, NEW), (8 * DAY, OUT), reason=WITHDREW)
    it.case("over without a word", (HOUR, NEW), (8 * DAY, OUT))
    it.case("out, in, and out again", (HOUR, NEW), (3 * DAY, OUT), (4 * DAY, TALK), (8 * DAY, OUT), reason=LICENCE)
    it.case("over when it was first seen", (5 * HOUR, OUT), reason=LICENCE)
    it.case("no stage", (HOUR, STAGELESS), (8 * DAY, STAGELESS._replace(status=0)), reason=LICENCE)
    it.case("not listed", (HOUR, UNLISTED), (8 * DAY, TALK), (9 * DAY, UNLISTED), (10 * DAY, OUT), reason=LICENCE)
    it.case("no history")


def places(it: Cases) -> None:
    it.department("two media")
    posting(it, "two media", "social", city="two media")
    it.department("gone")
    posting(it, "gone", city="gone", removed=True, removed_at=AS_OF)
    it.department("talent pool")
    posting(it, "talent pool", city="talent pool", posting_type=1)
    it.plain(None)
    for size in (4, 5):
        it.department(f"group of {size}", size)
    for name in ("three people", "three people, hired"):
        posting(it, name)
    for number in range(6):
        # enough of them, and not of people: neither of the group, nor of its stage, its reason and its hires
        person, out = f"person {number % 3}", [(2 * DAY, SCREENED._replace(status=0))] if number else []
        it.application("three people", [(HOUR, SCREENED), *out], SELDOM if number else NO_REASON, person=person)
        it.application("three people, hired", [(HOUR, NEW), (3 * DAY, HIRED)], person=person)
    posting(it, "all open")
    posting(it, "all turned down")
    for number in range(5):
        it.application("all open", [(HOUR, NEW)])
        it.application("all turned down", [(HOUR, NEW), (number * DAY, OUT)], LICENCE)


def nights(it: Cases) -> None:
    for name, (begin, end) in (("spring", SPRING), ("autumn", AUTUMN)):
        vacancy = it.department(name, created=begin)
        it.application(vacancy, [(timedelta(0), NEW), (end - begin, TALK), (end - begin + DAY, HIRED)], created=begin)


def renamed(it: Cases) -> None:
    """So many of so many go over to a label that nobody has seen, on one day."""
    for name, moving, staying in (
        ("more than half", 6, 5), ("half", 5, 5), ("too few to be sure", 4, 0), ("not all at once", 5, 0),
    ):
        was, now = Stand(f"{name} before", "interview", 1), Stand(f"{name} after", None, 1)
        posting(it, name)
        if name == "not all at once":
            # nor was it new on that day
            it.application(name, [(HOUR, was), (2 * DAY, now)])
        for _ in range(staying):
            it.application(name, [(HOUR, was), (20 * DAY, HIRED)])
        for number in range(moving):
            it.application(name, [(HOUR, was), (6 * DAY, now), *afterwards(was, now)[number:number + 1]])


def afterwards(was: Stand, now: Stand) -> Sequence[Step]:
    """Where it got another name, each goes on from where it stood before."""
    return (
        (12 * DAY, was._replace(stage="Talk")), (12 * DAY, now), (12 * DAY, now._replace(status=0)), (13 * DAY, HIRED),
        (13 * DAY, NEW), (13 * DAY, HIRED),
    )


def renamed_and_more(it: Cases) -> None:
    """Some of those who went over were turned down at once. They are more than half of the others because some had left
    before, for no stage at all."""
    was, now = Stand("Before", "interview", 1), Stand("After", "shortlisted", 1)
    posting(it, "renamed and more")
    for number in range(11):
        steps: list[Step] = [(HOUR, was)]
        if number < 5:
            steps += [(6 * DAY, now._replace(status=0 if number < 2 else 1)), (9 * DAY, HIRED)][:number + 1]
        elif number < 8:
            steps += [(3 * DAY, STAGELESS), (10 * DAY, was)][:number - 5]
        it.application("renamed and more", steps, LICENCE if steps[-1][1].status == 0 else NO_REASON)


def more_than_a_name(it: Cases) -> None:
    """So many of so many go over to a label that nobody has seen, on one day, and it is no other name."""
    for name, was, now in (
        ("a way out", Stand("waits", None, 1), Stand("gone", None, 0)),
        ("a way out by its kind", Stand("waits still", None, 1), Stand("turned down", "disqualified", 1)),
        ("another kind", Stand("talks", "interview", 1), Stand("deals", "offer", 1)),
    ):
        posting(it, name)
        for number in range(9):
            goes, is_out = number < 6, now.status == 0 or now.kind == "disqualified"
            steps = [(HOUR, was), *([(6 * DAY, now)] if goes else [])]
            it.application(name, steps, LICENCE if goes and is_out else NO_REASON)
    # nobody was called so when the day began
    was, now = Stand("came", None, 1), Stand("stays", "interview", 1)
    posting(it, "more than were there")
    for _ in range(9):
        it.application("more than were there", [(HOUR, NEW), (6 * DAY, was), (6 * DAY + HOUR, now)])


def hired_lately(it: Cases) -> None:
    """In one department one was hired earlier than the others, in another so many that nothing follows of one."""
    for name, earlier in (("one earlier", 1), ("five earlier", 5)):
        posting(it, name)
        for number in range(5 + earlier):
            days = number + (130 if number < 5 else 100)
            it.application(name, [(HOUR, NEW), (days * DAY, HIRED)])


def taken(it: Cases) -> None:
    """What retention took makes a group large enough, or is the rest of one, or of it nobody knows the group."""
    it.department("joined", 2)
    # with those that were folded before, the two of this month are enough: the five stay by themselves
    it.department("two of July", 2, MONDAY + 40 * DAY)
    it.department("five of July", 5, MONDAY + 40 * DAY)
    for number, (month, department, city, count, weeks) in enumerate((
        ("2026-06", "joined", "joined", 4, 3), ("2026-06", "taken", "taken", 3, 0), ("2026-06", "taken", "taken", 3, 5),
        ("2026-06", SMALL, SMALL, 2, 1), ("2026-06", "too few", NONE, 2, None), ("2026-07", SMALL, SMALL, 5, 2),
        ("2026-07", SMALL, SMALL, 4, 5),
    )):
        it.add(
            "application_month", group_key=f"g{number}", month=month, department=department, city=city,
            furthest_stage_kind="interview", outcome="withdrawn" if weeks == 5 else "rejected",
            reason_kind="employer", is_eligible=weeks is not None, weeks=weeks, applications=count,
        )


ALL: tuple[Callable[[Cases], None], ...] = (
    ways, places, nights, renamed, renamed_and_more, more_than_a_name, hired_lately, taken)


def cases(as_of: datetime | None = AS_OF) -> Tables:
    """Without as_of no window was complete yet: then nothing is told of any day."""
    it = Cases()
    for each in ALL:
        each(it)
    number_by_time(it)
    it.add("export_run", run_id="only", started=AS_OF, as_of=as_of)
    return it.tables


def left_over() -> Tables:
    """Of departments that are compared, one has so few that another one has to join it, and a third one has not."""
    it = Cases()
    for name, count in (("two", 4), ("five", 10), ("six", 12)):
        it.department(name, count)
    number_by_time(it)
    it.add("export_run", run_id="only", started=AS_OF, as_of=AS_OF)
    return it.tables


def number_by_time(it: Cases) -> None:
    """Events have the numbers of the runs that saw them, which rise with time."""
    ordered = sorted(it.tables["application_event"], key=lambda row: row["observed"])
    for number, row in enumerate(ordered, 1):
        row["event_no"] = number


def nothing() -> Tables:
    """Not even a run."""
    return Maker().tables


def one() -> Tables:
    """One application, and nothing else."""
    it = Cases()
    posting(it, "only")
    it.application("only", [(HOUR, NEW)])
    it.add("export_run", run_id="only", started=AS_OF, as_of=AS_OF)
    return it.tables
