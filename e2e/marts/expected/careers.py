"""The way of each application: its moves from stage to stage, how long it stood where, and when it came to its end."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from marts.expected.facts import NONE, UNLISTED, Application, Event, Facts, Stand
from marts.expected.renames import Rename, is_told_apart, renames

# from the beginning to the end, as Emply has them; disqualified is no step on the way
ORDER = ("sourced", "applied", "assessment", "shortlisted", "phone_screen", "interview", "offer", "hired")
IN_TIME = timedelta(hours=48)
FINAL = {"hired": "hired", "rejected": "out", "withdrawn": "out", "other": "out"}


class Move(NamedTuple):
    """It left a position for another one."""

    event: Event
    at: datetime
    before: Stand
    after: Stand


class Spell(NamedTuple):
    """It stood in stages of a kind, from one move to the next."""

    kind: str
    entered_on: date
    exit: str
    days: int


class Career(NamedTuple):
    """Of one application. `ended_at` is None where it has not ended, or nobody knows when."""

    application: Application
    created_on: date
    outcome: str
    is_in_time: bool
    moves: list[Move]
    ended_at: datetime | None
    closed_on: date | None
    is_eligible: bool
    furthest: str
    spells: list[Spell]

    @property
    def days(self) -> int | None:
        """Up to its end."""
        return None if self.closed_on is None else (self.closed_on - self.created_on).days


@lru_cache(maxsize=4)
def careers(facts: Facts) -> list[Career]:
    renamed = renames(facts)
    return [career(facts, application, renamed) for application in facts.applications]


def career(facts: Facts, application: Application, renamed: Collection[Rename | None]) -> Career:
    is_in_time = bool(application.events) and application.events[0].observed - application.created <= IN_TIME
    lasting = [each for each in application.events if rename_of(facts, each) not in renamed]
    moves = moves_of(application.events, lasting)
    end = end_of(application, is_in_time, moves)
    created_on, closed_on = facts.civil(application.created), None if end is None else facts.civil(end)
    is_open = application.end == "open"
    is_told = facts.as_of_on is not None and created_on <= facts.as_of_on if is_open else end is not None
    return Career(
        application, created_on, application.end, is_in_time, moves, end, closed_on, is_in_time and is_told,
        furthest(application, lasting), spells(facts, application, is_in_time, moves),
    )


def rename_of(facts: Facts, event: Event) -> Rename | None:
    if event.before.stage is None or event.after.stage is None or is_told_apart(event):
        return None
    return Rename(event.before.stage, event.after.stage, facts.civil(event.observed))


def moves_of(events: Sequence[Event], lasting: Sequence[Event]) -> list[Move]:
    """Where a stage got another name nobody moved: the next event counts from before that."""
    found: list[Move] = []
    stood: Stand | None = None
    for event in events:
        before = stood or event.before
        if event not in lasting:
            stood = before
            continue
        stood = None
        if not event.is_first_sight and before.position != event.after.position:
            found.append(Move(event, moved_at(event), before, event.after))
    return found


def moved_at(event: Event) -> datetime:
    """By the source's word where that fits what was seen."""
    earliest = event.previous_observed or event.occurred
    return event.occurred if earliest <= event.occurred <= event.observed else event.observed


def end_of(application: Application, is_in_time: bool, moves: Sequence[Move]) -> datetime | None:
    move = last_entry(application, moves)
    if move:
        return max(move.at, application.created)
    first = application.events[0] if application.events else None
    if first and is_in_time and first.after.state == FINAL.get(application.end):
        return max(first.observed, application.created)
    return None


def last_entry(application: Application, moves: Sequence[Move]) -> Move | None:
    """The move by which it came to its end for good."""
    final = FINAL.get(application.end)
    entries = [each for each in moves if each.before.state != final and each.after.state == final]
    return entries[-1] if entries else None


def furthest(application: Application, lasting: Sequence[Event]) -> str:
    stands = [application.stands, *(stand for event in lasting for stand in (event.before, event.after))]
    kinds = {stand.kind_name for stand in stands}
    on_the_way = [kind for kind in ORDER if kind in kinds]
    if on_the_way:
        return on_the_way[-1]
    return UNLISTED if kinds - {NONE} else NONE


def spells(facts: Facts, application: Application, is_in_time: bool, moves: Sequence[Move]) -> list[Spell]:
    if not application.events or facts.as_of_on is None:
        return []
    first = application.events[0]
    entries = [(application.created, first.after.position, is_in_time)]
    entries += [(move.at, move.after.position, True) for move in moves if move.event != first]
    leaving = [move for move in moves if move.event != first]
    end, found = last_entry(application, moves), []
    for (entered_at, kind, is_known), move in zip(entries, [*leaving, None], strict=True):
        if kind == "out" or not is_known:
            continue
        entered_on = facts.civil(entered_at)
        if move:
            left_on, way = facts.civil(move.at), exit_of(application, kind, move, end)
        elif application.end == "open":
            left_on, way = facts.as_of_on, "open"
        else:
            continue
        found.append(Spell(kind, entered_on, way, max(0, (left_on - entered_on).days)))
    return found


def exit_of(application: Application, kind: str, move: Move, end: Move | None) -> str:
    to = move.after.position
    if to == "out":
        return application.end if move == end and application.end in ("rejected", "withdrawn") else "other"
    if kind not in ORDER or to not in ORDER:
        return "next"
    return "next" if ORDER.index(to) > ORDER.index(kind) else "back"


