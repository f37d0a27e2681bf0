#!/usr/bin/env python3
"""ingest beside dlt, and beside what no loader can be faster than: how fast, with how much memory, and what it writes.

    PYTHONPATH=e2e python3 bench/ingest.py                              the whole: `make bench-ingest`
    PYTHONPATH=e2e python3 bench/ingest.py --dev --applications 9000 --many 0
                                                         quick, to see whether it works; its numbers mean nothing

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench. All traffic stays on this
machine. Exit code: 0, 1 when something failed or something promised is not held.
"""

import argparse
import datetime
import http.client
import sys
import time
import urllib.parse
from pathlib import Path
from typing import Any

import results
from loaders import CUSTOMER, KEY, MEDIA, Dlt, Ingest
from postgres import Database, measure_copy
from results import AGAIN, CHANGED, COPY, DLT, FIRST, HOURLY, INGEST, MANY, READ, Line
from toolbox import screen
from toolbox.mock import Mock
from toolbox.programs import Failed
from workplace import find_programs, measure_beside_peers, takes_programs
from world import World

PROGRAMS = ("ingest", "migrate", "mock-api")
# of a run so short that one alone says little, the middle one counts
ROUNDS = {HOURLY: 3, AGAIN: 3}
FLOOR_ROUNDS = 3


