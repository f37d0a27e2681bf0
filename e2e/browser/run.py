"""The mock's Swagger UI and the dashboard in a real Chromium, as a person uses them.

    PYTHONPATH=e2e:dbt python3 -m browser.run
    PYTHONPATH=e2e:dbt python3 -m browser.run --picture            README's picture alone, docs/pictures/dashboard.png
    PYTHONPATH=e2e:dbt python3 -m browser.run dashboard/looks      tests of this file alone

Needs Node 18 or newer with npm, and Chromium (on PATH, or named by CHROMIUM). Settings: SCREENSHOTS, a folder for
pictures of the pages; PROGRAMS, a folder with programs that are built already; TOOLS_DIR, where playwright-core goes.
"""

import contextlib
import datetime
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from browser.pipeline import Pipeline
from browser.states import all_shown, reports, told
from toolbox import screen
from toolbox.mock import mock
from toolbox.programs import REPOSITORY, TOOLS, Failed, build, leave_on_signals, run, tail

HERE = Path(__file__).resolve().parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
KEY = "0123456789abcdef"
# a window that the document's examples ask for
SETTINGS = {"MOCK_KEYS": KEY, "MOCK_START": "2026-06-01T08:00:00Z", "MOCK_APPLICATIONS": "300"}
PICTURE = REPOSITORY / "docs" / "pictures" / "dashboard.png"
TIMEOUT_SECONDS = 1500


def needed(names: tuple[str, ...], what: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise Failed(f"{what} is not on PATH")
    return found


def installed() -> Path:
    """A folder with packages exactly as the lock names them, and the tests beside them."""
    folder = TOOLS / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    words = [needed(("npm",), "npm (of Node 18 or newer)"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise Failed(f"npm ci failed:\n{done.stderr}")
    shutil.copyfile(HERE / "swagger.test.mjs", folder / "swagger.test.mjs")
    # what was there of an older commit must not be run
    shutil.rmtree(folder / "dashboard", ignore_errors=True)
    shutil.copytree(HERE / "dashboard", folder / "dashboard")
    return folder


def dbt_python() -> Path:
    setup = str(HERE.parent / "toolbox" / "setup.py")
    run([sys.executable, setup, "--only", "venv-dbt", str(TOOLS)], {}, TOOLS / "setup.log")
    return TOOLS / "venv-dbt" / "bin" / "python"


def tests_of(folder: Path, wanted: list[str]) -> list[str]:
    of_dashboard = sorted("dashboard/" + path.name for path in (folder / "dashboard").glob("*.test.mjs"))
    every = ["swagger.test.mjs", *of_dashboard]
    return [name for name in every if not wanted or name.startswith(tuple(wanted))]


def worlds(stack: contextlib.ExitStack, made: dict[str, str], place: Path) -> dict[str, Any]:
    """Made-up ones, one that went through the whole pipeline, and the same where a run has failed."""
    screen.say("making worlds, one of which goes through the whole pipeline: some two minutes")
    pipeline = Pipeline(made, dbt_python(), place)
    pipeline.migrate()
    server, token = stack.enter_context(reports("pipeline", made["reports"], pipeline.url(pipeline.store), place))
    pipeline.run_all(server.url, token)
    shown = all_shown(stack, made["reports"], pipeline.url(pipeline.copied_store("shown.db")), place)
    shown["pipeline"] = told(server.url, pipeline.marts())
    store = pipeline.url(pipeline.failed_store())
    failed, _ = stack.enter_context(reports("failed-run", made["reports"], store, place))
    shown["failed-run"] = told(failed.url, None)
    return shown


def pictured(stack: contextlib.ExitStack, made: dict[str, str], place: Path) -> dict[str, Any]:
    pipeline = Pipeline(made, Path(sys.executable), place)
    pipeline.migrate()
    return all_shown(stack, made["reports"], pipeline.url(pipeline.store), place, ("hospital",))


def tested(tests: list[str], folder: Path, made: dict[str, str], settings: dict[str, str]) -> int:
    with tempfile.TemporaryDirectory(prefix="emply-browser-") as name, contextlib.ExitStack() as stack:
        place = Path(name)
        if "swagger.test.mjs" in tests:
            subject = stack.enter_context(mock(made["mock-api"], SETTINGS, place / "swagger-mock.log"))
            settings |= {"MOCK_URL": subject.url, "MOCK_KEY": KEY}
        if tests != ["swagger.test.mjs"]:
            file = place / "worlds.json"
            shown = pictured(stack, made, place) if "PICTURE" in settings else worlds(stack, made, place)
            file.write_text(json.dumps(shown, default=written))
            settings["WORLDS"] = str(file)
        words = [needed(("node",), "Node"), "--test", "--test-concurrency=1", *tests]
        environment = {**os.environ, **settings}
        return subprocess.run(words, cwd=folder, env=environment, timeout=TIMEOUT_SECONDS, check=False).returncode


def written(value: object) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def picture(folder: Path, made: dict[str, str], settings: dict[str, str]) -> int:
    """README's, of a made-up hospital."""
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    return tested(["dashboard/readme.test.mjs"], folder, made, {**settings, "PICTURE": str(PICTURE)})


def main() -> int:
    leave_on_signals()
    # dbt's own code hands bundles over; nobody's proxy knows the way to this machine
    os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")
    wanted = sys.argv[1:]
    try:
        chromium = os.environ.get("CHROMIUM") or needed(CHROMIUM, "Chromium")
        made, folder = build(), installed()
        screenshots = Path(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="emply-screens-")).resolve()
        screenshots.mkdir(parents=True, exist_ok=True)
        settings = {"CHROMIUM": chromium, "SCREENSHOTS": str(screenshots)}
        if wanted == ["--picture"]:
            return picture(folder, made, settings)
        tests = tests_of(folder, wanted)
        if not tests:
            raise Failed(f"no test has a name that begins with {' or '.join(wanted)}")
        code = tested(tests, folder, made, settings)
    except Failed as problem:
        print(f"{problem}\n{tail(problem.log) if problem.log else ''}", file=sys.stderr)
        return 1
    print(f"screenshots are in {screenshots}")
    return code


if __name__ == "__main__":
    sys.exit(main())
