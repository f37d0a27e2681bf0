"""The marts by plain Python: what each cell has to be, out of facts.

Nothing here knows SQL, DuckDB or our models: only the definitions that dbt/README.md and the descriptions of the
columns give. So what both agree on was thought twice.
"""

from collections.abc import Callable
from typing import NamedTuple

from marts.expected import applications, days, durations, postings, quality, stages
from marts.expected.facts import Facts, Row


class Mart(NamedTuple):
    """What one mart has to be. `key` is its grain."""

    name: str
    key: tuple[str, ...]
    rows: Callable[[Facts], list[Row]]


FILTERS = ("department", "city", "source", "posting_type")

MARTS = (
    Mart("export_run", ("run_id",), days.export_run),
    Mart("dim_date", ("date",), days.dim_date),
    Mart("dim_posting", ("vacancy_id",), postings.dim_posting),
    Mart("fct_applications_per_posting", ("vacancy_id",), postings.per_posting),
    Mart("fct_applications_daily", ("date", *FILTERS), applications.daily),
    Mart("fct_applications_weekly", ("week_start", *FILTERS), applications.weekly),
    Mart("fct_sources_weekly", ("week_start", "source"), applications.sources_weekly),
    Mart("fct_postings_by_location", ("city", "country"), postings.by_location),
    Mart("fct_application_durations",
         ("created_month", "department", "city", "outcome", "is_eligible", "days", "is_frozen"),
         durations.application_durations),
    Mart("fct_closed_weekly", ("week_start", "department", "outcome", "days"), durations.closed_weekly),
    Mart("fct_stage_durations", ("entry_month", "stage_kind", "exit", "days"), stages.stage_durations),
    Mart("fct_funnel", ("created_month", "week_start", "department", "furthest_stage_kind", "outcome", "is_frozen"),
         stages.funnel),
    Mart("fct_open_applications", ("stage_kind", "age_band", "department"), stages.open_applications),
    Mart("fct_reasons_weekly", ("week_start", "reason_kind", "reason"), stages.reasons_weekly),
    Mart("fct_times_to_hire", ("period", "department"), durations.times_to_hire),
    Mart("data_quality", ("check_name",), quality.data_quality),
)
