#!/usr/bin/env python3
"""Makes all marts of a lake by pandas, as somebody who knows it would.

    PYTHONPATH=bench $TOOLS_DIR/venv-bench/bin/python bench/mart_builds/by_pandas.py LAKE FOLDER ZONE MIN_GROUP MONTHS

Reads only the columns that it needs, texts of few kinds as categories, and has no loop over rows. Prints the seconds
from the first look at the lake to the last mart in memory; then writes the marts to FOLDER, for others to compare.
"""

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mart_builds.reading import DAY, NONE, SMALL, Frame, Period, Report, civil, latest, read
from mart_builds.told_by_pandas import told_marts
from mart_builds.ways_by_pandas import OUTCOMES, Ways, read_ways

HOUR = pd.Timedelta(hours=1)
FILTERS = ["department", "city", "source", "posting_type"]


def read_vacancies(lake: Path) -> Frame:
    rows = read(lake, "job_posting", [
        "vacancy_id", "media_id", "job_id", "posting_type", "stage", "title", "department_id", "department", "city",
        "country", "created", "edited", "deadline", "first_seen", "removed", "changed_seq",
    ])
    rows = latest(rows, ["vacancy_id", "media_id"])
    rows["is_published"] = (rows["stage"] == 1) & ~rows["removed"]
    names = rows["posting_type"].map({0: "job", 1: "talent_pool"})
    rows["posting_type"] = names.mask(names.isna() & rows["posting_type"].notna(), "unknown").astype("str")
    groups = rows.groupby("vacancy_id", sort=False)
    found = groups.agg(
        media=("media_id", "size"), is_published=("is_published", "any"), is_removed=("removed", "all"),
        created_at=("created", "min"), edited_at=("edited", "max"), deadline_at=("deadline", "max"),
        first_seen_at=("first_seen", "min"),
    )
    speakers = rows.sort_values(["removed", "is_published", "edited", "media_id"], ascending=[True, False, False, True])
    told = ["job_id", "posting_type", "title", "department_id", "department", "city", "country"]
    found = speakers.drop_duplicates("vacancy_id").set_index("vacancy_id")[told].join(found)
    nobody = pd.DataFrame(
        {"posting_type": NONE, "title": NONE, "media": 0, "is_published": False, "is_removed": False}, index=[NONE])
    return pd.concat([found, nobody.rename_axis("vacancy_id")])


def read_applications(lake: Path, vacancies: Frame, report: Report) -> Frame:
    rows = read(lake, "application", [
        "application_id", "vacancy_id", "candidate_key", "created", "status", "stage", "stage_kind",
        "disqualify_reason", "reason_kind", "source_name", "first_seen", "removed", "changed_seq",
    ], ("vacancy_id", "stage", "stage_kind", "disqualify_reason", "reason_kind", "source_name"))
    rows = latest(rows, ["application_id"])
    rows = rows[~rows["removed"]]
    known = rows["vacancy_id"].cat.categories.intersection(vacancies.index)
    row = rows["vacancy_id"].cat.set_categories([*known, NONE]).fillna(NONE)
    reasoned, active = rows["disqualify_reason"].notna(), rows["status"] == 1
    ends = [
        rows["reason_kind"] == "candidate", reasoned | (rows["stage_kind"] == "disqualified"), rows["status"] == 0,
        active & (rows["stage_kind"] == "hired"),
    ]
    order = [OUTCOMES.index(each) for each in ("withdrawn", "rejected", "other", "hired")]
    outcome = np.select(ends, order, OUTCOMES.index("open"))
    return rows.assign(
        row=row, created_on=civil(rows["created"], report), active=active, disqualified=reasoned, outcome=outcome,
        person=pd.factorize(rows["candidate_key"])[0],
        **{name: outcome == OUTCOMES.index(name) for name in ("withdrawn", "rejected", "hired")},
    ).reset_index(drop=True)


def read_period(lake: Path, report: Report) -> tuple[Frame, Period]:
    runs = read(lake, "export_run", ["run_id", "started", "as_of", "changed_seq"])
    last = runs.nlargest(1, ["changed_seq", "started"])
    as_of_on = civil(last["as_of"], report).iloc[0]
    return last, Period(as_of_on, as_of_on.replace(day=1) - pd.DateOffset(months=report.months - 1))


