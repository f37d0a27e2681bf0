"""The days that are told of."""

from datetime import date, timedelta

from marts.expected.facts import Facts, Row, at, on

DAY = timedelta(days=1)


def export_run(facts: Facts) -> list[Row]:
    if facts.run is None:
        return []
    return [{
        "run_id": facts.run.run_id, "started_at": at(facts.run.started), "as_of": at(facts.run.as_of),
        "as_of_on": on(facts.as_of_on), "time_zone": facts.report.zone,
        "history_begins_on": on(facts.history_begins_on), "min_group": facts.report.min_group,
        "compares_departments": facts.report.compares_departments,
    }]


def told(facts: Facts) -> list[date]:
    """From the first application, or where the history begins, to the day of as_of."""
    if facts.as_of_on is None or facts.history_begins_on is None:
        return []
    first = min((facts.civil(each.created) for each in facts.applications), default=facts.history_begins_on)
    day, found = max(first, facts.history_begins_on), []
    while day <= facts.as_of_on:
        found.append(day)
        day += DAY
    return found


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def is_full(facts: Facts, day: date) -> bool:
    """Whether the whole week of the day is told of."""
    week = [monday(day) + each * DAY for each in range(7)]
    begins, ends = facts.history_begins_on, facts.as_of_on
    return begins is not None and ends is not None and all(begins <= each < ends for each in week)


def dim_date(facts: Facts) -> list[Row]:
    return [
        {
            "date": on(day), "iso_year": day.isocalendar()[0], "iso_week": day.isocalendar()[1],
            "week_start": on(monday(day)), "month_start": on(day.replace(day=1)), "is_full_week": is_full(facts, day),
        }
        for day in told(facts)
    ]
