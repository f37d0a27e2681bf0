"""What dbt has made of a lake and of BigQuery, held against each other row by row and column by column."""

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from toolbox.programs import Failed

# the emulator's project, and the dataset that export gets
PROJECT, DATASET = "test", "emply"
SHOWN = 5

Row = dict[str, Any]


class Relation(NamedTuple):
    """What is compared, and where it is."""

    name: str
    key: tuple[str, ...]
    # a change of a value that nobody has made, and what of: a table of export's, or else the mart itself
    spoiling: str
    table: str | None = None
    # columns that tell of the run that filled the warehouse, which is another one on each side
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
    Relation("stg_application_events", ("application_id", "event_no"), "to_stage = 'spoilt'", "application_event"),
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


class Compared(NamedTuple):
    """A relation of both sides."""

    relation: Relation
    rows: int
    columns: int
    found: list[str]

    def __str__(self) -> str:
        verdict = f"{len(self.found)} differ" if self.found else "all equal"
        return f"{self.relation.name}: {self.rows} rows × {self.columns} columns, {verdict}"


def compare(relation: Relation, lake: list[Row], bigquery: list[Row]) -> Compared:
    """Holds the rows of both sides, as read_lake.py and read_table.py print them, against each other."""
    if not lake:
        raise Failed(f"{relation.name} has no rows in the lake: nothing was compared")
    if relation.is_of_runs:
        lake, bigquery = of_both(lake, bigquery)
    return Compared(relation, len(lake), len(lake[0]), differences(relation, lake, bigquery))


def of_both(lake: list[Row], bigquery: list[Row]) -> tuple[list[Row], list[Row]]:
    """Without the runs of later than the last one that both can know."""
    last = min(max(row["changed_seq"] for row in rows) for rows in (lake, bigquery))
    here, there = ([row for row in rows if row["changed_seq"] <= last] for rows in (lake, bigquery))
    return here, there


def rows_of(printed: str) -> list[Row]:
    return [json.loads(line) for line in printed.splitlines()]


def judge(compared: Sequence[Compared], misplaced: Sequence[str] = ()) -> None:
    """Fails with the first differences and wrong places, where there are any."""
    found = [f"{each.relation.name} {line}" for each in compared for line in each.found]
    for lines, what in ((found, "the lake and BigQuery differ"), (misplaced, "places are wrong")):
        if lines:
            more = "" if len(lines) <= SHOWN else f"\n  and {len(lines) - SHOWN} more"
            raise Failed("{}:\n  {}{}".format(what, "\n  ".join(lines[:SHOWN]), more))


# Postal codes of the countries that the mock's hospitals are in; a house number is none of them.
CODES = re.compile(r"\d{4,5}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
COUNTRIES = {
    "allemagne", "danmark", "denmark", "deutschland", "germany", "nederland", "netherlands", "schweiz", "switzerland",
    "tyskland", "united kingdom",
}


def wrong_places(rows: Sequence[Row]) -> list[str]:
    """One line for each city that is a postal code or a country, code that is none, and country that is not a code."""
    found = []
    for row in rows:
        city, code, country = row.get("city"), row.get("postal_code"), row.get("country")
        if city is not None and (re.search(r"\d", city) or city.lower() in COUNTRIES):
            found.append(f"has a city {city!r}")
        if code is not None and not CODES.fullmatch(code):
            found.append(f"has a postal code {code!r}")
        # none is what marts call a country that is not known
        if country not in (None, "none") and not re.fullmatch("[A-Z]{2}", country):
            found.append(f"has a country {country!r}")
    return found


def differences(relation: Relation, lake: list[Row], bigquery: list[Row]) -> list[str]:
    """One line per difference. A key that is there twice is one, too."""
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
            continue
        if list(here[key]) != list(there[key]):
            found.append(f"{key}: columns {list(here[key])} and {list(there[key])}")
            continue
        for column, value in here[key].items():
            other = there[key][column]
            # 1 and true are equal for Python, and are not the same
            if column not in relation.of_a_run and (value != other or type(value) is not type(other)):
                found.append(f"{key} {column}: {value!r} in the lake, {other!r} in BigQuery")
    return found


def spoiling(relation: Relation) -> str:
    """A statement for BigQuery that changes a value of the relation's first row, behind everybody's back."""
    dataset = relation.dataset if relation.is_mart else DATASET
    table = f"`{PROJECT}.{dataset}.{relation.table or relation.name}`"
    # of runs, the first one is known to both sides
    key = ("changed_seq",) if relation.is_of_runs else relation.key
    # with a null in it all of it would be null, and no row the first
    place = "CONCAT({})".format(", ' ', ".join(f"COALESCE(CAST({column} AS STRING), '')" for column in key))
    return f"UPDATE {table} SET {relation.spoiling} WHERE {place} = (SELECT MIN({place}) FROM {table})"


def is_found(compared: Compared) -> bool:
    """Whether what spoiling() did was found, and nothing else."""
    return len(compared.found) == 1