def export_run(last: Frame, period: Period, report: Report) -> Frame:
    return last[["run_id", "as_of"]].assign(
        started_at=last["started"], as_of_on=period.as_of_on, time_zone=report.zone, history_begins_on=period.begins,
        min_group=report.least, compares_departments=False,
    )


def dim_date(applications: Frame, period: Period) -> Frame:
    first = max(period.begins, applications["created_on"].min())
    days = pd.DataFrame({"date": pd.date_range(first, period.as_of_on)})
    calendar = days["date"].dt.isocalendar()
    monday = days["date"] - days["date"].dt.day_of_week * DAY
    return days.assign(
        iso_year=calendar["year"].astype("int64"), iso_week=calendar["week"].astype("int64"), week_start=monday,
        month_start=days["date"].dt.to_period("M").dt.start_time,
        is_full_week=(monday >= period.begins) & (monday + 6 * DAY < period.as_of_on),
    )


def days_online(events: Frame, period: Period) -> Any:
    """Days that are in any of a vacancy's spells: each spell counts from where those before it have ended."""
    events = events.sort_values(["vacancy_id", "media_id", "event_no"])
    end = events.groupby(["vacancy_id", "media_id"], sort=False)["on"].shift(-1)
    spells = events.assign(end=end.fillna(period.as_of_on).clip(upper=period.as_of_on))
    spells = spells[(spells["event"] == "published") & (spells["on"] <= spells["end"])]
    spells = spells.sort_values(["vacancy_id", "on", "end"])
    covered = spells.groupby("vacancy_id", sort=False)["end"].cummax().groupby(spells["vacancy_id"]).shift(1) + DAY
    begin = spells["on"].where(covered.isna() | (covered < spells["on"]), covered)
    return ((spells["end"] - begin) / DAY + 1).clip(lower=0).groupby(spells["vacancy_id"]).sum()


def dim_posting(lake: Path, vacancies: Frame, period: Period, report: Report) -> Frame:
    events = read(lake, "posting_event", [
        "vacancy_id", "media_id", "event_no", "event", "is_first_sight", "observed", "changed_seq"])
    events = latest(events, ["vacancy_id", "media_id", "event_no"])
    events = events.assign(on=civil(events["observed"], report))
    published = events[events["event"] == "published"].sort_values(
        ["observed", "is_first_sight"], ascending=[True, False]).drop_duplicates("vacancy_id").set_index("vacancy_id")
    found = vacancies.assign(**{
        name + "_on": civil(vacancies[name + "_at"], report) for name in ("created", "edited", "deadline", "first_seen")
    }).drop(columns=["created_at", "edited_at", "deadline_at", "first_seen_at"])
    missing = dict.fromkeys(("department", "city", "country", "posting_type"), NONE)
    found = found.fillna(missing).assign(
        published_on=published["on"],
        is_published_on_exact=~published["is_first_sight"].astype("boolean"),
        days_online=days_online(events, period).reindex(found.index).fillna(0).astype("int64"),
    )
    return found.reset_index()


def counted(applications: Frame, period: Period) -> Frame:
    """By vacancy."""
    age = (period.as_of_on - applications["created_on"]) // DAY
    frame = applications[[
        "row", "created", "created_on", "active", "disqualified", "hired", "rejected", "withdrawn"]]
    frame = frame.assign(week=(age >= 0) & (age < 7), month=(age >= 0) & (age < 28))
    found = frame.groupby("row", observed=True).agg(
        applications=("created", "size"), active_applications=("active", "sum"),
        disqualified_applications=("disqualified", "sum"), hired=("hired", "sum"), rejected=("rejected", "sum"),
        withdrawn=("withdrawn", "sum"), first_application_at=("created", "min"), last_application_at=("created", "max"),
        first_application_on=("created_on", "min"), last_application_on=("created_on", "max"),
        applications_last_7_days=("week", "sum"), applications_last_28_days=("month", "sum"),
    )
    people = applications[["row", "person"]].drop_duplicates()
    return found.assign(candidates=people.groupby("row", observed=True).size())


def per_posting(vacancies: Frame, counts: Frame, report: Report) -> Frame:
    found = vacancies.drop(columns="first_seen_at").join(counts)
    numbers = ["applications", "candidates", "applications_last_7_days", "applications_last_28_days"]
    ends = ["hired", "rejected", "withdrawn"]
    hidden = ["active_applications", "disqualified_applications", *ends]
    found = found.astype(dict.fromkeys([*numbers, *hidden], "Int64")).fillna(dict.fromkeys([*numbers, *hidden], 0))
    size = found["applications"]
    alike = (found[[*ends, "disqualified_applications"]].max(axis=1) == size) | (found["active_applications"] == 0)
    few = (size > 0) & ((found[["applications", "candidates"]].min(axis=1) < report.least) | alike)
    found[hidden] = found[hidden].mask(few)
    found["rank"] = size[size.index != NONE].rank(method="min", ascending=False).astype("Int64")
    return found.reset_index()


