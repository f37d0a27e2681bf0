"""A made-up world of any size, which is made once and kept; and how long it takes to read from it alone."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

from ingest import read_all
from pairs.cpu import TICKS_A_SECOND, children, stat
from toolbox import screen
from toolbox.mock import Mock, mock
from toolbox.programs import DIRECT, Failed, run

# Always the same, so that a world of one size is the same one whenever it was made
BEGINS = datetime(2026, 6, 1, 6, tzinfo=timezone.utc)
HISTORY_DAYS, LONGER_DAYS = 180, 365
# a year before the first record
START = (BEGINS - timedelta(days=HISTORY_DAYS + LONGER_DAYS)).date().isoformat()
# of a second, as the mock counts time
TICK = 10_000_000
MAKING_SECONDS = 7200
ADVANCE = "/_mock/advance?hours=24"
# how many requests the mock remembers
REMEMBERED = 1000


class KeptWorld:
    """The mock over a copy of a file that it once filled, so that each run of the bench begins with the same one."""

    def __init__(self, program: str, kept: Path, work: Path, postings: int, applications: int) -> None:
        self.program, self.work, self.applications = program, work, applications
        # another mock makes another world
        digest = hashlib.sha256(Path(program).read_bytes()).hexdigest()[:8]
        self.stem = f"world-{applications}-"
        self.kept = kept / f"{self.stem}{postings}-{digest}.db"
        self.file = work / "world.db"
        self.sizes = ["--postings", str(postings), "--applications", str(applications)]

    @contextlib.contextmanager
    def running(self) -> Iterator[Mock]:
        with screen.step("mock-api") as done:
            made = "" if self.kept.exists() else f", made in {screen.duration(self.make())}"
            self.copy()
            size = self.file.stat().st_size / (1 << 20)
            done.text = f"a world of {screen.number(self.applications)} applications, {size:,.0f} MiB{made}"
        try:
            with mock(self.program, self.settings(self.file), self.work / "mock-api.log", timeout_seconds=600) as world:
                yield world
        finally:
            for behind in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + behind).unlink(missing_ok=True)

    def settings(self, file: Path) -> dict[str, str]:
        return {
            "MOCK_DATABASE_URL": f"sqlite://{file}?mode=rwc",
            "MOCK_START": BEGINS.isoformat(),
            "MOCK_HISTORY_DAYS": str(HISTORY_DAYS),
            # a small world's answers would all be kept, and a large one's not: the source would seem to become slower
            "MOCK_CACHE_BYTES": "0",
        }

    def make(self) -> float:
        """Fills it, and takes away those of other mocks, which nobody asks for any more; gives the seconds."""
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        for older in self.kept.parent.glob(f"{self.stem}*.db"):
            older.unlink()
        started = time.monotonic()
        # of this process, so that two of them do not fill the same
        unfinished = self.kept.with_suffix(f".part-{os.getpid()}")
        try:
            words = [self.program, "seed", *self.sizes]
            run(words, self.settings(unfinished), self.work / "seed.log", MAKING_SECONDS)
            with contextlib.closing(sqlite3.connect(unfinished)) as database:
                # what is beside the file would not be copied with it
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unfinished.replace(self.kept)
        finally:
            for left in self.kept.parent.glob(unfinished.name + "*"):
                left.unlink()
        return time.monotonic() - started

    def copy(self) -> None:
        """With its clock put back to when it begins: time that passed since it was made has been quiet."""
        shutil.copyfile(self.kept, self.file)
        with contextlib.closing(sqlite3.connect(self.file)) as database, database:
            database.execute("UPDATE world SET shift = started - ?", (int(time.time() * TICK),))


class Source:
    """The mock that runs, as something that takes time itself."""

    def __init__(self, world: Mock) -> None:
        self.world = world

    def seconds(self) -> float:
        """CPU that it has used."""
        # it is the child of what ends it with this process
        return sum(stat(pid).own for pid in children(self.world.process.pid)) / TICKS_A_SECOND

    def advance(self) -> None:
        """By a day. A large world takes longer for it than other questions may take."""
        request = urllib.request.Request(self.world.url + ADVANCE, method="POST")
        try:
            with DIRECT.open(request, timeout=MAKING_SECONDS) as answer:
                answer.read()
        except OSError as problem:
            raise Failed(f"mock-api, asked to move its world on: {problem}") from problem

    def last_number(self) -> int:
        """Of the last request that it has answered."""
        requests = self.world.ask("/_mock/requests")
        return int(requests[-1]["number"]) if requests else 0

    def asked_since(self, number: int) -> list[str]:
        """What was asked for after that one, and answered."""
        requests = [each for each in self.world.ask("/_mock/requests") if each["number"] > number]
        if len(requests) >= REMEMBERED:
            raise Failed(f"a run asked {REMEMBERED} times or more, and mock-api remembers no more than these")
        return [each["target"] for each in requests if each["method"] == "GET" and each["status"] == 200]

    def read(self, paths: list[str]) -> float:
        """The same answers once more, thrown away."""
        return read_all(self.world, paths)
