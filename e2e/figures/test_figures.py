"""Holds `reports figures` against the textbook, against lifelines, and against worlds whose truth is known."""

import copy
import datetime
import random
from collections import Counter
from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest

from figures import hazards
from figures.differences import CLOSE, differences
from figures.exact import WITHIN, Filter, expected, steps
from figures.reports import ALL, Reports, Told
from figures.worlds import AS_OF, SMALL, Application, chance, followed

LEAST_COVERED = Fraction(93, 100)
SPOILING: dict[str, Callable[[Told], object]] = {
    "a share is off by a millionth": lambda figures: figures["curve"][-1]["incidence"].update(
        value=figures["curve"][-1]["incidence"]["value"] + 1e-6),
    "those that are open come first": lambda figures: figures["curve"][1].update(
        at_risk=figures["curve"][1]["at_risk"] - 1),
    "the median is a step late": lambda figures: figures["median"].update(day=figures["median"]["day"] + 1),
    "a day is lost": lambda figures: figures["curve"].pop(0),
    "a border is not told": lambda figures: figures["hired_within"][0]["share"].update(upper=None),
}
# bands of a world with known hazards, which half of all have not ended when they are looked at
HALF = f"half is left on day {hazards.MEDIAN}"
BANDS = [HALF, "median", *(f"hired within {days} days" for days in WITHIN)]


def some_filter(seed: int, applications: list[Application]) -> Filter:
    """Every third world is asked for as a whole."""
    dice = random.Random(seed)
    if not applications or seed % 3 == 0:
        return ALL
    one = dice.choice(applications)
    days = sorted(AS_OF - datetime.timedelta(dice.randint(0, 200)) for _ in range(2))
    asked = Filter(
        dice.choice((None, None, one.department)), dice.choice((None, None, one.city)),
        dice.choice((None, None, days[0])), dice.choice((None, None, days[1], AS_OF)),
    )
    return asked._replace(department=None, city=None) if SMALL in (asked.department, asked.city) else asked


def test_all_is_as_exact_fractions_have_it(seed: int, reports: Reports) -> None:
    """To 1e-9, by some filter, out of the applications themselves."""
    applications = chance(seed)
    asked = some_filter(seed, applications)
    assert list(differences(reports.figures(applications, asked), expected(applications, asked))) == [], asked


def as_steps(told: Told) -> Told:
    """As lifelines_curves.py has them."""
    curve = told["created"]["figures"]["curve"]
    flat: Told = {"day": [step["day"] for step in curve]}
    for name in ("survival", "incidence"):
        flat[name] = [step[name]["value"] for step in curve]
        for border in ("lower", "upper"):
            flat[f"{name}_{border}"] = [step[name][border] for step in curve]
    return flat


def borders(told: Told, theirs: Told) -> Iterator[tuple[str, int, float, float]]:
    """Day by day, where both have one: at 0 and 1 nothing can be estimated."""
    for name in theirs:
        if name.endswith(("_lower", "_upper")):
            for day, one, other in zip(told["day"], told[name], theirs[name], strict=True):
                if one is not None and other is not None and 0 < one < 1:
                    yield name, day, one, other


def test_curves_are_as_lifelines_has_them(seed_of_a_curve: int, reports: Reports, lifelines: dict[int, Told]) -> None:
    """To 1e-9. Its median is one step late where a curve is at exactly one half."""
    theirs, told = lifelines[seed_of_a_curve], reports.figures(followed(seed_of_a_curve))
    flat = as_steps(told)
    for name in theirs.keys() & {"day", "survival", "incidence"}:
        assert list(differences(flat[name], [float(value) for value in theirs[name]], name)) == []
    assert [border for border in borders(flat, theirs) if abs(border[2] - border[3]) > CLOSE] == []
    median = told["created"]["figures"]["median"]["day"]
    is_half = any(step.survival == Fraction(1, 2) for step in steps(followed(seed_of_a_curve)))
    assert median == theirs["median"] or is_half


def test_lifelines_tells_borders(reports: Reports, lifelines: dict[int, Told]) -> None:
    """Else the comparison of them says nothing."""
    told = ((as_steps(reports.figures(followed(seed))), theirs) for seed, theirs in lifelines.items())
    assert any(list(borders(*each)) for each in told)


