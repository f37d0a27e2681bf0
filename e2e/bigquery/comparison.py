"""What dbt has made of a lake and of BigQuery, held against each other row by row and column by column."""

import json
import urllib.error
import urllib.request
from typing import Any, NamedTuple

from toolbox.programs import DIRECT, Failed

# the emulator's project, and the dataset that export gets
PROJECT, DATASET = "test", "emply"

Row = dict[str, Any]


class Relation(NamedTuple):
    """What is compared, and where it is."""

    name: str
    key: tuple[str, ...]
    # a change of a value that nobody has made, and what of: a table of export's, or else the mart itself
    spoiling: str
    table: str | None = None
    # columns that tell of the run that filled the warehouse, which is another one on each side, or that number texts
    # for one run of dbt, where BigQuery has the text itself
    of_a_run: tuple[str, ...] = ()
    # has a row for each run: whichever warehouse was filled last knows of one more
    is_of_runs: bool = False

    @property
    def is_mart(self) -> bool:
        return self.table is None

    @property
    def dataset(self) -> str:
        """Where it is in BigQuery: views in the dataset where dbt works, marts in theirs."""
        return DATASET + ("_marts" if self.is_mart else "_dbt")


FILTERS = ("department", "city", "source", "posting_type")
TITLE, ONE_MORE = "title = 'spoilt'", "applications = applications + 1"
ONE_CLOSED_MORE = "closed = closed + 1"
RELATIONS = (
    Relation("stg_postings", ("vacancy_id", "media_id"), TITLE, "job_posting"),
    Relation("stg_posting_events", ("vacancy_id", "media_id", "event_no"), "event = 'spoilt'", "posting_event"),
    Relation("stg_candidates", ("candidate_key",), "candidate_id = 'spoilt'", "candidate"),
    Relation("stg_applications", ("application_id",), "stage = 'spoilt'", "application"),
    Relation("stg_application_events", ("application_id", "event_no"), "to_stage = 'spoilt'", "application_event",
             of_a_run=("application_no",)),
    Relation("stg_frozen_applications", ("group_key",), ONE_MORE, "application_month"),
    Relation("stg_export_runs", ("run_id",), "started = TIMESTAMP '2001-01-01 00:00:00+00'", "export_run",
             is_of_runs=True),
    Relation("export_run", ("as_of",), "min_group = min_group + 1", of_a_run=("run_id", "started_at")),
    Relation("dim_date", ("date",), "is_full_week = NOT is_full_week"),
    Relation("dim_posting", ("vacancy_id",), TITLE),
    Relation("fct_applications_per_posting", ("vacancy_id",), TITLE),
    Relation("fct_applications_daily", ("date", *FILTERS), ONE_MORE),
    Relation("fct_applications_weekly", ("week_start", *FILTERS), ONE_MORE),
    Relation("fct_sources_weekly", ("week_start", "source"), ONE_MORE),
    Relation("fct_postings_by_location", ("city", "country"), "postings = postings + 1"),
    Relation(
        "fct_application_durations",
        ("created_month", "department", "city", "outcome", "is_eligible", "days", "is_frozen"), ONE_MORE,
    ),
    Relation("fct_closed_weekly", ("week_start", "department", "outcome", "days"), ONE_CLOSED_MORE),
    Relation("fct_stage_durations", ("entry_month", "stage_kind", "exit", "days"), "spells = spells + 1"),
    Relation(
        "fct_funnel",
        ("created_month", "week_start", "department", "furthest_stage_kind", "outcome", "is_frozen"),
        ONE_MORE,
    ),
    Relation("fct_open_applications", ("stage_kind", "age_band", "department"), ONE_MORE),
    Relation("fct_reasons_weekly", ("week_start", "reason_kind", "reason"), ONE_CLOSED_MORE),
    Relation("fct_times_to_hire", ("period", "department"), "hires = hires + 1"),
    Relation("data_quality", ("check_name",), "value = value + 1"),
)


def rows_of(printed: str) -> list[Row]:
    """What read_lake.py and read_table.py print."""
    return [json.loads(line) for line in printed.splitlines()]


def differences(relation: Relation, lake: list[Row], bigquery: list[Row]) -> list[str]:
    """One line per difference. A key that is there twice is one, too."""
    assert lake, f"{relation.name} has no rows in the lake: nothing is compared"
    if relation.is_of_runs:
        # runs of later than the last one that both can know are left out
        last = min(max(row["changed_seq"] for row in rows) for rows in (lake, bigquery))
        lake, bigquery = ([row for row in rows if row["changed_seq"] <= last] for rows in (lake, bigquery))
    found = []
    sides = {"lake": lake, "BigQuery": bigquery}
    keyed = {side: {tuple(row[column] for column in relation.key): row for row in rows} for side, rows in sides.items()}
    for side, rows in sides.items():
        if len(keyed[side]) != len(rows):
            found.append(f"{side}: {len(rows)} rows have {len(keyed[side])} keys")
    here, there = keyed["lake"], keyed["BigQuery"]
    for key in sorted(here.keys() | there.keys(), key=repr):
        if key not in here or key not in there:
            found.append(f"{key}: in {'the lake' if key in here else 'BigQuery'} alone")
        elif list(here[key]) != list(there[key]):
            found.append(f"{key}: columns {list(here[key])} and {list(there[key])}")
        else:
            found += of_values(relation, key, here[key], there[key])
    return found


def of_values(relation: Relation, key: tuple[Any, ...], here: Row, there: Row) -> list[str]:
    # 1 and true are equal for Python, and are not the same
    return [f"{key} {column}: {value!r} in the lake, {there[column]!r} in BigQuery" for column, value in here.items()
            if column not in relation.of_a_run and (value != there[column] or type(value) is not type(there[column]))]


def spoil(endpoint: str, relation: Relation) -> None:
    """Changes a value of the relation's first row in BigQuery, behind everybody's back."""
    body = json.dumps({"query": spoiling(relation), "useLegacySql": False}).encode()
    url = f"{endpoint}/bigquery/v2/projects/{PROJECT}/queries"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    try:
        with DIRECT.open(request, timeout=60) as answer:
            told = json.load(answer)
    except urllib.error.HTTPError as problem:
        told = {"errors": problem.read().decode(errors="replace")}
    if told.get("errors"):
        raise Failed(f"the emulator refuses {spoiling(relation)}: {told['errors']}")


def spoiling(relation: Relation) -> str:
    """A statement for BigQuery."""
    dataset = relation.dataset if relation.is_mart else DATASET
    table = f"`{PROJECT}.{dataset}.{relation.table or relation.name}`"
    # of runs, the first one is known to both sides
    key = ("changed_seq",) if relation.is_of_runs else relation.key
    # with a null in it all of it would be null, and no row the first
    place = "CONCAT({})".format(", ' ', ".join(f"COALESCE(CAST({column} AS STRING), '')" for column in key))
    return f"UPDATE {table} SET {relation.spoiling} WHERE {place} = (SELECT MIN({place}) FROM {table})"
