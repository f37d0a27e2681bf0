"""What a run is charged for is counted rightly, stays below its limits, and is what docs/bigquery.md says."""

import json
import re
from pathlib import Path

import pytest

from sql.billed import (
    DAYS,
    LEAST_BYTES,
    MIB,
    MOST_BYTES_A_MONTH,
    MOST_STATEMENTS,
    ROWS,
    Charge,
    Project,
    billed,
    rows_of,
    whole_of,
)
from sql.dbt_by_hand import dbt
from toolbox.programs import REPOSITORY

DOCS = REPOSITORY / "docs" / "bigquery.md"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    artefacts = tmp_path_factory.mktemp("billed")
    dbt("compile", "bigquery", artefacts)
    return Project(artefacts)


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
        "unit_tests": {"u": {}},
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
        Charge("unit tests, of rows that they bring", 2, 2 * LEAST_BYTES),
        Charge("age of the data", 1, LEAST_BYTES),
    ]
    # of two tables; the view, the table within, the mart and its copy
    assert small.building() == (2 * 2 + 1) + 4


def test_a_table_is_charged_for_ten_mib_at_least() -> None:
    assert LEAST_BYTES == 10 * MIB
    assert billed({("w", "a"): frozenset({"c"}), ("w", "b"): frozenset()}) == 2 * LEAST_BYTES
    assert billed({}) == LEAST_BYTES
