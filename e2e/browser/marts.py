"""The marts that dbt would publish of a made-up world, and the bundle that is handed over with them."""

import datetime
import io
import json
import tarfile
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from browser.made_up import Application, Posting, World
from bundle import columns, wanted
from toolbox.programs import DIRECT

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


def folded(world: World, group_of: Any) -> list[tuple[Any, bool]]:
    """Applications' groups, and whether each is too small to tell what became of it."""
    sizes = Counter(group_of(each) for each in world.applications if group_of(each) is not None)
    return [(group, bool(group is not None and sizes[group] < K)) for group in map(group_of, world.applications)]


def told_together(world: World, group_of: Any, together: Any) -> list[tuple[Any, bool]]:
    """The same with those of few in one group, and whether that is too small, too."""
    groups = [together(group) if few else group for group, few in folded(world, group_of)]
    sizes = Counter(groups)
    return [(group, sizes[group] < K) for group in groups]


def durations(world: World) -> list[Row]:
    """By month and city; those of few are told of together, and where these are few too, nothing of their outcome."""
    def of(each: Application) -> tuple[Any, ...]:
        on = each.posting or Posting("none")
        return (each.created.replace(day=1), department(world, each), on.city)

    def together(group: tuple[Any, ...]) -> tuple[Any, ...]:
        return (group[0], SMALL if world.compares else group[1], SMALL)

    return counted(
        ({"is_frozen": False, "is_eligible": not few and each.days is not None,
          "outcome": TOO_FEW if few else each.outcome, "city": city, "department": where, "created_month": month,
          "days": None if few else each.days}
         for each, ((month, where, city), few)
         in zip(world.applications, told_together(world, of, together), strict=True)), "applications")


def closed(world: World) -> list[Row]:
    """By week; departments of few are told of together, and where these are few too, nothing of their outcome."""
    def of(each: Application) -> tuple[Any, ...] | None:
        return (monday(each.ended), department(world, each)) if each.ended else None

    def together(group: tuple[Any, ...]) -> tuple[Any, ...]:
        return (group[0], SMALL if world.compares else group[1])

    return counted(
        ({"outcome": TOO_FEW if few else each.outcome, "department": group[1], "week_start": group[0],
          "days": None if few else each.days}
         for each, (group, few) in zip(world.applications, told_together(world, of, together), strict=True) if group),
        "closed")


def still_open(world: World) -> list[Row]:
    def of(each: Application) -> str | None:
        return department(world, each) if each.outcome == "open" else None

    return counted(
        ({"department": SMALL if few and world.compares else where, "stage_kind": each.stage,
          "age_band": band(each.days or 0)}
         for each, (where, few) in zip(world.applications, folded(world, of), strict=True) if where), "applications")


def funnel(world: World) -> list[Row]:
    def of(each: Application) -> tuple[Any, ...]:
        return (each.created.replace(day=1), department(world, each))

    return counted(
        ({"department": where, "created_month": month, "week_start": monday(each.created),
          "outcome": TOO_FEW if few else each.outcome, "furthest_stage_kind": TOO_FEW if few else each.stage}
         for each, ((month, where), few) in zip(world.applications, folded(world, of), strict=True)), "applications")


def reasons(world: World) -> list[Row]:
    def of(each: Application) -> datetime.date | None:
        return monday(each.ended) if each.ended and each.outcome in ("rejected", "withdrawn") else None

    return counted(
        ({"week_start": week, "reason_kind": TOO_FEW if few else each.reason[0],
          "reason": TOO_FEW if few else each.reason[1]}
         for each, (week, few) in zip(world.applications, folded(world, of), strict=True) if week), "closed")


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


def write(of: Marts, bundle: Path) -> None:
    """As data/*.json, by dbt's own code; it leaves out what says nothing."""
    (bundle / "data").mkdir(parents=True)
    (bundle / "index.html").write_text("<!doctype html><title>docs</title>")
    for mart in wanted.MARTS:
        names = (*mart.columns, *(mart.joined.columns if mart.joined else ()))
        rows = [[row[name] for name in names] for row in of[mart.mart]]
        made = columns.Mart(mart.mart, {name: typed(name) for name in names}, rows)
        columns.write(made, bundle / "data" / (mart.mart + ".json"), mart.each_once)


def put(url: str, token: str, bundle: Path) -> None:
    """Hands it over, as dbt does."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for path in sorted(bundle.rglob("*")):
            if path.is_file():
                archive.add(path, path.relative_to(bundle).as_posix())
    send(url + "/bundle", token, packed.getvalue(), "application/gzip")


def tell(url: str, token: str, outcome: str, **more: Any) -> None:
    """How a build ended, as dbt does."""
    now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    said = {"version": 1, "finished": now, "outcome": outcome, "error": None, "failed": [], "warned": [], **more}
    send(url + "/build", token, json.dumps(said).encode(), "application/json")


def send(url: str, token: str, body: bytes, kind: str) -> None:
    headers = {"Authorization": "Bearer " + token, "Content-Type": kind}
    with DIRECT.open(urllib.request.Request(url, body, headers, method="PUT"), timeout=60):
        pass


__all__ = ["DAY", "Marts", "marts", "put", "tell", "typed", "wanted", "write"]
