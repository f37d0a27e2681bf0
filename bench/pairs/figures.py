"""Pairs of runs as ratios, and whether one build is slower than the other. Nothing here runs anything."""

import itertools
import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

# so much more CPU may the new build take than the old one, in any work
MOST_TIMES = 1.10


class Cost(NamedTuple):
    """What one run of a work takes: seconds of CPU of ours and of PostgreSQL, seconds from start to end, our memory."""

    ours: float
    postgres: float
    wall: float
    peak_mib: float

    @property
    def cpu(self) -> float:
        return self.ours + self.postgres


class Pair(NamedTuple):
    """The same work by both, one directly after the other."""

    old: Cost
    new: Cost


class Work(NamedTuple):
    """`pairs` are how many there are of it in each round. In a pair each build runs it `in_a_row` times: a short one
    alone would be lost in the ticks of the kernel's clock. `most_more_ms`, where it is held to that too, is how many
    milliseconds longer it may take."""

    name: str
    pairs: int
    in_a_row: int
    most_more_ms: float | None = None


class Spread(NamedTuple):
    """The median of what the pairs gave, and how far they lie apart. `low` to `high` is where the median would be for
    all pairs that one could ever measure, 19 times of 20; with fewer than six pairs that cannot be said, and the two
    are the lowest and the highest."""

    middle: float
    low: float
    high: float
    lowest: float
    highest: float


class Judgement(NamedTuple):
    """One thing that is wanted, and what was found."""

    what: str
    found: str
    wanted: str
    held: bool


Figure = Callable[[Cost], float]
FIGURES: dict[str, Figure] = {
    "CPU s": lambda cost: cost.cpu,
    "ours": lambda cost: cost.ours,
    "PostgreSQL": lambda cost: cost.postgres,
    "wall s": lambda cost: cost.wall,
    "peak MiB": lambda cost: cost.peak_mib,
}
HEADER = ("work", "figure", "old", "new", "new/old", "low", "high", "lowest", "highest")
LEFT_OUT = 0.025


def mean(costs: Sequence[Cost]) -> Cost:
    """Of several runs of one work as one: CPU as it adds up, the middle of the walls, the most memory."""
    count = len(costs)
    return Cost(
        sum(cost.ours for cost in costs) / count, sum(cost.postgres for cost in costs) / count,
        statistics.median(cost.wall for cost in costs), max(cost.peak_mib for cost in costs),
    )


def spread(values: Sequence[float]) -> Spread:
    ordered, place = sorted(values), outside(len(values))
    return Spread(statistics.median(ordered), ordered[place], ordered[-1 - place], ordered[0], ordered[-1])


def outside(count: int) -> int:
    """How many of so many values may be left out at each end: a value is below the true median as often as above."""
    chances = itertools.accumulate(math.comb(count, below) * 0.5**count for below in range(count))
    return max(sum(chance <= LEFT_OUT for chance in chances) - 1, 0)


def ratios(pairs: Sequence[Pair], figure: Figure) -> Spread | None:
    """New by old, pair by pair. None where a pair has nothing to divide by."""
    if any(figure(pair.old) <= 0 for pair in pairs):
        return None
    return spread([figure(pair.new) / figure(pair.old) for pair in pairs])


def more_ms(pairs: Sequence[Pair]) -> Spread:
    """How many milliseconds longer the new build takes, pair by pair."""
    return spread([(pair.new.wall - pair.old.wall) * 1000 for pair in pairs])


def judge(work: Work, pairs: Sequence[Pair]) -> list[Judgement]:
    """Whether the new build is not slower: by CPU, which other programs on the machine disturb least."""
    name, times = work.name.capitalize(), ratios(pairs, FIGURES["CPU s"])
    if times is None:
        return [Judgement(name, "no CPU time was counted", "some", False)]
    # what is shown is what is held against the limit
    middle = round(times.middle, 3)
    found = f"{middle:.3f} times the CPU ({times.low:.3f} to {times.high:.3f})"
    judged = [Judgement(name, found, f"at most {MOST_TIMES:.2f}", middle <= MOST_TIMES)]
    if work.most_more_ms is not None:
        more = more_ms(pairs)
        middle = round(more.middle, 1)
        found = f"{middle:+.1f} ms ({more.low:+.1f} to {more.high:+.1f})"
        judged.append(Judgement(name, found, f"at most +{work.most_more_ms:g} ms", middle <= work.most_more_ms))
    return judged


def unsure(work: Work, pairs: Sequence[Pair]) -> bool:
    """Whether the pairs lie so far apart that the same two builds might be judged otherwise the next time."""
    times, more = ratios(pairs, FIGURES["CPU s"]), more_ms(pairs)
    most_more = work.most_more_ms
    return (times is not None and times.low <= MOST_TIMES < times.high) or (
        most_more is not None and more.low <= most_more < more.high
    )


def lines(measured: Mapping[Work, Sequence[Pair]]) -> list[tuple[str, ...]]:
    """The table under HEADER: medians of both, then the spread of the ratios."""
    return [
        (work.name, what, *line(pairs, figure)) for work, pairs in measured.items() for what, figure in FIGURES.items()
    ]


def line(pairs: Sequence[Pair], figure: Figure) -> list[str]:
    both = [statistics.median(map(figure, costs)) for costs in zip(*pairs, strict=True)]
    found = ratios(pairs, figure)
    shares = [f"{value:7.3f}" for value in found] if found else ["–"] * len(Spread._fields)
    return [*(f"{value:8.3f}" for value in both), *shares]
