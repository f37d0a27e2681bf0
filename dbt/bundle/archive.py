"""A bundle as it is handed over, and as it lies beside the docs of a laptop."""

import io
import os
import shutil
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

INDEX = "index.html"

# what is in a bundle, by its name there; the docs' page is INDEX
Files = Mapping[str, Path]


def archive(files: Files) -> bytes:
    """A tar.gz with these. The same files give the same entries."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as bundle:
        for name, file in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = file.stat().st_size, 0o644
            with file.open("rb") as text:
                bundle.addfile(entry, text)
    return packed.getvalue()


def publish(files: Files, docs: Path, temporary: list[Path], go_on: Callable[[], None]) -> None:
    """Puts the docs' page to its place, and the others beside it, in the order of `files`; `go_on` raises where it is
    too late to begin."""
    for name, made in files.items():
        place = docs if name == INDEX else docs.parent / name
        put(made, place, temporary, go_on)


def put(
    made: Path | bytes, place: Path, temporary: list[Path], go_on: Callable[[], None] = lambda: None
) -> None:
    """Moves it there at once, so that a reader never sees half of it. What is only there meanwhile is added to
    `temporary`."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    temporary.append(beside)
    try:
        if isinstance(made, bytes):
            beside.write_bytes(made)
        else:
            shutil.copyfile(made, beside)
        go_on()
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
