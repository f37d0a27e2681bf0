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

# of the toolbox, which the workplace puts on the path
import screen
from mock import Mock
from programs import Failed, last_record

OLD, NEW = "old", "new"
FIRST, HOURLY, AGAIN = Work("first load", 1), Work("next hour", 10, most_more_ms=10), Work("all again", 2)
ALL, DAY, NOTHING = Work("all", 2), Work("a day", 4), Work("nothing", 20)
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
        self.server.ask("DROP DATABASE IF EXISTS %s WITH (FORCE)" % self.name)
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
            raise Failed("a run of the %s build is %s" % (self.name, self.summary.get("outcome")), log)
        return spent

    def counted(self) -> dict[str, object]:
        """What the last run says that it has done."""
        return {name: self.summary[name] for name in COUNTS if name in self.summary}


Run = Callable[[Side], Spent]


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
                done.text = "has read the world, and sent %s rows" % screen.number(side.counted().get("rows"))

    def read_first(self, side: Side) -> None:
        try:
            side.read_all()
        except Failed as problem:
            text = "the %s ingest cannot read the world, which the new mock-api serves to both: %s"
            raise Failed(text % (side.name, problem), problem.log) from problem

    def ingest(self, number: int) -> dict[Work, Pair]:
        for side in self.sides:
            side.fresh()
        return {
            FIRST: self.pair(FIRST, number, Side.read_all),
            HOURLY: self.pair(HOURLY, number, Side.read_hour),
            AGAIN: self.pair(AGAIN, number, Side.read_all),
        }

    def export(self, number: int) -> dict[Work, Pair]:
        return {
            ALL: self.pair(ALL, number, Side.send_all),
            DAY: self.days(number),
            NOTHING: self.pair(NOTHING, number, Side.send_new),
        }

    def days(self, number: int) -> Pair:
        """Each time after the world has gone on by a day, and both have read it."""
        pairs = []
        for day in range(DAY.times):
            self.world.ask(ADVANCE, "POST")
            for side in self.sides:
                side.read_hour()
            pairs.append(self.pair(DAY._replace(times=1), number + day, Side.send_new))
        return Pair(*map(mean, zip(*pairs)))

    def pair(self, work: Work, number: int, run: Run) -> Pair:
        found = {side.name: self.cost(work, side, run) for side in in_turn(self.sides, number)}
        self.compare(work)
        return Pair(found[OLD], found[NEW])

    def cost(self, work: Work, side: Side, run: Run) -> Cost:
        """Of one build, from rest. Its runs stand in a row, since the clocks that count CPU are coarse."""
        side.database.settle()
        postgres, ours = self.server.seconds(), seconds_of_children()
        spent = [run(side) for _ in range(work.times)]
        ours, postgres = seconds_of_children() - ours, self.server.seconds() - postgres
        return mean([Cost(ours / work.times, postgres / work.times, *each) for each in spent])

    def compare(self, work: Work) -> None:
        """Who is fast because it left something out is not fast; but a build may also do something else on purpose."""
        counts = [side.counted() for side in self.sides]
        if counts[0] != counts[1]:
            told = ["%s %s" % (side.name, side.counted()) for side in self.sides]
            self.notes.append("%s: counted otherwise, %s" % (work.name, " and ".join(told)))


def in_turn(sides: Sequence[Side], number: int) -> list[Side]:
    """The one that was first comes second the next time: what comes later may find the machine warmer, or busier."""
    return list(sides if number % 2 == 0 else reversed(sides))
