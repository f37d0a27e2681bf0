"""What no mart may show, whatever it counts: anything of a group that gives somebody away."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from cells import Published
from expected.applications import SMALL
from expected.facts import Row

ENDS = ("hired", "rejected", "withdrawn")
OUTCOMES = ("active_applications", "disqualified_applications", *ENDS)
# marts whose rows name sources, and by what a week is told in them
BY_SOURCE = ("fct_applications_weekly", "fct_applications_daily")


def given_away(marts: Mapping[str, Published], least: int) -> list[str]:
    """A line for each group that says too much."""
    return [*by_outcome(marts["fct_applications_per_posting"].rows, least), *by_source(marts, least)]


def by_outcome(rows: list[Row], least: int) -> Iterator[str]:
    for row in rows:
        told = [row[name] for name in OUTCOMES]
        if all(value is None for value in told):
            continue
        size = number(row["applications"])
        if None in told:
            yield "vacancy %s tells some outcomes and not others" % row["vacancy_id"]
        elif 0 < size < least:
            yield "vacancy %s tells the outcomes of %d applications" % (row["vacancy_id"], size)
        elif size and any(row[end] == size for end in ENDS):
            yield "vacancy %s tells how each of its applications ended" % row["vacancy_id"]


def by_source(marts: Mapping[str, Published], least: int) -> Iterator[str]:
    monday = {row["date"]: row["week_start"] for row in marts["dim_date"].rows}
    for name in BY_SOURCE:
        cells: dict[tuple[object, ...], dict[object, int]] = defaultdict(lambda: defaultdict(int))
        for row in marts[name].rows:
            week = row["week_start"] if "week_start" in row else monday[row["date"]]
            cell = (week, row["department"], row["city"], row["posting_type"])
            # a day or week without any has a row that says so
            if row["applications"]:
                cells[cell][row["source"]] += number(row["applications"])
        for where, sources in cells.items():
            for source, size in sources.items():
                if size < least and not (source == SMALL and len(sources) == 1):
                    yield "%s %s tells that %d came by %s" % (name, where, size, source)


def number(value: object) -> int:
    assert isinstance(value, int)
    return value
