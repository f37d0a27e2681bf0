"""How a build ended, good or not, as `reports` reads it (services/reports/src/build.rs): by PUT /build, and on a laptop
from a file beside the docs. After one that failed, docs and marts on show are older, and nothing else would say so.

    {"version": 1, "finished": "2026-02-03T04:05:06Z", "outcome": "failed", "error": "2 models or tests failed: …",
     "failed": ["not_null_x"], "warned": ["source_freshness_warehouse_export_run"]}
"""

import datetime
import json
from collections.abc import Sequence
from pathlib import Path

from bundle.archive import put

# changes when a reader of the last one would misunderstand what is written
VERSION = 1
# its place beside the docs
NAME = "data/build.json"
# the service takes no more, and 64 KiB altogether
MOST_NAMES = 50
LONGEST_NAME = 200
LONGEST_ERROR = 5000
# what is warned of where data is too old, in the way in which dbt names its tests
FRESHNESS = "source_freshness_warehouse_export_run"


def ending(
    finished: datetime.datetime, error: str | None, failed: Sequence[str], warned: Sequence[str]
) -> bytes:
    """`error`: why it failed, None where it is good."""
    said = {
        "version": VERSION,
        "finished": finished.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "outcome": "succeeded" if error is None else "failed",
        "error": None if error is None else error[:LONGEST_ERROR],
        "failed": names(failed),
        "warned": names(warned),
    }
    return json.dumps(said, ensure_ascii=False).encode(errors="backslashreplace")


def names(all_of_them: Sequence[str]) -> list[str]:
    return [name[:LONGEST_NAME] for name in all_of_them[:MOST_NAMES]]


def write_down(said: bytes, docs: Path, temporary: list[Path]) -> None:
    """Beside the docs. A folder that is to hold theirs is not made where it is not there: neither is the lake then."""
    if docs.parent.parent.is_dir():
        put(said, docs.parent / NAME, temporary)
