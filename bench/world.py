"""A made-up world, served by the mock from a SQLite file, for as long as somebody needs it."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

# first, since it puts the toolbox on the path
from toolbox import screen
from toolbox.mock import Mock, mock
from toolbox.programs import run

# one application of a hundred goes on to its next stage, a second later than it last changed; there are six stages
ONE_PERCENT = "UPDATE applications SET stage = (stage + 1) % 6, updated = updated + 10000000 WHERE id % 100 = 0"


class World:
    """The mock, and the file that it keeps its world in."""

    def __init__(self, executables: dict[str, str], work: Path, postings: int, applications: int) -> None:
        self.program, self.work, self.file = executables["mock-api"], work, work / f"world-{applications}.db"
        self.sizes = ["--postings", str(postings), "--applications", str(applications)]
        self.settings = {"MOCK_DATABASE_URL": f"sqlite://{self.file}?mode=rwc"}
        self.applications = applications

    @contextlib.contextmanager
    def running(self) -> Iterator[Mock]:
        with screen.step("mock-api") as done:
            run([self.program, "seed", *self.sizes], self.settings, self.work / "seed.log")
            done.text = f"a world of {screen.number(self.applications)} applications"
        # a log of its own, which says at which port
        with mock(self.program, self.settings, self.file.with_suffix(".log"), timeout_seconds=600) as world:
            yield world

    def change(self) -> int:
        """The mock looks at its database before each answer."""
        with contextlib.closing(sqlite3.connect(self.file, timeout=60)) as database, database:
            return database.execute(ONE_PERCENT).rowcount
