"""Each cell of each mart is what plain Python makes of the source's own answers.

mock-api has a tidy and a rough world; days pass, and migrate → ingest → export → dbt run after each. Before each run
the v1 API is asked for what ingest is going to get, and a history is kept of it; from that, expected/ makes all marts
anew. Postings and applications go and come back, applications move on, people are forgotten and taken by retention,
summer time begins. All clocks are stopped, so that what was seen when is known exactly.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from marts.conftest import Project, differences, published
from marts.expected.facts import Facts, Report
from marts.world.clock import Clock
from marts.world.guests import guests
from marts.world.history import History, Reader
from marts.world.play import Play, Turn
from marts.world.stored import Stored
from marts.world.vocabulary import Vocabulary
from marts.world.ways import walk
from marts.world.wire import Tidy
from toolbox.mock import mock

Worlds = dict[str, tuple[Turn, ...]]
# eight days before summer time begins in Europe
START = datetime(2026, 3, 20, 20, 0, tzinfo=timezone.utc)
FEW_MONTHS = Report(months=4, min_group=7)
ELSEWHERE = Report(zone="America/New_York", min_group=6, months=2, compares_departments=True)
TURNS = (
    Turn(0),
    # 23:00 in UTC is another day in Berlin
    Turn(3),
    Turn(24, report=FEW_MONTHS),
    Turn(48, reads_all=True),
    Turn(24, forget=5),
    # the day that is an hour short, and the night after it
    Turn(96),
    Turn(24, report=ELSEWHERE),
    Turn(1, reads_all=True, retention_days=120),
    Turn(120, retention_days=100, report=FEW_MONTHS),
    Turn(24, reads_all=True, forget=1, retention_days=100),
    # also those whose end was seen, and people of groups of which some were taken
    Turn(24, reads_all=True, forget=9, retention_days=6),
    # nothing is new
    Turn(0),
)
SHORT: Worlds = {
    "tidy": (Turn(0), Turn(99, reads_all=True, forget=5), Turn(120, retention_days=120, report=FEW_MONTHS)),
    "rough": (Turn(27),),
}
WHOLE: Worlds = {"tidy": TURNS, "rough": TURNS}


def worlds_of(config: pytest.Config) -> Worlds:
    return SHORT if config.option.short else WHOLE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    worlds = worlds_of(metafunc.config)
    runs = [(kind, number) for kind, turns in worlds.items() for number in range(1, len(turns) + 1)]
    metafunc.parametrize(("kind", "number"), runs, ids=[f"{kind}, run {number}" for kind, number in runs])


class Played:
    """A world whose runs are played one after the other, as far as they are asked for."""

    def __init__(self, play: Play, turns: tuple[Turn, ...]) -> None:
        self.play, self.turns, self.count = play, turns, 0
        self.is_broken = False

    def facts(self, number: int) -> Facts:
        """What is known after this run."""
        if self.is_broken:
            pytest.skip("an earlier run did not come to its end")
        assert self.count < number, "runs are played in their order"
        self.is_broken = True
        for turn in self.turns[self.count:number]:
            self.count += 1
            self.play.pass_time(turn.hours)
            walk(self.play.world, self.count, self.play.clock.now)
            facts = self.play.turn(turn)
        self.is_broken = False
        return facts


@contextlib.contextmanager
def playing(kind: str, turns: tuple[Turn, ...], programs: dict[str, str], work: Path) -> Iterator[Played]:
    clock, vocabulary = Clock(START, work), Vocabulary(work)
    settings = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc", "MOCK_WORLD": kind, "MOCK_POSTINGS": "120",
        "MOCK_START": START.isoformat().replace("+00:00", "Z"), **clock.settings,
    }
    reader: Reader = Tidy(vocabulary) if kind == "tidy" else Stored(vocabulary, work / "store.db")
    with mock(programs["mock-api"], settings, work / "mock-api.log") as world:
        guests(world)
        yield Played(Play(programs, world, clock, History(reader), work), turns)


@pytest.fixture(scope="module")
def worlds(
    request: pytest.FixtureRequest, programs: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Played]]:
    """Each is begun when it is first asked for."""
    with contextlib.ExitStack() as stack:
        def begin(kind: str) -> Played:
            turns = worlds_of(request.config)[kind]
            return stack.enter_context(playing(kind, turns, programs, tmp_path_factory.mktemp(kind)))

        yield functools.cache(begin)


def test_marts_are_what_they_have_to_be(
    worlds: Callable[[str], Played], kind: str, number: int, project: Project
) -> None:
    played = worlds(kind)
    facts = played.facts(number)
    project.build(played.play.lake, facts.report)
    assert differences(facts, published(played.play.lake)) == []
