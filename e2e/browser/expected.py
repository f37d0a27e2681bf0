"""Every table of the dashboard, cell by cell, out of the marts and what a figure's caption says of it. Nothing is the
program's: loops over rows, whole numbers and fractions.

A cell is a list: its kind and its value, of which dashboard/cells.mjs knows how each language writes it.
"""

import datetime
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple
from urllib.parse import urlencode

Row = dict[str, Any]
Marts = dict[str, list[Row]]
Cell = list[Any]
Table = list[list[Cell]]

DAY = datetime.timedelta(1)
SMALL, TOO_FEW, NONE = "small groups", "too few", "none"
NOTHING: Cell = ["nothing"]
FEW: Cell = ["too few"]
BLANK: Cell = ["text", ""]
STAGE_KINDS = (
    "sourced", "applied", "assessment", "shortlisted", "phone_screen", "interview", "offer", "hired", "unlisted",
    "none",
)
BANDS = ("0-7", "8-14", "15-30", "31-60", "61+")
TOP = 20


class Question(NamedTuple):
    """What a page is asked for. `period`: so many full weeks, None for all."""

    period: int | None = 26
    department: str | None = None
    city: str | None = None
    source: str | None = None
    kind: str | None = None
    week: datetime.date | None = None

    def query(self) -> str:
        given = {
            "period": None if self.period == 26 else str(self.period or "all"), "department": self.department,
            "city": self.city, "source": self.source, "type": self.kind, "week": self.week,
        }
        return urlencode({name: value for name, value in given.items() if value is not None})


class Asked:
    """A question to these marts."""

    def __init__(self, marts: Marts, question: Question) -> None:
        self.marts, self.question = marts, question
        (self.told,) = marts["export_run"]
        self.k: int = self.told["min_group"]
        self.last: datetime.date | None = self.told["as_of_on"]
        known = {row["week_start"]: row["is_full_week"] for row in marts["dim_date"]}
        self.all_weeks = sorted(known.items())
        self.full = [week for week, is_full in self.all_weeks if is_full]
        cut = question.period is not None and len(self.full) > question.period
        first = self.full[-question.period] if cut and question.period else None
        self.weeks = [(week, is_full) for week, is_full in self.all_weeks if first is None or week >= first]
        self.begins: datetime.date | None = self.weeks[0][0] if self.weeks else None

    def volumes(self, mart: str) -> list[Row]:
        return [row for row in self.marts[mart] if self.takes(row, "department", "city", "source", "posting_type")]

    def takes(self, row: Row, *columns: str) -> bool:
        asked = self.question._asdict() | {"posting_type": self.question.kind}
        return all(asked[column] in (None, row[column]) for column in columns)

    def of_week(self, week: datetime.date) -> int | None:
        """Of a source and nothing else out of the mart of sources, which tells more of it. None where all of it may be
        in small groups."""
        is_by_source = self.question.source not in (None, SMALL) and not self.is_cut()
        rows = self.marts["fct_sources_weekly"] if is_by_source else self.marts["fct_applications_weekly"]
        columns = () if is_by_source else ("department", "city", "posting_type")
        return self.shown([row for row in rows if row["week_start"] == week and self.takes(row, *columns)])

    def shown(self, rows: list[Row]) -> int | None:
        """Of a source, where one is asked for."""
        named = [row["applications"] for row in rows if self.takes(row, "source")]
        is_hidden = not named and self.question.source is not None and any(row["source"] == SMALL for row in rows)
        return None if is_hidden else sum(named)

    def is_cut(self) -> bool:
        return any((self.question.department, self.question.city, self.question.kind))

    def postings(self) -> list[Row]:
        return [row for row in self.marts["dim_posting"] if self.takes(row, "department", "city", "posting_type")]

    def is_cut_by(self, *allowed: str) -> bool:
        """Whether it can be answered of what is asked for; outcomes by department if the customer wants."""
        also = ("department",) if self.told["compares_departments"] else ()
        return all(getattr(self.question, name) is None for name in ("department", "city", "source", "kind")
                   if name not in allowed + also)

    def of_department(self, row: Row) -> bool:
        return self.question.department in (None, row["department"])

    def told_of_department(self, rows: Sequence[Row]) -> list[Row] | None:
        """None where all of it may be in small groups."""
        told = [row for row in rows if self.of_department(row)]
        return None if not told and any(row["department"] == SMALL for row in rows) else told


