"""How much a run of dbt has in its temporary folder, while it goes on."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from process import Looking

# of which the kernel counts what a file takes
BLOCK = 512


class Scratch(Looking):
    """Looks at a folder: the most bytes that it held, of them DuckDB's own file, and what it had no memory for."""

    between_seconds = 0.1

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.most = self.most_of_file = self.most_spilt = 0

    def look(self) -> None:
        sizes = dict(sizes_below(self.folder))
        spilt = sum(size for path, size in sizes.items() if path.parent.suffix == ".tmp")
        of_file = sum(size for path, size in sizes.items() if path.name.startswith("run.duckdb"))
        self.most = max(self.most, sum(sizes.values()))
        self.most_spilt, self.most_of_file = max(self.most_spilt, spilt), max(self.most_of_file, of_file)


def sizes_below(folder: Path) -> Iterator[tuple[Path, int]]:
    """What each file in it takes of the disk at this moment, in bytes."""
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            # it may go at any moment
            with contextlib.suppress(OSError):
                yield path, path.lstat().st_blocks * BLOCK


def bytes_below(folder: Path) -> int:
    """What all of them take."""
    return sum(size for _, size in sizes_below(folder))
