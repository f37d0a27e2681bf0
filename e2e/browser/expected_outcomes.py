"""The tables that say what became of applications, and the six numbers: see expected.py."""

import datetime
import math
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from statistics import NormalDist
from typing import Any

from browser.expected import (
    BLANK,
    DAY,
    FEW,
    NOTHING,
    STAGE_KINDS,
    TOO_FEW,
    Asked,
    Cell,
    Marts,
    Question,
    Row,
    Table,
    count,
    daily,
    hidden,
    name,
    open_ones,
    per_day,
    places,
    postings,
    quality,
    rate,
    reasons,
    share,
    sources,
    weekly,
    word,
)

ENDS = ("hired", "rejected", "withdrawn", "other")
Z = NormalDist().inv_cdf(0.975)
AFTER = (7, 14, 30, 60, 90, 180)
SMALL_GROUP = 20


def next_month(month: datetime.date) -> datetime.date:
    return (month + 31 * DAY).replace(day=1)


def remark(number: int) -> Cell:
    return word("few") if number < SMALL_GROUP else BLANK


def funnel(asked: Asked) -> Table | None:
    """Of whole months, at least 90 % of whose applications have ended."""
    if not asked.is_cut_by():
        return None
    begins, history, last = asked.begins, asked.told["history_begins_on"], asked.last
    rows = [
        row for row in asked.marts["fct_funnel"] if asked.of_department(row) and begins and last
        and (row["created_month"] >= begins or (asked.question.period is None and row["created_month"] == history))
        and next_month(row["created_month"]) <= last and row["outcome"] != TOO_FEW
    ]
    of_month: dict[datetime.date, list[Row]] = {}
    for row in rows:
        of_month.setdefault(row["created_month"], []).append(row)
    mature = [row for month in of_month.values() for row in month if is_mature(month)]
    every, kinds = sum(row["applications"] for row in mature), STAGE_KINDS[:8]
    if every < asked.k:
        return None
    used = {row["furthest_stage_kind"] for row in asked.marts["fct_funnel"]} | {"applied"}
    table, before = [], None
    for place, kind in enumerate(kinds[1:], 1):
        if kind not in used:
            continue
        came = sum(row["applications"] for row in mature if came_to(row["furthest_stage_kind"]) >= place)
        step = NOTHING if before is None else FEW if before < asked.k else share(came, before)
        said = BLANK if before is None else remark(before)
        table.append([word("stage " + kind), count(came), share(came, every), step, said])
        before = came
    return table


def came_to(kind: str) -> int:
    """The place of a stage; whoever is in one without a place has applied."""
    return max(1, STAGE_KINDS[:8].index(kind)) if kind in STAGE_KINDS[:8] else 1


def is_mature(month: list[Row]) -> bool:
    still_open: int = sum(row["applications"] for row in month if row["outcome"] == "open")
    every: int = sum(row["applications"] for row in month)
    return 10 * still_open <= every


def ended(asked: Asked, first: datetime.date | None, last: datetime.date | None) -> dict[str, list[int]]:
    """Days of those that ended in full weeks between these Mondays, by outcome."""
    days: dict[str, list[int]] = {end: [] for end in ENDS}
    for row in asked.marts["fct_closed_weekly"]:
        week = row["week_start"]
        is_in = week in asked.full and (first is None or first <= week) and (last is None or week <= last)
        if is_in and row["outcome"] in ENDS and row["days"] is not None and asked.of_department(row):
            days[row["outcome"]] += [row["days"]] * row["closed"]
    return days


def closed(asked: Asked) -> Table | None:
    if not asked.is_cut_by():
        return None
    of = ended(asked, asked.begins, None)
    every = sorted(day for days in of.values() for day in days)
    away = hidden_ends(of, asked.k)
    rows = [lengths(word("all outcomes"), every, len(every) < asked.k)]
    return rows + [lengths(word("outcome " + end), sorted(of[end]), end in away) for end in ENDS]


def hidden_ends(of: dict[str, list[int]], k: int) -> set[str]:
    """How many were hired is told elsewhere, so the others are counted by themselves; of few hired ones nothing is."""
    if 0 < len(of["hired"]) < k:
        return set(of)
    away = set(hidden({end: len(days) for end, days in of.items() if end != "hired"}, k))
    return away if of["hired"] else away | {"hired"}


def lengths(first: Cell, days: list[int], is_hidden: bool) -> list[Cell]:
    if is_hidden or not days:
        return [first, FEW, FEW, FEW, FEW, BLANK]
    n = len(days)
    return [first, count(n), rate(sum(days), n), count(days[math.ceil(n / 2) - 1]),
            count(days[math.ceil(Fraction(9 * n, 10)) - 1]), remark(n)]