def label_sources(counts: Frame, report: Report) -> Frame:
    """Which sources of a week are told of with others: their label is the last one."""
    weeks = counts.groupby(["week_start", "cell", "source"], as_index=False, sort=False)["applications"].sum()
    weeks = weeks.sort_values(["week_start", "cell", "applications", "source"])
    before = weeks.groupby(["week_start", "cell"], sort=False)["applications"].cumsum() - weeks["applications"]
    small = (weeks["applications"] < report.least) | ((before > 0) & (before < report.least))
    return weeks.assign(label=weeks["source"].mask(small, -1)).drop(columns="applications")


def volumes(applications: Frame, postings: Frame, dates: Frame, report: Report) -> tuple[Frame, Frame, Frame]:
    """By the day, by the week, and by the week and source alone. Whole numbers stand for texts until all is counted."""
    kinds = ["department", "city", "posting_type"]
    cell = postings.groupby(kinds, sort=False).ngroup().set_axis(postings["vacancy_id"])
    cells = postings[kinds].drop_duplicates().reset_index(drop=True)
    source = applications["source_name"].cat.add_categories(NONE).fillna(NONE)
    source = source.cat.set_categories(sorted(source.cat.categories))
    row = applications["row"].cat
    frame = pd.DataFrame({
        "date": applications["created_on"], "source": source.cat.codes,
        "cell": cell.reindex(row.categories).to_numpy()[row.codes],
    })
    frame = frame[frame["date"].between(dates["date"].iloc[0], dates["date"].iloc[-1])]
    counts = frame.groupby(["date", "cell", "source"], sort=False).size().rename("applications").reset_index()
    counts["week_start"] = counts["date"] - counts["date"].dt.day_of_week * DAY
    names = np.array([*source.cat.categories, SMALL], dtype=object)
    sources = by_source(counts, names, report)
    counts = counts.merge(label_sources(counts, report), on=["week_start", "cell", "source"])

    def told(since: str, others: Frame) -> Frame:
        found = counts.groupby([since, "cell", "label"], as_index=False, sort=False)["applications"].sum()
        found = found.assign(source=pd.Series(names[found["label"]], dtype="str")).join(cells, on="cell")
        found = found.drop(columns=["cell", "label"]).merge(others, on=since, how="outer")
        nothing = {**dict.fromkeys(FILTERS, NONE), "applications": 0}
        return found.fillna(nothing).astype({"applications": "int64"})

    weeks = dates.drop_duplicates("week_start")[["week_start", "iso_year", "iso_week", "is_full_week"]]
    return told("date", dates[["date"]]), told("week_start", weeks), sources


def by_source(counts: Frame, names: Any, report: Report) -> Frame:
    counts = counts.assign(cell=0)
    counts = counts.merge(label_sources(counts, report), on=["week_start", "cell", "source"])
    found = counts.groupby(["week_start", "label"], as_index=False, sort=False)["applications"].sum()
    return found.assign(source=pd.Series(names[found["label"]], dtype="str")).drop(columns="label")


def by_location(postings: Frame, counts: Frame) -> Frame:
    wanted = ["applications", "applications_last_28_days"]
    frame = postings.set_index("vacancy_id").join(counts[wanted]).fillna(dict.fromkeys(wanted, 0)).reset_index()
    frame["city"] = frame["city"].str.replace(r"\s+", " ", regex=True).str.strip()
    frame["folded"], frame["is_one"] = frame["city"].str.lower(), frame["vacancy_id"] != NONE
    place = ["folded", "country"]
    spelt = frame.groupby([*place, "city"], as_index=False)["is_one"].sum()
    spelt = spelt.sort_values(["is_one", "city"], ascending=[False, True]).drop_duplicates(place)
    found = frame.groupby(place, as_index=False).agg(
        open_postings=("is_published", "sum"), postings=("is_one", "sum"), applications=("applications", "sum"),
        applications_last_28_days=("applications_last_28_days", "sum"),
    ).merge(spelt[[*place, "city"]], on=place)
    nowhere = (found["folded"] == NONE) & (found["country"] == NONE)
    found["rank"] = found["applications"][~nowhere].rank(method="min", ascending=False).astype("Int64")
    return found.drop(columns="folded").astype(dict.fromkeys(wanted, "int64"))


