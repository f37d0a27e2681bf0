"""Made-up lakes, each built when a test first asks for it. Some hold what chance would hardly bring; the others are
made by chance, out of a seed each, with edges where days, weeks, groups and windows begin and end."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from marts.conftest import Marts, Project, published
from marts.expected.facts import Report
from marts.lakes.cases import REPORT as COMPARED
from marts.lakes.cases import cases, left_over, nothing, one
from marts.lakes.chance import EDGE, REPORT, chance
from marts.lakes.changes import without
from marts.lakes.few import few
from marts.lakes.tables import Tables, write
from toolbox.programs import Failed

SEEDS = 3


class Built(NamedTuple):
    """A lake, what it was made of, and its marts."""

    tables: Tables
    report: Report
    lake: Path
    marts: Marts


class Lakes:
    """Where lakes are built, each in a folder of its own."""

    def __init__(self, project: Project, work: Path, seed: int) -> None:
        self.project, self.work, self.seed = project, work, seed
        self.known: dict[str, Built | Failed] = {}

    def built(self, tables: Tables, report: Report = REPORT, cuts: Sequence[int] = ()) -> Built:
        lake = self.work / f"lake-{len(list(self.work.iterdir()))}"
        write(tables, lake, cuts)
        self.project.build(lake, report)
        return Built(tables, report, lake, published(lake))

    def __getitem__(self, name: str) -> Built:
        """One of those that NAMED has."""
        if name not in self.known:
            make, report = NAMED[name]
            try:
                self.known[name] = self.built(make(self.seed), report, cuts=(200, 900))
            except Failed as problem:
                self.known[name] = problem
        known = self.known[name]
        if isinstance(known, Failed):
            # not once more for each test that wants it
            raise known
        return known


def forgotten(seed: int, people: int) -> Tables:
    """One after the other: the outcomes and the source of the others could just be told of, and cannot any more; then
    somebody of those who are too few already."""
    tables = chance(seed)
    for number in range(people):
        tables = without(tables, f"{EDGE} {number}")
    return tables


def another(seed: int, more: int) -> Tables:
    return chance(seed + more)


Make = Callable[[int], Tables]
# by whether short runs have them, too
SHORT: dict[str, tuple[Make, Report]] = {
    "few": (lambda _: few(), REPORT),
    "cases": (lambda _: cases(), COMPARED),
    "chance": (chance, REPORT),
    "one forgotten": (partial(forgotten, people=1), REPORT),
}
LONG: dict[str, tuple[Make, Report]] = {
    "nothing": (lambda _: nothing(), REPORT),
    "one": (lambda _: one(), REPORT),
    "left over": (lambda _: left_over(), COMPARED),
    "incomplete": (lambda _: cases(as_of=None), COMPARED),
    "compared": (chance, Report(months=3, min_group=8, compares_departments=True)),
    "two forgotten": (partial(forgotten, people=2), REPORT),
    **{f"chance {more}": (partial(another, more=more), REPORT) for more in range(1, SEEDS)},
}
NAMED = SHORT | LONG


@pytest.fixture(scope="session")
def lakes(project: Project, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lakes:
    seed = request.config.option.seed
    return Lakes(project, tmp_path_factory.mktemp("lakes"), 1 if seed is None else seed)


@pytest.fixture(params=[*SHORT, *(pytest.param(name, marks=pytest.mark.long) for name in LONG)])
def built(lakes: Lakes, request: pytest.FixtureRequest) -> Built:
    """Each of them."""
    return lakes[request.param]
