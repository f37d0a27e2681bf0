"""dbt's entrypoint over a lake, and how much it writes to its temporary folder meanwhile."""

import shutil
from pathlib import Path

from mart_builds.run import DBT
from mart_builds.scratch import Scratch
from process import Spent, spend
from toolbox.programs import TOOLS


class Marts:
    """A run as in a pod: models, tests, docs. `scratch_bytes` is the most that its temporary folder held."""

    def __init__(self, lake: Path, work: Path) -> None:
        self.lake, self.work, self.temporary, self.log = lake, work, work / "dbt", work / "dbt.log"
        self.scratch_bytes = 0

    def build(self) -> Spent:
        self.temporary.mkdir()
        settings = {
            "WAREHOUSE_TYPE": "lake", "LAKE_PATH": str(self.lake), "TMPDIR": str(self.temporary), "LOG_FORMAT": "json",
        }
        words = [str(TOOLS / "venv-dbt" / "bin" / "python"), str(DBT / "entrypoint.py")]
        try:
            with Scratch(self.temporary) as scratch:
                spent = spend(words, settings, self.work, self.work / "dbt.out", self.log)
        finally:
            shutil.rmtree(self.temporary)
        self.scratch_bytes = max(self.scratch_bytes, scratch.most)
        return spent
