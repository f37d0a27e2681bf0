"""Stages that got another name: on one day more than half of those who stood in one are in one that was never seen
before."""

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from marts.expected.facts import Event, Facts


class Rename(NamedTuple):
    """A label became another one."""

    was: str
    label: str
    day: date


@lru_cache(maxsize=4)
def renames(facts: Facts) -> frozenset[Rename]:
    events = sorted(
        ((event, place) for place, each in enumerate(facts.applications) for event in each.events),
        key=lambda pair: pair[0].number,
    )
    first_seen: dict[str, date] = {}
    for event, _ in events:
        if event.after.stage is not None:
            first_seen.setdefault(event.after.stage, facts.civil(event.observed))
    moved: dict[Rename, set[int]] = defaultdict(set)
    for event, place in events:
        was, label = event.before.stage, event.after.stage
        if was is None or label is None or was == label or is_told_apart(event):
            continue
        day = facts.civil(event.observed)
        if day == first_seen[label]:
            moved[Rename(was, label, day)].add(place)
    return frozenset(
        rename for rename, who in moved.items()
        if len(who) >= facts.report.min_group
        and len(who) <= standing(facts, [event for event, _ in events], rename) < 2 * len(who)
    )


def is_told_apart(event: Event) -> bool:
    """Whether it is more than another name: of another kind, or with an end."""
    kinds = {stand.kind for stand in (event.before, event.after)} - {None, "disqualified"}
    return len(kinds) > 1 or (event.before.state == "out") != (event.after.state == "out")


def standing(facts: Facts, events: list[Event], rename: Rename) -> int:
    """How many stood in the stage when the day began."""
    before = [event for event in events if facts.civil(event.observed) < rename.day]
    entered = sum(event.after.stage == rename.was != event.before.stage for event in before)
    left = sum(event.before.stage == rename.was != event.after.stage for event in before)
    return entered - left