def durations(asked: Asked) -> Table | None:
    """Kaplan and Meier, Aalen and Johansen, from the days of those that were created in the period."""
    of = followed(asked)
    if of is None or sum(map(sum, (days.values() for days in of.values()))) < asked.k:
        return None
    return [after(of, days) for days in AFTER]


def followed(asked: Asked) -> dict[str, Counter[int]] | None:
    """How many were followed for how many days: until hired, ended otherwise, or still open."""
    if not asked.is_cut_by("city"):
        return None
    of = {"hired": Counter[int](), "otherwise": Counter[int](), "open": Counter[int]()}
    history = asked.told["history_begins_on"]
    for row in asked.marts["fct_application_durations"]:
        month = max(row["created_month"], history) if history else row["created_month"]
        is_asked = asked.takes(row, "department", "city") and asked.begins and month >= asked.begins
        if is_asked and row["days"] is not None and row["outcome"] != TOO_FEW:
            outcome = row["outcome"] if row["outcome"] in of else "otherwise"
            of[outcome][row["days"]] += row["applications"]
    return of


def after(of: dict[str, Counter[int]], within: int) -> list[Cell]:
    longest = max(day for days in of.values() for day in days)
    last_open = max(of["open"], default=-1)
    everybody_ended = last_open < max([*of["hired"], *of["otherwise"]], default=-1)
    if within > longest and not everybody_ended:
        return [count(within), *[NOTHING] * 7]
    survival, incidence, greenwood, steps = Fraction(1), Fraction(0), Fraction(0), []
    for day in sorted({*of["hired"], *of["otherwise"]}):
        at_risk = sum(number for days in of.values() for key, number in days.items() if key >= day)
        gone = of["hired"][day] + of["otherwise"][day]
        if day > within or not gone:
            continue
        before, hired_here = survival, of["hired"][day]
        incidence += before * Fraction(hired_here, at_risk)
        steps.append((at_risk, gone, hired_here, before, incidence))
        survival *= 1 - Fraction(gone, at_risk)
        greenwood += Fraction(gone, at_risk * (at_risk - gone)) if gone < at_risk else 0
    variance = Fraction(0)
    for n, d, k, before, now in steps:
        to_come = incidence - now
        variance += (to_come ** 2 * Fraction(d, n * (n - d)) if d < n else 0)
        variance += before ** 2 * Fraction(k * (n - k), n ** 3) - 2 * to_come * before * Fraction(k, n * n)
    left = band(survival, survival ** 2 * greenwood)
    hired = band(incidence, variance)
    other = [NOTHING if border is None else ["share", 1 - border] for border in (left[1], left[0])]
    return [
        count(within), ["share", float(1 - survival)], *other, ["share", float(incidence)],
        *(NOTHING if border is None else ["share", border] for border in hired),
        ["share", float(1 - survival - incidence)],
    ]


def band(value: Fraction, variance: Fraction) -> tuple[float | None, float | None]:
    """Of 95 %, on the scale of log(-log p)."""
    if value == 0:
        return 0.0, None
    if value == 1:
        return None, 1.0
    spread = math.exp(Z * math.sqrt(variance) / abs(float(value) * math.log(float(value))))
    return float(value) ** spread, float(value) ** (1 / spread)


def times_to_hire(asked: Asked) -> Table | None:
    if not asked.is_cut_by():
        return None
    # the shortest first
    order = ("last_28_days", "last_365_days", "history")
    rows = sorted(asked.marts["fct_times_to_hire"], key=lambda row: (order.index(row["period"]), row["department"]))
    return [[
        word("period " + row["period"]), *([name(row["department"])] if asked.told["compares_departments"] else []),
        count(row["hires"]), *means(row, asked.k),
    ] for row in rows if asked.of_department(row)]


def means(row: Row, k: int) -> list[Cell]:
    if row["jobs"] is None or row["hires"] < k:
        return [FEW] * 3
    millidays = (row["mean_over_jobs_millidays"], row["mean_over_candidates_millidays"])
    return [count(row["jobs"]), *(["decimal", mean / 1000] for mean in millidays)]


def numbers(asked: Asked) -> Table:
    """Each with its change; what is said of it is compared as a text with the change in it."""
    last, before = ([None, None, *asked.full][-1], [None, None, *asked.full][-2])
    return [
        [word("number open postings"), *online(asked, last, bool, lambda row, week: bool(
            row["is_published_on_exact"] and week <= row["published_on"] < week + 7 * DAY))],
        [["applications of", last], *applications(asked, last, before)],
        [word("number open applications"), *open_now(asked, last)],
        [word("number median"), *of_closed(asked, last, before, median)],
        [word("number hires"), *of_closed(asked, last, before, hires)],
        [word("number overdue"), *online(asked, last, lambda row: bool(
            row["deadline_on"] and asked.last and row["deadline_on"] < asked.last),
            lambda row, week: bool(row["deadline_on"] >= week))],
    ]


