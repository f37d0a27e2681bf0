"""How old the data is that was built, as `dbt source freshness` finds it: by the last export that has arrived.

When to warn stands beside the source, in models/staging/_warehouse.yml. Old data is built like any other: numbers of
yesterday are better than none, and a build cannot bring newer ones. So it is told, and fails nothing.
"""

import json
from pathlib import Path
from typing import NamedTuple

COMMAND = ["source", "freshness"]
# what dbt leaves of it in its target folder
FILE = "sources.json"
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
# dbt has no word for a table without a row: it takes that for an export in the year 1
NO_ROW_SECONDS = 1000 * 365 * 86400


class Freshness(NamedTuple):
    """`age_hours`: whole hours since the last export began, None where no export has run. `warning`: what is to be said
    of it, None where that is nothing."""

    age_hours: int | None
    warning: str | None


def freshness(target: Path) -> Freshness | None:
    """None where dbt could not tell."""
    try:
        [found] = json.loads((target / FILE).read_text())["results"]
        age_seconds, status, criteria = found["max_loaded_at_time_ago_in_s"], found["status"], found["criteria"]
    except (OSError, ValueError, KeyError):
        return None
    if age_seconds > NO_ROW_SECONDS:
        return Freshness(None, "no export has said yet when it ran")
    age_hours = int(age_seconds // 3600)
    if status == "pass":
        return Freshness(age_hours, None)
    limit = criteria[f"{status}_after"]
    limit_hours = limit["count"] * SECONDS[limit["period"]] // 3600
    way_out = "the last export began %d hours ago, more than %d: see why export has not run"
    return Freshness(age_hours, way_out % (age_hours, limit_hours))
