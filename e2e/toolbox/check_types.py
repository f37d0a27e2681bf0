#!/usr/bin/env python3
"""Holds the types of all Python here by mypy, folder by folder.

    "$TOOLS_DIR/venv-toolbox/bin/python" e2e/toolbox/check_types.py

A folder with what its scripts put on sys.path is what one interpreter sees. Beyond that, modules of two folders have
the same name, which mypy does not take in one run. How strict it is stands in pyproject.toml.

Exit code: 0 nothing was found, 1 something was.
"""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from programs import REPOSITORY

# what scripts of a folder put on sys.path besides their own
ALSO_SEEN = {
    "bench": ("e2e/toolbox",),
    "bench/marts": ("bench", "e2e/toolbox"),
    "bench/pairs": ("bench", "e2e/toolbox"),
    "bench/reports": ("bench", "e2e/toolbox"),
    "dbt/bundle": ("dbt",),
    "dbt/tests_python": ("dbt",),
    "e2e": ("e2e/toolbox",),
    "e2e/api": ("e2e/toolbox",),
    "e2e/bigquery": ("e2e/toolbox",),
    "e2e/browser": ("dbt", "e2e/toolbox"),
    "e2e/chart": ("e2e/toolbox",),
    "e2e/cluster": ("e2e", "e2e/toolbox", "e2e/bigquery"),
    "e2e/crash": ("e2e/toolbox",),
    "e2e/engines": ("e2e/bigquery",),
    "e2e/figures": ("e2e/toolbox",),
    "e2e/sql": ("e2e/toolbox",),
    "e2e/marts": ("e2e/toolbox", "dbt/tests_python"),
    "e2e/marts/expected": ("e2e/marts",),
    "e2e/marts/lakes": ("e2e/marts", "e2e/toolbox"),
    "e2e/marts/world": ("e2e/marts", "e2e/toolbox"),
    "e2e/toolbox": ("e2e",),
}
TIMEOUT_SECONDS = 300


def by_folder() -> dict[str, list[str]]:
    """All Python that git tracks or would offer to add, so that a new folder needs no line anywhere to be looked at."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "*.py"]
    listed = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True).stdout
    found = defaultdict(list)
    for path in sorted(set(listed.split("\0"))):
        # one that is deleted and not yet committed is listed too
        if (REPOSITORY / path).is_file():
            found[str(Path(path).parent)].append(path)
    return found


def is_sound(folder: str, files: list[str]) -> bool:
    """Whether mypy finds nothing; what it finds it says itself."""
    seen = os.pathsep.join(ALSO_SEEN.get(folder, ()))
    words = [sys.executable, "-m", "mypy", "--no-error-summary", *files]
    environment = {**os.environ, "MYPYPATH": seen}
    return subprocess.run(words, cwd=REPOSITORY, env=environment, timeout=TIMEOUT_SECONDS, check=False).returncode == 0


def main() -> int:
    found = by_folder()
    gone = [folder for folder in ALSO_SEEN if folder not in found]
    if gone:
        print(f"mypy: no Python is in {', '.join(gone)}: take it out of ALSO_SEEN")
        return 1
    faulty = [folder for folder, files in found.items() if not is_sound(folder, files)]
    if faulty:
        print(f"mypy: something was found in {', '.join(faulty)}")
        return 1
    print(f"mypy: nothing was found in {sum(map(len, found.values()))} files of {len(found)} folders")
    return 0


if __name__ == "__main__":
    sys.exit(main())
