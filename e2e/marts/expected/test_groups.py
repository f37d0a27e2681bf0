"""Which groups are told of."""

from datetime import date

import pytest

from marts.expected.groups import Member, Told, enough, enough_and_unlike, folded

PERIOD = (date(2026, 6, 1),)


def group(place: str, outcomes: str, frozen: int = 0) -> list[Member]:
    """Each letter is the outcome of one, and a small one of the same person as the one before."""
    found: list[Member] = []
    for number, outcome in enumerate(outcomes):
        person = found[-1].person if outcome.islower() and found else f"{place} {number}"
        found.append(Member(PERIOD, (place,), person, "open" if outcome in "Oo" else outcome.upper(), {}))
    return found + ([Member(PERIOD, (place,), None, "R", {}, frozen)] if frozen else [])


def places(members: list[Member], least: int = 5, unlike: bool = True) -> dict[tuple[str, bool], int]:
    found: dict[tuple[str, bool], int] = {}
    rule = enough_and_unlike(least) if unlike else enough(least)
    each: Told
    for each in folded(members, rule):
        key = (each.place[0], each.is_told)
        found[key] = found.get(key, 0) + each.member.size
    return found


@pytest.mark.parametrize(("members", "wanted"), [
    (group("a", "RRRRH"), {("a", True): 5}),
    (group("a", "RRRH"), {("small groups", False): 4}),
    (group("a", "RRRRR"), {("small groups", False): 5}),
    (group("a", "OOOOO"), {("a", True): 5}),
    # five applications of four people
    (group("a", "RRRHh"), {("small groups", False): 5}),
    # small ones together are enough
    (group("a", "RRRRH") + group("b", "RRH") + group("c", "RH"), {("a", True): 5, ("small groups", True): 5}),
    # or take the smallest of the others, by its name where two are as small
    (group("b", "RRRRH") + group("a", "RRRRH") + group("c", "RH"), {("b", True): 5, ("small groups", True): 7}),
    (group("a", "RRRRHH") + group("b", "RRRRH") + group("c", "R"), {("a", True): 6, ("small groups", True): 6}),
    (group("a", "RRRRRH") + group("b", "RRRRR") + group("c", "HHHHHH"),
     {("a", True): 6, ("small groups", True): 11}),
    # each that retention took is a person of its own
    (group("a", "HHR", frozen=2), {("a", True): 5}),
    (group("a", "HHR", frozen=1), {("small groups", False): 4}),
    # what was folded before is not told of by itself
    (group("small groups", "HHH", frozen=2), {("small groups", True): 5}),
    (group("small groups", "R") + group("a", "RRRRH"), {("small groups", True): 6}),
])
def test_small_groups_are_folded(members: list[Member], wanted: dict[tuple[str, bool], int]) -> None:
    assert places(members) == wanted


def test_who_ended_alike_may_be_told_of_where_that_is_no_matter() -> None:
    assert places(group("a", "RRRRR"), unlike=False) == {("a", True): 5}