def data_quality(applications: Frame, made: dict[str, Frame], ways: Ways, period: Period) -> Frame:
    gap = ways.first_observed.fillna(applications["first_seen"]) - applications["created"]
    hours = np.sort((gap.clip(lower=pd.Timedelta(0)) // HOUR).to_numpy())
    changes = np.sort((ways.change_gaps.clip(lower=pd.Timedelta(0)) // HOUR).to_numpy())
    postings, by_day = made["dim_posting"], made["fct_applications_daily"]
    ends, durations = made["fct_applications_per_posting"], made["fct_application_durations"]
    count, on, one_of = len(applications), applications["created_on"], postings[postings["vacancy_id"] != NONE]
    is_told = applications["row"].isin(ends.loc[ends["hired"].notna(), "vacancy_id"])
    by_source = by_day.groupby("source", observed=True)["applications"].sum()
    shares = {
        "applications": count, "applications_before_history": (on < period.begins).sum(),
        "applications_after_as_of": (on > period.as_of_on).sum(),
        "applications_without_vacancy": applications["vacancy_id"].isna().sum(),
        "applications_with_unknown_vacancy": (applications["vacancy_id"].notna() & (applications["row"] == NONE)).sum(),
        "applications_without_history": ways.first_observed.isna().sum(),
        "applications_back_filled": (gap > 48 * HOUR).sum(),
        "stage_not_listed": (applications["stage"].notna() & applications["stage_kind"].isna()).sum(),
        "reason_not_listed": (is_told & applications["disqualified"] & (applications["reason_kind"] == "other")).sum(),
        "source_not_listed": by_source.get("other", 0),
        "source_unknown": by_source.get(NONE, 0),
        "applications_forgotten": durations.loc[durations["is_frozen"], "applications"].sum(),
        "end_unknown": ((applications["outcome"] != 0) & ways.applications["closed_on"].isna()).sum(),
    }
    others = {
        "first_seen_gap_hours_p50": nearest_rank(hours, 50), "first_seen_gap_hours_p95": nearest_rank(hours, 95),
        "change_gap_hours_p50": nearest_rank(changes, 50), "change_gap_hours_p95": nearest_rank(changes, 95),
        "stages_renamed": ways.renamed,
        "postings_removed": one_of["is_removed"].sum(), "postings_without_place": (one_of["city"] == NONE).sum(),
    }
    share = {name: 1000 * int(value) // count for name, value in shares.items()}
    found = pd.DataFrame({"value": pd.Series({**shares, **others}, dtype="int64")})
    return found.assign(share_per_mille=pd.Series(share, dtype="Int64")).rename_axis("check_name").reset_index()


def nearest_rank(ordered: Any, percent: int) -> int:
    return int(ordered[-(-percent * len(ordered) // 100) - 1]) if len(ordered) else 0


def marts(lake: Path, report: Report) -> dict[str, Frame]:
    last, period = read_period(lake, report)
    vacancies = read_vacancies(lake)
    applications = read_applications(lake, vacancies, report)
    dates = dim_date(applications, period)
    postings = dim_posting(lake, vacancies, period, report)
    counts = counted(applications, period)
    ways = read_ways(lake, applications, period.as_of_on, report)
    by_day, by_week, sources = volumes(applications, postings, dates, report)
    found = {
        "export_run": export_run(last, period, report), "dim_date": dates, "dim_posting": postings,
        "fct_applications_per_posting": per_posting(vacancies, counts, report), "fct_applications_daily": by_day,
        "fct_applications_weekly": by_week, "fct_sources_weekly": sources,
        "fct_postings_by_location": by_location(postings, counts),
        **told_marts(lake, ways, postings, period, dates, report),
    }
    return {**found, "data_quality": data_quality(applications, found, ways, period)}


def main(arguments: list[str]) -> int:
    lake, folder, zone, least, months = arguments
    started = time.monotonic()
    found = marts(Path(lake), Report(zone, int(least), int(months)))
    print(f"{time.monotonic() - started:.3f}")
    for name, frame in found.items():
        frame.to_parquet(Path(folder, name + ".parquet"), index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
