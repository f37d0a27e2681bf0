"""Does to the real `ingest` what accidents do, and holds what is in its store afterwards against the mock.

    PYTHONPATH=e2e python3 -m crash.run                the whole: `make test-crash`
    PYTHONPATH=e2e python3 -m crash.run --short        part of `make test`

A run is killed, its database crashes and comes back, its lines are cut, each at a random moment of a load of an empty
store, or of a store whose world has moved on. Then nothing may be lost, nothing be there twice, and no run be left half
done. At the end a dump is restored between runs of ingest, export and transfer, and the board has each ad once. --seed
repeats the same moments. Exit code: 0, 1 when something was wrong.

Needs what e2e/toolbox/setup.py installs.
"""

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from crash import accidents, bookkeeping, restore
from crash.accidents import ANSWER, DATABASE, KILL, SOURCE_LINE, STORE_LINE, Accident, Became
from crash.compare import Compared, compare
from crash.database import database
from crash.proxy import proxy
from crash.stage import ALL, MONTH, NO_LOOKBACK, Stage, Store
from toolbox import screen
from toolbox.mock import mock
from toolbox.programs import Failed, Stopped, build, leave_on_signals, tail

PROGRAMS = ("ingest", "migrate", "mock-api", "export", "transfer")
# more than a week, so that everything comes up that is done weekly
HOURS = 200
# the moments of a load shall lie close enough to all find place in it
SHARE = 1.6


class Size(NamedTuple):
    """How much there is, and which accidents are to happen in each load: of an empty store, and of one that is full."""

    applications: int
    postings: int
    slice_hours: int
    empty: Sequence[Sequence[Accident]]
    full: Sequence[Sequence[Accident]]


WHOLE = Size(
    100_000, 300, 24,
    ([KILL] * 12, [KILL] * 12, [KILL] * 12, [DATABASE] * 5, [STORE_LINE, ANSWER] * 2),
    ([KILL] * 14, [DATABASE] * 5, [SOURCE_LINE, STORE_LINE, ANSWER] * 2),
)
SHORT = Size(3_000, 40, 1, ([KILL] * 3, [DATABASE, STORE_LINE]), ([KILL] * 3, [DATABASE, ANSWER]))


