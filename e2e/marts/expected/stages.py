"""How far applications come, how long they stand where, which are open, and why others are not."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from marts.expected.applications import SMALL
from marts.expected.careers import Spell, careers
from marts.expected.days import monday, told
from marts.expected.durations import closed, frozen_ones, in_cohorts
from marts.expected.facts import NONE, Facts, Row, on
from marts.expected.groups import (
    TOO_FEW,
    Member,
    applications_of,
    compared,
    counted,
    department_of,
    enough,
    enough_and_unlike,
    folded,
)

AGES = {7: "0-7", 14: "8-14", 30: "15-30", 60: "31-60"}


def stage_durations(facts: Facts) -> list[Row]:
    """Kinds of stages are not folded: of too few it is told how many there were."""
    days, least, rows = set(told(facts)), facts.report.min_group, []
    groups: dict[tuple[date, str], list[tuple[Spell, str]]] = defaultdict(list)
    for each in careers(facts):
        for spell in each.spells:
            if spell.entered_on in days:
                month = spell.entered_on.replace(day=1)
                groups[month, spell.kind].append((spell, each.application.candidate))
    for (month, kind), spells in groups.items():
        # one person has one application at least
        is_told = len({person for _, person in spells}) >= least
        for spell, _ in spells:
            way: Row = {"exit": spell.exit, "days": spell.days} if is_told else {"exit": TOO_FEW, "days": None}
            rows.append(({"entry_month": on(month), "stage_kind": kind, **way}, 1))
    return counted(rows, "spells")


def funnel(facts: Facts) -> list[Row]:
    """By week, where a week that lies in two months is two, since its rows tell of both. Those that retention took are
    groups of their own: of them nobody knows the week."""
    rows = []
    for members in (list(live(facts)), list(taken(facts))):
        for each in folded(members, enough_and_unlike(facts.report.min_group)):
            hidden: Row = {} if each.is_told else {"furthest_stage_kind": TOO_FEW, "outcome": TOO_FEW}
            row = {**each.member.values, "department": each.place[0], **hidden}
            rows.append((row, each.member.size))
    return counted(rows, "applications")


def live(facts: Facts) -> Iterator[Member]:
    for each in in_cohorts(facts):
        month, week = each.created_on.replace(day=1), monday(each.created_on)
        values: Row = {
            "created_month": on(month), "week_start": on(week), "department": None,
            "furthest_stage_kind": each.furthest, "outcome": each.outcome, "is_frozen": False,
        }
        place = (department_of(facts, each.application),)
        yield Member((month, week), place, each.application.candidate, each.outcome, values)


def taken(facts: Facts) -> Iterator[Member]:
    for each in frozen_ones(facts):
        values: Row = {
            "created_month": on(each.month), "week_start": None, "department": None,
            "furthest_stage_kind": each.furthest, "outcome": each.outcome, "is_frozen": True,
        }
        yield Member((each.month,), (compared(facts, each.department),), None, each.outcome, values, each.applications)


def open_applications(facts: Facts) -> list[Row]:
    """As things stand on the day of as_of. They have no outcome that could be told: a department is folded so that
    there are enough of it, and shown in any case."""
    if facts.as_of_on is None:
        return []
    members = [
        Member((facts.as_of_on,), (department_of(facts, each.application),), each.application.candidate, each.outcome,
               {"stage_kind": each.application.stands.kind_name,
                "age_band": age_band((facts.as_of_on - each.created_on).days)})
        for each in careers(facts) if each.outcome == "open" and each.created_on <= facts.as_of_on
    ]
    least = facts.report.min_group
    rows = [
        ({**each.member.values, "department": each.place[0]}, 1)
        for each in folded(members, lambda group: applications_of(group) >= least)
    ]
    return counted(rows, "applications")


def age_band(days: int) -> str:
    return next((band for longest, band in AGES.items() if days <= longest), "61+")


def reasons_weekly(facts: Facts) -> list[Row]:
    """Of applications that were turned down or withdrawn."""
    ended = [each for each in closed(facts) if each[0].outcome in ("rejected", "withdrawn")]
    people: dict[str, set[str]] = defaultdict(set)
    weeks: dict[date, list[Member]] = defaultdict(list)
    for each, closed_on, _ in ended:
        it = each.application
        people[it.reason or NONE].add(it.candidate)
        values: Row = {"reason_kind": it.reason_kind or NONE, "reason": it.reason or NONE}
        weeks[monday(closed_on)].append(Member((monday(closed_on),), (), it.candidate, each.outcome, values))
    small = {reason for reason, them in people.items() if len(them) < facts.report.min_group}
    is_told, rows = enough(facts.report.min_group), []
    for week, members in weeks.items():
        for member in members:
            hidden: Row = {"reason": SMALL} if member.values["reason"] in small else {}
            if not is_told(members):
                hidden = {"reason_kind": TOO_FEW, "reason": TOO_FEW}
            rows.append(({"week_start": on(week), **member.values, **hidden}, 1))
    return counted(rows, "closed")
