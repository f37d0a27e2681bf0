"""In a build of the lake, each file is read once, and of it the columns alone that something wants.

The project is built over a small lake, and DuckDB is asked how it carries out each statement of dbt's: its plan tells
of each reading of Parquet files. A test that a number of the files is never null has none, since their footers say so.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sql.columns import columns_read
from sql.conftest import PROJECT, TIMEOUT_SECONDS, dbt, manifest_of, nodes, relations
from toolbox.programs import TOOLS

PYTHON = TOOLS / "venv-dbt" / "bin" / "python"
HERE = Path(__file__).resolve().parent


class Built(NamedTuple):
    """What dbt has made of the small lake."""

    artefacts: Path
    database: Path

    def compiled(self) -> Iterable[dict[str, Any]]:
        manifest = manifest_of(self.artefacts)
        return (*nodes(manifest, "model"), *nodes(manifest, "test"))

    def readings(self) -> dict[str, list[list[str]]]:
        """By model or test, of each reading of files its columns; of one that reads none, nothing."""
        statements = {node["name"]: node["compiled_code"] for node in self.compiled()}
        plans: dict[str, list[list[str]]] = by_duckdb("plans", self.database, statements)
        return {name: found for name, found in plans.items() if found}

    def sources(self) -> dict[str, set[str]]:
        """By model or test, the tables of the lake that it reads, through views too."""
        manifest = manifest_of(self.artefacts)
        all_nodes = {**manifest["nodes"], **manifest["sources"]}

        def reached(node: dict[str, Any]) -> Iterator[str]:
            for key in node["depends_on"]["nodes"]:
                other = all_nodes[key]
                if other["resource_type"] == "source":
                    yield other["name"]
                elif other["config"]["materialized"] == "view":
                    yield from reached(other)

        return {node["name"]: set(reached(node)) for node in self.compiled()}

    def findings(self) -> Iterator[str]:
        """One line for each table whose files are read more than once."""
        readings, sources = self.readings(), self.sources()
        by_table: dict[str, list[str]] = {}
        for name, found in sorted(readings.items()):
            tables = sorted(sources[name])
            for table in tables:
                # of one that reads several tables, all that is more than one each may be of any of them
                by_table.setdefault(table, []).extend([name] * (len(found) - len(tables) + 1))
        for table, names in sorted(by_table.items()):
            if len(names) > 1:
                yield f"the files of {table} are read {len(names)} times: by {', '.join(names)}"


def by_duckdb(what: str, place: Path, given: object) -> Any:
    done = subprocess.run(
        [PYTHON, HERE / "by_duckdb.py", what, place], input=json.dumps(given), capture_output=True, text=True,
        timeout=TIMEOUT_SECONDS, check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout or "null")


def build(work: Path, project: Path, compiled: Path) -> Built:
    """`compiled` tells of the lake's tables, which are the same in any copy."""
    built = Built(work / "artefacts", work / "run.duckdb")
    lake = work / "lake"
    settings = {"LAKE_PATH": str(lake), "DUCKDB_PATH": str(built.database)}
    sources = manifest_of(compiled)["sources"].values()
    by_duckdb("lake", lake, {
        table["name"]: {name: column["data_type"] for name, column in table["columns"].items()} for table in sources
    })
    (lake / "marts").mkdir()
    for command in ("run", "compile"):
        dbt(command, "lake", built.artefacts, project, settings)
    return built


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory, compiled: dict[str, Path]) -> Built:
    return build(tmp_path_factory.mktemp("ours"), PROJECT, compiled["lake"])


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory, compiled: dict[str, Path]) -> Built:
    """A copy in which a mart reads files by itself, twice, a text of these files is tested, and candidates are staged
    as they are in BigQuery."""
    work = tmp_path_factory.mktemp("spoilt")
    project = work / "dbt"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("__pycache__", "tests_python"))
    source = "{{ source('warehouse', 'job_posting') }}"
    (project / "models" / "marts" / "fct_planted.sql").write_text(
        "{{ config(contract={'enforced': false}) }}\n"
        f"select count(*) as n from {source} as a inner join {source} as b on a.vacancy_id = b.vacancy_id\n"
    )
    sources = project / "models" / "staging" / "_warehouse.yml"
    title = "          - name: title\n"
    sources.write_text(sources.read_text().replace(title, title + "            data_tests: [not_null]\n", 1))
    candidates = project / "models" / "staging" / "stg_candidates.sql"
    candidates.write_text("{{ config(materialized='view') }}\n" + candidates.read_text(encoding="utf-8"))
    return build(work, project, compiled["lake"])


def test_each_file_is_read_once(ours: Built) -> None:
    assert list(ours.findings()) == []
    # and each is read at all
    assert len(ours.readings()) == len(manifest_of(ours.artefacts)["sources"])


def test_only_columns_that_something_wants_are_read(ours: Built) -> None:
    known, readings = relations(ours.artefacts, "lake"), ours.readings()
    for model in staging(ours.artefacts):
        [columns] = columns_read(model["compiled_code"], "lake", known).values()
        [read] = readings[model["name"]]
        assert set(read) == columns, model["name"]
        assert not {"row_hash", "removed_at"} & set(read), model["name"]


def staging(artefacts: Path) -> Iterable[dict[str, Any]]:
    return (node for node in nodes(manifest_of(artefacts), "model") if node["fqn"][1] == "staging")


def test_what_reads_files_again_is_named(spoilt: Built) -> None:
    found = {said.split(" ")[3]: said for said in spoilt.findings()}
    assert found.keys() == {"candidate", "job_posting"}
    of_postings = "fct_planted, fct_planted, source_not_null_warehouse_job_posting_title, stg_postings"
    assert "read 4 times: by " + of_postings in found["job_posting"]
    for reader in ("unique_stg_candidates_candidate_key", "candidates_have_numbers_of_their_own"):
        assert reader in found["candidate"]
