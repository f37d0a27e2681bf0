"""How long applications take to their end, in cohorts, by the week, and up to a hire."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from marts.expected.careers import Career, careers
from marts.expected.days import monday, told
from marts.expected.facts import Facts, Frozen, Row, on
from marts.expected.groups import (
    ALL,
    TOO_FEW,
    Member,
    Told,
    compared,
    counted,
    department_of,
    enough,
    enough_and_unlike,
    folded,
)

DAY = timedelta(days=1)
# days up to as_of, its own included; None is the whole history
PERIODS = {"history": None, "last_365_days": 365, "last_28_days": 28}


def frozen_ones(facts: Facts) -> list[Frozen]:
    """Of the months that are told of."""
    begins, ends = facts.history_begins_on, facts.as_of_on
    return [each for each in facts.frozen if begins is not None and ends is not None and begins <= each.month <= ends]


def in_cohorts(facts: Facts) -> list[Career]:
    """Created on a day that is told of."""
    days = set(told(facts))
    return [each for each in careers(facts) if each.created_on in days]


def closed(facts: Facts) -> list[tuple[Career, date, int]]:
    """Ended on a day that is told of: with that day, and how many it took."""
    days = set(told(facts))
    return [
        (each, each.closed_on, each.days) for each in careers(facts)
        if each.closed_on in days and each.days is not None
    ]


def application_durations(facts: Facts) -> list[Row]:
    is_told = enough_and_unlike(facts.report.min_group)
    members = [*live(facts), *taken(facts)]
    return counted([(duration(each), each.member.size) for each in folded(members, is_told)], "applications")


def live(facts: Facts) -> Iterator[Member]:
    for each in in_cohorts(facts):
        _, city = facts.place_of(each.application)
        days = (facts.as_of_on - each.created_on).days if each.outcome == "open" and facts.as_of_on else each.days
        values: Row = {
            "outcome": each.outcome, "is_eligible": each.is_eligible, "days": days if each.is_eligible else None,
            "is_frozen": False,
        }
        place = (department_of(facts, each.application), city)
        yield Member((each.created_on.replace(day=1),), place, each.application.candidate, each.outcome, values)


def taken(facts: Facts) -> Iterator[Member]:
    """Those of one week are taken for its middle."""
    for each in frozen_ones(facts):
        days = 7 * each.weeks + 3 if each.is_eligible and each.weeks is not None else None
        values: Row = {
            "outcome": each.outcome, "is_eligible": each.is_eligible, "days": days, "is_frozen": True,
        }
        place = (compared(facts, each.department), each.city)
        yield Member((each.month,), place, None, each.outcome, values, each.applications)


def duration(each: Told) -> Row:
    hidden: Row = {} if each.is_told else {"outcome": TOO_FEW, "is_eligible": False, "days": None}
    department, city = each.place
    return {
        "created_month": on(each.member.period[0]), "department": department, "city": city, **each.member.values,
        **hidden,
    }


def closed_weekly(facts: Facts) -> list[Row]:
    members = [
        Member((monday(closed_on),), (department_of(facts, each.application),), each.application.candidate,
               each.outcome, {"outcome": each.outcome, "days": days})
        for each, closed_on, days in closed(facts)
    ]
    rows = []
    for each in folded(members, enough(facts.report.min_group)):
        hidden: Row = {} if each.is_told else {"outcome": TOO_FEW, "days": None}
        key: Row = {"week_start": on(each.member.period[0]), "department": each.place[0]}
        rows.append(({**key, **each.member.values, **hidden}, 1))
    return counted(rows, "closed")


HIDDEN = ("jobs", "mean_over_candidates_millidays", "mean_over_jobs_millidays")


def times_to_hire(facts: Facts) -> list[Row]:
    """By Emply's two ways of counting."""
    hired = [each for each in closed(facts) if each[0].outcome == "hired"]
    departments = sorted({department_of(facts, each.application) for each, _, _ in hired})
    found: list[Row] = []
    hires: dict[tuple[str, str], int] = {}
    for period, length in PERIODS.items():
        lately = [each for each in hired if is_lately(facts, each[1], length)]
        for department in departments if facts.report.compares_departments else [ALL]:
            mine = [each for each in lately if department_of(facts, each[0].application) == department]
            found.append({"period": period, "department": department, **means(facts, mine)})
            hires[period, department] = len(mine)
    # what those took who are in one period alone would follow from two
    for row in found:
        mine_alone = hires[str(row["period"]), str(row["department"])]
        more = {count - mine_alone for (_, department), count in hires.items() if department == row["department"]}
        if any(0 < each < facts.report.min_group for each in more):
            row.update(dict.fromkeys(HIDDEN))
    return found


def is_lately(facts: Facts, day: date, length: int | None) -> bool:
    return length is None or (facts.as_of_on is not None and day > facts.as_of_on - length * DAY)


def means(facts: Facts, hired: Sequence[tuple[Career, date, int]]) -> Row:
    by_job: dict[str, list[int]] = defaultdict(list)
    for each, _, days in hired:
        by_job[facts.row_of(each.application)].append(days)
    people = {each.application.candidate for each, _, _ in hired}
    if min(len(hired), len(people)) < facts.report.min_group:
        return {"hires": len(hired), **dict.fromkeys(HIDDEN)}
    of_jobs = [1000 * sum(days) // len(days) for days in by_job.values()]
    return {
        "hires": len(hired), "jobs": len(by_job),
        "mean_over_candidates_millidays": 1000 * sum(days for _, _, days in hired) // len(hired),
        "mean_over_jobs_millidays": sum(of_jobs) // len(of_jobs),
    }