def count(number: int) -> Cell:
    return ["count", number]


def share(part: int, whole: int) -> Cell:
    return ["share", float(Fraction(part, whole))]


def rate(part: int, whole: int) -> Cell:
    return ["rate", float(Fraction(part, whole))] if whole else NOTHING


def rate_of(rows: list[Row]) -> Cell:
    """Of vacancies that were seen going online."""
    return rate(sum(row["applications"] for row in rows), sum(row["days_online"] for row in rows))


def name(text: str) -> Cell:
    return ["name", text]


def word(text: str) -> Cell:
    return ["word", text]


def weekly(asked: Asked) -> Table:
    rows, before = [], None
    for week, is_full in asked.weeks:
        now = asked.of_week(week)
        change = ["change", now - before] if is_full and now is not None and before is not None else NOTHING
        remark = BLANK if is_full else word("partial week")
        rows.append([["week", week], ["day", week], FEW if now is None else count(now), change, remark])
        before = now if is_full else None
    return rows


def daily(asked: Asked) -> Table:
    if asked.last is None:
        return []
    first_week = asked.all_weeks[0][0] if asked.all_weeks else None
    begins = [asked.last - 59 * DAY, first_week, asked.told["history_begins_on"]]
    day, of, rows = max(begin for begin in begins if begin), dict[datetime.date, list[Row]](), []
    for row in asked.marts["fct_applications_daily"]:
        if asked.takes(row, "department", "city", "posting_type"):
            of.setdefault(row["date"], []).append(row)
    while day <= asked.last:
        if asked.question.week in (None, day - day.weekday() * DAY):
            now = asked.shown(of.get(day, []))
            remark = word("partial day") if day == asked.last else BLANK
            rows.append([["day", day], FEW if now is None else count(now), remark])
        day += DAY
    return rows


def hidden(counts: dict[Any, int], k: int, beside: int = 0) -> set[Any]:
    """Those of few, and the next ones as long as what is hidden would follow from the rest."""
    away = {key for key, number in counts.items() if number < k}
    while 0 < beside + sum(counts[key] for key in away) < k and len(away) < len(counts):
        away.add(min((key for key in counts if key not in away), key=lambda key: (counts[key], key)))
    return away


def sources(asked: Asked) -> Table:
    """Where nothing else is asked for, out of the mart of sources, in which fewer are in small groups."""
    of: Counter[str] = Counter()
    by_source = [row for row in asked.marts["fct_sources_weekly"] if asked.takes(row, "source")]
    for row in asked.volumes("fct_applications_weekly") if asked.is_cut() else by_source:
        if asked.begins and row["week_start"] >= asked.begins:
            of[row["source"]] += row["applications"]
    every, small = sum(of.values()), of.pop(SMALL, 0)
    away = hidden(dict(of), asked.k, small)
    small += sum(of[each] for each in away)
    told = sorted((-number, each) for each, number in of.items() if each not in away)
    rows = [[name(each), count(-number), share(-number, every)] for number, each in told]
    return rows + ([[name(SMALL), count(small), share(small, every)]] if small else [])


def posting(rank: int, row: Row) -> list[Cell]:
    title = ["removed" if row["is_removed"] else "text", row["title"]]
    return [
        title, name(row["city"]), name(row["department"]), count(rank), count(row["applications"]),
        count(row["applications_last_28_days"]), count(row["days_online"]),
        rate_of([row] if row["is_published_on_exact"] else []),
    ]


