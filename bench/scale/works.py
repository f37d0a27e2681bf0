"""The works, in the order in which they are done, and what of them is left when some are picked."""

from collections.abc import Sequence

FIRST, HOUR, AGAIN, DAY = "first load", "next hour", "all again", "day"
ALL, NOTHING, CHANGES, VERIFY, MARTS = "export all", "export nothing", "export day", "verify", "dbt"
OF_INGEST, OF_EXPORT = (FIRST, HOUR, AGAIN, DAY), (ALL, NOTHING, CHANGES, VERIFY)
# Each with the works that have to be done before it. A day comes last: what all before it read is the same world, but
# for the days that export sends
NEEDS: dict[str, tuple[str, ...]] = {
    FIRST: (), HOUR: (FIRST,), AGAIN: (FIRST,), ALL: (FIRST,), NOTHING: (ALL,), CHANGES: (ALL,), VERIFY: (ALL,),
    MARTS: (ALL,), DAY: (FIRST,),
}


def slug(work: str) -> str:
    """What a work is called on the command line."""
    return work.replace(" ", "-")


BY_SLUG = {slug(work): work for work in NEEDS}


def wanted(only: Sequence[str]) -> tuple[str, ...]:
    """Those works with what they need, in their order; all where none is named."""
    found = set(only or NEEDS)
    for work in reversed(NEEDS):
        if work in found:
            found.update(NEEDS[work])
    return tuple(work for work in NEEDS if work in found)
