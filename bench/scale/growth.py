"""How works grow with the world, and whether they hold what is promised. Nothing here runs anything."""

import math
import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pairs.figures import Judgement
from scale.works import AGAIN, ALL, CHANGES, FIRST, HOUR, OF_EXPORT, OF_INGEST

OURS, OLD, READ, COPY, DLT = "ours", "old", "read", "COPY", "dlt"
INGEST_MIB, EXPORT_MIB = 64, 128
# what some promises are about, and what one of them is beside
LARGE, SMALL = 5_000_000, 100_000
# of five times as much, of a day beside all, of the distance to the source's own time beside that of a small world
MOST_OF_A_FIFTH, MOST_OF_ALL, MOST_FURTHER = 6.0, 1 / 20, 1.3


class Line(NamedTuple):
    """A work at a size, by one of those who do it. `ours` and `postgres` are seconds of CPU, `source` those of the mock
    meanwhile. A floor has neither CPU nor memory of its own. What failed says why, and has no figures."""

    size: int
    work: str
    who: str
    seconds: float | None = None
    ours: float | None = None
    postgres: float | None = None
    source: float | None = None
    peak_mib: float | None = None
    rows: int | None = None
    wal_bytes: int | None = None
    written: int | None = None
    file_bytes: int | None = None
    requests: int | None = None
    read_bytes: int | None = None
    failed: str = ""

    @property
    def cpu(self) -> float | None:
        return None if self.ours is None or self.postgres is None else self.ours + self.postgres


class Promise(NamedTuple):
    """One thing that is wanted. What is promised at another size only is told, and not judged."""

    judgement: Judgement
    is_judged: bool = True


Figure = Callable[[Line], float | None]
Lines = Sequence[Line]


def seconds(line: Line) -> float | None:
    return line.seconds


def cpu(line: Line) -> float | None:
    return line.cpu


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """By which power of the size something grows: least squares through the logarithms of both. None where fewer than
    two sizes have a figure."""
    logarithms = [(math.log(size), math.log(figure)) for size, figure in points if size > 0 and figure > 0]
    if len({size for size, _ in logarithms}) < 2:
        return None
    sizes, figures = zip(*logarithms, strict=True)
    return statistics.linear_regression(sizes, figures).slope


def grows(lines: Lines, work: str, who: str, figure: Figure) -> float | None:
    points = [(float(line.size), figure(line)) for line in lines if (line.work, line.who) == (work, who)]
    return exponent([(size, value) for size, value in points if value is not None])


def middle(rounds: Lines) -> Line:
    """Several rounds as one: the middle one by seconds, with the mean of the CPU and the most memory. Where one failed,
    that one."""
    failed = [line for line in rounds if line.failed]
    if failed:
        return failed[0]
    ordered = sorted(rounds, key=lambda line: line.seconds or 0.0)
    peaks = [line.peak_mib for line in rounds if line.peak_mib is not None]
    return ordered[len(ordered) // 2]._replace(
        ours=mean([line.ours for line in rounds]), postgres=mean([line.postgres for line in rounds]),
        source=mean([line.source for line in rounds]), peak_mib=max(peaks, default=None),
    )


def mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def find(lines: Lines, size: int, work: str, who: str) -> Line | None:
    return next((line for line in lines if (line.size, line.work, line.who) == (size, work, who)), None)


def sizes(lines: Lines) -> list[int]:
    return sorted({line.size for line in lines})


def times(line: Line | None, other: Line | None, figure: Figure = seconds) -> float | None:
    """How many times as long as another a work takes. None where one of them is not there, or has failed."""
    mine, theirs = (figure(each) if each else None for each in (line, other))
    return mine / theirs if mine is not None and theirs else None


def beside(lines: Lines, size: int, work: str, who: str, figure: Figure = seconds) -> float | None:
    """How many times as long as somebody else at the same work we take."""
    return times(find(lines, size, work, OURS), find(lines, size, work, who), figure)


def promises(lines: Lines) -> list[Promise]:
    """All that can be said with these lines."""
    mine = [line for line in lines if line.who == OURS]
    found: list[Promise | None] = [failed(line) for line in mine if line.failed]
    found += [memory(mine, "ingest", OF_INGEST, INGEST_MIB), memory(mine, "export", OF_EXPORT, EXPORT_MIB)]
    found.append(nothing_new(mine))
    found += [five_times(mine), *(of_a_day(mine, size) for size in sizes(mine)), further_from_the_source(lines)]
    return [promise for promise in found if promise is not None]


def failed(line: Line) -> Promise:
    return Promise(Judgement(at(line.work, line.size), f"fails: {line.failed}", "done", False))


def memory(mine: Lines, program: str, works: Sequence[str], limit: int) -> Promise | None:
    there = [(line.peak_mib, line) for line in mine if line.work in works and line.peak_mib is not None]
    if not there:
        return None
    peak, line = max(there, key=lambda each: each[0])
    found = f"{peak:.1f} MiB ({at(line.work, line.size)})"
    return Promise(Judgement(f"Memory of {program}", found, f"at most {limit} MiB", peak <= limit))


def nothing_new(mine: Lines) -> Promise | None:
    written = [line.written for line in mine if line.work in (HOUR, AGAIN) and line.written is not None]
    if not written:
        return None
    return Promise(Judgement("Rows written when nothing is new", f"{max(written):,}", "0", max(written) == 0))


def five_times(mine: Lines) -> Promise | None:
    """The largest world beside one of a fifth of it."""
    largest = max(sizes(mine), default=0)
    found = times(find(mine, largest, FIRST, OURS), find(mine, largest // 5, FIRST, OURS))
    if found is None or largest % 5:
        return None
    told = f"{found:.2f} times the time of {largest // 5:,}"
    wanted = f"at most {MOST_OF_A_FIFTH:g} times"
    return Promise(Judgement(at(FIRST, largest), told, wanted, found <= MOST_OF_A_FIFTH))


def of_a_day(mine: Lines, size: int) -> Promise | None:
    found = times(find(mine, size, CHANGES, OURS), find(mine, size, ALL, OURS))
    if found is None:
        return None
    told, wanted = f"{found:.4f} of exporting all", f"at most {MOST_OF_ALL:g}"
    return Promise(Judgement(at(CHANGES, size), told, wanted, found <= MOST_OF_ALL), size == LARGE)


def further_from_the_source(lines: Lines) -> Promise | None:
    """Whether we fall further behind the source, which becomes slower itself, as the world grows."""
    largest, smallest = max(sizes(lines), default=0), min(sizes(lines), default=0)
    small = SMALL if find(lines, SMALL, AGAIN, READ) else smallest
    most, least = (beside(lines, size, AGAIN, READ) for size in (largest, small))
    if most is None or least is None or largest == small:
        return None
    found = most / least
    told = f"{most:.2f} times as long as to read alone, {found:.2f} times the {least:.2f} of {small:,}"
    wanted = f"at most {MOST_FURTHER:g} times"
    judgement = Judgement(at(AGAIN, largest), told, wanted, found <= MOST_FURTHER)
    return Promise(judgement, (small, largest) == (SMALL, LARGE))


def at(work: str, size: int) -> str:
    return f"{work[0].upper()}{work[1:]} of {size:,}" if work != "dbt" else f"dbt of {size:,}"
