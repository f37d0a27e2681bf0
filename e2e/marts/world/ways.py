"""Guests who move on between the runs: what is seen of it hangs on when they are read again."""

from datetime import datetime, timedelta
from typing import Any

from marts.world.guests import application, identity
from marts.world.wire import Wire, post
from toolbox.mock import Mock

GROUP = 8
# so many of each, so that they are enough to be told of
PEOPLE = 6
# stages by their numbers in the mock
NEW, SCREENED, INVITED, TRIED, OFFERED, HIRED = range(6)
# before run 1, in time to be read while it is young; and so early that it is known as it stands alone
YOUNG, OLD = "2026-03-20T12:0%d:00Z", "2026-03-10T12:0%d:00Z"
OUT = {"status": 0, "disqualifyReason": 0}
WITHDREW = {"status": 0, "disqualifyReason": 2}
GONE = {"deleted": True}
# by the run before which it happens; of what is older than the lookback nothing is seen until all is read again
Way = tuple[str, dict[int, dict[str, Any]]]
WAYS: tuple[Way, ...] = (
    (YOUNG, {2: {"stage": INVITED}, 3: {"stage": HIRED}}),
    (YOUNG, {2: {"stage": INVITED}, 3: {"stage": SCREENED}, 4: {"stage": INVITED}, 8: {"stage": OFFERED}}),
    (YOUNG, {4: {"stage": OFFERED, "updated": "2026-03-22T08:00:00Z"}, 10: WITHDREW}),
    # hired, turned down, and hired after all
    (YOUNG, {2: {"stage": HIRED}, 3: {"stage": HIRED, **OUT}, 4: {"stage": HIRED}}),
    (YOUNG, {2: {"stage": HIRED}, 4: {"stage": HIRED, **OUT}}),
    (OLD, {2: {"stage": TRIED}, 3: {"stage": HIRED}}),
    (OLD, {3: OUT, 5: {"stage": SCREENED}, 8: OUT}),
    # gone for a time, and where it stood, or elsewhere
    (YOUNG, {1: {"stage": INVITED}, 4: GONE, 8: {"stage": INVITED}}),
    (YOUNG, {1: {"stage": INVITED}, 4: GONE, 8: {"stage": HIRED}}),
    # the source says that it was before it was read last, or after it was seen, or not when
    (YOUNG, {3: {**OUT, "updated": "2026-03-20T13:00:00Z"}}),
    (YOUNG, {3: {**OUT, "updated": "2026-04-20T13:00:00Z"}}),
    (YOUNG, {2: {"stage": INVITED}, 4: {"status": 0}}),
    # turned down by its reason alone
    (YOUNG, {2: {"stage": INVITED}, 3: {"stage": INVITED, "disqualifyReason": 0, "status": 1}}),
    (YOUNG, {1: OUT}),
    (OLD, {1: {"stage": HIRED}}),
)


def walk(world: Mock, turn: int, now: datetime) -> None:
    """What happens shortly before this run; before the first one all of them come."""
    updated = (now - timedelta(minutes=30)).isoformat()
    for number, (created, changes) in enumerate(WAYS):
        change = changes.get(turn, {} if turn == 1 else None)
        if change is not None:
            post(world, "/_mock/applications", [
                record(number * PEOPLE + each, created % each, {"updated": updated, **change})
                for each in range(PEOPLE)
            ])


def record(number: int, created: str, change: dict[str, Any]) -> Wire:
    vacancy = identity(1, number % 4)
    whole = {"stage": NEW, "status": 1, **change}
    return application(vacancy, GROUP, number, created, **whole)
