"""Made-up applications, and the marts that dbt would publish of them. Every person in them is invented."""

import datetime
import json
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ENDS = ("hired", "rejected", "withdrawn", "other")
SMALL = "small groups"
MIN_GROUP = 5
AS_OF = datetime.date(2026, 11, 26)
HISTORY = datetime.date(2023, 12, 1)
DEPARTMENTS = ("Ward", "Lab", SMALL)
CITIES = ("Köln", "Bonn", SMALL)
TYPES = {bool: "boolean", int: "bigint", str: "text", datetime.date: "date", datetime.datetime: "timestamp"}

Row = Sequence[object]


class Application(NamedTuple):
    """As the warehouse knows it in the end. `days` is None where its beginning or its end is not known."""

    created: datetime.date
    department: str
    city: str
    outcome: str
    days: int | None
    vacancy: str
    frozen: bool = False

    @property
    def month(self) -> datetime.date:
        return self.created.replace(day=1)

    @property
    def week_of_end(self) -> datetime.date | None:
        """Monday of the week in which it ended; none where it did not, or where that is told of by the month alone."""
        if self.days is None or self.outcome not in ENDS or self.frozen:
            return None
        ended = self.created + datetime.timedelta(self.days)
        return ended - datetime.timedelta(ended.weekday())


def chance(seed: int) -> list[Application]:
    """A world with ties, same-day ends, curves at exactly a half, and at times nobody who ended, or who did not."""
    dice = random.Random(seed)
    if seed % 10 == 0:
        return one_by_one(2 * dice.randint(3, 40))
    count = dice.choice((0, 3, 5, 6, 8, 20, 60, 150, 400))
    longest = dice.choice((0, 1, 4, 12, 45, 200, 900))
    outcomes = dice.choice((ENDS, (*ENDS, "open", "open"), (*ENDS, *["open"] * 12), ("hired", "open"), ("open",),
                            ("rejected",), ("rejected", "hired")))
    return [one(dice, longest, outcomes, number) for number in range(count)]


def followed(seed: int) -> list[Application]:
    """Of such a world those whose beginning and end are known."""
    return [each for each in chance(seed) if each.days is not None]


def one_by_one(count: int) -> list[Application]:
    """Half of them end, each on a day of its own: a product of many fractions that is one half."""
    long_ago = AS_OF - datetime.timedelta(count)
    return [
        Application(long_ago, "Ward", "Köln", *(("rejected", day) if day <= count // 2 else ("open", count)), "v1")
        for day in range(1, count + 1)
    ]


def one(dice: random.Random, longest: int, outcomes: Sequence[str], number: int) -> Application:
    department, city = dice.choice(DEPARTMENTS), dice.choice(CITIES)
    if SMALL in (department, city):
        # they are folded together
        department = city = SMALL
    outcome, days = dice.choice(outcomes), dice.randint(0, longest)
    created = AS_OF - datetime.timedelta(days + (0 if outcome == "open" else dice.randint(0, 60)))
    is_frozen = outcome not in ("hired", "open") and dice.random() < 0.1
    if is_frozen:
        # what is known of it is its week, and its middle is told
        days = days // 7 * 7 + 3
    vacancy = f"{department} {number % 5}"
    is_followed = dice.random() > 0.1
    return Application(created, department, city, outcome, days if is_followed else None, vacancy, is_frozen)


def hires(applications: Iterable[Application]) -> list[Row]:
    """Rows of fct_times_to_hire, by whole numbers alone, as SQL makes them."""
    rows: list[Row] = []
    hired = [each for each in applications if each.outcome == "hired" and each.days is not None]
    for period, most in (("history", None), ("last_365_days", 365), ("last_28_days", 28)):
        within = [each for each in hired if most is None or (AS_OF - each.created).days - (each.days or 0) < most]
        for department in sorted({each.department for each in within}):
            by_job: dict[str, list[int]] = {}
            for each in within:
                if each.department == department:
                    by_job.setdefault(each.vacancy, []).append(each.days or 0)
            days = [days for job in by_job.values() for days in job]
            if len(days) < MIN_GROUP:
                rows.append((period, department, len(days), None, None, None))
            else:
                means = [1000 * sum(job) // len(job) for job in by_job.values()]
                rows.append((period, department, len(days), len(means), 1000 * sum(days) // len(days),
                             sum(means) // len(means)))
    return rows


def write(applications: Sequence[Application], bundle: Path) -> None:
    """The marts of these as data/*.json of a bundle."""
    durations = Counter(
        (each.month, each.department, each.city, each.outcome, each.days is not None, each.days, each.frozen)
        for each in applications
    )
    closed = Counter(
        (each.week_of_end, each.department, each.outcome, each.days) for each in applications if each.week_of_end
    )
    now = datetime.datetime.combine(AS_OF, datetime.time(22), datetime.timezone.utc)
    write_mart(bundle, "export_run", {
        "run_id": str, "started_at": datetime.datetime, "as_of": datetime.datetime, "as_of_on": datetime.date,
        "time_zone": str, "history_begins_on": datetime.date, "min_group": int, "compares_departments": bool,
    }, [("r1", now, now, AS_OF, "Europe/Berlin", HISTORY, MIN_GROUP, True)])
    write_mart(bundle, "fct_application_durations", {
        "created_month": datetime.date, "department": str, "city": str, "outcome": str, "is_eligible": bool,
        "days": int, "is_frozen": bool, "applications": int,
    }, [(*key, count) for key, count in durations.items()])
    write_mart(bundle, "fct_closed_weekly", {
        "week_start": datetime.date, "department": str, "outcome": str, "days": int, "closed": int,
    }, [(*key, count) for key, count in closed.items()])
    write_mart(bundle, "fct_times_to_hire", {
        "period": str, "department": str, "hires": int, "jobs": int, "mean_over_candidates_millidays": int,
        "mean_over_jobs_millidays": int,
    }, hires(applications))


def write_mart(bundle: Path, mart: str, columns: dict[str, type], rows: Sequence[Row]) -> None:
    written = {
        name: column(kind, [row[at] for row in rows]) for at, (name, kind) in enumerate(columns.items())
    }
    (bundle / "data").mkdir(exist_ok=True)
    text = json.dumps({"version": 2, "mart": mart, "rows": len(rows), "columns": written})
    (bundle / "data" / (mart + ".json")).write_text(text)


def column(kind: type, values: Sequence[object]) -> dict[str, Any]:
    if kind in (bool, int):
        return {"type": TYPES[kind], "values": values}
    texts = [str(value) if kind is str else value.isoformat() for value in values if value is not None]  # type: ignore[attr-defined]
    dictionary = sorted(set(texts))
    places = {text: place for place, text in enumerate(dictionary)}
    told = iter(texts)
    return {
        "type": TYPES[kind], "dictionary": dictionary,
        "values": [None if value is None else places[next(told)] for value in values],
    }
