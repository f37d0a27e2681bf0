#!/usr/bin/env python3
"""Makes the tools folder: Python environments with exactly what the lock files name.

    python3 e2e/toolbox/setup.py [--only NAME] [TOOLS_DIR]

TOOLS_DIR is the argument, else the variable of that name, else `.tools` of the repository. A second call
finds that nothing changed and ends at once; it changes something only after a lock file, or the Python, did.

Environments made, all or the one that --only names:

    venv-dbt           dbt with DuckDB (dbt/requirements/lake.lock), and pytest (dbt/tests_python/requirements.lock)
    venv-dbt-bigquery  dbt with BigQuery (dbt/requirements/bigquery.lock), and pytest
    venv-toolbox       PostgreSQL for tests, pytest, and what `make lint` runs (e2e/toolbox/requirements.lock)
    venv-api           tests out of OpenAPI documents (e2e/api/requirements.lock)
    venv-bigquery      an emulator of BigQuery, and Google's client (e2e/bigquery/requirements.lock)
    venv-figures       lifelines, which curves are held against (e2e/figures/requirements.lock)
    venv-bench         peers of the benchmarks (bench/requirements.lock); only where --only names it
    venv-superset      Superset, which pages are measured beside (bench/reports/requirements.lock); the same
"""

# what is too old for this still gets to the line that says so
from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
# dbt-core 1.11 supports these; the oldest is also the oldest that the locks were resolved for
OLDEST, NEWEST = (3, 10), (3, 13)
# dbt's have what an image has, and what its tests need besides
ENVIRONMENTS = {
    name: [REPOSITORY / lock for lock in locks]
    for name, locks in {
        "venv-dbt": ["dbt/requirements/lake.lock", "dbt/tests_python/requirements.lock"],
        "venv-dbt-bigquery": ["dbt/requirements/bigquery.lock", "dbt/tests_python/requirements.lock"],
        "venv-toolbox": ["e2e/toolbox/requirements.lock"],
        "venv-api": ["e2e/api/requirements.lock"],
        "venv-bigquery": ["e2e/bigquery/requirements.lock"],
        "venv-figures": ["e2e/figures/requirements.lock"],
        "venv-bench": ["bench/requirements.lock"],
        "venv-superset": ["bench/reports/requirements.lock"],
    }.items()
}
# made only when --only names it: no test needs it
OPTIONAL = {"venv-bench", "venv-superset"}
# what wants a newer Python than the rest, and what an older one
NEWER = {"venv-bench": (3, 11), "venv-bigquery": (3, 11), "venv-figures": (3, 11), "venv-superset": (3, 11)}
OLDER = {"venv-superset": (3, 12)}
# Run once by a new environment's Python. DuckDB keeps its extensions below the home folder: here, and wherever they
# are to be found, that is the folder `home` of the environment, so that nobody's own one is written to
ONCE = {"venv-bigquery": "import duckdb_extensions; duckdb_extensions.import_extension('spatial')"}


class SetupFailed(Exception):
    """The message names the thing and the way out."""


class NoPython(SetupFailed):
    """There is no Python that an environment could be made with."""


def say(line: str) -> None:
    print("setup: " + line, file=sys.stderr, flush=True)


def supported(version: Sequence[int], oldest: tuple[int, int], newest: tuple[int, int]) -> bool:
    return oldest <= tuple(version[:2]) <= newest


