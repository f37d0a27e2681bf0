"""What a script shows to people: headings, steps with their duration, tables. At most 100 columns."""

import contextlib
import os
import sys
import time
from collections.abc import Iterator, Sequence

WIDTH = 100
NAME_WIDTH = 10
IS_TERMINAL = sys.stdout.isatty()
IS_COLOURFUL = IS_TERMINAL and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
# a locale without these signs gets question marks, not an exception
if hasattr(sys.stdout, "reconfigure"):
    sys.stdout.reconfigure(errors="replace")


def say(line: str = "") -> None:
    print(line, flush=True)


def heading(text: str) -> None:
    say("\n" + (f"\033[1m{text}\033[0m" if IS_COLOURFUL else text))


class Step:
    """What there is to say about a step that went well: a short text, and more below it."""

    text = ""
    more: Sequence[str] = ()


@contextlib.contextmanager
def step(name: str) -> Iterator[Step]:
    """One line per step: on a terminal already while it runs, elsewhere once it has ended."""
    started = time.monotonic()
    if IS_TERMINAL:
        print(f"  … {name}", end="\r", flush=True)
    done = Step()
    try:
        yield done
    except BaseException:
        print_step("✗", name, "did not end well", time.monotonic() - started)
        raise
    print_step("✓", name, done.text, time.monotonic() - started)
    for line in done.more:
        say(f"    {''!s:>{NAME_WIDTH}} {line}")


def print_step(mark: str, name: str, text: str, seconds: float) -> None:
    say(f"  {mark} {name!s:{NAME_WIDTH}} {text!s:{WIDTH - NAME_WIDTH - 18}} {duration(seconds)!s:>12}")


def duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{seconds:.1f} s" if seconds < 60 else f"{minutes} min {rest:02} s"


def number(value: object) -> str:
    return format(value, ",") if isinstance(value, int) else "–" if value is None else str(value)


def table(header: Sequence[str], rows: Sequence[Sequence[object]], widest: int = 40) -> None:
    """Numbers to the right, texts to the left and cut where they are too long."""
    texts = [[shortened(number(value), widest) for value in row] for row in rows]
    columns = list(zip(header, *texts, strict=True))
    widths = [max(map(len, column)) for column in columns]
    to_the_right = [all(isinstance(row[index], int) for row in rows) for index in range(len(header))]
    for line in [list(header), *texts]:
        cells = [cell.rjust(width) if right else cell.ljust(width)
                 for cell, width, right in zip(line, widths, to_the_right, strict=True)]
        say(("  " + "  ".join(cells)).rstrip())


def shortened(text: str, widest: int) -> str:
    return text if len(text) <= widest else text[: widest - 1] + "…"
