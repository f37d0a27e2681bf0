"""Ways whose end, spells and furthest stage one can see at a glance."""

from datetime import date, datetime, timedelta, timezone

import pytest

from marts.expected import durations, stages
from marts.expected.careers import Career, careers
from marts.expected.facts import NOWHERE, Application, Event, Facts, Report, Run, Stand
from marts.expected.renames import Rename, renames

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CREATED = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)
AS_OF = CREATED + 30 * DAY
NEW, TALK, HIRED = Stand("New", "applied", 1), Stand("Talk", "interview", 1), Stand("Hired", "hired", 1)
OUT, UNLISTED = NEW._replace(status=0), Stand("?", None, 1)
Step = tuple[float, Stand]


def application(*steps: Step, reason: str | None = None, kind: str | None = None, who: str = "a") -> Application:
    """Seen to stand so after so many days; read a day before each but the first."""
    stand = NOWHERE
    events: list[Event] = []
    for number, (days, now) in enumerate(steps):
        at = CREATED + days * DAY
        first = not events
        events.append(Event(
            number, CREATED if first else at, at, None if first else at - DAY, first, stand, now,
        ))
        stand = now
    return Application(
        None, who, CREATED, stand.status, stand.stage, stand.kind, reason, kind, None, CREATED, tuple(events))


def facts(*applications: Application, least: int = 5) -> Facts:
    return Facts([], [], applications, Run("r", AS_OF, AS_OF), Report(zone="UTC", min_group=least))


def career(*steps: Step, reason: str | None = None, kind: str | None = None) -> Career:
    return careers(facts(application(*steps, reason=reason, kind=kind)))[0]


@pytest.mark.parametrize(("steps", "reason", "kind", "outcome", "days", "eligible"), [
    ([(0, NEW)], None, None, "open", None, True),
    ([(0, NEW), (9, HIRED)], None, None, "hired", 9, True),
    # back-filled: when it was hired nobody knows
    ([(2.1, HIRED)], None, None, "hired", None, False),
    ([(2, HIRED)], None, None, "hired", 2, True),
    ([(3, NEW), (9, HIRED)], None, None, "hired", 9, False),
    # seen again as it was: no move, and no end
    ([(0, NEW), (4, NEW)], None, None, "open", None, True),
    ([(0, NEW), (4, HIRED), (6, HIRED)], None, None, "hired", 4, True),
    ([(0, NEW), (4, HIRED), (6, TALK), (8, HIRED)], None, None, "hired", 8, True),
    # hired, and turned down after all
    ([(0, NEW), (4, HIRED), (6, HIRED._replace(status=0))], "Licence", "employer", "rejected", 6, True),
    ([(0, NEW), (4, HIRED)], "Licence", "employer", "rejected", None, False),
    ([(0, NEW), (4, OUT), (5, NEW), (7, OUT)], "Licence", "employer", "rejected", 7, True),
    # out by its status, and later by its stage as well: it was out already
    ([(0, NEW), (4, OUT), (5, Stand("No", "disqualified", 0))], None, None, "rejected", 4, True),
    ([(0, NEW), (4, OUT)], "Left", "candidate", "withdrawn", 4, True),
    ([(0, NEW), (4, OUT)], None, None, "other", 4, True),
    ([], None, None, "open", None, False),
])
def test_an_end_is_the_last_entry_into_it(
    steps: list[Step], reason: str | None, kind: str | None, outcome: str, days: int | None, eligible: bool,
) -> None:
    found = career(*steps, reason=reason, kind=kind)
    assert (found.outcome, found.days, found.is_eligible) == (outcome, days, eligible)


@pytest.mark.parametrize(("steps", "reason", "spells"), [
    ([(0, NEW)], None, [("applied", "open", 30)]),
    ([(0, NEW), (3, TALK), (5, HIRED)], None, [("applied", "next", 3), ("interview", "next", 2)]),
    ([(0, TALK), (3, NEW), (5, TALK)], None,
     [("interview", "back", 3), ("applied", "next", 2), ("interview", "open", 25)]),
    # where it came from nobody saw
    ([(3, NEW), (4, TALK)], None, [("interview", "open", 26)]),
    ([(0, NEW), (3, UNLISTED), (4, OUT)], "Licence", [("applied", "next", 3), ("unlisted", "rejected", 1)]),
    ([(0, NEW), (4, OUT), (5, NEW), (7, OUT)], "Licence", [("applied", "other", 4), ("applied", "rejected", 2)]),
    # turned down without a move: how long it stood there nobody knows
    ([(0, NEW), (3, TALK)], "Licence", [("applied", "next", 3)]),
    # another stage of the same kind
    ([(0, TALK), (3, TALK._replace(stage="Second"))], None, [("interview", "open", 30)]),
])
def test_a_spell_is_from_move_to_move(
    steps: list[Step], reason: str | None, spells: list[tuple[str, str, int]],
) -> None:
    found = career(*steps, reason=reason, kind=reason and "employer").spells
    assert [(spell.kind, spell.exit, spell.days) for spell in found] == spells


