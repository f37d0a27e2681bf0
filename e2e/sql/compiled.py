"""The project's models as dbt has compiled them."""

from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, NamedTuple

from sql.dbt_by_hand import manifest_of
from sql.nulls import Relation, Relations, outputs_never_null


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
