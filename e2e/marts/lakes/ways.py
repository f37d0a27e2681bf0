"""Ways of applications through their stages by chance: forwards, back, out and in again, with whatever a source says of
when that was."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from marts.expected.facts import NOWHERE, Stand

HOUR, INSTANT = timedelta(hours=1), timedelta(microseconds=1)
# label and kind of each stage: also those that nobody has listed, that are held back, or that are none
STAGES = (
    ("New", "applied"), ("New", "applied"), ("Test", "assessment"), ("Talk", "interview"), ("Talk", "interview"),
    ("Second talk", "interview"), ("Offer", "offer"), ("Hired", "hired"), ("Hired", "hired"), ("No", "disqualified"),
    ("Trial", None), (None, "phone_screen"), (None, None),
)
STATUSES = (1, 1, 1, 1, 1, 0, 0, None, -1)
# how long after the last event it was read again
LATER = (HOUR, 5 * HOUR, 20 * HOUR, 30 * HOUR, 72 * HOUR, 168 * HOUR, 500 * HOUR)
REASONS = (
    ("Licence", "employer"), ("Licence", "employer"), ("Withdrew", "candidate"), ("Filled", "filled"),
    ("other", "other"), ("Seldom", "employer"),
)


class Renamed(NamedTuple):
    """Most of those who stand in `was` at that time are in `now` afterwards."""

    was: Stand
    now: Stand
    at: datetime


class Way(NamedTuple):
    """Events as rows, without their numbers, and where they led to."""

    events: list[dict[str, Any]]
    stand: Stand


def row(
    before: Stand, after: Stand, observed: datetime, occurred: datetime, previous: datetime | None,
) -> dict[str, Any]:
    """An event. Without a time before, it is the first sight."""
    return {
        "occurred": occurred, "observed": observed, "previous_observed": previous, "is_first_sight": before is NOWHERE,
        **{"from_" + name: value for name, value in named(before).items()},
        **{"to_" + name: value for name, value in named(after).items()},
    }


def named(stand: Stand) -> dict[str, object]:
    return {"stage": stand.stage, "stage_kind": stand.kind, "status": stand.status}


class Walker:
    """Walks until `end`."""

    def __init__(self, chance: random.Random, end: datetime, renamed: Sequence[Renamed] = ()) -> None:
        self.chance, self.end, self.renamed = chance, end, renamed

    def stand(self) -> Stand:
        stage, kind = self.chance.choice(STAGES)
        return Stand(stage, kind, self.chance.choice(STATUSES))

    def next(self, stand: Stand) -> Stand:
        """Elsewhere, or back after it was gone for a time: then it stands where it stood."""
        kind = self.chance.random()
        if kind < 0.1:
            return stand
        if kind < 0.3:
            return stand._replace(status=0 if stand.status == 1 else 1)
        return self.stand()

    def way(self, created: datetime, first_seen: datetime) -> Way:
        """Stages get their other names while it walks, and after it has stopped."""
        stand = self.stand() if self.chance.random() < 0.3 else Stand("New", "applied", 1)
        seen, pending = first_seen, list(self.renamed)
        events = [row(NOWHERE, stand, first_seen, created, None)]
        while True:
            at = seen + self.chance.choice(LATER) if self.chance.random() < 0.6 else self.end
            while pending and pending[0].at < at:
                renamed = pending.pop(0)
                if self.is_renamed(renamed, stand, seen):
                    after = stand._replace(stage=renamed.now.stage, kind=renamed.now.kind)
                    events.append(row(stand, after, renamed.at, renamed.at, seen))
                    stand, seen = after, renamed.at
            if at >= self.end or at <= seen:
                return Way(events, stand)
            after, previous = self.next(stand), self.chance.choice((seen, seen, at - HOUR / 2, at, None))
            events.append(row(stand, after, at, self.occurred(previous or seen, at), previous))
            stand, seen = after, at

    def is_renamed(self, renamed: Renamed, stand: Stand, seen: datetime) -> bool:
        stands_there = (stand.stage, stand.kind) == (renamed.was.stage, renamed.was.kind)
        return stands_there and seen < renamed.at and self.chance.random() < 0.9

    def occurred(self, previous: datetime, observed: datetime) -> datetime:
        """By the source's word: in between, at its edges, or nowhere near."""
        return self.chance.choice((
            previous, observed, previous + (observed - previous) / 2, previous - INSTANT, observed + INSTANT,
            previous - 48 * HOUR,
        ))

    def reason(self, stand: Stand) -> tuple[str | None, str | None]:
        """Some are turned down without a word of it in their status, and some end without a reason."""
        if self.chance.random() < (0.7 if stand.state == "out" else 0.05):
            return self.chance.choice(REASONS)
        return None, None
