"""What was measured of both, as a table, and whether it holds what is promised."""

import datetime
from statistics import median
from typing import Any, NamedTuple

from reports.asking import ranked
from reports.charts import WEEKLY
from reports.dashboard import Asked
from reports.questions import Question
from reports.superset_server import THREADS, WORKERS, PageOfCharts
from toolbox import screen
from toolbox.programs import Failed
from workplace import holds

MOST_MS, MOST_MIB, MOST_START_MS = 50, 64, 1000
MOST_PAGE, MOST_PAGE_SENT, MOST_DATA = 150_000, 25_000, 8_000_000
LEAST_TIMES, LEAST_BYTES = 20, 10


# questions by a word for what they have in common
Kinds = dict[str, list[Question]]


class Ours(NamedTuple):
    """Seconds from the start to the first page with figures; many different questions, by how many at once; what
    Superset is asked, too, by kind; bytes of the style sheet, as sent and unpacked; peak memory; bytes of the data that
    was handed over; applications by week of each page that Superset is asked for."""

    start: float
    many: dict[int, Asked]
    same: dict[str, Asked]
    style: tuple[int, int]
    peak_mib: float
    data: int
    weeks: list[dict[str, int] | None]


class Pages(NamedTuple):
    """Of Superset: made anew, or out of its cache."""

    kind: str
    at_once: int
    is_anew: bool
    pages: list[PageOfCharts]


class Theirs(NamedTuple):
    """The first page after the start, of all and all the time; the others; bytes of scripts and styles as sent; peak
    memory."""

    cold: PageOfCharts
    measured: list[Pages]
    scripts: int
    peak_mib: float


def weeks_of(rows: dict[str, list[dict[str, Any]]]) -> dict[str, int]:
    """Applications by the Monday of the week, of a page of Superset; one without any is not told of by each."""
    found = {}
    for row in rows[WEEKLY]:
        instant = datetime.datetime.fromtimestamp(row["week_start"] / 1000, datetime.timezone.utc)
        found[instant.date().isoformat()] = int(row["applications"])
    return found


def hold_against_each_other(ours: Ours, theirs: Theirs) -> None:
    """Whoever is fast because it left something out is not fast."""
    pages = [page for each in theirs.measured if each.is_anew and each.at_once == 1 for page in each.pages]
    for weeks, page in zip(ours.weeks, pages, strict=True):
        if weeks is not None and weeks != (told := weeks_of(page.rows)):
            raise Failed(f"the two count otherwise: {sorted(weeks.items())} and {sorted(told.items())}")


def show(ours: Ours, theirs: Theirs | None) -> None:
    header = ("page", "at once", "pages", "p50 ms", "p99 ms", "x ours", "bytes", "sent")
    lines = [our_line("ours, many filters", at_once, asked) for at_once, asked in ours.many.items()]
    lines += [our_line("ours " + kind, 1, asked) for kind, asked in ours.same.items()]
    if theirs:
        lines.append(their_line("Superset, the first", 1, [theirs.cold], None))
        lines += [
            their_line(f"Superset {each.kind}, {'anew' if each.is_anew else 'kept'}", each.at_once, each.pages,
                       ranked(ours.same[each.kind].seconds, 50))
            for each in theirs.measured
        ]
    screen.table(header, lines)
    sent, whole = map(screen.number, ours.style)
    screen.say(f"\nThe style sheet comes with the first page of ours: {whole} bytes, {sent} as sent.")
    screen.say(f"Peak memory: ours {ours.peak_mib:.1f} MiB.")
    if theirs:
        screen.say(f"Superset, with {WORKERS} workers: {theirs.peak_mib:.1f} MiB. A browser fetches "
                   f"{screen.number(theirs.scripts)} bytes of it before it draws a chart.")


def our_line(name: str, at_once: int, asked: Asked) -> list[object]:
    return [
        name, at_once, len(asked.seconds), f"{1000 * ranked(asked.seconds, 50):8.1f}",
        f"{1000 * ranked(asked.seconds, 99):8.1f}", "", round(median(asked.plain)), round(median(asked.sent)),
    ]


def their_line(name: str, at_once: int, pages: list[PageOfCharts], ours: float | None) -> list[object]:
    """Of so few the worst stands for p99."""
    seconds = [page.seconds for page in pages]
    return [
        name, at_once, len(pages), f"{1000 * median(seconds):8.1f}", f"{1000 * max(seconds):8.1f}",
        "" if ours is None else f"{median(seconds) / ours:7.1f}", round(median(page.plain for page in pages)),
        round(median(page.sent for page in pages)),
    ]


def verdict(ours: Ours, theirs: Theirs | None) -> bool:
    screen.say("")
    requests = min(len(asked.seconds) for asked in ours.many.values())
    # pages of all cities are larger than filtered ones
    all_asked = [*ours.many.values(), *ours.same.values()]
    held = [
        at_most(f"p99 of {requests} filtered pages, one after the other", 1000 * ranked(ours.many[1].seconds, 99),
                MOST_MS, "ms"),
        at_most(f"The same, {THREADS} at once", 1000 * ranked(ours.many[THREADS].seconds, 99), MOST_MS, "ms"),
        at_most("Memory of reports", ours.peak_mib, MOST_MIB, "MiB"),
        at_most("From its start to the first page with figures", 1000 * ours.start, MOST_START_MS, "ms"),
        at_most("The largest page", max(max(asked.plain) for asked in all_asked), MOST_PAGE, "bytes"),
        at_most("The largest page as sent", max(max(asked.sent) for asked in all_asked), MOST_PAGE_SENT, "bytes"),
        at_most("Data that dbt hands over", ours.data, MOST_DATA, "bytes"),
    ]
    if theirs:
        held += [beside(kind, ours, theirs) for kind in ours.same]
        held.append(bytes_beside(ours, theirs))
    return all(held)


def beside(kind: str, ours: Ours, theirs: Theirs) -> bool:
    """The best page of Superset, however many charts at once, beside the usual one of ours."""
    best = min(page.seconds for each in theirs.measured if each.kind == kind and each.is_anew for page in each.pages)
    times = best / ranked(ours.same[kind].seconds, 50)
    return holds(f"The best page of Superset {kind}", f"{1000 * best:.0f} ms, {times:.1f} times as long as ours",
                 f"at least {LEAST_TIMES} times", times >= LEAST_TIMES)


def bytes_beside(ours: Ours, theirs: Theirs) -> bool:
    """As sent: of Superset all charts of the smaller kind of page, and what a browser fetches with them to draw them;
    of ours the larger kind, with its style sheet. The bare data of charts is no page, and said beside it."""
    charts = min(median(page.sent for page in each.pages) for each in theirs.measured)
    own = max(median(asked.sent) for asked in ours.same.values()) + ours.style[0]
    sent = charts + theirs.scripts
    screen.say(f"The bare data of Superset's charts has {screen.number(round(charts))} bytes as sent, "
               f"{charts / own:.1f} times as many as our page.")
    return holds(
        "Our page with its style sheet",
        f"{screen.number(round(own))} bytes as sent, a browser fetches {sent / own:.1f} times as many of Superset",
        f"at least {LEAST_BYTES} times", sent >= LEAST_BYTES * own,
    )


def at_most(what: str, found: float, most: int, unit: str) -> bool:
    said = f"{screen.number(round(found)) if unit == 'bytes' else f'{found:.1f}'} {unit}"
    return holds(what, said, f"at most {screen.number(most)} {unit}", found <= most)
