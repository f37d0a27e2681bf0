"""What holds between the marts of two lakes of which one came of the other, without a word of what is right for either.

Rows in another order change nothing, a further medium changes the count of media alone, seven days earlier is a week
earlier, and 28 years earlier is the same calendar; whoever is forgotten leaves one less in each total.
"""

import contextlib
from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import pytest

from marts.conftest import Marts
from marts.expected import MARTS
from marts.expected.facts import Report, Row
from marts.lakes.chance import EDGE
from marts.lakes.changes import in_another_medium, shifted, shuffled
from marts.lakes.conftest import Built, Lakes

# days and weeks that begin with those of the instants, and a history that is longer than anything there is
UTC = Report(zone="UTC", months=240)
CALENDAR = ("iso_year", "iso_week", "month_start")
# groups of a month are others when all is a week earlier
BY_MONTH = ("fct_application_durations", "fct_stage_durations", "fct_funnel")


@pytest.fixture(scope="module")
def before(lakes: Lakes) -> Built:
    return lakes["chance"]


def test_rows_in_another_order_change_nothing(lakes: Lakes, before: Built) -> None:
    after = lakes.built(shuffled(before.tables, lakes.seed), cuts=(50, 400, 1000))
    assert same(before.marts, after.marts) == []


@pytest.mark.long
def test_a_medium_more_changes_the_count_of_media_alone(lakes: Lakes, before: Built) -> None:
    after = lakes.built(in_another_medium(before.tables))
    assert same(before.marts, after.marts, one_medium_more) == []


@pytest.fixture(scope="module")
def in_utc(lakes: Lakes, before: Built) -> Built:
    return lakes.built(before.tables, UTC)


# after 28 years all months and weeks begin on the same days again
@pytest.mark.long
@pytest.mark.parametrize(("days", "without"), [(7, BY_MONTH), (10227, ())], ids=["a week", "28 years"])
def test_earlier_is_as_much_earlier(lakes: Lakes, in_utc: Built, days: int, without: Collection[str]) -> None:
    by = timedelta(days=-days)
    now = lakes.built(shifted(in_utc.tables, by), UTC)
    assert same(in_utc.marts, now.marts, later(by), without) == []


def test_a_group_that_is_just_large_enough_is_told_of(before: Built) -> None:
    """Else nothing would follow of one who is forgotten."""
    marts = before.marts
    outcomes = [row["hired"] for row in marts["fct_applications_per_posting"].rows if row["vacancy_id"] == EDGE]
    assert None not in outcomes
    sources = [row["source"] for row in marts["fct_applications_weekly"].rows if row["department"] == EDGE]
    assert sources == ["Indeed"]
    assert EDGE in {row["city"] for row in marts["fct_application_durations"].rows}


@pytest.mark.parametrize(("fewer", "more"), [
    ("one forgotten", "chance"), pytest.param("two forgotten", "one forgotten", marks=pytest.mark.long),
])
def test_whoever_is_forgotten_leaves_one_less_in_each_total(lakes: Lakes, fewer: str, more: str) -> None:
    now, then = totals(lakes[fewer].marts), totals(lakes[more].marts)
    assert now == {name: total - 1 for name, total in then.items()}


def rows_by_key(marts: Marts, name: str) -> dict[tuple[object, ...], Row]:
    key = next(mart.key for mart in MARTS if mart.name == name)
    return {tuple(row[column] for column in key): row for row in marts[name].rows}


def same(
    before: Marts, after: Marts, but: Callable[[str, Row], Row] = lambda _, row: row, without: Collection[str] = (),
) -> list[str]:
    """A line for each row that is not what `but` makes of the one before; it gets the mart's name. Nothing is asked of
    the marts `without`."""
    found = []
    for mart in MARTS:
        if mart.name in without:
            continue
        wanted = [but(mart.name, row) for row in before[mart.name].rows]
        left, right = ({repr(sorted(row.items())) for row in rows} for rows in (wanted, after[mart.name].rows))
        found += [f"{mart.name}: {row} was to be there" for row in sorted(left - right)]
        found += [f"{mart.name}: {row} was not to be there" for row in sorted(right - left)]
    return found


def one_medium_more(mart: str, row: Row) -> Row:
    is_counted = mart in ("dim_posting", "fct_applications_per_posting") and row["vacancy_id"] != "none"
    media = row.get("media")
    return {**row, "media": media + 1} if is_counted and isinstance(media, int) else row


def later(by: timedelta) -> Callable[[str, Row], Row]:
    """Days and instants move, and weeks with them; what a number is of does not."""
    def moved(mart: str, row: Row) -> Row:
        found = {column: later_value(value, by) for column, value in row.items() if column not in CALENDAR}
        # of months
        if mart == "export_run" and not is_whole_years(by):
            found["history_begins_on"] = row["history_begins_on"]
        day = date.fromisoformat(str(found.get("date") or found.get("week_start") or "2000-01-01"))
        weeks = {"iso_year": day.isocalendar()[0], "iso_week": day.isocalendar()[1],
                 "month_start": day.replace(day=1).isoformat()}
        return {**found, **{column: weeks[column] for column in CALENDAR if column in row}}

    return moved


def is_whole_years(by: timedelta) -> bool:
    """Between two first days of a year."""
    return (date(2000, 1, 1) + by).replace(month=1, day=1) == date(2000, 1, 1) + by


def later_value(value: object, by: timedelta) -> object:
    if not isinstance(value, str):
        return value
    with contextlib.suppress(ValueError):
        return (date.fromisoformat(value) + by).isoformat() if len(value) == len("2026-01-01") else told(value, by)
    return value


def told(instant: str, by: timedelta) -> str:
    later = datetime.fromisoformat(instant.replace("Z", "+00:00")) + by
    return later.isoformat(timespec="microseconds").replace("+00:00", "Z")


# what is the sum of all applications, by mart; where some were taken by retention these are in it, and stay
TOTALS = (
    "fct_applications_per_posting", "fct_applications_daily", "fct_applications_weekly", "fct_sources_weekly",
    "fct_postings_by_location", "fct_application_durations", "fct_funnel",
)


def totals(marts: Marts) -> dict[str, int]:
    found = {name: sum(row["applications"] for row in marts[name].rows if isinstance(row["applications"], int))
             for name in TOTALS}
    value = rows_by_key(marts, "data_quality")[("applications",)]["value"]
    return {**found, "data_quality": value if isinstance(value, int) else -1}
