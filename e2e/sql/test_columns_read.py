"""Staging has no column that nothing reads: in the lake each is read from its files and kept. What only people read, in
BigQuery's views, is marked in its yml (`for_people`), and no model or test reads it, since the lake is without.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sql.columns import columns_read
from sql.conftest import TARGETS, manifest_of, nodes, relations


def findings(artefacts: Path, target: str) -> Iterator[str]:
    """One line for each column that is marked wrongly, with the way out."""
    manifest = manifest_of(artefacts)
    readers = readers_of_staging(artefacts, target)
    for model in staging(manifest):
        for name, column in model["columns"].items():
            who = readers.get((model["name"], name), [])
            is_marked = bool(column["meta"].get("for_people"))
            if is_marked and who:
                yield f"{model['name']}.{name} is marked as for_people, and {who[0]} reads it: take the mark away"
            if not is_marked and not who:
                yield f"{model['name']}.{name} is read by no model and no test: mark it in its yml as for_people"


def staging(manifest: dict[str, Any]) -> Iterable[dict[str, Any]]:
    return (node for node in nodes(manifest, "model") if node["fqn"][1] == "staging")


def readers_of_staging(artefacts: Path, target: str) -> dict[tuple[str, str], list[str]]:
    """By model and column, the names of the models and tests that read it."""
    manifest, known = manifest_of(artefacts), relations(artefacts, target)
    models = {(node["schema"].lower(), node["alias"].lower()): node["name"] for node in staging(manifest)}
    found: dict[tuple[str, str], list[str]] = {}
    for kind in ("model", "test"):
        for node in nodes(manifest, kind):
            for place, columns in columns_read(node["compiled_code"], target, known).items():
                if place in models:
                    for column in columns:
                        found.setdefault((models[place], column), []).append(node["name"])
    return found


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_is_read_for_nobody(compiled: dict[str, Path], target: str) -> None:
    assert list(findings(compiled[target], target)) == []


def planted(place: Path, marked: bool, reads: str) -> Path:
    """A staging model of two columns, of which the second is marked or not, and a mart that reads some."""

    def model(name: str, layer: str, statement: str, columns: dict[str, Any], *of: str) -> dict[str, Any]:
        return {
            "unique_id": "model." + name, "resource_type": "model", "name": name, "schema": "w", "alias": name,
            "fqn": ["p", layer, name], "columns": columns, "compiled_code": statement,
            "depends_on": {"nodes": ["model." + each for each in of]},
        }

    columns = {"a": {"meta": {}}, "b": {"meta": {"for_people": True} if marked else {}}}
    there = [
        model("stg_x", "staging", "select a, b from e.x", columns),
        model("fct_x", "marts", f"select {reads} from p.w.stg_x as x", {}, "stg_x"),
    ]
    manifest = {"nodes": {each["unique_id"]: each for each in there}, "sources": {}}
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("marked", "reads", "said"), [
    (True, "x.a", []),
    (False, "x.a, x.b", []),
    (False, "x.a", ["stg_x.b is read by no model and no test: mark it in its yml as for_people"]),
    (False, "x.b", ["stg_x.a is read by no model and no test: mark it in its yml as for_people"]),
    (True, "x.a, max(x.b) as b", ["stg_x.b is marked as for_people, and fct_x reads it: take the mark away"]),
    (True, "*", ["stg_x.b is marked as for_people, and fct_x reads it: take the mark away"]),
])
def test_a_wrong_mark_is_found(tmp_path: Path, target: str, marked: bool, reads: str, said: list[str]) -> None:
    assert list(findings(planted(tmp_path, marked, reads), target)) == said
