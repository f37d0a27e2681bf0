"""Each cell of each mart is what plain Python makes of the source's own answers.

mock-api has a tidy and a rough world; days pass, and migrate → ingest → export → dbt run after each. Before each run
the v1 API is asked for what ingest is going to get, and a history is kept of it; from that, expected/ makes all marts
anew. Postings and applications go and come back, applications move on, people are forgotten and taken by retention,
summer time begins. All clocks are stopped, so that what was seen when is known exactly.
"""

import contextlib
import functools
from collections.abc import Callable, Iterator

import pytest

from marts.conftest import Project, differences, published
from marts.expected.facts import Report
from marts.world.conftest import Played, Turn, playing

Worlds = dict[str, tuple[Turn, ...]]
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
