"""Faults as they are made: each a place of the dbt project, what stands there, and what somebody might have written."""

from pathlib import Path
from typing import NamedTuple

# of the toolbox
from programs import Failed


class Fault(NamedTuple):
    """`says` what is wrong then. `right` stands in `file` exactly once."""

    says: str
    file: str
    right: str
    wrong: str

    def seed(self, project: Path) -> None:
        path = project / self.file
        text = path.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            raise Failed("%s: %r is there %d times: say anew what is to be spoilt for %r" % (
                self.file, self.right, text.count(self.right), self.says))
        path.write_text(text.replace(self.right, self.wrong), encoding="utf-8")


DATES, WEEKS, VERSIONS = "macros/civil_dates.sql", "macros/iso_weeks.sql", "macros/latest_version.sql"
APPLICATIONS, VACANCIES, PERIOD = (
    "models/intermediate/int_%s.sql" % name for name in ("applications", "vacancies", "report_period"))
DAILY, WEEKLY, PER_POSTING, LOCATION, QUALITY, DAYS, POSTINGS = ("models/marts/%s.sql" % name for name in (
    "fct_applications_daily", "fct_applications_weekly", "fct_applications_per_posting", "fct_postings_by_location",
    "data_quality", "dim_date", "dim_posting"))
STAGED = "models/staging/stg_postings.sql"

FAULTS = (
    Fault("weeks begin on Sunday", WEEKS, "{{ day_number }} + 3, 7)", "{{ day_number }} + 4, 7)"),
    Fault("the year of a week is that of its Monday", WEEKS, "monday ~ ' + 3'))", "monday ~ ''))"),
    Fault("dates are those of UTC", DATES, "at time zone '{{ report_time_zone() }}'", "at time zone 'UTC'"),
    Fault("removed postings are dropped", STAGED, ", keeps_removed=true", ""),
    Fault("a posting that is gone is still online", STAGED, " and not removed", ""),
    Fault("removed applications are counted", VERSIONS, "else ' and not removed'", "else ''"),
    Fault("applications without a vacancy are dropped", APPLICATIONS, "    left join {{", "    inner join {{"),
    Fault("a hire that was turned down is a hire", APPLICATIONS, "when applications.is_disqualified then 'rejected'",
          "when applications.is_disqualified and coalesce(applications.stage_kind, '') <> 'hired' then 'rejected'"),
    Fault("windows end at the newest application", PER_POSTING, "cross join {{ ref('int_report_period') }} as period",
          "cross join (select max(created_on) as as_of_on, max(created_on) - 6 as last_7_days_begin_on, "
          "max(created_on) - 27 as last_28_days_begin_on from {{ ref('int_applications') }}) as period"),
    Fault("28 days are 29", PERIOD, "as_of_day - 27", "as_of_day - 28"),
    Fault("the last run is the one that began last", PERIOD,
          "order by changed_seq desc, started_at desc", "order by started_at desc"),
    Fault("the history is a month shorter", PERIOD, "- {{ history_months() }} as", "- {{ history_months() }} + 1 as"),
    Fault("equals get a rank of their own", PER_POSTING, "rank() over", "row_number() over"),
    Fault("equal places get a rank of their own", LOCATION, "then rank() over", "then row_number() over"),
    Fault("outcomes are hidden of as many as are enough", PER_POSTING,
          "least(applications, candidates) >= {{", "least(applications, candidates) > {{"),
    Fault("outcomes are told where all ended alike", PER_POSTING,
          "greatest(hired, rejected, withdrawn, disqualified_applications) < applications", "true"),
    Fault("sources are folded of as many as are enough", DAILY, "when applications < {{", "when applications <= {{"),
    Fault("one small source is folded alone", DAILY, "when folded_before > 0 and folded_before <",
          "when folded_before < 0 and folded_before <"),
    Fault("sources are ordered by name", DAILY, "order by applications, source", "order by source"),
    Fault("a day without applications is missing", DAILY, "where not exists (select 1 from counted where",
          "where false and not exists (select 1 from counted where"),
    Fault("the week of as_of is full on its last day", DAYS, "monday + 6 < as_of_day", "monday + 6 <= as_of_day"),
    Fault("a posting that is gone speaks for its vacancy", VACANCIES, "order by is_removed, is_published",
          "order by is_published"),
    Fault("the last medium speaks", VACANCIES, "edited_at desc, media_id", "edited_at desc, media_id desc"),
    Fault("days in two media count twice", POSTINGS, "last_day,\n        greatest(", "last_day,\n        least("),
    Fault("case counts in cities", LOCATION, "        lower(city) as folded_city,\n        country,\n        city,",
          "        city as folded_city,\n        country,\n        city,"),
    Fault("candidates are applications", PER_POSTING, "when is_first_of_candidate then 1", "when true then 1"),
    Fault("48 hours are late", APPLICATIONS, "gap_microseconds > {{", "gap_microseconds >= {{"),
    Fault("the day of as_of is missing", DAYS, "<= bounds.as_of_day", "< bounds.as_of_day"),
    Fault("a percentile is the value above", QUALITY, "100 * up_to_here >= 50 *", "100 * up_to_here > 50 *"),
)
