"""What of the marts goes into a bundle: no more than a page or a figure is made of, and no id of the source."""

from typing import NamedTuple

# that many of the last days are told of by the day; what is older, by the week
LAST_DAYS = 60


class Joined(NamedTuple):
    """Columns of another mart that has the same key."""

    mart: str
    key: str
    columns: tuple[str, ...]


class Wanted(NamedTuple):
    """`columns`: by which rows are sorted, the first before the others. The order makes the file small, for what
    repeats or ascends is short (columns.py): most counts are alike, so they come before what differs from row to row.
    `counted`: rows with 0 in it say nothing and are left out. `days`: of this date, the last ones alone. `each_once`:
    of rows that are alike, one."""

    mart: str
    columns: tuple[str, ...]
    counted: str | None = None
    days: str | None = None
    each_once: bool = False
    joined: Joined | None = None


VOLUMES = ("posting_type", "department", "city", "source")

# export_run comes last, as it does in the warehouse: who finds a run there finds nothing older in the others
MARTS = (
    Wanted(
        "fct_application_durations",
        ("is_frozen", "is_eligible", "outcome", "applications", "city", "department", "created_month", "days"),
    ),
    Wanted("fct_closed_weekly", ("outcome", "closed", "department", "week_start", "days")),
    Wanted(
        "fct_times_to_hire",
        ("period", "department", "hires", "jobs", "mean_over_candidates_millidays", "mean_over_jobs_millidays"),
    ),
    Wanted("dim_date", ("week_start", "iso_year", "iso_week", "is_full_week"), each_once=True),
    Wanted("fct_applications_weekly", (*VOLUMES, "applications", "week_start"), counted="applications"),
    Wanted("fct_sources_weekly", ("source", "week_start", "applications")),
    Wanted("fct_applications_daily", (*VOLUMES, "applications", "date"), counted="applications", days="date"),
    # rank is null of the one row that is no vacancy
    Wanted(
        "dim_posting",
        (
            "posting_type", "department", "city", "country", "is_removed", "is_published",
            "is_published_on_exact", "published_on", "deadline_on", "days_online", "title",
        ),
        joined=Joined(
            "fct_applications_per_posting", "vacancy_id", ("rank", "applications", "applications_last_28_days")
        ),
    ),
    Wanted(
        "fct_funnel",
        ("department", "created_month", "week_start", "outcome", "applications", "furthest_stage_kind"),
    ),
    Wanted("fct_open_applications", ("department", "stage_kind", "age_band", "applications")),
    Wanted("fct_reasons_weekly", ("week_start", "reason_kind", "reason", "closed")),
    Wanted("data_quality", ("check_name", "value", "share_per_mille")),
    Wanted(
        "export_run",
        ("as_of", "as_of_on", "history_begins_on", "time_zone", "min_group", "compares_departments"),
    ),
)
