"""What a day's run of dbt is charged for in BigQuery stays below its limits, and is what docs/bigquery.md says:
statements, and bytes out of the columns that each one reads.

BigQuery charges what the columns named in a statement hold, through all views, and at least 10 MiB for each table
(https://cloud.google.com/bigquery/pricing). A view is read anew by every statement.
"""

import json
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sql.columns import Columns, columns_read
from sql.conftest import manifest_of, nodes, relations
from sql.nulls import Relations
from toolbox.programs import REPOSITORY

DOCS = REPOSITORY / "docs" / "bigquery.md"
MIB = 2**20
LEAST_BYTES = 10 * MIB
DAYS = 31
# what the free TiB leaves for questions of people
MOST_BYTES_A_MONTH = 2**39
# a table of export's, a view, a mart: each has its one or two
MOST_STATEMENTS = 64

# Rows of a large installation: a million applications of three years, each with two events, to 5,000 vacancies in two
# media. Of marts no more than so many: a cell of a day or a week has one application at least.
APPLICATIONS, VACANCIES, RUNS = 1_000_000, 5_000, 3 * 365
ROWS = {
    "application": APPLICATIONS, "application_event": 2 * APPLICATIONS, "candidate": APPLICATIONS,
    "job_posting": 2 * VACANCIES, "posting_event": 6 * VACANCIES, "export_run": RUNS,
    "fct_applications_daily": APPLICATIONS, "fct_applications_weekly": APPLICATIONS,
    # as many as `make bench-marts` has of so many applications
    "int_applications": APPLICATIONS, "int_application_histories": APPLICATIONS, "int_stage_changes": 2 * APPLICATIONS,
    "int_stage_moves": 2 * APPLICATIONS, "int_stage_spells": 2 * APPLICATIONS,
    "fct_application_durations": 280_000, "fct_closed_weekly": 160_000, "fct_stage_durations": 320_000,
}
# of whatever else there is: days, vacancies, places, checks
FEW_ROWS = 10_000
# Text counts its bytes and two; these are means of the mock's. What is not here has eight, as a number or an instant.
TEXT_BYTES = {
    # in BigQuery the ids themselves
    "application_no": 34, "candidate_no": 34,
    "application_id": 34, "application_number": 34, "vacancy_id": 38, "candidate_key": 34, "stage": 14,
    "stage_localized": 49, "stage_kind": 10, "disqualify_reason": 15, "disqualify_reason_localized": 47,
    "reason_kind": 8, "source_name": 10, "source": 20, "row_hash": 18, "from_stage": 14, "to_stage": 14,
    "from_stage_kind": 10, "to_stage_kind": 10, "candidate_id": 33, "email": 33, "media_id": 38, "title": 27,
    "title_localized": 53, "department_id": 37, "department": 20, "address": 34, "street": 20, "zip": 7, "city": 14,
    "country": 4, "time_zone": 16, "tags": 40, "facts": 530, "apply_url": 64, "ad_url": 64, "run_id": 38, "event": 12,
    "posting_type": 10, "group_key": 34, "month": 9, "furthest_stage_kind": 11, "outcome": 10, "exit": 10, "reason": 15,
}


class Charge(NamedTuple):
    """Statements of one kind, and the bytes that a run is charged for them."""

    what: str
    statements: int
    bytes_billed: int


class Project:
    """The project as it was compiled for BigQuery."""

    def __init__(self, artefacts: Path) -> None:
        self.manifest = manifest_of(artefacts)
        self.relations: Relations = relations(artefacts, "bigquery")
        self.views = {
            (node["schema"].lower(), node["alias"].lower()): node["compiled_code"]
            for node in nodes(self.manifest, "model")
            if node["config"]["materialized"] == "view"
        }

    def models(self, materialized: str) -> list[dict[str, Any]]:
        return [node for node in nodes(self.manifest, "model") if node["config"]["materialized"] == materialized]

    def marts(self) -> list[dict[str, Any]]:
        """What is published."""
        return [node for node in self.models("table") if "marts" in node["fqn"]]

    def within(self) -> list[dict[str, Any]]:
        """What is read by these alone."""
        return [node for node in self.models("table") if "marts" not in node["fqn"]]

    @cached_property
    def tables(self) -> int:
        """How many export writes."""
        return len(self.manifest["sources"])

    def reads(self, statement: str) -> Columns:
        return columns_read(statement, "bigquery", self.relations, self.views)

    def bytes_billed(self, statements: Iterable[str]) -> int:
        return sum(billed(self.reads(statement)) for statement in statements)

    def charges(self) -> list[Charge]:
        """What dbt does in a run, kind by kind."""
        views = self.models("view")
        made, within = ([node["compiled_code"] for node in each] for each in (self.marts(), self.within()))
        tests = [node["compiled_code"] for node in nodes(self.manifest, "test")]
        [fresh] = [each for each in self.manifest["sources"].values() if each["freshness"]["warn_after"]["count"]]
        age = f"select max({fresh['loaded_at_field']}) from `{fresh['schema']}`.`{fresh['identifier']}`"
        return [
            Charge("views made", len(views), 0),
            Charge("tables made that several marts read", len(within), self.bytes_billed(within)),
            Charge("marts built", len(made), self.bytes_billed(made)),
            Charge("marts published, by copy jobs", len(made), 0),
            # `where false limit 0` reads nothing that is known of, which Google promises nowhere
            Charge("columns of marts held against their contracts", 2 * len(made), self.bytes_billed(made)),
            Charge("tests of data", len(tests), self.bytes_billed(tests)),
            Charge("age of the data", 1, self.bytes_billed([age])),
        ]

    def building(self) -> int:
        """Statements that build or publish: export's count of keys and MERGE of each table, and its comparison; views,
        tables and copies of dbt's. Load jobs are no statements."""
        return 2 * self.tables + 1 + len(self.models("view")) + len(self.within()) + 2 * len(self.marts())


