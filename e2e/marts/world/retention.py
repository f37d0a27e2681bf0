"""What retention leaves of the applications that it takes: how many they were, in groups that give nobody away."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from marts.expected.applications import SMALL
from marts.expected.careers import Career, careers
from marts.expected.facts import NONE, Facts, Frozen
from marts.expected.groups import Member, enough

Group = tuple[date, str, str]


def frozen_with(frozen: Sequence[Frozen], facts: Facts, over: Sequence[bool]) -> list[Frozen]:
    """Those that were taken before, and those that are `over`, of all that are there."""
    taken = [counted_as(facts, each) for each, is_over in zip(careers(facts), over, strict=True) if is_over]
    there = told_of_enough([*frozen, *taken], facts, over)
    counts: Counter[Frozen] = Counter()
    for each in there:
        counts[each._replace(applications=0)] += each.applications
    return [each._replace(applications=count) for each, count in counts.items()]


def counted_as(facts: Facts, each: Career) -> Frozen:
    weeks = each.days // 7 if each.is_eligible and each.days is not None else None
    return Frozen(
        each.created_on.replace(day=1), *facts.place_of(each.application), each.furthest, each.outcome,
        each.application.reason_kind or NONE, each.is_eligible, weeks, 1,
    )


def told_of_enough(frozen: Sequence[Frozen], facts: Facts, over: Sequence[bool] = ()) -> list[Frozen]:
    """Whether a group is large enough is a question of all that were created in its month, also of those that are
    there still: of these it is known who they are."""
    cohorts: dict[Group, list[Member]] = {}
    for each in frozen:
        group = (each.month, each.department, each.city)
        member = Member((each.month,), (), None, each.outcome, {}, each.applications)
        cohorts.setdefault(group, []).append(member)
    for number, career in enumerate(careers(facts)):
        if over and over[number]:
            continue
        group = (career.created_on.replace(day=1), *facts.place_of(career.application))
        member = Member((group[0],), (), career.application.candidate, career.outcome, {})
        cohorts.setdefault(group, []).append(member)
    is_told = enough(facts.report.min_group)
    return [
        each if is_told(cohorts[each.month, each.department, each.city])
        else each._replace(department=SMALL, city=SMALL)
        for each in frozen
    ]
