"""What of Superset makes a page: its datasets over the marts, and a query for each of its charts.

The content is that of our page, and made as somebody would who knows Superset and DuckDB: what becomes one number is
reckoned in the database, so that the number alone is sent.
"""

import datetime
from pathlib import Path
from typing import Any, NamedTuple

from reports.questions import Question, World

DAYS, TOP, ONLINE = 60, 20, 7
# more than any chart has
ROWS = 50_000
WEEKLY, FUNNEL = "weekly", "funnel"
OF_VOLUMES, OF_POSTINGS = ("city", "source", "posting_type"), ("city", "posting_type")
APPLICATIONS = {"applications": "sum(applications)"}


def datasets(marts: Path) -> dict[str, str]:
    """SQL of the virtual datasets, by their names."""
    def mart(name: str) -> str:
        return "read_parquet('{}')".format(str(marts / (name + ".parquet")).replace("'", "''"))

    funnel = mart("fct_funnel")
    return {
        "postings": f"select p.*, a.applications from {mart('dim_posting')} p "
        f"join {mart('fct_applications_per_posting')} a using (vacancy_id) where vacancy_id <> 'none'",
        "weekly": "select * from " + mart("fct_applications_weekly"),
        "sources": "select * from " + mart("fct_sources_weekly"),
        "daily": "select * from " + mart("fct_applications_daily"),
        "durations": "select * from " + mart("fct_application_durations"),
        # one row an application, for a median and a percentile
        "ended": f"select week_start, department, outcome, days from {mart('fct_closed_weekly')}, range(closed) "
        "where days is not null",
        # months that have ended to nine tenths
        "mature": f"select * from {funnel} where created_month in (select created_month from {funnel} group by 1 "
        "having 10 * sum(case when outcome = 'open' then applications else 0 end) <= sum(applications))",
        "open": "select * from " + mart("fct_open_applications"),
        "times": "select * from " + mart("fct_times_to_hire"),
        "reasons": "select * from " + mart("fct_reasons_weekly"),
        "quality": "select * from " + mart("data_quality"),
    }


class Chart(NamedTuple):
    """A query as the chart data API takes it, over a dataset by its name. `cut_by` are the columns that it can be
    filtered by; none where it is of all the data, whatever the filters are."""

    name: str
    dataset: str
    cut_by: tuple[str, ...] | None
    query: dict[str, Any]


