"""dbt's entrypoint over a lake, and how much it writes to its temporary folder meanwhile."""

import contextlib
import os
import shutil
import threading
from pathlib import Path

from mart_builds.run import DBT
from process import Spent, spend
from toolbox.programs import TOOLS

# seconds between two looks at a folder
BETWEEN = 0.1
# of which the kernel counts what a file takes
BLOCK = 512


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
            with Fullest(self.temporary) as fullest:
                spent = spend(words, settings, self.work, self.work / "dbt.out", self.log)
        finally:
            shutil.rmtree(self.temporary)
        self.scratch_bytes = max(self.scratch_bytes, fullest.bytes)
        return spent


class Fullest:
    """Looks at a folder, in a thread, until it is left."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bytes = folder, 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Fullest":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.over.wait(BETWEEN):
            self.bytes = max(self.bytes, bytes_of(self.folder))


def bytes_of(folder: Path) -> int:
    """What all in it takes of the disk at this moment."""
    found = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            # it may go at any moment
            with contextlib.suppress(OSError):
                found += Path(parent, name).lstat().st_blocks * BLOCK
    return found
