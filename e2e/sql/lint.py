"""Holds the dbt project by sqlfluff and dbt-bouncer; their rules are in dbt/.sqlfluff and e2e/sql/dbt-bouncer.yml.

    PYTHONPATH=e2e "$TOOLS_DIR/venv-toolbox/bin/python" -m sql.lint

No warehouse is needed. sqlfluff reads the SQL in the dialects of both, since macros make different SQL for each.
dbt-bouncer reads what `dbt parse` makes of the project, and wants Python 3.11; with an older one it is left out.

Exit code: 0 nothing was found, 1 something was.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sql.dbt_by_hand import PROJECT, TIMEOUT_SECONDS, dbt
from toolbox.programs import Failed

HERE = Path(__file__).resolve().parent
DIALECTS = {"lake": "duckdb", "bigquery": "bigquery"}


def sqlfluff(target: str, folder: Path = PROJECT) -> str:
    """What it finds, empty where that is nothing."""
    words = ["lint", "--nocolor", "--disable-progress-bar", "--dialect", DIALECTS[target], "."]
    return found_by([sys.executable, "-m", "sqlfluff", *words], folder, {"WAREHOUSE_TYPE": target})


def bouncer(folder: Path = PROJECT) -> str:
    """The same, after `dbt parse`."""
    with tempfile.TemporaryDirectory(prefix="emply-bouncer-") as work:
        # where it looks for artefacts: in `target` of what it takes for the project
        dbt("parse", "lake", Path(work) / "target", folder)
        words = ["run", "--config-file", str(HERE / "dbt-bouncer.yml"), "--show-all-failures"]
        settings = {"DBT_PROJECT_DIR": work, "NO_COLOR": "1", "COLUMNS": "200"}
        return found_by([str(Path(sys.executable).with_name("dbt-bouncer")), *words], folder, settings)


def found_by(words: list[str], folder: Path, settings: dict[str, str]) -> str:
    done = subprocess.run(
        words, cwd=folder, env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_SECONDS, check=False,
    )
    return done.stdout if done.returncode != 0 else ""


def main() -> int:
    with ThreadPoolExecutor() as pool:
        looks = {f"sqlfluff, {target}": pool.submit(sqlfluff, target) for target in DIALECTS}
        if importlib.util.find_spec("dbt_bouncer"):
            looks["dbt-bouncer"] = pool.submit(bouncer)
        else:
            print("SKIPPED: dbt-bouncer, which wants Python 3.11")
    faulty = False
    for name, look in looks.items():
        try:
            said = look.result()
        except Failed as problem:
            said = str(problem)
        print("{}: {}".format(name, "see below\n\n" + said if said else "nothing was found"))
        faulty = faulty or bool(said)
    return int(faulty)


if __name__ == "__main__":
    sys.exit(main())
