"""All works at one size, each build in turn, and beside them what no loader can be faster than."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from loaders import Dlt
from postgres import Database, measure_copy
from process import Spent
from scale import measuring
from scale.growth import COPY, DLT, OURS, READ, Line, middle
from scale.marts import Marts
from scale.measuring import Held, Meter, line_of
from scale.source import START, Source
from scale.stores import Store
from scale.works import AGAIN, ALL, CHANGES, DAY, FIRST, MARTS, VERIFY
from toolbox import screen
from toolbox.programs import Failed

# A work is done so often, unless that takes longer than this: one short run says little, a long one enough
MOST_ROUNDS, ENOUGH_SECONDS = 3, 15
READ_BESIDE = (FIRST, AGAIN)


class OneSize:
    """`lines` are what was measured. `notes` are what a build could not do, or did otherwise."""

    def __init__(
        self, size: int, stores: Sequence[Store], meter: Meter, source: Source, server: Database, work: Path
    ) -> None:
        self.size, self.stores, self.meter, self.source = size, list(stores), meter, source
        self.server, self.work = server, work
        self.marts = Marts(self.ours.lake, work)
        self.lines: list[Line] = []
        self.notes: list[str] = []
        self.held: list[Held] = []
        self.store_bytes = 0

    @property
    def ours(self) -> Store:
        return next(store for store in self.stores if store.name == OURS)

    def do(self, work: str, wants_floors: bool, is_smallest: bool) -> None:
        """A work with what stands beside it."""
        with screen.step(work) as done:
            found = [self.of_marts()] if work == MARTS else self.rounds(work, wants_floors)
            done.text = in_short(found)
        self.lines += found
        self.notes += [f"{self.size:,}: {work}, {line.who}, fails: {line.failed}" for line in found if line.failed]
        if work == FIRST:
            self.read_rest_of(found)
        if work == FIRST and wants_floors and is_smallest:
            self.floors()
        if work == ALL:
            self.held, self.store_bytes = measuring.held(self.ours), measuring.bytes_of_store(self.ours)

    def rounds(self, work: str, wants_read: bool) -> list[Line]:
        found: dict[str, list[Line]] = {}
        for number in range(MOST_ROUNDS):
            self.prepare(work)
            for store in self.stores if number % 2 == 0 else reversed(self.stores):
                if work == VERIFY and not store.can_verify:
                    continue
                for line in self.once(work, store, wants_read and work in READ_BESIDE):
                    found.setdefault(line.who, []).append(line)
            mine = found.get(OURS, [])
            if any(line.failed for line in mine) or sum(line.seconds or 0 for line in mine) >= ENOUGH_SECONDS:
                break
        return [middle(lines) for lines in found.values()]

    def once(self, work: str, store: Store, wants_read: bool) -> list[Line]:
        before = self.source.last_number()
        line = self.meter.line(self.size, work, store)
        if line.failed or not wants_read or store.name != OURS:
            return [line]
        return [line, self.reading(work, self.source.asked_since(before), line)]

    def prepare(self, work: str) -> None:
        """Not measured."""
        if work == FIRST:
            self.each(Store.fresh)
        if work in (CHANGES, DAY):
            self.source.advance()
        if work == CHANGES:
            self.each(Store.read_new)

    def each(self, run: Callable[[Store], Spent | None]) -> None:
        """A build beside ours that fails here is done with, and ours goes on."""
        for store in list(self.stores):
            try:
                run(store)
            except Failed as problem:
                if store.name == OURS:
                    raise
                self.give_up(store, measuring.reason(problem))

    def give_up(self, store: Store, why: str) -> None:
        self.notes.append(f"{self.size:,}: the {store.name} build does no more works: {why}")
        self.stores.remove(store)
        store.drop()

    def read_rest_of(self, lines: Sequence[Line]) -> None:
        """So that the other works have what they need."""
        failed = {line.who for line in lines if line.failed}
        for store in [store for store in self.stores if store.name in failed]:
            self.read_rest(store)

    def read_rest(self, store: Store) -> None:
        try:
            runs, seconds = store.read_rest()
        except Failed as problem:
            if store.name == OURS:
                raise
            self.give_up(store, measuring.reason(problem))
            return
        text = "%s: after its first load had failed, %s more %s of the %s ingest took %.0f s for the rest"
        self.notes.append(text % (f"{self.size:,}", runs, "run" if runs == 1 else "runs", store.name, seconds))

    def reading(self, work: str, paths: list[str], line: Line) -> Line:
        """What the run has asked for, once more, and thrown away."""
        source = self.source.seconds()
        seconds = self.source.read(paths)
        used = self.source.seconds() - source
        return Line(self.size, work, READ, seconds, source=used, rows=line.rows, requests=len(paths))

    def floors(self) -> None:
        """Beside a first load: to copy the rows alone, and dlt."""
        rows = next(line.rows for line in self.lines if (line.work, line.who) == (FIRST, OURS))
        with screen.step(COPY) as done:
            copied, seconds = measure_copy(self.ours.database, self.work)
            self.lines.append(Line(self.size, FIRST, COPY, seconds, rows=rows))
            done.text = f"the same {screen.number(copied)} rows of the four tables: {seconds:.2f} s"
        with screen.step(DLT) as done:
            dlt = Dlt(self.server.make_other("dlt", "emply"), self.source.world, self.work, START)
            taken = self.meter.take(lambda: dlt.load(everything=True)[0])
            self.lines.append(line_of(self.size, FIRST, DLT, taken)._replace(rows=rows))
            self.server.ask("DROP DATABASE dlt WITH (FORCE)")
            done.text = f"{taken.spent.seconds:.2f} s"

    def of_marts(self) -> Line:
        try:
            line = line_of(self.size, MARTS, OURS, self.meter.take(self.marts.build))
        except Failed as problem:
            return Line(self.size, MARTS, OURS, failed=measuring.reason(problem))
        return line._replace(rows=self.size, file_bytes=self.marts.scratch_bytes)

    def remove_lakes(self) -> None:
        for store in self.stores:
            shutil.rmtree(store.lake, ignore_errors=True)


def in_short(lines: Sequence[Line]) -> str:
    if not lines:
        return "none: the program does not know it"
    return ", ".join(f"{line.who} {'fails' if line.failed else f'{line.seconds:.2f} s'}" for line in lines)
