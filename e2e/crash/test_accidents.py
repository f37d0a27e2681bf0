"""Does to the real `ingest` what accidents do, and holds what is in its store afterwards against the mock.

A run is killed, its database crashes and comes back, its lines are cut, each at a random moment of a load of an empty
store, or of a store whose world has moved on. Then nothing may be lost, nothing be there twice, and no run be left half
done. What fails says the seed by which --seed repeats its moments.
"""

import random
from collections.abc import Sequence

import pytest

from crash.accidents import Accident, Pace, happen
from crash.compare import hold
from crash.stage import ALL, MONTH, NO_LOOKBACK, Stage
from toolbox.programs import Failed

# more than a week, so that everything comes up that is done weekly
HOURS = 200
# the moments of a load shall lie close enough to all find place in it
SHARE = 1.6
AN_APPLICATION = "(SELECT id FROM application WHERE removed_at IS NULL ORDER BY id LIMIT 1)"
ANOTHER_ID = "'00000000-0000-4000-8000-000000000000'"
A_POSTING = "(SELECT ctid FROM posting WHERE removed_at IS NULL LIMIT 1)"


@pytest.mark.usefixtures("pace")
def test_a_load_that_nothing_happens_to(stage: Stage) -> None:
    hold(stage, stage.full)


@pytest.mark.usefixtures("pace")
@pytest.mark.parametrize(("spoilt", "found"), [
    pytest.param(
        f"UPDATE application SET raw = raw || ' ' WHERE id = {AN_APPLICATION}",
        "applications with another text than in the mock: 1 ", id="another-text"),
    pytest.param(
        f"UPDATE application SET removed_at = now() WHERE id = {AN_APPLICATION}",
        "applications in the mock, and gone in the store: 1 ", id="application-gone"),
    pytest.param(
        f"UPDATE application SET id = {ANOTHER_ID} WHERE id = {AN_APPLICATION}",
        "applications in the mock and not in the store: 1 ", id="application-lost"),
    pytest.param(
        f"INSERT INTO application SELECT (jsonb_populate_record(a, jsonb_build_object('id', {ANOTHER_ID}))).* "
        f"FROM application a WHERE id = {AN_APPLICATION}",
        "applications in the store under a second id: 1 ", id="application-twice"),
    pytest.param(
        f"UPDATE posting SET raw = raw || ' ' WHERE ctid = {A_POSTING}",
        "postings that are listed and not in the store as they came: 1 ", id="posting-lost"),
    pytest.param(
        f"DELETE FROM application_event WHERE application_id = {AN_APPLICATION}",
        "applications that do not have one first event: 1 ", id="events-lost"),
    pytest.param("UPDATE sync_run SET outcome = 'running'", r"runs still called running: \d+ ", id="run-half-done"),
    pytest.param(
        "UPDATE change_counter SET value = value + 1", "numbers of changes that the counter does not tell: 1 ",
        id="counter"),
])
def test_what_is_spoilt_is_found(stage: Stage, spoilt: str, found: str) -> None:
    store = stage.copy(stage.full)
    stage.server.sql(spoilt, store.name)
    with pytest.raises(Failed, match=found):
        hold(stage, store)
    stage.drop(store)


def test_a_load_of_an_empty_store(
    stage: Stage, pace: Pace, chance: random.Random, in_an_empty_store: Sequence[Accident]
) -> None:
    """Each run goes on where the accident left it, in as many loads as it takes until all has happened. The good run at
    the end does not look back: it would heal what a cursor has passed over."""
    rest = list(in_an_empty_store)
    for _ in range(len(in_an_empty_store) + 3):
        store = stage.new_store()
        span = pace.idle_seconds + SHARE * (pace.load_seconds - pace.idle_seconds) / max(2, len(rest))
        happen(stage, store, rest, NO_LOOKBACK, span, chance)
        stage.good_run(store, NO_LOOKBACK)
        hold(stage, store)
        stage.keep(store)
        if not rest:
            return
    raise Failed(f"{len(rest)} accidents came too late again and again", stage.log)


def test_a_load_of_a_full_store(
    stage: Stage, pace: Pace, chance: random.Random, in_a_full_store: Sequence[Accident]
) -> None:
    """Time has passed, and much of what is known is read again. The first good run must have what is new; the second
    one reads everything again, also what has changed long after it came."""
    store, rest = stage.full, list(in_a_full_store)
    span = pace.idle_seconds + (pace.load_seconds - pace.idle_seconds) / 6
    for _ in range(2 * len(in_a_full_store) + 3):
        stage.time_passes(HOURS if len(rest) == len(in_a_full_store) else 24)
        happen(stage, store, rest, MONTH, span, chance)
        if not rest:
            break
        # it got to its end before all had happened: they were too late
        span *= 0.8
    if rest:
        raise Failed(f"{len(rest)} accidents came too late again and again", stage.log)
    stage.good_run(store, 48)
    hold(stage, store, contents=False)
    stage.good_run(store, ALL)
    hold(stage, store)
