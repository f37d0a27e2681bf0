"""The marts that dbt would publish of a made-up world, and the bundle that is handed over with them."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from browser.made_up import Application, Posting, World
from bundle import columns, wanted
from bundle.archive import INDEX, Files

SMALL, TOO_FEW, K = "small groups", "too few", 5
DAY = datetime.timedelta(1)
BANDS = ((7, "0-7"), (14, "8-14"), (30, "15-30"), (60, "31-60"), (10**6, "61+"))
# of columns that need not be text
TYPES = {
    "bigint": (
        "applications", "days", "closed", "hires", "jobs", "mean_over_candidates_millidays",
        "mean_over_jobs_millidays", "iso_year", "iso_week", "days_online", "rank", "applications_last_28_days", "value",
        "share_per_mille", "min_group",
    ),
    "boolean": (
        "is_frozen", "is_eligible", "is_full_week", "is_removed", "is_published", "is_published_on_exact",
        "compares_departments",
    ),
    "date": (
        "created_month", "week_start", "date", "published_on", "deadline_on", "as_of_on", "history_begins_on",
    ),
    "timestamp": ("as_of",),
}

Row = dict[str, Any]
Marts = dict[str, list[Row]]


def monday(day: datetime.date) -> datetime.date:
    return day - day.weekday() * DAY


def counted(keys: Iterable[Mapping[str, Any]], name: str) -> list[Row]:
    """How often each of these is there."""
    found = Counter(tuple(key.items()) for key in keys)
    return [{**dict(key), name: count} for key, count in found.items()]


def marts(world: World) -> Marts:
    """All of a bundle, by name."""
    every = world.applications
    as_of = world.as_of
    return {
        "dim_date": weeks(world),
        "fct_applications_weekly": counted(
            ({**volume(each), "week_start": monday(each.created)} for each in every), "applications"),
        "fct_applications_daily": counted(
            ({**volume(each), "date": each.created} for each in every
             if world.last_day and (world.last_day - each.created).days < wanted.LAST_DAYS), "applications"),
        "fct_sources_weekly": of_sources(every),
        "dim_posting": postings(world),
        "fct_application_durations": durations(world),
        "fct_closed_weekly": closed(world),
        "fct_funnel": funnel(world),
        "fct_open_applications": still_open(world),
        "fct_reasons_weekly": reasons(world),
        "fct_times_to_hire": hires(world),
        "data_quality": [
            {"check_name": "applications", "value": len(every), "share_per_mille": None},
            {"check_name": "end_unknown", "value": sum(each.days is None for each in every),
             "share_per_mille": 1000 * sum(each.days is None for each in every) // len(every) if every else None},
            {"check_name": "postings_removed", "value": sum(each.is_removed for each in world.postings),
             "share_per_mille": None},
        ],
        "export_run": [{
            "as_of": as_of, "as_of_on": world.last_day, "history_begins_on": world.begins,
            "time_zone": "Europe/Berlin", "min_group": K, "compares_departments": world.compares,
        }],
    }


def weeks(world: World) -> list[Row]:
    rows, last = [], world.last_day
    week = monday(world.begins) if world.begins and last else None
    while week and last and world.begins and week <= last:
        year, number, _ = week.isocalendar()
        is_full = week >= world.begins and week + 7 * DAY <= last
        rows.append({"week_start": week, "iso_year": year, "iso_week": number, "is_full_week": is_full})
        week += 7 * DAY
    return rows


def volume(each: Application) -> Row:
    on = each.posting or Posting("none", kind="none")
    return {"posting_type": on.kind, "department": on.department, "city": on.city, "source": each.source}


def of_sources(every: Iterable[Application]) -> list[Row]:
    """By week and source alone; those of few in a week are told of together."""
    keys = [(monday(each.created), each.source) for each in every]
    sizes = Counter(keys)
    return counted(
        ({"source": source if sizes[week, source] >= K else SMALL, "week_start": week} for week, source in keys),
        "applications")


def department(world: World, each: Application) -> str:
    return "all" if not world.compares else each.posting.department if each.posting else "none"


def band(days: int) -> str:
    return next(name for most, name in BANDS if days <= most)


def postings(world: World) -> list[Row]:
    """Vacancies by how many have applied, and what is no vacancy."""
    last = world.last_day or datetime.date.min
    of: dict[int | None, list[Application]] = {}
    place = {id(each): at for at, each in enumerate(world.postings)}
    for each in world.applications:
        of.setdefault(place[id(each.posting)] if each.posting else None, []).append(each)
    counts = [len(of.get(at, [])) for at in range(len(world.postings))]
    rows = [
        posting(each, of.get(at, []), last, 1 + sum(count > counts[at] for count in counts))
        for at, each in enumerate(world.postings)
    ]
    none = of.get(None, [])
    return rows + ([posting(Posting("none", kind="none", is_published=False), none, last, None)] if none else [])


def posting(each: Posting, of: list[Application], last: datetime.date, rank: int | None) -> Row:
    return {
        "posting_type": each.kind, "department": each.department, "city": each.city, "country": each.country,
        "is_removed": each.is_removed, "is_published": each.is_published, "published_on": each.since,
        "is_published_on_exact": each.since is not None,
        "deadline_on": each.deadline, "days_online": each.days_online, "title": each.title, "rank": rank,
        "applications": len(of), "applications_last_28_days": sum((last - one.created).days < 28 for one in of),
    }


Group = tuple[Any, ...]


def grouped(
    world: World, name: str, group_of: Callable[[Application], Group | None],
    row_of: Callable[[Application, Group, bool], Row], together: Callable[[Group], Group] = lambda group: group,
) -> list[Row]:
    """Rows of applications that have a group, and whether that is too small to tell what became of them; those of small
    ones are told of `together`, where there is such a group, which may be too small, too."""
    groups = [group_of(each) for each in world.applications]
    sizes = Counter(groups)
    groups = [together(group) if group is not None and sizes[group] < K else group for group in groups]
    sizes = Counter(groups)
    with_groups = zip(world.applications, groups, strict=True)
    return counted((row_of(each, group, sizes[group] < K) for each, group in with_groups if group is not None), name)


def small(world: World, where: str) -> str:
    """How small departments are told of together."""
    return SMALL if world.compares else where


def month_of(each: Application) -> datetime.date:
    return each.created.replace(day=1)


def durations(world: World) -> list[Row]:
    """By month and city."""
    def of(each: Application) -> Group:
        return (month_of(each), department(world, each), each.posting.city if each.posting else "none")

    def row(each: Application, group: Group, few: bool) -> Row:
        month, where, city = group
        return {"is_frozen": False, "is_eligible": not few and each.days is not None,
                "outcome": TOO_FEW if few else each.outcome, "city": city, "department": where, "created_month": month,
                "days": None if few else each.days}

    return grouped(world, "applications", of, row, lambda group: (group[0], small(world, group[1]), SMALL))


def closed(world: World) -> list[Row]:
    """By week."""
    def of(each: Application) -> Group | None:
        return (monday(each.ended), department(world, each)) if each.ended else None

    def row(each: Application, group: Group, few: bool) -> Row:
        return {"outcome": TOO_FEW if few else each.outcome, "department": group[1], "week_start": group[0],
                "days": None if few else each.days}

    return grouped(world, "closed", of, row, lambda group: (group[0], small(world, group[1])))


def still_open(world: World) -> list[Row]:
    def of(each: Application) -> Group | None:
        return (department(world, each),) if each.outcome == "open" else None

    def row(each: Application, group: Group, few: bool) -> Row:
        where = small(world, group[0]) if few else group[0]
        return {"department": where, "stage_kind": each.stage, "age_band": band(each.days or 0)}

    return grouped(world, "applications", of, row)


def funnel(world: World) -> list[Row]:
    def row(each: Application, group: Group, few: bool) -> Row:
        return {"department": group[1], "created_month": group[0], "week_start": monday(each.created),
                "outcome": TOO_FEW if few else each.outcome, "furthest_stage_kind": TOO_FEW if few else each.stage}

    return grouped(world, "applications", lambda each: (month_of(each), department(world, each)), row)


def reasons(world: World) -> list[Row]:
    def of(each: Application) -> Group | None:
        return (monday(each.ended),) if each.ended and each.outcome in ("rejected", "withdrawn") else None

    def row(each: Application, group: Group, few: bool) -> Row:
        kind, said = (TOO_FEW, TOO_FEW) if few else each.reason
        return {"week_start": group[0], "reason_kind": kind, "reason": said}

    return grouped(world, "closed", of, row)


def hires(world: World) -> list[Row]:
    rows: list[Row] = []
    hired = [each for each in world.applications if each.outcome == "hired" and each.ended]
    for period, most in (("history", 10**6), ("last_365_days", 365), ("last_28_days", 28)):
        within = [each for each in hired if world.last_day and each.ended and (world.last_day - each.ended).days < most]
        for where in sorted({department(world, each) for each in within}):
            of_jobs: dict[int, list[int]] = {}
            for each in within:
                if department(world, each) == where:
                    of_jobs.setdefault(id(each.posting), []).append(each.days or 0)
            days = [day for job in of_jobs.values() for day in job]
            means = [1000 * sum(job) // len(job) for job in of_jobs.values()]
            is_told = len(days) >= K
            rows.append({
                "period": period, "department": where, "hires": len(days), "jobs": len(means) if is_told else None,
                "mean_over_candidates_millidays": 1000 * sum(days) // len(days) if is_told else None,
                "mean_over_jobs_millidays": sum(means) // len(means) if is_told else None,
            })
    return rows


def typed(name: str) -> str:
    return next((kind for kind, names in TYPES.items() if name in names), "text")


def write(of: Marts, bundle: Path) -> Files:
    """As data/*.json, by dbt's own code; it leaves out what says nothing."""
    (bundle / "data").mkdir(parents=True)
    files = {INDEX: bundle / INDEX}
    files[INDEX].write_text("<!doctype html><title>docs</title>")
    for mart in wanted.MARTS:
        names = (*mart.columns, *(mart.joined.columns if mart.joined else ()))
        rows = [[row[name] for name in names] for row in of[mart.mart]]
        made = columns.Mart(mart.mart, {name: typed(name) for name in names}, rows)
        files[f"data/{mart.mart}.json"] = bundle / "data" / f"{mart.mart}.json"
        columns.write(made, files[f"data/{mart.mart}.json"], mart.each_once)
    return files


__all__ = ["DAY", "Marts", "marts", "typed", "wanted", "write"]
