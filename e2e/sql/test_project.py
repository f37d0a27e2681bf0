"""Nothing is found in the dbt project: `make lint-sql`."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from sql.conftest import DIALECTS, bouncer, sqlfluff, wants_bouncer


@pytest.fixture(scope="module")
def sqlfluffs() -> Iterator[dict[str, "Future[str]"]]:
    """All at once, since each takes a while."""
    with ThreadPoolExecutor() as pool:
        yield {target: pool.submit(sqlfluff, target) for target in DIALECTS}


@wants_bouncer
@pytest.mark.usefixtures("sqlfluffs")
def test_dbt_bouncer_finds_nothing() -> None:
    found = bouncer()
    assert not found, found


@pytest.mark.parametrize("target", DIALECTS)
def test_sqlfluff_finds_nothing(sqlfluffs: dict[str, "Future[str]"], target: str) -> None:
    found = sqlfluffs[target].result()
    assert not found, found
