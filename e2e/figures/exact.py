"""The figures by the textbook: loops over applications, whole numbers and fractions; nothing is the program's."""

import datetime
import math
from collections.abc import Sequence
from fractions import Fraction
from statistics import NormalDist
from typing import Any, NamedTuple

from figures.worlds import AS_OF, ENDS, HISTORY, MIN_GROUP, SMALL, Application

Z = NormalDist().inv_cdf(0.975)
HALF = 0.5 + 1e-9
# of a curve, beside its last step, so many days have their bands looked at: a variance is a sum over all days before
BANDS = 6
WITHIN = (30, 60, 90)

Band = tuple[float | None, float | None]


class Filter(NamedTuple):
    """As on the command line."""

    department: str | None = None
    city: str | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None

    def words(self) -> list[str]:
        given = {"--department": self.department, "--city": self.city, "--from": self.first, "--to": self.last}
        return [word for name, value in given.items() if value is not None for word in (name, str(value))]

    def holds(self, first: datetime.date, last: datetime.date) -> bool:
        """Whether what is told of these days was all asked for."""
        told = (max(first, HISTORY), min(last, AS_OF))
        return (self.first or told[0]) <= told[0] and told[1] <= (self.last or told[1])

    def created(self, applications: Sequence[Application]) -> list[Application]:
        return [
            each for each in applications
            if self.department in (None, each.department) and self.city in (None, each.city)
            and self.holds(each.month, (each.month + datetime.timedelta(31)).replace(day=1) - datetime.timedelta(1))
        ]

    def closed(self, applications: Sequence[Application]) -> list[Application]:
        return [
            each for each in applications
            if self.department in (None, each.department) and (week := each.week_of_end)
            and self.holds(week, week + datetime.timedelta(6))
        ]


def lengths(days: Sequence[int]) -> dict[str, Any] | str:
    ranks, n = sorted(days), len(days)
    if n < MIN_GROUP:
        return "too few"
    return {
        "n": n, "is_few": n < 20, "mean": float(Fraction(sum(ranks), n)),
        "median": ranks[math.ceil(Fraction(n, 2)) - 1], "p90": ranks[math.ceil(Fraction(9 * n, 10)) - 1],
    }


def closed(applications: Sequence[Application]) -> dict[str, Any]:
    """An outcome of few is not told, nor the smallest of the others while what is not told could be subtracted. Hired
    ones are told of elsewhere: of few of them nothing but the whole is told here."""
    days = {end: [each.days or 0 for each in applications if each.outcome == end] for end in ENDS}
    but_hired = [end for end in ENDS if end != "hired"]
    untold = [end for end in but_hired if len(days[end]) < MIN_GROUP]
    others = sorted((end for end in but_hired if end not in untold), key=lambda end: len(days[end]))
    while others and 0 < sum(len(days[end]) for end in untold) < MIN_GROUP:
        untold.append(others.pop(0))
    if 0 < len(days["hired"]) < MIN_GROUP:
        untold = list(ENDS)
    elif not days["hired"]:
        untold.append("hired")
    return {
        "all": lengths([day for each in days.values() for day in each]),
        "by_outcome": {end: "too few" if end in untold else lengths(days[end]) for end in ENDS},
    }


class Step(NamedTuple):
    """A day on which something ended."""

    day: int
    at_risk: int
    hired: int
    ended: int
    survival: Fraction
    before: Fraction
    incidence: Fraction


def steps(followed: Sequence[Application]) -> list[Step]:
    """Kaplan and Meier, Aalen and Johansen. On one day ends come before those that are open."""
    survival, incidence, found = Fraction(1), Fraction(0), []
    for day in sorted({each.days or 0 for each in followed}):
        at_risk = sum((each.days or 0) >= day for each in followed)
        here = [each.outcome for each in followed if each.days == day]
        ended, hired = len(here) - here.count("open"), here.count("hired")
        if ended:
            before = survival
            incidence += before * Fraction(hired, at_risk)
            survival = before * (1 - Fraction(ended, at_risk))
            found.append(Step(day, at_risk, hired, ended, survival, before, incidence))
    return found


