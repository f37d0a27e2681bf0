"""The stage of accidents: a mock, a PostgreSQL that survives a crash, the lines to both, and ingest between them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from crash.accidents import ANSWER, DATABASE, KILL, SOURCE_LINE, STORE_LINE, Accident, Pace
from crash.proxy import proxy
from crash.stage import NO_LOOKBACK, Stage
from toolbox.mock import mock
from toolbox.postgres import postgres_server

# the toolbox throws durability away; here it is what is tested. Tables that a crash leaves in pg_temp are swept up by
# autovacuum, which has to come by soon
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica",
    "max_wal_size": "512MB", "autovacuum_naptime": "1s",
}


class Size(NamedTuple):
    """How much there is, and which accidents are to happen in each load: of an empty store, and of one that is full."""

    applications: int
    postings: int
    slice_hours: int
    # fewer than a slice has, so that accidents come between its parts too
    part_records: int
    empty: Mapping[str, Sequence[Accident]]
    full: Mapping[str, Sequence[Accident]]


WHOLE = Size(
    100_000, 300, 240, 1_500,
    {
        "kills": [KILL] * 12, "kills-again": [KILL] * 12, "kills-once-more": [KILL] * 12,
        "database-crashes": [DATABASE] * 5, "network-cuts": [STORE_LINE, ANSWER] * 2,
    },
    {"kills": [KILL] * 14, "database-crashes": [DATABASE] * 5, "network-cuts": [SOURCE_LINE, STORE_LINE, ANSWER] * 2},
)
SHORT = Size(
    3_000, 40, 1, 100,
    {"kills": [KILL] * 3, "database-crash-and-network-cut": [DATABASE, STORE_LINE]},
    {"kills": [KILL] * 3, "database-crash-and-network-cut": [DATABASE, ANSWER]},
)


def size_of(config: pytest.Config) -> Size:
    return SHORT if config.option.short else WHOLE


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    size = size_of(metafunc.config)
    for name, plans in (("in_an_empty_store", size.empty), ("in_a_full_store", size.full)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, plans.values(), ids=plans.keys())


@pytest.fixture(scope="session")
def seed(pytestconfig: pytest.Config) -> int:
    given: int | None = pytestconfig.option.seed
    return random.randrange(1_000_000) if given is None else given


@pytest.fixture
def chance(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """The moments of one test, which are the same with the same seed, whatever else is run."""
    print(f"--seed {seed} repeats these moments")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def stage(programs: dict[str, str], pytestconfig: pytest.Config, work: Path) -> Iterator[Stage]:
    size = size_of(pytestconfig)
    settings = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc",
        "MOCK_APPLICATIONS": str(size.applications),
        "MOCK_POSTINGS": str(size.postings),
    }
    with (
        postgres_server(DURABLE) as server,
        mock(programs["mock-api"], settings, work / "mock.log", timeout_seconds=120) as world,
        proxy(int(world.address.rsplit(":", 1)[1])) as source_line, proxy(server.port) as store_line,
    ):
        yield Stage(programs, world, server, source_line, store_line, size.slice_hours, size.part_records, work)


@pytest.fixture(scope="session")
def pace(stage: Stage) -> Pace:
    """Of a load that nothing happens to. Its store is the first full one."""
    store = stage.keep(stage.new_store())
    return Pace(stage.good_run(store, NO_LOOKBACK), stage.good_run(store, NO_LOOKBACK))
