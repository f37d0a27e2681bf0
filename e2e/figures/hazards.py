"""A world whose hazards are known: three of ten are hired, and half have ended after 21 days."""

import datetime
import random
from bisect import bisect_left
from itertools import accumulate

from figures.worlds import AS_OF, Application

MEDIAN = 21
HIRED = 0.3
PEOPLE = 600
# they apply over so many days before as_of, and so are followed for fewer
APPLY_DAYS = 365
# on which all but one of some ten billion have ended
LAST = 300
# the longer an application has taken, the sooner it ends
SHAPE = 1.3


def survival(day: int) -> float:
    """Share that has not ended after this day."""
    return 0.5 ** (((day + 1) / (MEDIAN + 1)) ** SHAPE) if day < LAST else 0.0


ENDING = [survival(day - 1) - survival(day) if day else 1 - survival(0) for day in range(LAST + 1)]
# quick ends are rejections; hires take their time
SLOW = [day / (day + 15) for day in range(LAST + 1)]
SCALE = HIRED / sum(share * slow for share, slow in zip(ENDING, SLOW, strict=True))
# share of those that end on a day that is hired
CAUSE = [SCALE * slow for slow in SLOW]
HIRED_BY = list(accumulate(share * cause for share, cause in zip(ENDING, CAUSE, strict=True)))
ENDED_BY = list(accumulate(ENDING))


def world(seed: int) -> list[Application]:
    dice = random.Random(seed)
    return [person(dice) for _ in range(PEOPLE)]


def person(dice: random.Random) -> Application:
    followed = dice.randrange(APPLY_DAYS)
    # by the sum of shares, in which rounding may leave the last one a little below 1
    end = min(bisect_left(ENDED_BY, dice.random()), LAST)
    created = AS_OF - datetime.timedelta(followed)
    if end > followed:
        return Application(created, "Ward", "Köln", "open", followed, "v1")
    outcome = "hired" if dice.random() < CAUSE[end] else dice.choice(("rejected", "withdrawn", "other"))
    return Application(created, "Ward", "Köln", outcome, end, "v1")