def survival_band(found: Sequence[Step]) -> Band:
    """After the last of these, by Greenwood."""
    survival = found[-1].survival
    if survival == 0:
        return 0.0, None
    total = sum(Fraction(step.ended, step.at_risk * (step.at_risk - step.ended)) for step in found)
    return log_log(survival, survival * survival * total)


def incidence_band(found: Sequence[Step]) -> Band:
    """After the last of these, by the delta method (Collett, Modelling Survival Data, 3rd edition, page 411)."""
    now = found[-1].incidence
    if now in (0, 1):
        return (0.0, None) if now == 0 else (None, 1.0)
    variance = Fraction(0)
    for step in found:
        n, to_come = step.at_risk, now - step.incidence
        if step.ended < n:
            variance += to_come ** 2 * Fraction(step.ended, n * (n - step.ended))
        variance += step.before ** 2 * Fraction(step.hired * (n - step.hired), n ** 3)
        variance -= 2 * to_come * step.before * Fraction(step.hired, n * n)
    return log_log(now, variance)


def borders(found: Sequence[Step]) -> dict[str, float | None]:
    return dict(zip(("lower", "upper"), incidence_band(found), strict=True))


def log_log(share: Fraction, variance: Fraction) -> Band:
    value = float(share)
    spread = math.exp(Z * math.sqrt(variance) / abs(value * math.log(value)))
    return value ** spread, value ** (1 / spread)


def durations(followed: Sequence[Application]) -> dict[str, Any] | str:
    """What is told of a curve, with the bands of some of its days."""
    if len(followed) < MIN_GROUP:
        return "too few"
    found, longest = steps(followed), max(each.days or 0 for each in followed)
    bands = [survival_band(found[:count]) for count in range(1, len(found) + 1)]

    def first(border: int) -> int | None:
        reached = (step.day for step, band in zip(found, bands, strict=True) if (band[border] or 0) <= HALF
                   and band[border] is not None)
        return next(reached, None)

    def within(days: int) -> dict[str, float | None] | None:
        if days > longest and not (found and found[-1].survival == 0):
            return None
        until = [step for step in found if step.day <= days]
        if not until:
            return {"value": 0.0, "lower": 0.0, "upper": None}
        return {"value": float(until[-1].incidence), **borders(until)}

    looked_at = {0, len(found) - 1, *range(0, len(found), max(1, len(found) // BANDS))} if found else set()
    return {
        "open": sum(each.outcome == "open" for each in followed),
        "is_few": len(followed) < 20,
        "longest": longest,
        "median": {
            "day": next((step.day for step in found if step.survival <= Fraction(1, 2)), None),
            "lower": first(0), "upper": first(1),
        },
        "hired_within": [{"days": days, "share": within(days)} for days in WITHIN],
        "curve": [
            {
                "day": step.day, "at_risk": step.at_risk, "hired": step.hired, "otherwise": step.ended - step.hired,
                "survival": {"value": float(step.survival), "lower": bands[at][0], "upper": bands[at][1]},
                "incidence": {"value": float(step.incidence), **(borders(found[:at + 1]) if at in looked_at else {})},
            }
            for at, step in enumerate(found)
        ],
    }


def expected(applications: Sequence[Application], asked: Filter) -> dict[str, Any]:
    """What the program has to say, without what it repeats of the filter."""
    created = asked.created(applications)
    followed = [each for each in created if each.days is not None]
    ended = asked.closed(applications)

    def beside(each: Application, city: str | None) -> bool:
        """Whether it is of those that are folded, among which the filter does not look."""
        return (SMALL in (each.department, city)) and not (
            asked.department in (None, each.department) and (city is None or asked.city in (None, city)))

    others = asked._replace(department=None, city=None)
    return {
        "closed": {
            "applications": len(ended), "untold": 0,
            "in_small_groups": sum(beside(each, None) for each in others.closed(applications)),
            "figures": closed(ended),
        } if asked.city is None else {"figures": "not told by city"},
        "created": {
            "applications": len(created), "untold": 0, "followed": len(followed),
            "frozen": sum(each.frozen for each in followed),
            "in_small_groups": sum(beside(each, each.city) for each in others.created(applications)),
            "figures": durations(followed),
        },
    }
