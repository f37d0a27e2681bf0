#!/usr/bin/env python3
"""Removes what old clones left in a shared target folder: the results of our own crates, after three days.

    python3 .ci/prune.py TARGET_DIR

Cargo keeps one set of them for each path of a clone and never removes any. What is still wanted it compiles
again; dependencies, which are the same for all clones, stay.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

KEPT_SECONDS = 3 * 24 * 60 * 60
PROFILES = ("debug", "release")
# folders of a profile in which cargo keeps results, each under the crate's name and a hash
FOLDERS = ("deps", ".fingerprint", "incremental", "examples")


def our_names() -> set[str]:
    """Names of our crates, programs and tests, as they begin the names of files."""
    command = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    packages = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["packages"]
    names = {package["name"] for package in packages}
    names.update(target["name"] for package in packages for target in package["targets"])
    return {name.replace("-", "_") for name in names}


def is_ours(entry: Path, names: set[str]) -> bool:
    # libstore-0123456789abcdef.rlib, mock_api-0123456789abcdef, mock-api-0123456789abcdef (fingerprints)
    crate, dash, _hash = entry.name.split(".")[0].rpartition("-")
    return bool(dash) and crate.replace("-", "_").removeprefix("lib") in names


def files_of(entry: Path) -> list[Path]:
    return [entry] if entry.is_file() else [file for file in entry.rglob("*") if file.is_file()]


def remove_old(place: Path, names: set[str]) -> int:
    """Removes whole entries, never a part of a folder, which cargo might take for the whole. Gives the bytes freed."""
    freed, limit = 0, time.time() - KEPT_SECONDS
    for entry in place.iterdir() if place.is_dir() else ():
        states = [file.stat() for file in files_of(entry)] if is_ours(entry, names) else []
        if states and max(state.st_mtime for state in states) < limit:
            freed += sum(state.st_size for state in states)
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    return freed


def main(target: Path) -> None:
    names = our_names()
    freed = sum(remove_old(target / profile / folder, names) for profile in PROFILES for folder in FOLDERS)
    if freed:
        print(f"prune: {freed / 1e6:.0f} MB of old clones removed from {target}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
