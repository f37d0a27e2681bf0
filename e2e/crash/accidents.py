"""What happens to a run of ingest, and how it may end then."""

import enum
import random
import signal
import subprocess
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from crash.compare import hold
from crash.stage import NO_LOOKBACK, Process, Stage, Store
from toolbox.programs import Failed

# longer than the head of an answer, shorter than most bodies
CUT_AFTER = (600, 20_000)
AWAY_SECONDS = 1.0

Strike = Callable[[Stage, Process, random.Random], bool]


class Became(enum.Enum):
    """What became of a run."""

    # it was hit and did not get to its end
    HIT = 1
    # it got there although it was hit
    HIT_AND_OVER = 2
    # it got there before it was hit
    OVER = 3
    # the run before still held the lock
    SKIPPED = 4


class Pace(NamedTuple):
    """Seconds of a run with everything, and of one with nothing to do."""

    load_seconds: float
    idle_seconds: float


class Accident(NamedTuple):
    """`strike` says whether it hit anything; `codes` are the exit codes of a run that was hit."""

    name: str
    strike: Strike
    codes: Collection[int]
    by_line: bool = False


def kill(_stage: Stage, process: Process, _random: random.Random) -> bool:
    process.kill()
    return True


def crash_database(stage: Stage, _process: Process, chance: random.Random) -> bool:
    stage.server.stop()
    time.sleep(chance.uniform(0, AWAY_SECONDS))
    stage.server.restart()
    return True


def cut_store_line(stage: Stage, _process: Process, chance: random.Random) -> bool:
    return stage.store_line.cut(chance.choice((0.0, chance.uniform(0, AWAY_SECONDS)))) > 0


def cut_source_line(stage: Stage, _process: Process, chance: random.Random) -> bool:
    seconds, refused = chance.choice((0.0, chance.uniform(0, AWAY_SECONDS))), stage.source_line.refused
    open_ones = stage.source_line.cut(seconds)
    time.sleep(seconds)
    return open_ones + stage.source_line.refused - refused > 0


def cut_answer(stage: Stage, process: Process, chance: random.Random) -> bool:
    line = stage.source_line
    before = line.answers_cut
    line.cut_answer(chance.randint(*CUT_AFTER))
    while process.poll() is None and line.answers_cut == before:
        time.sleep(0.005)
    line.cut_answer(None)
    return line.answers_cut > before


KILL = Accident("kill", kill, (-signal.SIGKILL,))
DATABASE = Accident("database", crash_database, (1,))
STORE_LINE = Accident("store-line", cut_store_line, (1,), by_line=True)
ANSWER = Accident("answer", cut_answer, (1,))
# between two answers nobody notices, and a question that got no answer is asked again
SOURCE_LINE = Accident("source-line", cut_source_line, (0, 1))


def attempt(
    stage: Stage, store: Store, accident: Accident, lookback_hours: int, delay: float, chance: random.Random
) -> Became:
    """Starts a run and lets the accident happen to it after `delay` seconds."""
    struck = False

    def strike(process: Process) -> None:
        nonlocal struck
        try:
            process.wait(delay)
        except subprocess.TimeoutExpired:
            struck = accident.strike(stage, process, chance)

    code, outcome = stage.ingest(store, accident.name, lookback_hours, accident.by_line, strike)
    stage.store_line.allow()
    if code == 0:
        if outcome == "skipped":
            return Became.SKIPPED
        if outcome != "succeeded":
            raise Failed(f"ingest ended with exit code 0, its row is {outcome}", stage.log)
        return Became.HIT_AND_OVER if struck and 0 in accident.codes else Became.OVER
    if not struck or code not in accident.codes:
        what = f"after '{accident.name}'" if struck else "with nothing done to it"
        raise Failed(f"ingest ended with exit code {code} {what}, its row is {outcome}", stage.log)
    # hit between its last commit and the end of the process: all was done
    return Became.OVER if outcome == "succeeded" else Became.HIT


def happen(
    stage: Stage, store: Store, rest: list[Accident], lookback_hours: int, span: float, chance: random.Random
) -> None:
    """Lets what is in `rest` happen, one after the other, until a run gets to its end. Takes out what has happened."""
    while rest:
        became = attempt(stage, store, rest[0], lookback_hours, chance.uniform(0, span), chance)
        if became in (Became.HIT, Became.HIT_AND_OVER):
            del rest[0]
        if became is Became.SKIPPED:
            time.sleep(1)
        elif became is not Became.HIT:
            # it says that all is done: nobody may heal it before that is seen
            hold(stage, store, contents=lookback_hours == NO_LOOKBACK)
            return
