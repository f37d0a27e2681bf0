"""Applications by the day and by the week, with sources that give nobody away."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from marts.expected.days import is_full, monday, told
from marts.expected.facts import NONE, Facts, Row, on, speaker, type_name

SMALL = "small groups"


class Group(NamedTuple):
    """What filters are about, and the source. Of a day or a week."""

    since: date
    department: str
    city: str
    posting_type: str
    source: str


def groups(facts: Facts) -> list[Group]:
    """Of each application on a day that is told of; its source as it is."""
    days, found = set(told(facts)), []
    for application in facts.applications:
        day = facts.civil(application.created)
        if day not in days:
            continue
        vacancy = facts.row_of(application)
        it = speaker(facts.by_vacancy[vacancy]) if vacancy != NONE else None
        found.append(Group(
            day, (it and it.department) or NONE, (it and it.city) or NONE, type_name(it) if it else NONE,
            application.source or NONE,
        ))
    return found


def small_sources(found: Iterable[Group], least: int) -> set[Group]:
    """Groups of a week whose source is not named: those that are too few, and so many more, the smallest first, that
    what is folded together is not too few either."""
    counts = Counter(group._replace(since=monday(group.since)) for group in found)
    cells: dict[Group, list[Group]] = {}
    for group in counts:
        cells.setdefault(group._replace(source=""), []).append(group)
    small = set()
    for cell in cells.values():
        before = 0
        for group in sorted(cell, key=lambda each: (counts[each], each.source.encode())):
            if counts[group] < least or 0 < before < least:
                small.add(group)
                before += counts[group]
    return small


def folded(facts: Facts) -> "Counter[Group]":
    found = groups(facts)
    small = small_sources(found, facts.report.min_group)
    return Counter(
        group._replace(source=SMALL) if group._replace(since=monday(group.since)) in small else group
        for group in found
    )


def with_nothing(counts: "Counter[Group]", stretches: Iterable[date]) -> list[tuple[Group, int]]:
    """Also the days, or weeks, without any."""
    seen = {group.since for group in counts}
    empty = [(Group(since, NONE, NONE, NONE, NONE), 0) for since in sorted(set(stretches) - seen)]
    return [*counts.items(), *empty]


def sources_weekly(facts: Facts) -> list[Row]:
    """By the week alone, with sources folded anew: together they may be many."""
    found = [Group(monday(group.since), NONE, NONE, NONE, group.source) for group in groups(facts)]
    small = small_sources(found, facts.report.min_group)
    counts = Counter((group.since, SMALL if group in small else group.source) for group in found)
    return [
        {"week_start": on(since), "source": source, "applications": count}
        for (since, source), count in counts.items()
    ]


def cells(group: Group) -> Row:
    return {
        "department": group.department, "city": group.city, "source": group.source, "posting_type": group.posting_type,
    }


def daily(facts: Facts) -> list[Row]:
    return [
        {"date": on(group.since), **cells(group), "applications": count}
        for group, count in with_nothing(folded(facts), told(facts))
    ]


def weekly(facts: Facts) -> list[Row]:
    counts: Counter[Group] = Counter()
    for group, count in folded(facts).items():
        counts[group._replace(since=monday(group.since))] += count
    return [
        {
            "week_start": on(group.since), "iso_year": group.since.isocalendar()[0],
            "iso_week": group.since.isocalendar()[1], "is_full_week": is_full(facts, group.since), **cells(group),
            "applications": count,
        }
        for group, count in with_nothing(counts, map(monday, told(facts)))
    ]
