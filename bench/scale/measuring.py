"""What a run takes: of CPU, of memory, of PostgreSQL's log and tables, of the lake, of the source."""

import time
from collections.abc import Callable
from typing import NamedTuple

from exporters import LAKE_NAMES
from pairs.cpu import Server, seconds_of_children
from postgres import TABLES
from process import Spent
from scale.growth import Line
from scale.source import Source
from scale.stores import Store
from scale.works import OF_INGEST
from toolbox.programs import Failed, last_record


class Taken(NamedTuple):
    """By one run; the three are seconds of CPU."""

    spent: Spent
    ours: float
    postgres: float
    source: float


class Held(NamedTuple):
    """A table, in the store with its indexes and in the lake; bytes."""

    table: str
    rows: int
    store: int
    lake: int


class Meter:
    """Measures one run at a time. Nobody else asks the server or the source anything meanwhile."""

    def __init__(self, server: Server, source: Source) -> None:
        self.server, self.source = server, source

    def take(self, run: Callable[[], Spent]) -> Taken:
        postgres, ours, source = self.server.seconds(), seconds_of_children(), self.source.seconds()
        spent = run()
        source, ours = self.source.seconds() - source, seconds_of_children() - ours
        return Taken(spent, ours, self.server.seconds() - postgres, source)

    def line(self, size: int, work: str, store: Store) -> Line:
        """A work of a build, from rest. One that fails is told, and is not the end."""
        store.database.settle()
        files, before, started = store.lake_files(), store.database.books(), time.monotonic()
        try:
            taken = self.take(store.works[work])
        except Failed as problem:
            return Line(size, work, store.name, failed=f"{reason(problem)}, after {time.monotonic() - started:.0f} s")
        after, counted = store.database.books(), store.counted()
        line = line_of(size, work, store.name, taken)._replace(
            rows=number(counted.get("fetched" if work in OF_INGEST else "rows")),
            wal_bytes=after.wal_bytes - before.wal_bytes, written=after.rows - before.rows,
        )
        if work in OF_INGEST:
            audit = store.audit()
            return line._replace(requests=number(audit.get("requests")), read_bytes=number(audit.get("bytes")))
        written = set(store.lake_files().items()) - set(files.items())
        return line._replace(file_bytes=sum(stamp.size for _, stamp in written))


def line_of(size: int, work: str, who: str, taken: Taken) -> Line:
    return Line(size, work, who, taken.spent.seconds, taken.ours, taken.postgres, taken.source, taken.spent.peak_mib)


def number(value: object) -> int | None:
    return value if isinstance(value, int) else None


def reason(problem: Failed) -> str:
    """What the program says itself, if it does."""
    said = last_record(problem.log).get("error") if problem.log and problem.log.is_file() else None
    return f"{problem}: {said}" if said else str(problem)


def held(store: Store) -> list[Held]:
    """What the store has of each table, and the lake."""
    lake: dict[str, int] = {}
    for file, stamp in store.lake_files().items():
        table = file.relative_to(store.lake).parts[0]
        lake[table] = lake.get(table, 0) + stamp.size
    return [held_of(store, table, lake.get(LAKE_NAMES.get(table, table), 0)) for table in TABLES]


def held_of(store: Store, table: str, lake: int) -> Held:
    size = store.database.number("SELECT pg_total_relation_size(%s::regclass)", table)
    return Held(table, store.database.rows(table), size, lake)


def bytes_of_store(store: Store) -> int:
    """All tables, and what PostgreSQL puts into each new database."""
    return store.database.number("SELECT pg_database_size(current_database())")
