"""What sqlfluff and dbt-bouncer find in the dbt project; their rules are in dbt/.sqlfluff and e2e/sql/dbt-bouncer.yml.

No warehouse is needed. sqlfluff reads the SQL in the dialects of both, since macros make different SQL for each.
dbt-bouncer reads what `dbt parse` makes of the project, and wants Python 3.11.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sql.dbt_by_hand import PROJECT, TIMEOUT_SECONDS, dbt

DIALECTS = {"lake": "duckdb", "bigquery": "bigquery"}
wants_bouncer = pytest.mark.skipif(importlib.util.find_spec("dbt_bouncer") is None, reason="it wants Python 3.11")


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