class Contest:
    """Runs of both on PostgreSQL, over one world."""

    def __init__(self, ingest: Ingest, dlt: Dlt, tables: dict[str, Database]) -> None:
        self.ingest, self.dlt, self.tables = ingest, dlt, tables

    def lines(self, what: str, everything: bool) -> list[Line]:
        return [self.line(what, loader, everything) for loader in (self.ingest, self.dlt)]

    def line(self, what: str, loader: "Ingest | Dlt", everything: bool) -> Line:
        with screen.step(loader.name) as done:
            found = sorted((self.once(what, loader, everything) for _ in range(ROUNDS.get(what, 1))), key=seconds)
            middle = found[len(found) // 2]
            done.text = f"{what}: {screen.number(middle.rows)} rows in {middle.seconds:.2f} s"
        return middle

    def once(self, what: str, loader: "Ingest | Dlt", everything: bool) -> Line:
        database = self.tables[loader.name]
        database.settle()
        before = database.books()
        spent, rows = loader.load(everything)
        after = database.books()
        return Line(what, loader.name, rows, spent.seconds, spent.peak_mib, after.wal_bytes - before.wal_bytes,
                    after.rows - before.rows)

    def hold_against_each_other(self) -> None:
        """Whoever is fast because it left something out is not fast."""
        for table in ("posting", "application"):
            counts = {name: database.rows(table) for name, database in self.tables.items()}
            if len(set(counts.values())) != 1:
                raise Failed(f"the two have not the same number of rows in {table}: {counts}")


def seconds(line: Line) -> float:
    return line.seconds


def contest(executables: dict[str, str], public: Database, world: Mock, change: World, work: Path) -> list[Line]:
    other = public.make_other("dlt", "emply")
    ingest, dlt = Ingest(executables, public.url, world, work), Dlt(other, world, work)
    ingest.migrate()
    runs = Contest(ingest, dlt, {INGEST: public, DLT: other})
    lines = runs.lines(FIRST, everything=True)
    must_be(ingest, "inserted", lines[0].rows)
    runs.hold_against_each_other()
    lines = [reading(world, ingest, FIRST), copying(ingest, public, work), *lines]
    hourly = runs.lines(HOURLY, everything=False)
    lines += [reading(world, ingest, HOURLY), *hourly, *runs.lines(AGAIN, everything=True)]
    must_be(ingest, "unchanged", lines[-2].rows)
    changed = change.change()
    lines += runs.lines(CHANGED, everything=True)
    must_be(ingest, "updated", changed)
    runs.hold_against_each_other()
    return lines


def must_be(ingest: Ingest, counted: str, wanted: int) -> None:
    audit = ingest.last_run()
    if audit[counted] != wanted:
        raise Failed(f"ingest did not count {wanted} rows as {counted}: {audit}", ingest.log)


def reading(world: Mock, ingest: Ingest, what: str) -> Line:
    """What no loader can be faster than: to read alone the answers that ingest has just read."""
    audit = ingest.last_run()
    with screen.step(READ) as done:
        seconds = min(read_all(world, paths(audit, number)) for number in range(FLOOR_ROUNDS))
        done.text = f"{what}: the same answers, thrown away: {seconds:.2f} s"
    return Line(what, READ, audit["fetched"], seconds)


def paths(audit: dict[str, Any], number: int) -> list[str]:
    """What a run asked for. A window that ends some microseconds later is one that the mock has not answered yet."""
    end = datetime.datetime.fromisoformat(audit["window_to"].replace("Z", "+00:00"))
    later = end + datetime.timedelta(microseconds=number + 1)
    window = urllib.parse.urlencode({"from": audit["window_from"], "to": later.isoformat()})
    found = [f"/v1/{CUSTOMER}/postings/{medium}" for medium in MEDIA]
    found.append(f"/v1/{CUSTOMER}/applications/find-by-date?{window}")
    if audit["requests"] != len(found):
        raise Failed(f"ingest asked {audit['requests']} times and not {len(found)}: the floor would be another")
    return found


def copying(ingest: Ingest, database: Database, work: Path) -> Line:
    """The same, by what it has written: to copy the rows alone."""
    with screen.step(COPY) as done:
        rows, seconds = measure_copy(database, work)
        done.text = f"the same {screen.number(rows)} rows of the four tables: {seconds:.2f} s"
    return Line(FIRST, COPY, ingest.last_run()["fetched"], seconds)


def read_all(world: Mock, paths: list[str]) -> float:
    started = time.monotonic()
    connection = http.client.HTTPConnection(world.address, timeout=600)
    try:
        for path in paths:
            # compressed, as ingest asks for it
            connection.request("GET", path, headers={"x-api-key": KEY, "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Failed(f"mock-api answered {path} with {answer.status}")
            while answer.read(65536):
                pass
    except (OSError, http.client.HTTPException) as problem:
        raise Failed(f"mock-api, read for the floor: {problem}") from problem
    finally:
        connection.close()
    return time.monotonic() - started


def on_sqlite(executables: dict[str, str], world: Mock, work: Path) -> list[Line]:
    """A first load, then the same world once more."""
    ingest = Ingest(executables, f"sqlite://{work / 'store.db'}", world, work)
    ingest.migrate()
    lines = []
    for what, counted in ((FIRST, "inserted"), (AGAIN, "unchanged")):
        with screen.step("SQLite") as done:
            spent, rows = ingest.load(everything=True)
            must_be(ingest, counted, rows)
            done.text = f"{what}: {screen.number(rows)} rows in {spent.seconds:.2f} s"
        lines.append(Line(what + ", SQLite", INGEST, rows, spent.seconds, spent.peak_mib))
    return lines


def of_many(executables: dict[str, str], public: Database, postings: int, many: int, work: Path) -> Line:
    """A first load of a world so large that memory would show what grows with it."""
    database = public.make_other("many", "public")
    # the first world may have as many
    apart = work / "many"
    apart.mkdir()
    with World(executables, apart, postings, many).running() as world:
        ingest = Ingest(executables, database.url, world, work)
        ingest.migrate()
        with screen.step(INGEST) as done:
            before = database.books()
            spent, rows = ingest.load(everything=True)
            after = database.books()
            done.text = f"{MANY}: {screen.number(rows)} rows in {spent.seconds:.2f} s"
        must_be(ingest, "inserted", rows)
    return Line(MANY, INGEST, rows, spent.seconds, spent.peak_mib, after.wal_bytes - before.wal_bytes,
                after.rows - before.rows)


def measure(arguments: argparse.Namespace, url: str, work: Path) -> bool:
    executables, public = find_programs(arguments, PROGRAMS), Database(url, "public")
    applications, postings = screen.number(arguments.applications), screen.number(arguments.postings)
    screen.heading(f"{applications} applications and {postings} postings")
    made = World(executables, work, arguments.postings, arguments.applications)
    with made.running() as world:
        lines = on_sqlite(executables, world, work)
        lines = contest(executables, public, world, made, work) + lines
    if arguments.many:
        lines.append(of_many(executables, public, arguments.postings, arguments.many, work))
    screen.heading("What was measured; `x` is how many times as fast")
    results.show(lines)
    return results.verdict(lines)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=100_000, metavar="N", help="applications in the world")
    parser.add_argument("--postings", type=int, default=1_000, metavar="N", help="vacancies in the world")
    parser.add_argument("--many", type=int, default=1_000_000, metavar="N",
                        help="applications in a second world, for ingest's memory alone; 0 leaves it out")
    takes_programs(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(measure_beside_peers(__file__, parse(), measure))
