"""The programs of the working tree, and of another commit. They share what is compiled of others' code."""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from toolbox import screen
from toolbox.programs import REPOSITORY, TOOLS, CargoBuild, Failed, built
from workplace import in_folder

PROGRAMS = ("ingest", "export", "migrate")
MOCK = "mock-api"
# with other values of these, the same commit gives other programs
COMPILER_SETTINGS = ("CARGO_ENCODED_RUSTFLAGS", "CARGO_PROFILE_", "RUSTC", "RUSTFLAGS", "RUSTUP_TOOLCHAIN")


def full_commit(name: str) -> str | None:
    """The hash of the commit that goes by this name, if one does."""
    words = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def of_working_tree(dev: bool) -> dict[str, str]:
    """Builds what is stale."""
    return built(CargoBuild(*profile(dev), programs=(*PROGRAMS, MOCK)))


def of_commit(commit: str, dev: bool) -> dict[str, str]:
    """Builds them unless they are kept from an earlier time. `commit` is a full hash."""
    kept = TOOLS / "beside" / kept_name(commit, dev, os.environ)
    if not kept.is_dir():
        build_commit(commit, dev, kept)
    return in_folder(kept, PROGRAMS)


def kept_name(commit: str, dev: bool, settings: Mapping[str, str]) -> str:
    of_compiler = sorted(item for item in settings.items() if item[0].startswith(COMPILER_SETTINGS))
    digest = hashlib.sha256(repr(of_compiler).encode()).hexdigest()[:8]
    return "-".join((commit, "dev" if dev else "release", digest))


def profile(dev: bool) -> list[str]:
    return [] if dev else ["--release"]


def build_commit(commit: str, dev: bool, kept: Path) -> None:
    screen.heading(f"Building {commit[:12]}, which is done once")
    shared = build_folder()
    with tempfile.TemporaryDirectory(prefix="emply-bench-old-") as name, alone(shared):
        place = Path(name)
        with checkout(REPOSITORY, commit, place / "tree") as tree:
            options, settings = (*profile(dev), "--locked"), apart(shared, place / "target")
            executables = built(CargoBuild(*options, programs=PROGRAMS, folder=tree, settings=settings))
        keep(executables, kept)


def build_folder() -> Path:
    """Where cargo keeps what it has compiled for the working tree."""
    words = ["cargo", "metadata", "--format-version", "1", "--no-deps"]
    done = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Failed(f"cargo metadata failed: {done.stderr.strip()}")
    return Path(json.loads(done.stdout)["build_directory"])


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else builds another commit there: see `apart`."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".beside-lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def apart(shared: Path, target: Path) -> dict[str, str]:
    """Settings by which cargo takes what it has compiled of others' code, and keeps ours from that of the working tree.

    For cargo, two checkouts of a workspace are one: what it built from one of them it takes for the other's, if that
    is newer than the other's files. A wrapper around the compiler, for the workspace's members alone, has a part in the
    names of what is built with it; `env` is one that does nothing. A checkout's files are newer than all that was
    built before it, so two commits that are built this way one after the other are not taken for each other either. The
    finished programs go to a folder of their own, so that they do not lie where the working tree's do."""
    wrapper = shutil.which("env")
    if not wrapper:
        raise Failed("env is not on PATH")
    return {
        "RUSTC_WORKSPACE_WRAPPER": wrapper,
        "CARGO_BUILD_BUILD_DIR": str(shared),
        "CARGO_TARGET_DIR": str(target),
    }


@contextlib.contextmanager
def checkout(repository: Path, commit: str, tree: Path) -> Iterator[Path]:
    """The files of a commit in a folder that is not there yet, and is gone afterwards."""
    def git(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(["git", *words], cwd=repository, capture_output=True, text=True, check=False)

    try:
        done = git("worktree", "add", "--detach", str(tree), commit)
        if done.returncode != 0:
            raise Failed(f"git could not check out {commit}: {done.stderr.strip()}")
        yield tree
    finally:
        # by its name: `prune` alone would also forget somebody's checkout whose disk is away at the moment
        if git("worktree", "remove", "--force", "--force", str(tree)).returncode != 0:
            shutil.rmtree(tree, ignore_errors=True)
            git("worktree", "prune")


def keep(executables: Mapping[str, str], kept: Path) -> None:
    """Puts them there all at once, so that a part is never taken for the whole."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".part-", dir=kept.parent) as name:
        copied(executables, Path(name) / "whole")
        # somebody else may have been as fast
        with contextlib.suppress(OSError):
            (Path(name) / "whole").replace(kept)


def copied(executables: Mapping[str, str], folder: Path) -> dict[str, str]:
    folder.mkdir()
    return {name: str(shutil.copy2(path, str(folder / name))) for name, path in executables.items()}