def billed(reads: Columns) -> int:
    """Of one statement, in bytes."""
    sizes = (
        ROWS.get(name, FEW_ROWS) * sum(TEXT_BYTES.get(column, 8) for column in columns)
        for (_, name), columns in reads.items()
    )
    return sum(max(LEAST_BYTES, size) for size in sizes) or LEAST_BYTES


def whole_of(charges: Sequence[Charge]) -> Charge:
    return Charge("together", sum(each.statements for each in charges), sum(each.bytes_billed for each in charges))


def rows_of(charges: Sequence[Charge]) -> list[str]:
    """As docs/bigquery.md has them."""
    return [
        f"| {each.what} | {each.statements} | {f'{round(each.bytes_billed / MIB):,}'} MiB |"
        for each in (*charges, whole_of(charges))
    ]


@pytest.fixture(scope="module")
def project(compiled: dict[str, Path]) -> Project:
    return Project(compiled["bigquery"])


def test_few_statements_build_and_publish(project: Project) -> None:
    assert project.building() <= MOST_STATEMENTS


def test_a_month_leaves_half_of_what_is_free(project: Project) -> None:
    assert whole_of(project.charges()).bytes_billed * DAYS < MOST_BYTES_A_MONTH


def test_the_docs_say_so(project: Project) -> None:
    charges = project.charges()
    section = DOCS.read_text().partition("\n### dbt\n")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")][2:] == rows_of(charges)
    [said] = re.findall(r"\*\*(\d+)\*\* statements build or publish", section)
    assert int(said) == project.building()
    [gib] = re.findall(r"\*\*(\d+) GiB\*\* a month", section)
    assert int(gib) == round(whole_of(charges).bytes_billed * DAYS / 2**30)


def node(kind: str, name: str, statement: str, *reads: str, **config: object) -> dict[str, object]:
    columns = {"m": ["stage", "c"], "i": ["stage"]}.get(name, ())
    return {
        "unique_id": f"{kind}.{name}", "resource_type": kind, "schema": "w", "alias": name,
        "fqn": ["p", "marts" if name == "m" else "intermediate", name], "columns": dict.fromkeys(columns),
        "compiled_code": statement, "depends_on": {"nodes": list(reads)}, "config": config, "test_metadata": None,
    }


def source(name: str, *columns: str, hours: int | None = None) -> dict[str, object]:
    return {
        "unique_id": "source." + name, "schema": "e", "identifier": name, "columns": dict.fromkeys(columns),
        "loaded_at_field": "started", "freshness": {"warn_after": {"count": hours}},
    }


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """One table of export's, a view on it, on that a mart and a table within, and a test of each."""
    rank = "row_number() over (partition by application_id order by changed_seq desc) as n"
    view = f"select * from (select *, {rank} from p.e.application) where n = 1"
    mart = "select a.stage, count(*) as c from p.w.v as a group by a.stage"
    nodes = [
        node("model", "v", view, "source.application", materialized="view"),
        node("model", "m", mart, "model.v", materialized="table"),
        node("model", "i", "select a.stage from p.w.v as a", "model.v", materialized="table"),
        node("test", "t1", "select candidate_key from p.w.v where candidate_key is null", "model.v"),
        node("test", "t2", "select c from p.w.m where c is null", "model.m"),
    ]
    sources = [
        source("application", "application_id", "candidate_key", "stage", "changed_seq"),
        source("export_run", "started", hours=36),
    ]
    manifest = {
        "nodes": {each["unique_id"]: each for each in nodes},
        "sources": {each["unique_id"]: each for each in sources},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return Project(tmp_path)


def test_columns_are_found_through_views(small: Project) -> None:
    assert small.reads("select stage from p.w.v") == {
        ("e", "application"): {"application_id", "changed_seq", "stage"},
    }
    assert small.reads("select c from p.w.m") == {("w", "m"): {"c"}}
    assert small.reads("select count(*) from p.e.application") == {("e", "application"): frozenset()}


def test_each_kind_is_counted(small: Project) -> None:
    rows = ROWS["application"]
    mart, key_test = rows * (34 + 8 + 14), rows * (34 + 8 + 34)
    assert small.charges() == [
        Charge("views made", 1, 0),
        Charge("tables made that several marts read", 1, mart),
        Charge("marts built", 1, mart),
        Charge("marts published, by copy jobs", 1, 0),
        Charge("columns of marts held against their contracts", 2, mart),
        Charge("tests of data", 2, key_test + LEAST_BYTES),
        Charge("age of the data", 1, LEAST_BYTES),
    ]
    # of two tables; the view, the table within, the mart and its copy
    assert small.building() == (2 * 2 + 1) + 4


def test_a_table_is_charged_for_ten_mib_at_least() -> None:
    assert LEAST_BYTES == 10 * MIB
    assert billed({("w", "a"): frozenset({"c"}), ("w", "b"): frozenset()}) == 2 * LEAST_BYTES
    assert billed({}) == LEAST_BYTES
