"""Faults that people make in SQL are found: each is put into a copy of the dbt project, which is built over made-up
lakes: with dbt's tests, and without them, to hold the marts against those of expected/, until a lake shows it.

    pytest e2e/marts/faults -k "weeks and Sunday"    about half a minute a fault
"""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from marts.conftest import differences, published
from marts.expected.facts import Facts, Report
from marts.lakes.cases import REPORT as COMPARED
from marts.lakes.cases import cases, left_over
from marts.lakes.chance import REPORT, chance
from marts.lakes.few import few
from marts.lakes.tables import facts_of, write
from toolbox.programs import REPOSITORY, Failed, run

BAD = ("fail", "error", "runtime error")
LAKES = {
    "chance": (chance(1), REPORT), "few": (few(), REPORT), "cases": (cases(), COMPARED),
    "left over": (left_over(), COMPARED),
}


class Fault(NamedTuple):
    """A place of the dbt project, what stands there, and what somebody might have written. `says` what is wrong then.
    `right` stands in `file` exactly once."""

    says: str
    file: str
    right: str
    wrong: str


DATES, WEEKS, VERSIONS = "macros/civil_dates.sql", "macros/iso_weeks.sql", "macros/latest_version.sql"
APPLICATIONS, VACANCIES, PERIOD, HISTORIES, FROZEN = (f"models/intermediate/int_{name}.sql" for name in (
    "applications", "vacancies", "report_period", "application_histories", "frozen_applications"))
CHANGES, MOVES, SPELLS, RENAMED = (f"models/intermediate/stages/int_{name}.sql" for name in (
    "stage_changes", "stage_moves", "stage_spells", "renamed_stages"))
DAILY, WEEKLY, QUALITY, DAYS = (f"models/marts/{name}.sql" for name in (
    "fct_applications_daily", "fct_applications_weekly", "data_quality", "dim_date"))
PER_POSTING, LOCATION, POSTINGS = (f"models/marts/postings/{name}.sql" for name in (
    "fct_applications_per_posting", "fct_postings_by_location", "dim_posting"))
STAGED = "models/staging/stg_postings.sql"
SOURCES = "models/marts/sources/fct_sources_weekly.sql"
DURATIONS, CLOSED, FUNNEL, OPEN, REASONS, SPELT, HIRES = (f"models/marts/outcomes/fct_{name}.sql" for name in (
    "application_durations", "closed_weekly", "funnel", "open_applications", "reasons_weekly", "stage_durations",
    "times_to_hire"))
GROUPS, STAGES = "macros/small_groups.sql", "macros/stages.sql"

