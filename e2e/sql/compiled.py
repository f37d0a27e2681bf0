"""The project's models as dbt has compiled them."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from dbt_by_hand import manifest_of


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


def never_null(manifest: dict[str, Any]) -> set[str]:
    """Names of columns that a test holds not to be null, wherever a model describes a column of that name."""
    described = {
        (node["unique_id"], column) for node in nodes(manifest, "model") for column in map(str.lower, node["columns"])
    }
    held = {
        (node["attached_node"], node["column_name"].lower())
        for node in nodes(manifest, "test")
        if (node.get("test_metadata") or {}).get("name") == "not_null"
        and re.match("model[.]", node.get("attached_node") or "")
    }
    return {column for _, column in held} - {column for _, column in described - held}
