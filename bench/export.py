#!/usr/bin/env python3
"""export beside COPY, DuckDB and dlt: how fast it reads a store on PostgreSQL into Parquet, and with how much memory.

    PYTHONPATH=e2e python3 bench/export.py                              the whole: `make bench-export`
    PYTHONPATH=e2e python3 bench/export.py --dev --applications 9000    quick; its numbers mean nothing

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench. All traffic stays on this
machine. Exit code: 0, 1 when something failed or something promised is not held.
"""

import argparse
import contextlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import results
from exporters import KEY, Columns, Copy, Dlt, DuckDb, Export, Exporter, ask_parquet, columns_of
from loaders import Ingest
from postgres import TABLES, Database
from results import COPY, DLT, Line
from toolbox import screen
from toolbox.programs import Failed
from workplace import find_programs, holds, measure_beside_peers, takes_programs
from world import World

PROGRAMS = ("export", "ingest", "migrate", "mock-api")
ALL, AGAIN = "all", "nothing new"
EXPORT, KEEP, DUCKDB = "export", "keep", "DuckDB"
# whom the table compares with
PEERS = (COPY, DUCKDB, DLT)
LIMIT_MIB = 128
LIMIT_AGAIN_SECONDS = 1


class Contest:
    """Runs of all over one store. `rows` is what each table of it has."""

    def __init__(self, database: Database, work: Path) -> None:
        self.database, self.work = database, work
        self.rows = {table: database.rows(table) for table in TABLES}

    @contextlib.contextmanager
    def folder(self) -> Iterator[Path]:
        """An empty one, which is gone afterwards."""
        folder = self.work / "pulled"
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def columns(self, export: Export) -> Columns:
        """What it sends, by a run that is not measured."""
        with self.folder() as folder:
            export.pull(folder)
            return columns_of(export, folder, self.database)

    def line(self, exporter: Exporter) -> Line:
        with screen.step(exporter.who) as done:
            best = min((self.once(exporter) for _ in range(exporter.rounds)), key=seconds)
            done.text = f"{screen.number(best.rows)} rows in {best.seconds:.2f} s"
        return best

    def once(self, exporter: Exporter) -> Line:
        with self.folder() as folder:
            self.database.settle()
            pulled = exporter.pull(folder)
            self.hold_against_store(exporter, folder)
            return Line(ALL, exporter.who, sum(self.rows.values()), *pulled, file_bytes=self.bytes(exporter, folder))

    def hold_against_store(self, exporter: Exporter, folder: Path) -> None:
        """Whoever is fast because it left something out is not fast."""
        for table, wanted in self.rows.items():
            files = exporter.files(folder, table)
            found = lines_of(files) if isinstance(exporter, Copy) else parquet_rows(files)
            if found != wanted:
                raise Failed(f"{exporter.who} wrote {found} rows of {table}, and there are {wanted}")

    def bytes(self, exporter: Exporter, folder: Path) -> int:
        patterns = (exporter.files(folder, table) for table in TABLES)
        return sum(file.stat().st_size for pattern in patterns for file in pattern.parent.glob(pattern.name))

    def again(self, export: Export) -> Line:
        """With nothing changed since the run before."""
        with self.folder() as folder, screen.step(export.who) as done:
            export.pull(folder)
            before = stamps(folder)
            best = min((self.once_more(export, folder) for _ in range(export.rounds)), key=seconds)
            if stamps(folder) != before:
                raise Failed("export wrote into the lake although nothing had changed", export.log)
            done.text = f"{AGAIN}: {best.seconds:.2f} s"
        return best

    def once_more(self, export: Export, folder: Path) -> Line:
        self.database.settle()
        return Line(AGAIN, export.who, 0, *export.pull(folder))


def seconds(line: Line) -> float:
    return line.seconds


def lines_of(file: Path) -> int:
    """Of COPY's text, where a line is a row: what a text has of line ends is escaped."""
    with open(file, "rb") as text:
        return sum(piece.count(b"\n") for piece in iter(lambda: text.read(1 << 20), b""))


def parquet_rows(files: Path) -> int:
    return int(ask_parquet("SELECT count(*) FROM read_parquet(?)", files)[0][0])


def stamps(folder: Path) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*.parquet")}


def fill(executables: dict[str, str], database: Database, arguments: argparse.Namespace, work: Path) -> None:
    """Not measured."""
    made = World(executables, work, arguments.postings, arguments.applications)
    with made.running() as world:
        ingest = Ingest(executables, database.url, world, work)
        ingest.migrate()
        with screen.step(ingest.name) as done:
            rows = ingest.load(everything=True)[1]
            done.text = f"{screen.number(rows)} records are in the store"
    made.file.unlink()


def measure(arguments: argparse.Namespace, url: str, work: Path) -> bool:
    executables, database = find_programs(arguments, PROGRAMS), Database(url, "public")
    applications, postings = screen.number(arguments.applications), screen.number(arguments.postings)
    screen.heading(f"{applications} applications and {postings} postings")
    fill(executables, database, arguments, work)
    contest = Contest(database, work)
    export = Export(EXPORT, executables, database, work, {"PII_KEY": KEY})
    keeping = Export(KEEP, executables, database, work, {"PII_MODE": "keep"})
    columns = contest.columns(export)
    peers = Copy(database, columns), DuckDb(database, columns, work), Dlt(database, columns, work)
    who: tuple[Exporter, ...] = (*peers, export, keeping)
    lines = [*map(contest.line, who), contest.again(export)]
    screen.heading("What was measured; `x` is how many times as fast")
    show(lines)
    return verdict(lines)


def show(lines: list[Line]) -> None:
    header = ("run", "who", "rows", "seconds", "rows/s", *("x " + who for who in PEERS), "peak MiB", "MiB written")
    screen.table(header, [
        [
            each.run, each.who, each.rows, f"{each.seconds:7.2f}", round(each.rows / each.seconds),
            *(results.shown("%6.2f", results.times(lines, each, who)) for who in PEERS),
            results.shown("%8.1f", each.peak_mib),
            results.shown("%7.1f", each.file_bytes and each.file_bytes / (1 << 20)),
        ]
        for each in lines
    ])


def verdict(lines: list[Line]) -> bool:
    screen.say("")
    most = max(each.peak_mib or 0 for each in lines if each.who in (EXPORT, KEEP))
    again = max(each.seconds for each in lines if each.run == AGAIN)
    wanted = f"under {LIMIT_AGAIN_SECONDS} s"
    return all([
        holds("Memory of export", f"{most:.1f} MiB", f"at most {LIMIT_MIB} MiB", most <= LIMIT_MIB),
        holds("Nothing new", f"{again:.2f} s", wanted, again < LIMIT_AGAIN_SECONDS),
    ])


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=1_000_000, metavar="N", help="applications in the world")
    parser.add_argument("--postings", type=int, default=1_000, metavar="N", help="vacancies in the world")
    takes_programs(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(measure_beside_peers(__file__, parse(), measure))