def online(
    asked: Asked, last: datetime.date | None, takes: Callable[[Row], bool],
    is_new: Callable[[Row, datetime.date], bool],
) -> list[Cell]:
    if not asked.is_cut_by("department", "city", "kind"):
        return [NOTHING, NOTHING, ["any"]]
    rows = [row for row in asked.postings() if row["is_published"] and takes(row)]
    new = count(sum(is_new(row, last) for row in rows)) if last else NOTHING
    return [count(len(rows)), new, ["says", new]]


def applications(asked: Asked, last: datetime.date | None, before: datetime.date | None) -> list[Cell]:
    if last is None:
        return [NOTHING, NOTHING, ["any"]]
    now, then = asked.of_week(last), asked.of_week(before) if before else None
    change = NOTHING if now is None or then is None else ["change", now - then]
    return [FEW if now is None else count(now), change, ["any"] if change == NOTHING else ["says", change]]


def open_now(asked: Asked, last: datetime.date | None) -> list[Cell]:
    if not asked.is_cut_by():
        return [NOTHING, NOTHING, ["any"]]
    now = asked.told_of_department(asked.marts["fct_open_applications"])
    gone = asked.told_of_department([row for row in asked.marts["fct_closed_weekly"] if row["week_start"] == last])
    came = asked.of_week(last) if last else None
    change = ["change", came - summed(gone, "closed")] if came is not None and gone is not None else NOTHING
    return [FEW if now is None else count(summed(now, "applications")), change,
            ["any"] if change == NOTHING else ["says", change]]


def summed(rows: list[Row], column: str) -> int:
    return sum(row[column] for row in rows)


def of_closed(
    asked: Asked, last: datetime.date | None, before: datetime.date | None,
    of: Callable[[Asked, dict[str, list[int]]], int | None],
) -> list[Cell]:
    """Of four full weeks, and how much more than in the four that ended a week before."""
    if not asked.is_cut_by():
        return [NOTHING, NOTHING, ["any"]]
    now, then = (of(asked, ended(asked, week - 21 * DAY, week)) if week else None for week in (last, before))
    value = NOTHING if last is None else FEW if now is None else count(now)
    change = NOTHING if now is None or then is None else ["change", now - then]
    return [value, change, ["any"] if change == NOTHING else ["says", change]]


def median(asked: Asked, of: dict[str, list[int]]) -> int | None:
    days = sorted(day for each in of.values() for day in each)
    return None if len(days) < asked.k else days[math.ceil(len(days) / 2) - 1]


def hires(asked: Asked, of: dict[str, list[int]]) -> int | None:
    away = hidden_ends(of, asked.k)
    return None if "hired" in away else len(of["hired"])


FIGURES: dict[str, Callable[[Asked], Table | None]] = {
    "numbers": numbers, "weekly": weekly, "daily": daily, "postings": postings, "places": places,
    "postings-per-day": per_day, "sources": sources, "funnel": funnel, "durations": durations, "closed": closed,
    "times-to-hire": times_to_hire, "open": open_ones, "reasons": reasons, "quality": quality,
}


def expected(marts: Marts, question: Question) -> dict[str, Any]:
    """The tables of all figures; None and no row where there is no table."""
    asked = Asked(marts, question)
    return {"query": question.query(), "tables": {figure: make(asked) or None for figure, make in FIGURES.items()}}


def questions(marts: Marts) -> list[Question]:
    """One for every filter, with names that have many applications and few."""
    def common(column: str) -> list[str]:
        of: Counter[str] = Counter()
        for row in marts["fct_applications_weekly"]:
            of[row[column]] += row["applications"]
        return [each for each, _ in of.most_common()]

    departments, cities, of_sources, kinds = map(common, ("department", "city", "source", "posting_type"))
    full = [row["week_start"] for row in marts["dim_date"] if row["is_full_week"]]
    return [
        Question(), Question(period=4), Question(period=13), Question(period=None),
        Question(city=cities[0]), Question(city=cities[-1]),
        Question(department=departments[0]), Question(department=departments[-1], period=None),
        Question(source=of_sources[0]), Question(source=of_sources[-1], period=4),
        Question(kind=kinds[0]), Question(kind=kinds[-1]), Question(week=max(full)),
        Question(13, departments[0], cities[0], of_sources[0], kinds[0]),
        Question(city=cities[0], department=departments[0], period=None), Question(city="no such city"),
    ]
