"""What ingest, export and dbt take as the world grows, up to five million applications: and by which power it grows.

    PYTHONPATH=e2e:bench python3 -m scale.run                                       the whole: `make bench-scale`
    PYTHONPATH=e2e:bench python3 -m scale.run --dev --sizes 1000,5000               quick, to see whether it works
    PYTHONPATH=e2e:bench python3 -m scale.run --sizes 100000 --only next-hour,day   these, and what they need

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench. All traffic stays on this
machine. Exit code: 0, 1 when something failed or something promised is not held, 2 when it was called wrongly.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from mart_builds.scratch import bytes_below
from pairs import builds
from pairs.cpu import Server
from postgres import Database
from scale import tables
from scale.growth import LARGE, OLD, OURS, Line, promises
from scale.measuring import Held, Meter
from scale.one_size import OneSize
from scale.source import KeptWorld, Source
from scale.stores import Store
from scale.works import BY_SLUG, DAY, slug, wanted
from toolbox import screen
from toolbox.postgres import OPTIONS as DEFAULTS
from toolbox.postgres import postgres_server
from toolbox.programs import TOOLS
from workplace import exit_code, find_programs, holds, in_folder, takes_programs, venv_bench

PROGRAMS = ("export", "ingest", "migrate", "mock-api")
SIZES = "100000,1000000,5000000"
# the world of which the number of postings is named
OF_POSTINGS = 5_000_000
LEAST_SIZE, LEAST_POSTINGS = 100, 10
# As in a server that is backed up by its log: nothing is gained that such a one does not give. Of the log no more is
# kept than a small machine's disk has room for
OPTIONS = {"wal_level": "replica", "max_wal_size": "2GB"}

Executables = dict[str, dict[str, str]]


class Bench:
    """All sizes, one after the other, on one server."""

    def __init__(self, arguments: argparse.Namespace, work: Path, data: Path, url: str) -> None:
        self.arguments, self.work, self.data = arguments, work, data
        self.public = Database(url, "public")
        self.server = Server(self.public)
        self.executables = find_builds(arguments, work)
        self.works = wanted([BY_SLUG[each] for each in arguments.only])
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self.held: dict[int, list[Held]] = {}
        self.kept = Path(arguments.work) if arguments.work else TOOLS / "scale"

    def measure(self) -> bool:
        try:
            for size in self.arguments.sizes:
                self.measure_size(size)
        finally:
            # also where something failed after hours
            summary = tables.summary(self.lines, self.held)
            self.show(*summary)
            for note in self.notes:
                screen.say("Note: " + note)
        if self.arguments.into:
            by_size = [tables.of_size(self.lines, size) for size in self.arguments.sizes]
            tables.write_into(Path(self.arguments.into), tables.markdown([*by_size, *summary], self.notes))
        return self.verdict()

    def show(self, *found: tables.Table) -> None:
        for table in found:
            screen.heading(table.title)
            screen.table(table.header, table.rows)

    def measure_size(self, size: int) -> None:
        postings = max(LEAST_POSTINGS, self.arguments.postings * size // OF_POSTINGS)
        screen.heading(f"{size:,} applications and {postings:,} postings")
        work = self.work / str(size)
        work.mkdir()
        program = self.executables[OURS]["mock-api"]
        made = KeptWorld(program, self.kept, work, postings, size)
        with made.running() as world:
            stores = [Store(name, programs, self.public, world, work) for name, programs in self.executables.items()]
            for store in stores:
                store.lake.mkdir()
            source = Source(world)
            there = OneSize(size, stores, Meter(self.server, source), source, self.public, work)
            try:
                self.do_all(there, made)
            finally:
                self.lines += there.lines
                self.notes += there.notes
                self.show(tables.of_size(there.lines, size))
            for store in there.stores:
                store.drop()
        shutil.rmtree(work)

    def do_all(self, there: OneSize, made: KeptWorld) -> None:
        most, picked = 0, [BY_SLUG[each] for each in self.arguments.only] or list(self.works)
        for work in self.works:
            if work == DAY:
                # nothing after it reads them
                there.remove_lakes()
            there.do(work, work in picked, there.size == min(self.arguments.sizes))
            most = max(most, made.kept.stat().st_size + sum(bytes_below(folder) for folder in (self.data, self.work)))
        self.notes.append(f"{there.size:,}: all together took at most {tables.mib(most)} MiB of the disk")
        if there.held:
            self.held[there.size] = there.held
            self.notes.append(f"{there.size:,}: the store has {tables.mib(there.store_bytes)} MiB after its first load")

    def verdict(self) -> bool:
        screen.say("")
        found = promises(self.lines)
        for promise in found:
            if not promise.is_judged:
                what, told, wish, _ = promise.judgement
                screen.say(f"{what}: {told}. Wanted of {LARGE:,}: {wish}.")
        # all are shown, also after one that is not held
        held = [holds(*promise.judgement) for promise in found if promise.is_judged]
        return all(held)


def find_builds(arguments: argparse.Namespace, work: Path) -> Executables:
    """Ours, and the one beside it. Both are copied, for the reasons that beside.py has."""
    found = {OURS: {name: path for name, path in find_programs(arguments, PROGRAMS).items() if name in PROGRAMS}}
    if arguments.old_programs:
        found[OLD] = in_folder(Path(arguments.old_programs), builds.PROGRAMS)
    return {name: builds.copied(programs, work / ("programs-" + name)) for name, programs in found.items()}


def measure(arguments: argparse.Namespace, work: Path) -> bool:
    if arguments.into:
        # not only after hours
        tables.around(Path(arguments.into))
    with postgres_server(OPTIONS | {"shared_buffers": arguments.shared_buffers}) as server:
        return Bench(arguments, work, server.data, server.address()).measure()


def numbers(text: str) -> list[int]:
    """Sizes, from the smallest to the largest."""
    found = sorted({int(part) for part in text.split(",")})
    if found[0] < LEAST_SIZE:
        raise argparse.ArgumentTypeError(f"{found[0]} is less than {LEAST_SIZE} applications")
    return found


def works(text: str) -> list[str]:
    found = text.split(",")
    unknown = [name for name in found if name not in BY_SLUG]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no work {unknown[0]}; there are {', '.join(BY_SLUG)}")
    return found


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=numbers, default=numbers(SIZES), metavar="N,…", help="applications")
    parser.add_argument("--postings", type=int, default=10_000, metavar="N",
                        help=f"vacancies of {OF_POSTINGS:,} applications; of others in proportion")
    parser.add_argument("--only", type=works, default=[], metavar="WORK,…",
                        help=f"these and what they need: {', '.join(map(slug, BY_SLUG.values()))}")
    parser.add_argument("--old-programs", metavar="FOLDER", help="ingest, export and migrate of a build to be beside")
    parser.add_argument("--shared-buffers", metavar="SIZE", default=DEFAULTS["shared_buffers"],
                        help="of PostgreSQL (%(default)s); docs/sizing.md has what it is to be for which size")
    parser.add_argument("--work", metavar="FOLDER", help="where worlds are kept; TOOLS_DIR/scale without it")
    parser.add_argument("--into", metavar="FILE", help="Markdown file whose block of figures is written anew")
    takes_programs(parser)
    return parser.parse_args(words)


def main() -> int:
    arguments = parse()
    python = venv_bench() / "python"
    for needed in (python, TOOLS / "venv-dbt" / "bin" / "python"):
        if not needed.exists():
            screen.say(f"bench: no {needed}; run `make tools`, `python3 e2e/toolbox/setup.py --only venv-bench`")
            return 1
    if not arguments.inside:
        os.execv(python, [str(python), "-m", "scale.run", "--inside", *sys.argv[1:]])
    return exit_code(lambda work: measure(arguments, work))


if __name__ == "__main__":
    sys.exit(main())
