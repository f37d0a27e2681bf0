"""What the benchmarks have in common: a PostgreSQL beside them, a folder to work in, how they judge and end."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from toolbox import screen
from toolbox.programs import TOOLS, Failed, Stopped, build, leave_on_signals, tail


def venv_bench() -> Path:
    """Where the programs of this environment are."""
    return TOOLS / "venv-bench" / "bin"


def beside_postgres(script: str, words: list[str], python: str = sys.executable) -> None:
    """Becomes with_servers, which runs the script again beside a new server; somebody's own server is not written
    to."""
    os.environ.pop("TEST_DATABASE_URL", None)
    command = [sys.executable, "-m", "toolbox.with_servers", "postgres", "--"]
    os.execv(sys.executable, [*command, python, script, "--inside", *words])


def holds(what: str, found: str, wanted: str, held: bool) -> bool:
    screen.say(f"{what}: {found}. Wanted: {wanted}; {'held' if held else 'NOT HELD'}.")
    return held


def exit_code(measure: Callable[[Path], bool]) -> int:
    """Measures in a folder of its own, and says what failed while the logs in it are still there. 0 when it held what
    it is held to, 1 when not, or when something failed, 128 + n after signal n."""
    leave_on_signals()
    try:
        with tempfile.TemporaryDirectory(prefix="emply-bench-") as folder:
            try:
                return 0 if measure(Path(folder)) else 1
            except (Failed, OSError) as problem:
                screen.say(f"\nbench failed: {problem}")
                log = getattr(problem, "log", None)
                if log:
                    screen.say(f"The last lines of {log.name}:\n\n{tail(log)}")
                return 1
    except Stopped as stop:
        screen.say(f"\nbench stopped by {stop}; everything it had started has ended")
        return stop.exit_code


def takes_programs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dev", action="store_true", help="the build that tests use, not the release")
    parser.add_argument("--programs", metavar="FOLDER", help="where programs are that are built already")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)


def find_programs(arguments: argparse.Namespace, names: Sequence[str]) -> dict[str, str]:
    """Those that are built already, or else all, built now."""
    if not arguments.programs:
        return build(*([] if arguments.dev else ["--release"]))
    return in_folder(Path(arguments.programs), names)


def in_folder(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Programs that are built already."""
    found = {name: folder.resolve() / name for name in names}
    for path in found.values():
        if not os.access(path, os.X_OK):
            raise Failed(f"{path} is not there, or cannot be run")
    return {name: str(path) for name, path in found.items()}


def measure_beside_peers(
    script: str, arguments: argparse.Namespace, measure: Callable[[argparse.Namespace, str, Path], bool]
) -> int:
    """What a script does that measures under the Python of venv-bench, with the URL of a new PostgreSQL."""
    python = venv_bench() / "python"
    if not python.exists():
        screen.say("bench: no venv-bench; run `python3 e2e/toolbox/setup.py --only venv-bench`")
        return 1
    if not arguments.inside:
        beside_postgres(script, sys.argv[1:], str(python))
    return exit_code(lambda work: measure(arguments, os.environ["TEST_DATABASE_URL"], work))