def probe(interpreter: str) -> tuple[int, ...] | None:
    """Version of an interpreter as a tuple, or None where it does not run (version managers leave such shims)."""
    code = "import sys; print(*sys.version_info[:3])"
    try:
        done = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, timeout=30, check=False)
        return tuple(int(part) for part in done.stdout.split()) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def choose_interpreter(oldest: tuple[int, int], newest: tuple[int, int]) -> tuple[str, tuple[int, ...]]:
    """The Python that runs this, or where that is too old or too new, another one on PATH."""
    if supported(sys.version_info[:3], oldest, newest):
        return sys.executable, tuple(sys.version_info[:3])
    for minor in range(newest[1], oldest[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        version = probe(found) if found else None
        if found and version and supported(version, oldest, newest):
            return found, version
    first, last = (".".join(map(str, each)) for each in (oldest, newest))
    raise NoPython(
        f"Python {first} to {last} is needed, this is {sys.version.split()[0]} and PATH has no other. Install one of "
        f"them, or name one: /path/to/python3.12 {Path(__file__).resolve()}"
    )


def fingerprint(locks: Sequence[Path], version: tuple[int, ...], once: str) -> str:
    """What an environment depends on: the lock files' text, the Python's version, and what is run once."""
    digest = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks))
    digest.update(repr(version).encode())
    digest.update(once.encode())
    return digest.hexdigest()


def run(step: str, command: list[str], **settings: str) -> None:
    """Runs one step quietly; when it fails, its own output says why."""
    environment = {**os.environ, **settings}
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment, check=False
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise SetupFailed(f"{step} failed with exit code {done.returncode}, see above")


def make_environment(folder: Path, locks: Sequence[Path], interpreter: str, version: tuple[int, ...]) -> bool:
    """Makes one environment anew. Its stamp is written last, so that a broken one is never taken for good."""
    stamp = folder / ".stamp"
    once = ONCE.get(folder.name, "")
    wanted = fingerprint(locks, version, once)
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    started = time.monotonic()
    say(f"{folder.name}: making it with Python {'.'.join(map(str, version))}")
    if folder.exists():
        shutil.rmtree(folder)
    hint = "" if os.name != "posix" else " (Debian and Ubuntu have it in the package python3-venv)"
    run("python -m venv" + hint, [interpreter, "-m", "venv", str(folder)])
    say(f"{folder.name}: installing what {' and '.join(str(lock.relative_to(REPOSITORY)) for lock in locks)} names")
    python = str(folder / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    # locks are complete, so nothing is resolved; wheels only, so nothing is compiled and no setup script runs
    exactly = ["--no-deps", "--only-binary", ":all:", "--require-hashes"]
    run("pip install", pip + exactly + [word for lock in locks for word in ("--requirement", str(lock))])
    if once:
        home = folder / "home"
        home.mkdir()
        run(once, [python, "-c", once], HOME=str(home))
    stamp.write_text(wanted)
    say(f"{folder.name}: ready after {time.monotonic() - started:.0f} s")
    return True


def choose_interpreters(names: Iterable[str], named: bool) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Environment by environment, what makes it. One that wants a newer Python than there is fails only when it was
    `named`: whoever has an old Python still gets the others."""
    chosen = {}
    for name in names:
        try:
            chosen[name] = choose_interpreter(NEWER.get(name, OLDEST), OLDER.get(name, NEWEST))
        except NoPython as problem:
            if named or name not in NEWER:
                raise
            say(f"{name} is left out: {problem}")
    return chosen


def make_all(tools: Path, names: Iterable[str], named: bool) -> None:
    chosen = choose_interpreters(names, named)
    tools.mkdir(parents=True, exist_ok=True)
    # two builds at once (make -j, two terminals) must not make the same folder
    with open(tools / ".setup.lock", "w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        made = [make_environment(tools / name, ENVIRONMENTS[name], *chosen[name]) for name in chosen]
    if not any(made):
        say(f"{tools} is up to date")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools_dir", nargs="?", help="where the environments go")
    parser.add_argument("--only", metavar="NAME", choices=ENVIRONMENTS, help="make this environment and no other")
    arguments = parser.parse_args()
    chosen = arguments.tools_dir or os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools"
    try:
        names = [arguments.only] if arguments.only else [name for name in ENVIRONMENTS if name not in OPTIONAL]
        make_all(Path(chosen).resolve(), names, bool(arguments.only))
    except (SetupFailed, OSError) as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