@pytest.mark.parametrize(("steps", "kind"), [
    ([(0, NEW), (3, TALK), (5, NEW)], "interview"),
    ([(0, UNLISTED), (3, Stand("No", "disqualified", 1))], "unlisted"),
    ([(0, Stand(None, None, 1))], "none"),
    ([(0, Stand(None, "offer", 1))], "offer"),
])
def test_the_furthest_stage_is_the_highest_it_ever_came_to(steps: list[Step], kind: str) -> None:
    assert career(*steps).furthest == kind


@pytest.mark.parametrize(("occurred", "previous", "at"), [
    (-1, -1, -1), (0, -1, 0), (-0.5, -1, -0.5),
    # before it was last read, or after it was seen: the source is not believed
    (-1.1, -1, 0), (0.1, -1, 0),
    (-9, None, -9), (0.1, None, 0),
])
def test_the_source_is_believed_where_it_can_be(occurred: float, previous: float | None, at: float) -> None:
    first = application((0, NEW)).events[0]
    seen = CREATED + 9 * DAY
    event = Event(1, seen + occurred * DAY, seen, None if previous is None else seen + previous * DAY, False, NEW, OUT)
    moved = application((0, NEW), (9, OUT))._replace(events=(first, event))
    assert careers(facts(moved))[0].ended_at == seen + at * DAY


def test_an_end_is_never_before_the_beginning() -> None:
    first = application((0, NEW)).events[0]
    event = Event(1, CREATED - 2 * DAY, CREATED + DAY, None, False, NEW, OUT)
    assert careers(facts(application((0, NEW), (1, OUT))._replace(events=(first, event))))[0].days == 0


def renaming(moving: int, staying: int, least: int = 5) -> Facts:
    before, now = Stand("Before", "interview", 1), Stand("After", None, 1)
    there = [application((0, before), (6.1, now), (8 + each, HIRED), who=f"m{each}") for each in range(moving)]
    return facts(*there, *(application((0, before), who=f"s{each}") for each in range(staying)), least=least)


@pytest.mark.parametrize(("moving", "staying", "is_one"), [(5, 4, True), (5, 5, False), (4, 0, False), (6, 5, True)])
def test_a_stage_is_renamed_where_most_go_over_on_one_day(moving: int, staying: int, is_one: bool) -> None:
    wanted = {Rename("Before", "After", date(2026, 6, 7))} if is_one else frozenset()
    assert renames(renaming(moving, staying)) == wanted


def test_a_renamed_stage_is_no_move() -> None:
    found = careers(renaming(6, 5))[0]
    assert [(spell.kind, spell.exit, spell.days) for spell in found.spells] == [("interview", "next", 8)]
    assert (found.days, found.furthest) == (8, "hired")


def test_people_who_entered_on_the_same_day_do_not_hide_a_rename() -> None:
    before = Stand("Before", "interview", 1)
    late = [application((0, NEW), (6, before), who=f"l{each}") for each in range(9)]
    there = renaming(5, 4)
    assert renames(facts(*there.applications, *late))


def test_a_label_that_was_seen_earlier_is_no_new_name() -> None:
    there = renaming(6, 5)
    early = application((0, Stand("After", None, 1)), who="early")._replace()
    numbered = early._replace(events=(early.events[0]._replace(number=-1),))
    assert not renames(facts(*there.applications, numbered))


def test_two_ways_to_count_the_time_to_hire() -> None:
    hired = [application((0, NEW), (days, HIRED), who=f"h{days}") for days in (2, 4, 6, 8, 15)]
    of_job = [each._replace(vacancy="v") if number else each for number, each in enumerate(hired)]
    there = facts(*of_job)
    row = durations.times_to_hire(there)[0]
    # nobody posted the vacancy: all are of one row
    assert (row["jobs"], row["mean_over_candidates_millidays"], row["mean_over_jobs_millidays"]) == (1, 7000, 7000)
    few = durations.times_to_hire(facts(*of_job[1:]))[0]
    assert (few["hires"], few["jobs"], few["mean_over_candidates_millidays"]) == (4, None, None)


def test_open_ones_are_shown_even_where_they_are_few() -> None:
    rows = stages.open_applications(facts(application((0, NEW))))
    assert rows == [{"stage_kind": "applied", "age_band": "15-30", "department": "small groups", "applications": 1}]