class Story:
    """All that happens, one load after the other, and what has been counted."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self.stage = stage
        self.chance = chance
        self.store: Store | None = None
        self.hits: Counter[str] = Counter()
        # seconds of a run with everything and of one with nothing to do
        self.load_seconds = self.idle_seconds = 0.0

    def undisturbed(self) -> None:
        """A load that nothing happens to: how long it takes, and that the comparison is right about it."""
        with screen.step("first run") as done:
            store = self.empty_store()
            self.load_seconds = self.stage.good_run(store, NO_LOOKBACK)
            self.idle_seconds = self.stage.good_run(store, NO_LOOKBACK)
            compared = self.hold(store)
            applications, postings = screen.number(compared.applications), screen.number(compared.postings)
            done.text = (f"{applications} applications, {postings} postings in {self.load_seconds:.1f} s; "
                         f"with nothing to do {self.idle_seconds:.1f} s")

    def empty_store(self) -> Store:
        if self.store is not None:
            self.stage.drop(self.store)
        self.store = self.stage.new_store()
        return self.store

    def hold(self, store: Store, contents: bool = True) -> Compared:
        compared = compare(self.stage, store, contents)
        bookkeeping.check(self.stage, store)
        return compared

    def into_the_empty(self, planned: Sequence[Accident]) -> None:
        """Loads of an empty store, each going on where the accident left it, until all that is planned has happened.
        The good run at the end does not look back: it would heal what a cursor has passed over."""
        rest = list(planned)
        for _ in range(len(planned) + 3):
            store = self.empty_store()
            with screen.step("first load") as done:
                span = self.idle_seconds + SHARE * (self.load_seconds - self.idle_seconds) / max(2, len(rest))
                happened = self.accidents(store, rest, NO_LOOKBACK, span)
                self.stage.good_run(store, NO_LOOKBACK)
                done.text, done.more = self.told(happened, store, self.hold(store))
            if not rest:
                return
        raise Failed(f"{len(rest)} accidents came too late again and again", self.stage.log)

    def into_the_full(self, planned: Sequence[Accident]) -> None:
        """Time has passed, and much of what is known is read again. The first good run must have what is new; the
        second one reads everything again, also what has changed long after it came."""
        assert self.store is not None
        store, rest = self.store, list(planned)
        span = self.idle_seconds + (self.load_seconds - self.idle_seconds) / 6
        with screen.step("next load") as done:
            happened: list[Accident] = []
            for _ in range(2 * len(planned) + 3):
                if not rest:
                    break
                self.stage.time_passes(store, HOURS if not happened else 24)
                happened += self.accidents(store, rest, MONTH, span)
                # it got to its end before all had happened: they were too late
                span *= 0.8
            if rest:
                raise Failed(f"{len(rest)} accidents came too late again and again", self.stage.log)
            self.stage.good_run(store, 48)
            self.hold(store, contents=False)
            self.stage.good_run(store, ALL)
            done.text, done.more = self.told(happened, store, self.hold(store))

    def accidents(self, store: Store, rest: list[Accident], lookback_hours: int, span: float) -> list[Accident]:
        """Lets what is in `rest` happen, one after the other, until a run gets to its end. Takes out what has
        happened."""
        happened = []
        while rest:
            accident = rest[0]
            delay = self.chance.uniform(0, span)
            became = accidents.attempt(self.stage, store, accident, lookback_hours, delay, self.chance)
            if became in (Became.HIT, Became.HIT_AND_OVER):
                happened.append(rest.pop(0))
                self.hits[accident.group] += 1
            if became is Became.SKIPPED:
                time.sleep(1)
            elif became is not Became.HIT:
                # it says that all is done: nobody may heal it before that is seen
                self.hold(store, contents=lookback_hours == NO_LOOKBACK)
                break
        return happened

    def told(self, happened: Sequence[Accident], store: Store, compared: Compared) -> tuple[str, list[str]]:
        """A line of what happened, and one of what was found."""
        counts = Counter(accident.name for accident in happened)
        failed, kept = bookkeeping.interrupted(self.stage, store)
        what = ", ".join(f"{count} x {name}" for name, count in counts.items()) or "nothing"
        applications, postings = screen.number(compared.applications), screen.number(compared.postings)
        there = f"as in the mock: {applications} applications ({compared.left} deleted ones left), {postings} postings"
        return what, [there, f"in the audit: {failed} failed runs, {kept} of them with slices kept"]

    def spoil(self, statement: str) -> None:
        """The comparison must notice it, or it is worth nothing."""
        assert self.store is not None
        self.stage.server.sql(statement, self.store.name)
        self.hold(self.store)


@contextlib.contextmanager
def on_stage(executables: dict[str, str], size: Size, work: Path) -> Iterator[Stage]:
    settings = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc",
        "MOCK_APPLICATIONS": str(size.applications),
        "MOCK_POSTINGS": str(size.postings),
    }
    with (
        database() as server, mock(executables["mock-api"], settings, work / "mock.log", timeout_seconds=120) as world,
        proxy(int(world.address.rsplit(":", 1)[1])) as source_line, proxy(server.port) as store_line,
    ):
        yield Stage(executables, world, server, source_line, store_line, size.slice_hours, work)


def tell(arguments: argparse.Namespace, work: Path) -> None:
    executables = found(arguments.programs) if arguments.programs else build()
    size = SHORT if arguments.short else WHOLE
    started = time.monotonic()
    screen.heading(f"Accidents of ingest, seed {arguments.seed}")
    with on_stage(executables, size, work) as stage:
        story = Story(stage, random.Random(arguments.seed))
        story.undisturbed()
        for planned in size.empty:
            story.into_the_empty(planned)
        for planned in size.full:
            story.into_the_full(planned)
        if not arguments.spoil:
            restore.tell(stage, story.chance)
        lines = stage.search_log()
        if arguments.spoil:
            story.spoil(arguments.spoil)
    took = screen.duration(time.monotonic() - started)
    screen.say(f"  {screen.number(lines)} lines of ingest's log searched; {took} in all")
    hits = ", ".join(f"{count} {group}" for group, count in story.hits.items())
    screen.say(f"\n{hits} survived: nothing lost, nothing twice, no half run; a restore, and each ad once")


def found(folder: Path) -> dict[str, str]:
    missing = [name for name in PROGRAMS if not (folder / name).is_file()]
    if missing:
        raise Failed(f"{folder} has no {', '.join(missing)}")
    return {name: str((folder / name).resolve()) for name in PROGRAMS}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="few records and few accidents")
    seed = random.randrange(1_000_000)
    parser.add_argument("--seed", type=int, default=seed, metavar="N", help="repeats the moments of another run")
    parser.add_argument("--programs", type=Path, metavar="FOLDER", help="where built programs are; else they are built")
    parser.add_argument("--spoil", metavar="SQL", help="is done to the store at the end, to see that the test can fail")
    return parser.parse_args()


def main() -> int:
    arguments = parse()
    leave_on_signals()
    try:
        with tempfile.TemporaryDirectory(prefix="emply-crash-") as work:
            try:
                tell(arguments, Path(work))
                return 0
            except Failed as problem:
                screen.say(f"\ncrash test failed, seed {arguments.seed}: {problem}")
                if problem.log:
                    screen.say(tail(problem.log))
                return 1
    except Stopped as stop:
        screen.say(f"\ncrash test stopped by {stop}, seed {arguments.seed}")
        return stop.exit_code


if __name__ == "__main__":
    sys.exit(main())