def top(rows: list[Row], value: Callable[[Row], Any]) -> Table:
    """Of equals the first title, and of equal titles the one that a bundle has first."""
    places = (
        "title", "posting_type", "department", "city", "country", "is_removed", "is_published", "is_published_on_exact",
        "published_on", "deadline_on", "days_online",
    )
    rows = sorted(rows, key=lambda row: (-value(row), *((row[column] is None, row[column]) for column in places)))
    return [posting(1 + sum(value(other) > value(row) for other in rows), row) for row in rows[:TOP]]


def postings(asked: Asked) -> Table | None:
    if not asked.is_cut_by("department", "city", "kind"):
        return None
    rows = [row for row in asked.postings() if row["rank"] is not None and row["applications"]]
    return top(rows, lambda row: row["applications"])


def per_day(asked: Asked) -> Table | None:
    if not asked.is_cut_by("department", "city", "kind"):
        return None
    rows = [row for row in asked.postings() if row["rank"] is not None and row["applications"]]
    rows = [row for row in rows if row["days_online"] >= 7 and row["is_published_on_exact"]]
    return top(rows, lambda row: Fraction(row["applications"], row["days_online"]))


def places(asked: Asked) -> Table | None:
    if not asked.is_cut_by("department", "city", "kind"):
        return None
    of: dict[tuple[str, str], list[Row]] = {}
    for row in asked.postings():
        of.setdefault((row["city"], row["country"]), []).append(row)
    found = [
        (sum(row["applications"] for row in rows), *place, rows) for place, rows in of.items()
        if sum(row["applications"] for row in rows)
    ]
    found.sort(key=lambda each: (each[1] == NONE, -each[0], each[1], each[2]))
    return [
        [
            name(city), name(country),
            NOTHING if city == NONE else count(1 + sum(other[0] > all_of_it for other in found if other[1] != NONE)),
            count(all_of_it), count(sum(row["applications_last_28_days"] for row in rows)),
            count(sum(row["is_published"] for row in rows)), count(sum(row["rank"] is not None for row in rows)),
            rate_of([row for row in rows if row["is_published_on_exact"]]),
        ]
        for all_of_it, city, country, rows in found[:TOP]
    ]


def open_ones(asked: Asked) -> Table | None:
    if not asked.is_cut_by():
        return None
    rows = asked.told_of_department(asked.marts["fct_open_applications"]) or []

    def line(first: Cell, of: Sequence[Row]) -> list[Cell]:
        counts = [sum(row["applications"] for row in of if row["age_band"] == band) for band in BANDS]
        return [first, *map(count, counts), count(sum(counts))]

    kinds = [kind for kind in STAGE_KINDS if any(row["stage_kind"] == kind for row in rows)]
    lines = [line(word("stage " + kind), [row for row in rows if row["stage_kind"] == kind]) for kind in kinds]
    return lines + ([line(word("total"), rows)] if rows else [])


def quality(asked: Asked) -> Table:
    rows = sorted(asked.marts["data_quality"], key=lambda row: str(row["check_name"]))
    return [
        [word("check " + row["check_name"]), count(row["value"]),
         NOTHING if row["share_per_mille"] is None else share(row["share_per_mille"], 1000)]
        for row in rows
    ]


def reasons(asked: Asked) -> Table | None:
    if any(getattr(asked.question, each) for each in ("department", "city", "source", "kind")):
        return None
    full, of = {week for week, is_full in asked.weeks if is_full}, Counter[tuple[str, str]]()
    for row in asked.marts["fct_reasons_weekly"]:
        if row["week_start"] in full and row["reason_kind"] != TOO_FEW:
            of[(row["reason_kind"], row["reason"])] += row["closed"]
    every = sum(of.values())
    if every < asked.k:
        return None
    away = hidden(dict(of), asked.k)
    together = sum(of[each] for each in away)
    told = sorted((each for each in of if each not in away), key=lambda each: (-of[each], each))
    rows = [
        [name(why), word("reason " + kind), count(of[kind, why]), share(of[kind, why], every)] for kind, why in told
    ]
    return rows + ([[name(SMALL), name(SMALL), count(together), share(together, every)]] if together else [])