class Page:
    """The charts of one page. As ours has them: what cannot be filtered as it is asked for is not on it."""

    def __init__(self, found: World, question: Question) -> None:
        today = found.as_of_on
        self.today, self.question = today, question
        self.this_week = today - datetime.timedelta(today.weekday())
        fields = {"city": question.city, "source": question.source, "posting_type": question.posting_type}
        self.fields = {column: value for column, value in fields.items() if value is not None}

    def weeks(self, column: str, back: int | None, current: bool = True) -> list[dict[str, Any]]:
        """So many full weeks, and the current one."""
        if back is None:
            return []
        first = self.this_week - datetime.timedelta(7 * back)
        end = self.today + datetime.timedelta(1) if current else self.this_week
        return [{"col": column, "op": "TEMPORAL_RANGE", "val": f"{first} : {end}"}]

    def charts(self) -> list[Chart]:
        all_charts = [*self.numbers(), *self.volumes(), *self.outcomes(), *self.rest()]
        return [each for each in all_charts if each.cut_by is None or self.fields.keys() <= set(each.cut_by)]

    def chart(
        self, name: str, dataset: str, cut_by: tuple[str, ...] | None, columns: list[str], metrics: dict[str, str],
        filters: list[dict[str, Any]], most: int = ROWS,
    ) -> Chart:
        """The first `most` rows, by the first metric where not all are wanted."""
        told = [{"expressionType": "SQL", "sqlExpression": text, "label": label} for label, text in metrics.items()]
        known = [column for column in cut_by or () if column in self.fields]
        cut = [{"col": column, "op": "==", "val": self.fields[column]} for column in known]
        query: dict[str, Any] = {"columns": columns, "metrics": told, "filters": [*cut, *filters], "row_limit": most}
        if most < ROWS:
            query["orderby"] = [[told[0], False]]
        return Chart(name, dataset, cut_by, query)

    def numbers(self) -> list[Chart]:
        """The six numbers, in four charts: those of one dataset are one query."""
        overdue = f"count(case when is_published and deadline_on < date '{self.today}' then 1 end)"
        return [
            self.chart("open and overdue", "postings", OF_POSTINGS, [], {
                "open": "count(case when is_published then 1 end)", "overdue": overdue,
            }, []),
            self.chart("last full week", "weekly", OF_VOLUMES, ["week_start"], APPLICATIONS,
                       self.weeks("week_start", 2, current=False)),
            self.chart("open applications", "open", (), [], APPLICATIONS, []),
            self.chart("ended in four weeks", "ended", (), [], {
                "median": "quantile_disc(days, 0.5)", "hires": "count(case when outcome = 'hired' then 1 end)",
            }, self.weeks("week_start", 4, current=False)),
        ]

    def volumes(self) -> list[Chart]:
        days = f"{self.today - datetime.timedelta(DAYS - 1)} : {self.today + datetime.timedelta(1)}"
        of_weeks = self.weeks("week_start", self.question.weeks)
        per_day = {"per_day": "sum(applications) / sum(days_online)"}
        dataset, cut_by = self.of_sources()
        online = {"col": "days_online", "op": ">=", "val": ONLINE}
        return [
            self.chart(WEEKLY, "weekly", OF_VOLUMES, ["week_start"], APPLICATIONS, of_weeks),
            self.chart("daily", "daily", OF_VOLUMES, ["date"], APPLICATIONS,
                       [{"col": "date", "op": "TEMPORAL_RANGE", "val": days}]),
            self.chart("postings", "postings", OF_POSTINGS, ["vacancy_id", "title", "city"], APPLICATIONS, [], TOP),
            self.chart("postings per day", "postings", OF_POSTINGS, ["vacancy_id", "title", "city"], per_day, [online],
                       TOP),
            self.chart("places", "postings", OF_POSTINGS, ["city", "country"], APPLICATIONS, [], TOP),
            self.chart("sources", dataset, cut_by, ["source"], APPLICATIONS, of_weeks),
        ]

    def of_sources(self) -> tuple[str, tuple[str, ...]]:
        """A dataset, and what it can be filtered by: by source alone, fewer of them are in small groups."""
        return ("sources", ("source",)) if self.fields.keys() <= {"source"} else ("weekly", OF_VOLUMES)

    def outcomes(self) -> list[Chart]:
        lengths = {
            "n": "count(*)", "mean": "avg(days)", "median": "quantile_disc(days, 0.5)",
            "p90": "quantile_disc(days, 0.9)",
        }
        period = self.question.weeks
        eligible = {"col": "is_eligible", "op": "==", "val": True}
        return [
            self.chart(FUNNEL, "mature", (), ["furthest_stage_kind", "outcome"], APPLICATIONS,
                       self.weeks("created_month", period)),
            self.chart("durations", "durations", ("city",), ["outcome", "days"], APPLICATIONS,
                       [eligible, *self.weeks("created_month", period)]),
            self.chart("ended", "ended", (), ["outcome"], lengths, self.weeks("week_start", period)),
        ]

    def rest(self) -> list[Chart]:
        hires = {name: f"max({name})" for name in (
            "hires", "jobs", "mean_over_jobs_millidays", "mean_over_candidates_millidays",
        )}
        checks = {"value": "max(value)", "share": "max(share_per_mille)"}
        return [
            self.chart("times to hire", "times", (), ["period", "department"], hires, []),
            self.chart("open by age", "open", (), ["stage_kind", "age_band"], APPLICATIONS, []),
            self.chart("reasons", "reasons", (), ["reason_kind", "reason"], {"closed": "sum(closed)"},
                       self.weeks("week_start", self.question.weeks)),
            self.chart("quality", "quality", None, ["check_name"], checks, []),
        ]