def by_plain_python(applications: list[Application], department: str) -> dict[str, float]:
    """Of hires: the mean of the jobs' means, as Emply's Overview has it, and that over candidates, as its report."""
    jobs: dict[str, list[int]] = {}
    for each in applications:
        if each.outcome == "hired" and each.department == department and each.days is not None:
            jobs.setdefault(each.vacancy, []).append(each.days)
    days = [day for job in jobs.values() for day in job]
    over_jobs = sum((Fraction(sum(job), len(job)) for job in jobs.values()), Fraction(0)) / len(jobs)
    return {"over_jobs": float(over_jobs), "over_candidates": float(Fraction(sum(days), len(days)))}


def times_to_hire(reports: Reports, seed: int) -> list[Told]:
    """Of groups that are not too few."""
    of: list[Told] = reports.figures(chance(seed))["times_to_hire"]["of"]
    return [row for row in of if row["period"] == "history" and row["means"] != "too few"]


def test_emplys_times_to_hire_are_those_of_plain_python(seed_of_hires: int, reports: Reports) -> None:
    for row in times_to_hire(reports, seed_of_hires):
        for name, truth in by_plain_python(chance(seed_of_hires), row["department"]).items():
            # two roundings down to thousandths
            assert -1e-9 <= truth - row["means"][name] < 0.002, (row["department"], name)


def test_emplys_two_times_to_hire_do_not_agree_everywhere(reports: Reports, seeds_of_hires: list[int]) -> None:
    """Else these worlds tell nothing."""
    assert any(
        row["means"]["over_jobs"] != row["means"]["over_candidates"]
        for seed in seeds_of_hires for row in times_to_hire(reports, seed)
    )


@pytest.fixture(scope="module")
def of_known_hazards(reports: Reports) -> tuple[Told, Told]:
    """What is told of one world, and what has to be told."""
    applications = hazards.world(1)
    return reports.figures(applications), expected(applications, ALL)


def test_what_is_not_spoilt_is_right(of_known_hazards: tuple[Told, Told]) -> None:
    assert list(differences(*of_known_hazards)) == []


@pytest.mark.parametrize("change", SPOILING.values(), ids=SPOILING.keys())
def test_what_is_spoilt_is_found(change: Callable[[Told], object], of_known_hazards: tuple[Told, Told]) -> None:
    """As a fault in the program would have it."""
    told, wanted = of_known_hazards
    wrong = copy.deepcopy(told)
    change(wrong["created"]["figures"])
    assert list(differences(wrong, wanted)) != []


def holds(share: Told | None, truth: float) -> bool:
    return share is not None and (share["lower"] or 0) <= truth <= (1 if share["upper"] is None else share["upper"])


def covering(told: Told) -> Iterator[str]:
    """Which of BANDS hold the truth."""
    figures = told["created"]["figures"]
    until = [step["survival"] for step in figures["curve"] if step["day"] <= hazards.MEDIAN]
    if holds(until[-1] if until else None, hazards.survival(hazards.MEDIAN)):
        yield HALF
    median = figures["median"]
    if median["lower"] <= hazards.MEDIAN <= (hazards.LAST if median["upper"] is None else median["upper"]):
        yield "median"
    for within in figures["hired_within"]:
        if holds(within["share"], hazards.HIRED_BY[within["days"]]):
            yield f"hired within {within['days']} days"


@pytest.fixture(scope="module")
def covered(reports: Reports, seeds_of_known_hazards: list[int]) -> dict[str, Fraction]:
    """Shares of worlds in which a band of 95 % holds the truth."""
    told = (reports.figures(hazards.world(seed)) for seed in seeds_of_known_hazards)
    counts = Counter(band for each in told for band in covering(each))
    return {band: Fraction(count, len(seeds_of_known_hazards)) for band, count in counts.items()}


@pytest.mark.parametrize("band", BANDS)
def test_bands_hold_the_truth_in_93_of_100_worlds(band: str, covered: dict[str, Fraction]) -> None:
    assert covered.get(band, 0) >= LEAST_COVERED
