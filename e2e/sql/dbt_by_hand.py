"""dbt's own commands over the project, for either warehouse and without one: nothing is asked, and nothing is written
but artefacts."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from toolbox.programs import REPOSITORY, Failed

PROJECT = REPOSITORY / "dbt"
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
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


def dbt(command: str, target: str, artefacts: Path, project: Path = PROJECT) -> None:
    """Runs `dbt parse` or `dbt compile`; what it makes is in `artefacts`. Raises Failed with what dbt said."""
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
        [program, "--no-use-colors", "--log-level-file", "none", command, *OFFLINE[command]],
        env={**inherited, **settings, **own}, cwd=project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )
    if done.returncode != 0:
        raise Failed(f"dbt {command} of the {target} failed:\n{done.stdout[-4000:]}")


def manifest_of(artefacts: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((artefacts / "manifest.json").read_text())
    return manifest
