"""What has to hold between the marts of two lakes, of which one came of the other: without a word of what is right for
either."""

import contextlib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from marts.cells import Published
from marts.expected import MARTS
from marts.expected.facts import Row

Marts = Mapping[str, Published]
CALENDAR = ("iso_year", "iso_week", "month_start")
# groups of a month are others when all is a week earlier
BY_MONTH = ("fct_application_durations", "fct_stage_durations", "fct_funnel")


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


def one_less(before: Marts, after: Marts) -> list[str]:
    """A line for each total that did not fall by one."""
    then, now = totals(before), totals(after)
    return [f"{name}: {then[name]} became {now[name]}" for name in then if now[name] != then[name] - 1]
