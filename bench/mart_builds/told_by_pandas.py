"""Marts that tell of outcomes and durations, of groups that are large enough, by pandas."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mart_builds.reading import DAY, NONE, SMALL, Frame, Period, Report, latest, read
from mart_builds.ways_by_pandas import EXITS, KINDS, OUTCOMES, Ways, kinds_of

ALL, TOO_FEW = "all", "too few"
AGES, BANDS = [-1, 7, 14, 30, 60, np.inf], ["0-7", "8-14", "15-30", "31-60", "61+"]


# a place that is none of its own: before all others, and the last of their names
FOLDED = -1


def month_of(days: Any) -> Any:
    return days - (days.dt.day - 1) * DAY


def monday_of(days: Any) -> Any:
    return days - days.dt.day_of_week * DAY


def sizes(members: Frame, by: str) -> Frame:
    """Of groups: applications, people, and whether all ended alike. Of whom nobody knows who they are, each is one."""
    groups = members.groupby(by)
    known = members.loc[members["person"] >= 0, [by, "person"]].drop_duplicates()
    unknown = members.loc[members["person"] < 0].groupby(by)["size"].sum()
    people = known.groupby(by).size().add(unknown, fill_value=0)
    outcome = groups["outcome"]
    alike = (outcome.min() == outcome.max()) & (outcome.min() != 0)
    return pd.DataFrame({"size": groups["size"].sum(), "people": people, "alike": alike})


def is_told(found: Frame, least: int, unlike: bool) -> Any:
    return (found[["size", "people"]].min(axis=1) >= least) & ~(found["alike"] & unlike)


def folded(members: Frame, least: int, unlike: bool) -> Frame:
    """Members with the places that they are told of under, FOLDED where that is none of its own, and whether more than
    their number is told. The loop takes into the small groups of all periods that need it the smallest of the others,
    one at a time."""
    groups = members.groupby(["period", "place"], sort=True)
    keys, group = groups.size().index.to_frame(index=False), groups.ngroup().to_numpy()
    members = members.assign(group=group)
    keys = keys.join(sizes(members, "group"))
    small = (~is_told(keys, least, unlike) | (keys["place"] == FOLDED)).to_numpy(copy=True)
    order = keys.sort_values(["period", "size", "place"]).index.to_numpy()
    while True:
        together = sizes(members[small[group]], "period")
        lacking = together.index[~is_told(together, least, unlike)]
        waiting = order[~small[order] & keys["period"].isin(lacking).to_numpy()[order]]
        if not len(waiting):
            break
        small[waiting[~keys["period"].iloc[waiting].duplicated().to_numpy()]] = True
    hidden = small & keys["period"].isin(lacking).to_numpy()
    return members.assign(told=~hidden[group], place=np.where(small, FOLDED, keys["place"])[group])


def counted(rows: Frame, columns: list[str], name: str) -> Frame:
    return rows.groupby(columns, dropna=False, observed=True)["size"].sum().rename(name).reset_index()


def names(numbers: Any, of: Any) -> Any:
    return pd.Series(np.array(of, dtype=object)[numbers], index=numbers.index, dtype="str")


def department(place: Any) -> Any:
    return pd.Series(np.where(place == FOLDED, SMALL, ALL), index=place.index, dtype="str")


def read_frozen(lake: Path, period: Period) -> Frame:
    rows = read(lake, "application_month", [
        "group_key", "month", "department", "city", "furthest_stage_kind", "outcome", "is_eligible", "weeks",
        "applications", "removed", "changed_seq",
    ])
    rows = latest(rows, ["group_key"])
    rows = rows[~rows["removed"]]
    month = pd.to_datetime(rows["month"] + "-01").astype(period.begins.to_datetime64().dtype)
    rows = rows.assign(
        month=month, person=-1, size=rows["applications"], frozen=True,
        outcome=rows["outcome"].map(OUTCOMES.index).astype("int64"),
        furthest=rows["furthest_stage_kind"].map(KINDS.index).astype("int64"),
        days=(7 * rows["weeks"] + 3).where(rows["is_eligible"]),
    )
    return rows[month.between(period.begins, period.as_of_on)].rename(columns={"is_eligible": "eligible"})


def live_ones(ways: Ways, postings: Frame, period: Period, dates: Frame) -> Frame:
    """Those that are told of, in cohorts."""
    them = ways.applications
    city = postings.set_index("vacancy_id")["city"].reindex(them["row"].cat.categories)
    known, place = np.unique(city.to_numpy(dtype=object), return_inverse=True)
    days = them["days"].where(them["outcome"] != 0, (period.as_of_on - them["created_on"]).dt.days)
    eligible = them["in_time"] & days.notna()
    found = them[["outcome", "person", "furthest"]].assign(
        place=place[them["row"].cat.codes], eligible=eligible, days=days.where(eligible), size=1, frozen=False,
        month=month_of(them["created_on"]), week=monday_of(them["created_on"]),
    )
    found.attrs["cities"] = known
    return found[them["created_on"].between(dates["date"].iloc[0], period.as_of_on)]


def durations(live: Frame, frozen: Frame, report: Report) -> Frame:
    """Cities are numbers in the order of their names."""
    cities = np.unique([*live.attrs["cities"], *frozen["city"]])
    where = np.searchsorted(cities, live.attrs["cities"])
    taken = np.where(frozen["department"] == SMALL, FOLDED, np.searchsorted(cities, frozen["city"].to_numpy(object)))
    parts = [live.assign(place=where[live["place"]]), frozen.assign(place=taken)]
    shared = ["month", "place", "outcome", "eligible", "days", "frozen", "person", "size"]
    members = pd.concat([part[shared] for part in parts], ignore_index=True)
    found = folded(members.assign(period=members["month"]), report.least, True)
    told = found["told"]
    found = found.assign(outcome=found["outcome"].where(told, OUTCOMES.index(TOO_FEW)),
                         eligible=found["eligible"].astype(bool) & told, days=found["days"].where(told))
    found = counted(found, ["month", "place", "outcome", "eligible", "days", "frozen"], "applications")
    return found.assign(
        department=department(found["place"]), city=names(found["place"], [*cities, SMALL]), days=found["days"].astype(
            "Int64"), outcome=names(found["outcome"], OUTCOMES),
    ).rename(columns={"month": "created_month", "eligible": "is_eligible", "frozen": "is_frozen"}).drop(columns="place")


def funnel(live: Frame, frozen: Frame, report: Report) -> Frame:
    taken = np.where(frozen["department"] == SMALL, FOLDED, 0)
    frozen = frozen.assign(place=taken, week=pd.NaT, period=frozen["month"])
    # of a week that lies in two months, the days of one are told of together
    start = live["week"].where(live["week"] > live["month"], live["month"])
    shared = ["month", "week", "furthest", "outcome", "frozen", "person", "size", "place", "period"]
    parts = [folded(part[shared], report.least, True) for part in (live.assign(place=0, period=start), frozen)]
    found = pd.concat(parts, ignore_index=True)
    found = found.assign(outcome=found["outcome"].where(found["told"], OUTCOMES.index(TOO_FEW)),
                         furthest=found["furthest"].where(found["told"], len(KINDS)))
    found = counted(found, ["month", "week", "place", "furthest", "outcome", "frozen"], "applications")
    return found.assign(
        department=department(found["place"]), outcome=names(found["outcome"], OUTCOMES),
        furthest_stage_kind=names(found["furthest"], (*KINDS, TOO_FEW)),
    ).rename(columns={"month": "created_month", "week": "week_start", "frozen": "is_frozen"}).drop(
        columns=["place", "furthest"])


def closed_ones(ways: Ways, period: Period, dates: Frame) -> Frame:
    """Whose end is known, and on a day that is told of."""
    them = ways.applications
    found = them[them["closed_on"].between(dates["date"].iloc[0], period.as_of_on)]
    return found.assign(period=monday_of(found["closed_on"]), place=0, size=1)


def closed_weekly(closed: Frame, report: Report) -> Frame:
    found = folded(closed[["period", "place", "person", "outcome", "days", "size"]], report.least, False)
    found = found.assign(outcome=found["outcome"].where(found["told"], OUTCOMES.index(TOO_FEW)),
                         days=found["days"].where(found["told"]))
    found = counted(found, ["period", "place", "outcome", "days"], "closed")
    return found.assign(
        week_start=found["period"], department=department(found["place"]), outcome=names(found["outcome"], OUTCOMES),
        days=found["days"].astype("Int64"),
    ).drop(columns=["period", "place"])


def stage_durations(ways: Ways, period: Period, dates: Frame, report: Report) -> Frame:
    spells = ways.spells
    spells = spells[spells["entered_on"].between(dates["date"].iloc[0], period.as_of_on)]
    spells = spells.assign(entry_month=month_of(spells["entered_on"]), size=1)
    people = spells[["entry_month", "kind", "person"]].drop_duplicates().groupby(["entry_month", "kind"]).size()
    enough = people[people >= report.least].index
    told = pd.MultiIndex.from_frame(spells[["entry_month", "kind"]]).isin(enough)
    found = spells.assign(exit=spells["exit"].where(told, EXITS.index(TOO_FEW)), days=spells["days"].where(told))
    found = counted(found, ["entry_month", "kind", "exit", "days"], "spells")
    return found.assign(stage_kind=names(found["kind"], KINDS), exit=names(found["exit"], EXITS),
                        days=found["days"].astype("Int64")).drop(columns="kind")


def open_applications(ways: Ways, period: Period, report: Report) -> Frame:
    them = ways.applications
    them = them[(them["outcome"] == 0) & (them["created_on"] <= period.as_of_on)]
    age = (period.as_of_on - them["created_on"]).dt.days
    found = pd.DataFrame({"kind": kinds_of(them["stage"], them["stage_kind"]), "size": 1,
                          "age_band": pd.cut(age, AGES, labels=BANDS).to_numpy()})
    found = counted(found, ["kind", "age_band"], "applications")
    found = found.assign(stage_kind=names(found["kind"], KINDS), age_band=found["age_band"].astype("str"),
                         department=ALL if len(them) >= report.least else SMALL)
    return found.drop(columns="kind")


def reasons_weekly(closed: Frame, report: Report) -> Frame:
    ended = closed[closed["outcome"].isin([OUTCOMES.index("rejected"), OUTCOMES.index("withdrawn")])]
    reason, kind = (ended[name].astype("str").fillna(NONE) for name in ("disqualify_reason", "reason_kind"))
    ended = ended.assign(reason=reason, reason_kind=kind, week_start=ended["period"])
    people = ended[["reason", "person"]].drop_duplicates().groupby("reason").size()
    small = ended["reason"].isin(people[people < report.least].index)
    weeks = ended[["week_start", "person"]].drop_duplicates().groupby("week_start").size()
    told = ended["week_start"].isin(weeks[weeks >= report.least].index)
    found = ended.assign(
        reason=ended["reason"].mask(small, SMALL).where(told, TOO_FEW),
        reason_kind=ended["reason_kind"].where(told, TOO_FEW),
    )
    return counted(found, ["week_start", "reason_kind", "reason"], "closed")


def times_to_hire(closed: Frame, period: Period, report: Report) -> Frame:
    hired, rows = closed[closed["outcome"] == OUTCOMES.index("hired")], []
    for name, length in (("history", None), ("last_365_days", 365), ("last_28_days", 28)):
        them = hired if length is None else hired[hired["closed_on"] > period.as_of_on - length * DAY]
        row: dict[str, Any] = {"period": name, "department": ALL, "hires": len(them)}
        if them["person"].nunique() >= report.least:
            jobs = them.groupby("row", observed=True)["days"].agg(["sum", "size"]).astype("int64")
            row["jobs"] = len(jobs)
            row["mean_over_candidates_millidays"] = 1000 * int(jobs["sum"].sum()) // len(them)
            row["mean_over_jobs_millidays"] = int((1000 * jobs["sum"] // jobs["size"]).sum()) // len(jobs)
        rows.append(row)
    means = ["jobs", "mean_over_candidates_millidays", "mean_over_jobs_millidays"]
    found = pd.DataFrame(rows, columns=["period", "department", "hires", *means])
    more = found["hires"].to_numpy() - found["hires"].to_numpy()[:, None]
    found.loc[((more > 0) & (more < report.least)).any(axis=1), means] = None
    return found.astype(dict.fromkeys(means, "Int64"))


def told_marts(
    lake: Path, ways: Ways, postings: Frame, period: Period, dates: Frame, report: Report,
) -> dict[str, Frame]:
    live, frozen = live_ones(ways, postings, period, dates), read_frozen(lake, period)
    closed = closed_ones(ways, period, dates)
    return {
        "fct_application_durations": durations(live, frozen, report),
        "fct_closed_weekly": closed_weekly(closed, report),
        "fct_stage_durations": stage_durations(ways, period, dates, report),
        "fct_funnel": funnel(live, frozen, report),
        "fct_open_applications": open_applications(ways, period, report),
        "fct_reasons_weekly": reasons_weekly(closed, report),
        "fct_times_to_hire": times_to_hire(closed, period, report),
    }