FAULTS = (
    Fault("weeks begin on Sunday", WEEKS, "{{ day_number }} + 3, 7)", "{{ day_number }} + 4, 7)"),
    Fault("the year of a week is that of its Monday", WEEKS, "monday ~ ' + 3'))", "monday ~ ''))"),
    Fault("dates are those of UTC", DATES, "at time zone '{{ report_time_zone() }}'", "at time zone 'UTC'"),
    Fault("removed postings are dropped", STAGED, ", keeps_removed=true", ""),
    Fault("a posting that is gone is still online", STAGED, " and not removed", ""),
    Fault("removed applications are counted", VERSIONS, "else ' and not removed'", "else ''"),
    Fault("applications without a vacancy are dropped", APPLICATIONS, "left join {{", "inner join {{"),
    Fault("a hire that was turned down is a hire", APPLICATIONS, "when applications.is_disqualified or",
          "when applications.is_disqualified and coalesce(applications.stage_kind, '') <> 'hired' or"),
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
    Fault("sources are folded of as many as are enough", GROUPS, "when applications < {{", "when applications <= {{"),
    Fault("one small source is folded alone", GROUPS, "when folded_before > 0 and folded_before <",
          "when folded_before < 0 and folded_before <"),
    Fault("sources are ordered by name", GROUPS, "order by applications, source", "order by source"),
    Fault("small sources of all weeks are added up", GROUPS, "partition by {{ by_group }}", "partition by 1"),
    Fault("sources of a week are named however few", SOURCES, "{{ small_sources('sources', ['week_start']) }}",
          "labels as (select week_start, source, applications, source as label from sources)"),
    Fault("sources of the current week are missing", SOURCES, "on applications.created_on = dates.date",
          "on applications.created_on = dates.date and dates.is_full_week"),
    Fault("sources of a week count people", SOURCES, "count(*) as", "count(distinct applications.candidate_no) as"),
    Fault("a day without applications is missing", DAILY, "where not exists (", "where false and not exists ("),
    Fault("the week of as_of is full on its last day", DAYS, "monday + 6 < as_of_day", "monday + 6 <= as_of_day"),
    Fault("a posting that is gone speaks for its vacancy", VACANCIES, "order by is_removed asc, is_published",
          "order by is_published"),
    Fault("the last medium speaks", VACANCIES, "edited_at desc, media_id asc", "edited_at desc, media_id desc"),
    Fault("days in two media count twice", POSTINGS, "last_day,\n        greatest(", "last_day,\n        least("),
    Fault("case counts in cities", LOCATION, "        lower(city) as folded_city,\n        country,\n        city,",
          "        city as folded_city,\n        country,\n        city,"),
    Fault("candidates are applications", PER_POSTING, "count(distinct candidate_no) as", "count(*) as"),
    Fault("48 hours are late", HISTORIES, "gap_microseconds > {{", "gap_microseconds >= {{"),
    Fault("the day of as_of is missing", DAYS, "<= bounds.as_of_day", "< bounds.as_of_day"),
    Fault("a percentile is the value above", QUALITY, "100 * up_to_here >= 50 * times then hours end) as first",
          "100 * up_to_here > 50 * times then hours end) as first"),
    Fault("an application ends with its first end", HISTORIES,
          "max_by(moved_on, case when is_move and to_position = -1 then event_no end) as out_on",
          "min_by(moved_on, case when is_move and to_position = -1 then event_no end) as out_on"),
    Fault("who was hired when first seen was so at once", HISTORIES, "'open' and is_seen_in_time and", "'open' and"),
    Fault("what had ended when it was first seen took no time", HISTORIES, "then {{ civil_date('first_observed_at') }}",
          "then created_on"),
    Fault("who was seen after 48 hours is not seen in time", HISTORIES, "null and gap_microseconds <= {{",
          "null and gap_microseconds < {{"),
    Fault("it is seen in time by our own clock", HISTORIES,
          "'coalesce(histories.first_observed_at, applications.first_seen_at)'", "'applications.first_seen_at'"),
    Fault("open ones are left out", HISTORIES,
          "coalesce(ended.outcome = 'open' and ended.created_on <= period.as_of_on, false)", "false"),
    Fault("it came no further than it stands", HISTORIES,
          "greatest(applications.stage_number, coalesce(histories.furthest_stage_number, 0))",
          "applications.stage_number"),
    Fault("an end can be before its beginning", HISTORIES, "greatest(ended.ended_on, ended.created_on) end",
          "ended.ended_on end"),
    Fault("a stage that says so does not turn down", APPLICATIONS,
          "is_disqualified or applications.stage_kind = 'disqualified' then", "is_disqualified then"),
    Fault("who is out without a word is open", APPLICATIONS, "= 'inactive' then 'other'", "= 'inactive' then 'open'"),
    Fault("the source is believed, whatever was seen", CHANGES,
          "and events.occurred_at >= coalesce(events.previous_observed_at, events.occurred_at)", ""),
    Fault("it happened when it was seen", CHANGES, "then events.occurred_at\n", "then events.observed_at\n"),
    Fault("a status does not say that it is out", STAGES, "coalesce({{ status }} = 'inactive', false)", "false"),
    Fault("stages that turn down are stages", STAGES, "coalesce({{ kind }} = 'disqualified', false) or ", ""),
    Fault("another name is a move", MOVES, "not is_first_sight and not is_renamed and", "not is_first_sight and"),
    Fault("it stands where another name has put it", MOVES,
          "first_value(from_position) over (partition by application_no, step order by event_no)", "from_position"),
    Fault("who came back has moved", MOVES, "from_position <> to_position as is_move", "true as is_move"),
    Fault("half of a stage is most of it", RENAMED, "2 * count(distinct changes.application_no) > ",
          "2 * count(distinct changes.application_no) >= "),
    Fault("a name is new on the last day on which it is seen", RENAMED, "min(days.seen_on) over",
          "max(days.seen_on) over"),
    Fault("who came on the day was there when it began", RENAMED,
          "- sum(more) over (partition by stage_name, seen_on) as present", "as present"),
    Fault("a way out is another name", CHANGES, "and was_out = is_out", ""),
    Fault("another kind is another name", CHANGES,
          "(least(from_stage_number, to_stage_number) < 2 or from_stage_number = to_stage_number)", "true"),
    Fault("more went than were there, to another name", RENAMED,
          "and count(distinct changes.application_no) <= max(candidates.present)", ""),
    Fault("where it was first seen, it had just come to", SPELLS,
          "when histories.is_seen_in_time then histories.created_on", "when true then histories.created_on"),
    Fault("whoever goes back goes on", SPELLS, "when followed.next_position > followed.to_position then 'next'",
          "when true then 'next'"),
    Fault("whoever is hired stands there still", SPELLS,
          "and (followed.next_event_no is not null or histories.outcome = 'open')", ""),
    Fault("each time it was out was the end", SPELLS,
          "and followed.next_event_no = histories.out_event_no ", ""),
    Fault("what a few took follows from two periods", HIRES, "and followed.is_nearly_all = 0", ""),
    Fault("small groups are left small", GROUPS,
          "or (ranked_groups.size_rank = 1 and coalesce(not leftovers.is_told, false)) as is_folded", "as is_folded"),
    Fault("what is left over is told of", GROUPS, "ranked_groups.groups_told = 0 and not leftovers.is_told as",
          "false as"),
    Fault("so many applications are as many people", GROUPS, "count(distinct members.candidate_no) as people",
          "count(*) as people"),
    Fault("a group that ended alike is told of", GROUPS, "{%- if ends %} and greatest(",
          "{%- if false %} and greatest("),
    Fault("what was folded before is a group of its own", GROUPS, "group_no > 0 and {{ group_is_told",
          "{{ group_is_told"),
    Fault("the largest group joins the small ones", GROUPS, "is_told order by applications, group_no",
          "is_told order by applications desc, group_no"),
    Fault("what retention took is no part of its group", DURATIONS, "['created_month'], frozen='frozen')",
          "['created_month'])"),
    Fault("a week is over when it begins", DURATIONS, "7 * frozen.weeks + 3", "7 * frozen.weeks"),
    Fault("frozen departments are compared", FROZEN, "{{ compared_department('frozen.department') }}",
          "frozen.department"),
    Fault("what retention took is told of from the beginning", FROZEN,
          "where frozen.created_month between period.history_begins_on and period.as_of_on", ""),
    Fault("weeks are those in which they came", CLOSED, "histories.closed_on = dates.date",
          "histories.created_on = dates.date"),
    Fault("the funnel has only groups of a month", FUNNEL, "dates.week_start as period_begins_on",
          "dates.month_start as period_begins_on"),
    Fault("seven days are more than a week", OPEN, "<= 7 then '0-7'", "< 7 then '0-7'"),
    Fault("the few of all departments are left so", OPEN,
          "or (size_rank = 1 and leftover > 0 and leftover < {{ min_group() }})", ""),
    Fault("reasons of few people are told", REASONS,
          "group by reason\n    having count(distinct candidate_no) >=", "group by reason\n    having count(*) >="),
    Fault("stages of few people are told", SPELT, "having count(distinct candidate_no) >=", "having count(*) >="),
    Fault("28 days of hires are 29", HIRES, "as_of_day - {{ days - 1 }}", "as_of_day - {{ days }}"),
    Fault("jobs weigh as much as they have hires", HIRES, "{{ whole_quotient('sum(mean_millidays)', 'count(*)') }}",
          "{{ whole_quotient('1000 * sum(days)', 'sum(hires)') }}"),
    Fault("means are told of few people", HIRES, "count(distinct candidate_no) as people", "count(*) as people"),
    Fault("each change is a move", QUALITY, "where is_move and gap_hours is not null", "where gap_hours is not null"),
)


