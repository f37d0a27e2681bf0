"""Runs the dbt project over a lake, and reads what it has published."""

import json
import os
from pathlib import Path
from typing import Any

from marts.cells import Published, published
from marts.expected.facts import Report
from toolbox.programs import REPOSITORY, Failed, last_record, run

HERE = Path(__file__).resolve().parent
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
PYTHON = TOOLS / "venv-dbt" / "bin" / "python"


class Project:
    """The dbt project, or a copy of it in `folder`. What it needs to remember between two builds is below `work`."""

    def __init__(self, work: Path, folder: Path = REPOSITORY / "dbt") -> None:
        if not PYTHON.is_file():
            raise Failed(f"no dbt in {PYTHON.parent}: run `make tools`")
        self.work, self.folder, self.log = work, folder, work / "dbt.log"

    def build(self, lake: Path, report: Report) -> dict[str, Any]:
        """By the entrypoint, as in a run: its last line. Fails where one of dbt's own tests does."""
        settings = {
            "LAKE_PATH": str(lake), "WAREHOUSE_TYPE": "lake", "LOG_FORMAT": "json", "TMPDIR": str(self.work),
            # kept, so that the second build does not parse again
            "DBT_TARGET_PATH": str(self.work / "dbt-target"), **report.settings,
        }
        run([str(PYTHON), str(self.folder / "entrypoint.py")], settings, self.log)
        return last_record(self.log)

    def marts(self, lake: Path) -> dict[str, Published]:
        printed = run([str(PYTHON), str(HERE / "read_marts.py"), str(lake)], {}, self.work / "read_marts.log")
        found = map(json.loads, printed.splitlines())
        return {each["mart"]: published(each) for each in found}
