"""The dbt project by dbt's own commands, for either warehouse and without one: nothing is asked, and nothing is written
but artefacts. And what sqlfluff and dbt-bouncer find in it; their rules are in dbt/.sqlfluff and dbt-bouncer.yml here.

sqlfluff reads the SQL in the dialects of both warehouses, since macros make different SQL for each. dbt-bouncer reads
what `dbt parse` makes of the project, and wants Python 3.11.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sql.nulls import Relation, Relations, outputs_never_null
from toolbox.programs import REPOSITORY, TOOLS, Failed

PROJECT = REPOSITORY / "dbt"
# a busy machine needs a minute
TIMEOUT_SECONDS = 300
# the environment with the adapter, and what the profile wants to be told. The lake is not looked at; at that port of
# this machine nobody answers, so whatever did ask BigQuery would be seen.
TARGETS = {
    "lake": ("venv-dbt", {"LAKE_PATH": "/nowhere", "DUCKDB_PATH": ":memory:"}),
    "bigquery": (
        "venv-dbt-bigquery",
        {"BIGQUERY_ENDPOINT": "http://127.0.0.1:9", "BIGQUERY_PROJECT": "test", "BIGQUERY_DATASET": "emply"},
    ),
}
OFFLINE = {"parse": (), "compile": ("--no-populate-cache", "--no-introspect")}
DIALECTS = {"lake": "duckdb", "bigquery": "bigquery"}
wants_bouncer = pytest.mark.skipif(importlib.util.find_spec("dbt_bouncer") is None, reason="it wants Python 3.11")


def dbt(
    command: str, target: str, artefacts: Path, project: Path = PROJECT, given: Mapping[str, str] | None = None,
) -> None:
    """Runs a command of dbt's; what it makes is in `artefacts`. `given` are settings of a warehouse that is there.
    Raises Failed with what dbt said."""
    environment, settings = TARGETS[target]
    program = TOOLS / environment / "bin" / "dbt"
    if not program.is_file():
        raise Failed(f"no dbt in {TOOLS / environment}: run `make tools`")
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("DBT_", "REPORT_"))}
    own = {
        "WAREHOUSE_TYPE": target, "DBT_TARGET_PATH": str(artefacts), "DBT_LOG_PATH": str(artefacts / "logs"),
        "DBT_PROJECT_DIR": str(project), "DBT_PROFILES_DIR": str(project), "DO_NOT_TRACK": "1",
    }
    done = subprocess.run(
        [program, "--no-use-colors", "--log-level-file", "none", command, *OFFLINE.get(command, ())],
        env={**inherited, **settings, **(given or {}), **own}, cwd=project, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )
    if done.returncode != 0:
        raise Failed(f"dbt {command} of the {target} failed:\n{done.stdout[-4000:]}")


def compiled_for_each(work: Path, project: Path = PROJECT) -> dict[str, Path]:
    """Of each warehouse, what `dbt compile` has made, below `work`."""
    places = {target: work / target for target in TARGETS}
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda target: dbt("compile", target, places[target], project), TARGETS))
    return places


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The project as it is."""
    return compiled_for_each(tmp_path_factory.mktemp("project"))


def manifest_of(artefacts: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((artefacts / "manifest.json").read_text())
    return manifest


class Model(NamedTuple):
    """A model of ours. `layer` is its folder: staging, intermediate or marts."""

    name: str
    layer: str
    materialized: str
    statement: str


def models(artefacts: Path) -> list[Model]:
    """Those that `dbt compile` has written there; of those that it only parsed, the statement is empty."""
    return [
        Model(node["name"], node["fqn"][1], node["config"]["materialized"], node.get("compiled_code") or "")
        for node in nodes(manifest_of(artefacts), "model")
    ]


def nodes(manifest: dict[str, Any], kind: str) -> Iterable[dict[str, Any]]:
    return (node for node in manifest["nodes"].values() if node["resource_type"] == kind)


def relations(artefacts: Path, target: str) -> Relations:
    """What statements may read: never null is a column that a test of dbt's holds so, or that its model makes so."""
    manifest = manifest_of(artefacts)
    held = {
        (node["attached_node"] or node["depends_on"]["nodes"][0], node["column_name"].lower())
        for node in nodes(manifest, "test")
        if (node.get("test_metadata") or {}).get("name") == "not_null"
    }
    described = {node["unique_id"]: node for node in (*manifest["sources"].values(), *nodes(manifest, "model"))}
    known: dict[tuple[str, str], Relation] = {}
    # a model after those that it reads
    order = {name: node.get("depends_on", {}).get("nodes", ()) for name, node in described.items()}
    for name in TopologicalSorter(order).static_order():
        node = described[name]
        columns = frozenset(map(str.lower, node["columns"]))
        never_null = frozenset(column for column in columns if (name, column) in held)
        if node.get("compiled_code"):
            never_null |= outputs_never_null(node["compiled_code"], target, known)
        known[node["schema"].lower(), (node.get("alias") or node["identifier"]).lower()] = Relation(columns, never_null)
    return known


def sqlfluff(target: str, folder: Path = PROJECT) -> str:
    """What it finds, empty where that is nothing."""
    words = ["lint", "--nocolor", "--disable-progress-bar", "--dialect", DIALECTS[target], "."]
    return found_by([sys.executable, "-m", "sqlfluff", *words], folder, {"WAREHOUSE_TYPE": target})


def bouncer(folder: Path = PROJECT) -> str:
    """The same, after `dbt parse`."""
    with tempfile.TemporaryDirectory(prefix="emply-bouncer-") as work:
        # where it looks for artefacts: in `target` of what it takes for the project
        dbt("parse", "lake", Path(work) / "target", folder)
        rules = str(Path(__file__).with_name("dbt-bouncer.yml"))
        words = ["run", "--config-file", rules, "--show-all-failures"]
        settings = {"DBT_PROJECT_DIR": work, "NO_COLOR": "1", "COLUMNS": "200"}
        return found_by([str(Path(sys.executable).with_name("dbt-bouncer")), *words], folder, settings)


def found_by(words: list[str], folder: Path, settings: dict[str, str]) -> str:
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )
    return done.stdout if done.returncode != 0 else ""