@pytest.fixture(scope="module")
def lakes(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Facts]:
    """The folder of each, and what is to be known of it."""
    folder = tmp_path_factory.mktemp("lakes")
    for name, (tables, _) in LAKES.items():
        write(tables, folder / name)
    return {folder / name: facts_of(*each) for name, each in LAKES.items()}


class Trial:
    """One fault in a copy of the project."""

    def __init__(self, fault: Fault, work: Path) -> None:
        self.work, self.folder = work, work / "dbt"
        shutil.copytree(REPOSITORY / "dbt", self.folder)
        path = self.folder / fault.file
        text = path.read_text(encoding="utf-8")
        assert text.count(fault.right) == 1, f"{fault.file} has not {fault.right!r}: say anew what is to be spoilt"
        path.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")

    def dbt(self, command: str, lake: Path, report: Report) -> list[dict[str, str]]:
        """What did not go well."""
        settings = {
            "LAKE_PATH": str(lake), "WAREHOUSE_TYPE": "lake", "DUCKDB_PATH": str(self.work / "run.duckdb"),
            "DBT_TARGET_PATH": str(self.work / "target"), "DBT_LOG_PATH": str(self.work / "logs"), **report.settings,
        }
        places = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        file = self.work / "target" / "run_results.json"
        file.unlink(missing_ok=True)
        try:
            run([str(Path(sys.executable).with_name("dbt")), command, *places], settings, self.work / "dbt.log")
        except Failed:
            if not file.is_file():
                raise
        results: list[dict[str, str]] = json.loads(file.read_text(encoding="utf-8"))["results"]
        return [each for each in results if each["status"] in BAD]

    def cells(self, lake: Path, facts: Facts) -> int:
        """How many are wrong."""
        assert [each["message"] for each in self.dbt("run", lake, facts.report)] == []
        return len(differences(facts, published(lake)))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.says for fault in FAULTS])
def test_a_fault_is_found(
    fault: Fault, lakes: dict[Path, Facts], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    trial = Trial(fault, tmp_path)
    lake, facts = next(iter(lakes.items()))
    bad = trial.dbt("build", lake, facts.report)
    kinds = Counter(each["unique_id"].split(".")[0].replace("_", " ") for each in bad)
    record_property("fault", fault.says)
    record_property("dbt", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "–")
    cells = next(filter(None, (trial.cells(*each) for each in lakes.items())), 0)
    record_property("cells", cells)
    assert cells
