"""What was measured, as tables: for a terminal, and as the block of a Markdown file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from scale.growth import COPY, DLT, OLD, OURS, READ, Line, Lines, beside, cpu, find, grows, seconds, sizes, times
from scale.measuring import Held
from scale.works import AGAIN, ALL, CHANGES, FIRST, NEEDS
from toolbox.programs import Failed

MIB = 1 << 20
NONE = "–"
BEGIN, END = "<!-- bench-scale: begin -->", "<!-- bench-scale: end -->"


class Table(NamedTuple):
    title: str
    header: tuple[str, ...]
    rows: list[list[str]]


def summary(lines: Lines, held: dict[int, list[Held]]) -> list[Table]:
    """What all sizes tell together."""
    return [table for table in (growth(lines), ratios(lines), bytes_a_row(held)) if table.rows]


def of_size(lines: Lines, size: int) -> Table:
    header = (
        "work", "who", "rows", "seconds", "CPU", "PostgreSQL", "source", "peak MiB", "WAL MiB", "written", "files MiB",
        "requests", "read MiB",
    )
    here = sorted((line for line in lines if line.size == size), key=lambda line: list(NEEDS).index(line.work))
    return Table(f"{size:,} applications", header, [of_line(line) for line in here])


def of_line(line: Line) -> list[str]:
    if line.failed:
        return [line.work, line.who, NONE, "fails", *[NONE] * 9]
    return [
        line.work, line.who, whole(line.rows), real(line.seconds), real(line.ours), real(line.postgres),
        real(line.source), real(line.peak_mib, 1), mib(line.wal_bytes), whole(line.written), mib(line.file_bytes),
        whole(line.requests), mib(line.read_bytes),
    ]


def growth(lines: Lines) -> Table:
    """Only where there are sizes to compare."""
    there = sizes(lines)
    header = ("work", "who", *(f"s at {size:,}" for size in there), "seconds grow by", "CPU grows by")
    pairs = dict.fromkeys((line.work, line.who) for line in lines if line.who in (OURS, OLD, READ))
    rows = [
        [
            work, who, *(real(seconds_at(lines, size, work, who)) for size in there),
            real(grows(lines, work, who, seconds)), real(grows(lines, work, who, cpu)),
        ]
        for work, who in pairs
    ]
    return Table("How works grow: the exponent of the size", header, rows if len(there) > 1 else [])


def seconds_at(lines: Lines, size: int, work: str, who: str) -> float | None:
    line = find(lines, size, work, who)
    return line.seconds if line else None


def ratios(lines: Lines) -> Table:
    there = sizes(lines)
    named: list[tuple[str, Callable[[int], float | None]]] = [
        ("first load, ours : read", lambda size: beside(lines, size, FIRST, READ)),
        ("all again, ours : read", lambda size: beside(lines, size, AGAIN, READ)),
        ("first load, COPY : ours", lambda size: inverse(beside(lines, size, FIRST, COPY))),
        ("first load, dlt : ours", lambda size: inverse(beside(lines, size, FIRST, DLT))),
        ("export day : export all", lambda size: times(find(lines, size, CHANGES, OURS), find(lines, size, ALL, OURS))),
    ]
    rows = [[name, *(real(of(size), 3) for size in there)] for name, of in named]
    for work in NEEDS:
        for name, figure in (("seconds", seconds), ("CPU", cpu)):
            found = [beside(lines, size, work, OLD, figure) for size in there]
            rows.append([f"{work}, ours : old, {name}", *(real(value, 3) for value in found)])
    header = ("beside each other", *(f"at {size:,}" for size in there))
    return Table("Beside each other", header, [row for row in rows if set(row[1:]) != {NONE}])


def bytes_a_row(held: dict[int, list[Held]]) -> Table:
    header = ("applications", "table", "rows", "store MiB", "store bytes a row", "lake MiB", "lake bytes a row")
    rows = [
        [
            f"{size:,}", each.table, whole(each.rows), mib(each.store), a_row(each.store, each.rows), mib(each.lake),
            a_row(each.lake, each.rows),
        ]
        for size, tables_of in held.items() for each in tables_of
    ]
    return Table("What the tables take, indexes included, and the same rows in the lake", header, rows)


def inverse(value: float | None) -> float | None:
    return 1 / value if value else None


def a_row(size: int, rows: int) -> str:
    return f"{size / rows:,.0f}" if rows else NONE


def real(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:,.{digits}f}"


def whole(value: int | None) -> str:
    return NONE if value is None else f"{value:,}"


def mib(value: int | None) -> str:
    return NONE if value is None else f"{value / MIB:,.1f}"


def markdown(found: Sequence[Table], remarks: Sequence[str]) -> str:
    blocks = []
    for table in found:
        # texts to the left, figures to the right
        left = [all(not cell[:1].isdigit() for row in table.rows for cell in [row[at]] if cell not in ("fails", NONE))
                for at in range(len(table.header))]
        marks = ["---" if is_left else "--:" for is_left in left]
        rows = ["| " + " | ".join(cells) + " |" for cells in [list(table.header), *table.rows]]
        blocks.append("\n".join([f"**{table.title}**", "", rows[0], "|" + "|".join(marks) + "|", *rows[1:]]))
    return "\n\n".join([*blocks, *(["\n".join(f"- {remark}" for remark in remarks)] if remarks else [])])


def write_into(file: Path, text: str) -> None:
    """In the place of what stands between the two marks."""
    before, after = around(file)
    file.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def around(file: Path) -> tuple[str, str]:
    """What stands before and after the place for figures."""
    try:
        before, begin, rest = file.read_text(encoding="utf-8").partition(BEGIN)
    except OSError as problem:
        raise Failed(f"figures cannot be written into {file}: {problem}") from problem
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise Failed(f"{file} has no place for the figures: put `{BEGIN}` and `{END}` there, each on a line")
    return before, after
