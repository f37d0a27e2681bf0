"""No mart shows anything of a group that gives somebody away, whatever it counts."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from marts.conftest import Marts
from marts.expected.applications import SMALL
from marts.expected.facts import Row
from marts.expected.groups import TOO_FEW
from marts.lakes.conftest import Built

ENDS = ("hired", "rejected", "withdrawn")
OUTCOMES = ("active_applications", "disqualified_applications", *ENDS)
MEANS = ("jobs", "mean_over_candidates_millidays", "mean_over_jobs_millidays")
# marts whose rows name sources, and by what a week is told in them
BY_SOURCE = ("fct_applications_weekly", "fct_applications_daily", "fct_sources_weekly")


class Group(NamedTuple):
    """What a mart tells groups by, where it says that they are too few, and whether that they ended alike is told."""

    mart: str
    by: tuple[str, ...]
    counted: str
    hidden: str = "outcome"
    minds_outcomes: bool = False


GROUPS = (
    Group("fct_application_durations", ("created_month", "department", "city"), "applications", minds_outcomes=True),
    Group("fct_funnel", ("created_month", "week_start", "department"), "applications", minds_outcomes=True),
    Group("fct_closed_weekly", ("week_start", "department"), "closed"),
    Group("fct_stage_durations", ("entry_month", "stage_kind"), "spells", "exit"),
    Group("fct_reasons_weekly", ("week_start",), "closed", "reason"),
)


def test_no_outcome_of_few_is_told(built: Built) -> None:
    assert list(by_outcome(built.marts["fct_applications_per_posting"].rows, built.report.min_group)) == []


def test_no_source_of_few_is_told(built: Built) -> None:
    assert list(by_source(built.marts, built.report.min_group)) == []


@pytest.mark.parametrize("group", GROUPS, ids=[group.mart for group in GROUPS])
def test_no_group_of_few_is_told(built: Built, group: Group) -> None:
    assert list(by_group(group, built.marts[group.mart].rows, built.report.min_group)) == []


def test_no_mean_of_few_is_told(built: Built) -> None:
    assert list(by_mean(built.marts["fct_times_to_hire"].rows, built.report.min_group)) == []


def by_outcome(rows: list[Row], least: int) -> Iterator[str]:
    for row in rows:
        told = [row[name] for name in OUTCOMES]
        if all(value is None for value in told):
            continue
        size = number(row["applications"])
        if None in told:
            yield f"vacancy {row['vacancy_id']} tells some outcomes and not others"
        elif 0 < size < least:
            yield f"vacancy {row['vacancy_id']} tells the outcomes of {size} applications"
        elif size and any(row[end] == size for end in ENDS):
            yield f"vacancy {row['vacancy_id']} tells how each of its applications ended"


def by_source(marts: Marts, least: int) -> Iterator[str]:
    monday = {row["date"]: row["week_start"] for row in marts["dim_date"].rows}
    for name in BY_SOURCE:
        cells: dict[tuple[object, ...], dict[object, int]] = defaultdict(lambda: defaultdict(int))
        for row in marts[name].rows:
            week = row["week_start"] if "week_start" in row else monday[row["date"]]
            cell = (week, *(row[name] for name in ("department", "city", "posting_type") if name in row))
            # a day or week without any has a row that says so
            if row["applications"]:
                cells[cell][row["source"]] += number(row["applications"])
        for where, sources in cells.items():
            for source, size in sources.items():
                if size < least and not (source == SMALL and len(sources) == 1):
                    yield f"{name} {where} tells that {size} came by {source}"


def by_group(group: Group, rows: list[Row], least: int) -> Iterator[str]:
    """Of how many people they are nobody can see in a mart; their number is no smaller."""
    groups: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in group.by)].append(row)
    for where, mine in groups.items():
        hidden = {row[group.hidden] for row in mine}
        size = sum(number(row[group.counted]) for row in mine)
        if TOO_FEW in hidden:
            if len(hidden) > 1 or any(row.get("days") is not None for row in mine):
                yield f"{group.mart} {where} is too few, and told of in part"
        elif size < least:
            yield f"{group.mart} {where} tells of {size}"
        elif group.minds_outcomes and len(hidden) == 1 and hidden != {"open"}:
            yield f"{group.mart} {where} tells how each of {size} ended"


def by_mean(rows: list[Row], least: int) -> Iterator[str]:
    for row in rows:
        if number(row["hires"]) < least and any(row[name] is not None for name in MEANS):
            yield f"fct_times_to_hire {row['period']} {row['department']} tells of {number(row['hires'])}"


def number(value: object) -> int:
    assert isinstance(value, int)
    return value
