"""What was measured, as a table, and whether it holds what was promised."""

from typing import NamedTuple

from toolbox import screen
from workplace import holds

FIRST, MANY, HOURLY = "first load", "first load, many", "next hour"
AGAIN, CHANGED = "all again", "all again, 1 % changed"
INGEST, DLT, COPY, READ = "ingest", "dlt", "COPY", "read"
LIMIT_MIB = 64


class Line(NamedTuple):
    """One line of the result. A floor has no memory of its own, SQLite keeps no books, and only export makes files."""

    run: str
    who: str
    rows: int
    seconds: float
    peak_mib: float | None = None
    wal_bytes: int | None = None
    written: int | None = None
    file_bytes: int | None = None


def times(lines: list[Line], line: Line, who: str) -> float | None:
    """How many times as fast a line is as somebody else was in the same run."""
    others = [each for each in lines if (each.run, each.who) == (line.run, who)]
    return others[0].seconds / line.seconds if others and others[0] is not line else None


def show(lines: list[Line]) -> None:
    header = ("run", "who", "rows", "seconds", "rows/s", "x dlt", "x COPY", "peak MiB", "WAL MiB", "written")
    screen.table(header, [
        [
            each.run, each.who, each.rows, f"{each.seconds:7.2f}", round(each.rows / each.seconds),
            shown("%6.1f", times(lines, each, DLT)), shown("%6.2f", times(lines, each, COPY)),
            shown("%8.1f", each.peak_mib), shown("%7.1f", each.wal_bytes and each.wal_bytes / (1 << 20)),
            "" if each.written is None else screen.number(each.written).rjust(7),
        ]
        for each in lines
    ])


def shown(form: str, value: float | None) -> str:
    return "" if value is None else form % value


def verdict(lines: list[Line]) -> bool:
    screen.say("")
    mine = {each.run: each for each in lines if each.who == INGEST}
    most = max(mine.values(), key=lambda each: each.peak_mib or 0)
    peak = most.peak_mib or 0
    wanted = f"at most {LIMIT_MIB} MiB"
    written = max(mine[run].written or 0 for run in (HOURLY, AGAIN))
    return all([
        holds("Memory of ingest", f"{peak:.1f} MiB ({most.run})", wanted, peak <= LIMIT_MIB),
        holds("Rows written when nothing is new", str(written), "0", written == 0),
    ])
