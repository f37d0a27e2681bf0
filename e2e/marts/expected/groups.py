"""Groups that may be told of, and what becomes of the others."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from marts.expected.applications import SMALL
from marts.expected.facts import Application, Facts, Row

ALL, TOO_FEW = "all", "too few"
Place = tuple[str, ...]
Period = tuple[date, ...]


class Member(NamedTuple):
    """What a group is made of: an application, or some that retention took, of each of which only the number is known.
    `period` is the month, or the week, or what both have in common; `place` is the department, and the city where
    groups have one; `values` are what is told of it."""

    period: Period
    place: Place
    person: str | None
    outcome: str
    values: Row
    size: int = 1


Rule = Callable[[Sequence[Member]], bool]


def applications_of(members: Sequence[Member]) -> int:
    return sum(member.size for member in members)


def people_of(members: Sequence[Member]) -> int:
    """Of whom nobody knows who they are, each is one."""
    known = {member.person for member in members if member.person is not None}
    return len(known) + sum(member.size for member in members if member.person is None)


def enough(least: int) -> Rule:
    return lambda members: min(applications_of(members), people_of(members)) >= least


def enough_and_unlike(least: int) -> Rule:
    """Where all ended alike, the group tells how each of them did; that all are open tells nothing."""
    def is_told(members: Sequence[Member]) -> bool:
        outcomes = {member.outcome for member in members}
        return enough(least)(members) and (len(outcomes) > 1 or outcomes == {"open"})

    return is_told


class Told(NamedTuple):
    """A member, where it is told of; nothing more of it than that where `is_told` is false."""

    member: Member
    place: Place
    is_told: bool


def folded(members: Sequence[Member], is_told: Rule) -> list[Told]:
    """Groups of a period that are too small are one, with so many more, the smallest first, that it is told of."""
    periods: dict[Period, dict[Place, list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in members:
        periods[member.period][member.place].append(member)
    found: list[Told] = []
    for places in periods.values():
        small = {place for place in places if SMALL in place[:1] or not is_told(places[place])}
        others = sorted(places.keys() - small, key=lambda place: (
            applications_of(places[place]), [name.encode() for name in place]))
        together = [member for place in small for member in places[place]]
        while together and others and not is_told(together):
            together += places[others.pop(0)]
        found += [Told(member, place, True) for place in others for member in places[place]]
        label = tuple(SMALL for _ in next(iter(places)))
        found += [Told(member, label, is_told(together)) for member in together]
    return found


def department_of(facts: Facts, application: Application) -> str:
    return compared(facts, facts.place_of(application)[0])


def compared(facts: Facts, department: str) -> str:
    """Departments are not set against each other unless that is wanted; folded ones have none already."""
    return department if facts.report.compares_departments or department == SMALL else ALL


def counted(rows: Sequence[tuple[Row, int]], name: str) -> list[Row]:
    """One row for all that are alike, with their number."""
    counts: Counter[tuple[tuple[str, object], ...]] = Counter()
    for row, count in rows:
        counts[tuple(row.items())] += count
    return [{**dict(key), name: count} for key, count in counts.items()]
