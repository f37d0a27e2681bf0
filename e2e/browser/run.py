#!/usr/bin/env python3
"""The mock's Swagger UI in a real Chromium, as a person uses it.

    python3 e2e/browser/run.py

Needs Node 18 or newer with npm, and Chromium (on PATH, or named by CHROMIUM). Settings: SCREENSHOTS, a folder for
pictures of the pages; TOOLS_DIR, where playwright-core goes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "toolbox"))

from mock import mock  # noqa: E402
from programs import REPOSITORY, Failed, build, leave_on_signals, tail  # noqa: E402

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
KEY = "0123456789abcdef"
# a window that the document's examples ask for
SETTINGS = {"MOCK_KEYS": KEY, "MOCK_START": "2026-06-01T08:00:00Z", "MOCK_APPLICATIONS": "300"}


def needed(names: tuple[str, ...], what: str) -> str:
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise Failed("%s is not on PATH" % what)
    return found


def installed() -> Path:
    """A folder with playwright-core exactly as the lock names it, and the tests beside it."""
    folder = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve() / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(HERE / name, folder / name)
    words = [needed(("npm",), "npm (of Node 18 or newer)"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode != 0:
        raise Failed("npm ci failed:\n%s" % done.stderr)
    shutil.copyfile(HERE / "swagger.test.mjs", folder / "swagger.test.mjs")
    return folder


def main() -> int:
    leave_on_signals()
    try:
        chromium = os.environ.get("CHROMIUM") or needed(CHROMIUM, "Chromium")
        program, folder = build()["mock-api"], installed()
        screenshots = Path(os.environ.get("SCREENSHOTS") or tempfile.mkdtemp(prefix="emply-screens-"))
        screenshots.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as place, mock(program, SETTINGS, Path(place) / "mock-api.log") as subject:
            settings = {"MOCK_URL": subject.url, "MOCK_KEY": KEY, "CHROMIUM": chromium, "SCREENSHOTS": str(screenshots)}
            words = [needed(("node",), "Node"), "--test", "--test-concurrency=1", "swagger.test.mjs"]
            environment = {**os.environ, **settings}
            code = subprocess.run(words, cwd=folder, env=environment, timeout=300, check=False).returncode
    except Failed as problem:
        print("%s\n%s" % (problem, tail(problem.log) if problem.log else ""), file=sys.stderr)
        return 1
    print("screenshots are in %s" % screenshots)
    return code


if __name__ == "__main__":
    sys.exit(main())
