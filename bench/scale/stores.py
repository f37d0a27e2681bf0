"""A build with its store and its lake, and what each work is for it."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pairs.works import Side
from postgres import Database
from process import Spent
from scale.source import START
from scale.works import AGAIN, ALL, CHANGES, DAY, FIRST, HOUR, NOTHING, VERIFY
from toolbox.mock import Mock
from toolbox.programs import Failed, run

# so that no run reads everything by itself: how often one does depends on how many applications there are
NEVER_HOURS = str(24 * 365)
VERIFIES = "--verify"
# of a first load that fails, how often it is gone on with, and what lies between two tries
MOST_TRIES, PAUSE_SECONDS = 5, 20


class Stamp(NamedTuple):
    """What tells a file from a later one of its name."""

    inode: int
    written_ns: int
    size: int


class Store(Side):
    """Ingest and export with their defaults, over a history that begins a year before its first record."""

    def __init__(self, name: str, executables: dict[str, str], server: Database, world: Mock, work: Path) -> None:
        super().__init__(name, executables, server, world, work)
        self.ingest.settings |= {"INGEST_START": START, "INGEST_RECONCILE_HOURS": NEVER_HOURS}
        self.works: dict[str, Callable[[], Spent]] = {
            FIRST: self.read_new, HOUR: self.read_new, AGAIN: self.reconcile, DAY: self.read_new,
            ALL: self.send_all, NOTHING: self.send_new, CHANGES: self.send_new, VERIFY: self.verify,
        }
        logs = self.ingest.work
        self.can_verify = VERIFIES in run([executables["export"], "--help"], {}, logs / "export-help.log")

    def read_new(self) -> Spent:
        return self.held(self.ingest.run(), self.ingest.log)

    def reconcile(self) -> Spent:
        return self.held(self.ingest.run("--reconcile"), self.ingest.log)

    def verify(self) -> Spent:
        return self.held(self.export.once(self.lake, VERIFIES), self.export.log)

    def read_rest(self) -> tuple[int, float]:
        """After a first load that failed: again until all is there. Gives the number of runs, and their seconds."""
        started = time.monotonic()
        for tries in range(1, MOST_TRIES + 1):
            try:
                self.read_new()
            except Failed:
                # its session may still be at work on a statement, and have the lock
                time.sleep(PAUSE_SECONDS)
                continue
            return tries, time.monotonic() - started
        raise Failed(f"ingest ({self.name}) does not come to the end of the history", self.ingest.log)

    def audit(self) -> dict[str, int | None]:
        """What the last run of ingest says of itself, by the names of sync_run."""
        sql = "SELECT row_to_json(run) FROM sync_run AS run WHERE service = 'ingest' ORDER BY started_at DESC LIMIT 1"
        found: dict[str, int | None] = self.database.ask(sql)[0][0]
        return found

    def lake_files(self) -> dict[Path, Stamp]:
        """Rows' files."""
        found = ((file, file.stat()) for file in self.lake.rglob("*.parquet") if "changes" in file.parts)
        return {file: Stamp(stat.st_ino, stat.st_mtime_ns, stat.st_size) for file, stat in found}

    def drop(self) -> None:
        """Makes room."""
        self.server.ask(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
