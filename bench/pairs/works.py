"""What both builds do in each round: the works of ingest and of export, one build directly after the other."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from exporters import KEY, Export
from loaders import Ingest
from pairs.cpu import Server, seconds_of_children
from pairs.figures import Cost, Pair, Work, mean
from postgres import Database
from process import Spent
from toolbox import screen
from toolbox.mock import Mock
from toolbox.programs import Failed, last_record

OLD, NEW = "old", "new"
# the shorter, the more pairs: what else the machine does comes and goes within seconds
FIRST, HOURLY, AGAIN = Work("first load", 2, 1), Work("next hour", 4, 5, most_more_ms=10), Work("all again", 2, 1)
ALL, DAY, NOTHING = Work("all", 2, 1), Work("a day", 4, 1), Work("nothing", 4, 15)
ADVANCE = "/_mock/advance?hours=24"
# what a run may have counted, in its last line
COUNTS = ("fetched", "inserted", "updated", "unchanged", "removed", "rejected", "rows")


class Side:
    """A build, with a database and a lake of its own."""

    def __init__(self, name: str, executables: dict[str, str], server: Database, world: Mock, work: Path) -> None:
        self.name, self.server, self.lake = name, server, work / ("lake-" + name)
        logs = work / ("logs-" + name)
        logs.mkdir()
        self.database = server.other(name, "public")
        self.ingest = Ingest(executables, self.database.url, world, logs)
        self.export = Export("export", executables, self.database, logs, {"PII_KEY": KEY})

    def fresh(self) -> None:
        """An empty store, with the schema of this build."""
        self.server.ask(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self.server.make_other(self.name, self.database.schema)
        self.ingest.migrate()

    def read_all(self) -> Spent:
        return self.held(self.ingest.once(everything=True), self.ingest.log)

    def read_hour(self) -> Spent:
        return self.held(self.ingest.once(everything=False), self.ingest.log)

    def send_all(self) -> Spent:
        shutil.rmtree(self.lake, ignore_errors=True)
        self.lake.mkdir()
        return self.send_new()

    def send_new(self) -> Spent:
        return self.held(self.export.once(self.lake), self.export.log)

    def held(self, spent: Spent, log: Path) -> Spent:
        """A run that had no reason to work ends well, too."""
        self.summary = last_record(log)
        if self.summary.get("outcome") != "succeeded":
            raise Failed(f"a run of the {self.name} build is {self.summary.get('outcome')}", log)
        return spent

    def counted(self) -> dict[str, object]:
        """What the last run says that it has done."""
        return {name: self.summary[name] for name in COUNTS if name in self.summary}


Run = Callable[[Side], Spent]
Found = dict[Work, list[Pair]]


class Rounds:
    """Runs of both sides over one world. `notes` are what they did not do alike."""

    def __init__(self, sides: Sequence[Side], server: Server, world: Mock) -> None:
        self.sides, self.server, self.world = sides, server, world
        self.notes: list[str] = []

    def prepare(self) -> None:
        """Not measured: both read the world and send it, so that the mock has its answers ready and the stores have
        their rows."""
        for side in self.sides:
            with screen.step(side.name) as done:
                side.fresh()
                self.read_first(side)
                side.read_hour()
                side.send_all()
                done.text = f"has read the world, and sent {screen.number(side.counted().get('rows'))} rows"

    def read_first(self, side: Side) -> None:
        try:
            side.read_all()
        except Failed as problem:
            text = "the %s ingest cannot read the world, which the new mock-api serves to both: %s"
            raise Failed(text % (side.name, problem), problem.log) from problem

    def ingest(self, number: int) -> Found:
        return {
            FIRST: self.pairs(FIRST, number, Side.read_all, self.begin_anew),
            HOURLY: self.pairs(HOURLY, number, Side.read_hour),
            AGAIN: self.pairs(AGAIN, number, Side.read_all),
        }

    def export(self, number: int) -> Found:
        return {
            ALL: self.pairs(ALL, number, Side.send_all),
            DAY: self.pairs(DAY, number, Side.send_new, self.go_on),
            NOTHING: self.pairs(NOTHING, number, Side.send_new),
        }

    def begin_anew(self) -> None:
        for side in self.sides:
            side.fresh()

    def go_on(self) -> None:
        """The world, by a day, which both read."""
        self.world.ask(ADVANCE, "POST")
        for side in self.sides:
            side.read_hour()

    def pairs(self, work: Work, number: int, run: Run, before: Callable[[], None] = lambda: None) -> list[Pair]:
        """All of a round. `before` is done before each of them, and not measured."""
        found = []
        for place in range(work.pairs):
            before()
            costs = {side.name: self.cost(work, side, run) for side in in_turn(self.sides, number + place)}
            found.append(Pair(costs[OLD], costs[NEW]))
            self.compare(work)
        return found

    def cost(self, work: Work, side: Side, run: Run) -> Cost:
        """Of one build, from rest."""
        side.database.settle()
        postgres, ours = self.server.seconds(), seconds_of_children()
        spent = [run(side) for _ in range(work.in_a_row)]
        ours, postgres = seconds_of_children() - ours, self.server.seconds() - postgres
        return mean([Cost(ours / work.in_a_row, postgres / work.in_a_row, *each) for each in spent])

    def compare(self, work: Work) -> None:
        """Who is fast because it left something out is not fast; but a build may also do something else on purpose."""
        counts = [side.counted() for side in self.sides]
        if counts[0] != counts[1]:
            told = [f"{side.name} {side.counted()}" for side in self.sides]
            self.notes.append(f"{work.name}: counted otherwise, {' and '.join(told)}")


def in_turn(sides: Sequence[Side], number: int) -> list[Side]:
    """The one that was first comes second the next time: what comes later may find the machine warmer, or busier."""
    return list(sides if number % 2 == 0 else reversed(sides))
