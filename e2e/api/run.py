"""Asks the mock everything that its OpenAPI documents allow, and much that they do not, with Schemathesis.

    PYTHONPATH=e2e python3 -m api.run

The mock is built and started here. What Schemathesis is to leave out stands in schemathesis.toml. TOOLS_DIR holds
Schemathesis (`make tools`). The same seed asks the same; SEED chooses another.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from toolbox.mock import Mock, mock
from toolbox.programs import REPOSITORY, Failed, build, leave_on_signals, tail

HERE = Path(__file__).resolve().parent
DOCUMENTS = ("emply", "board")
KEY = "0123456789abcdef"
SETTINGS = {"MOCK_KEYS": KEY, "MOCK_START": "2026-06-01T08:00:00Z", "MOCK_APPLICATIONS": "300", "MOCK_CONTROL": "false"}
EXAMPLES = 100
TIMEOUT_SECONDS = 600


def tools() -> Path:
    return Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools")


def ask(subject: Mock, document: str, folder: str) -> bool:
    """Whether nothing was found; what was is printed."""
    words = [
        str(tools() / "venv-api" / "bin" / "schemathesis"), "--config-file", str(HERE / "schemathesis.toml"), "run",
        f"{subject.url}/openapi/{document}.json", "--url", subject.url, "--header", "x-api-key: " + KEY,
        "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES), "--continue-on-failure",
        "--seed", os.environ.get("SEED", "1"), "--warnings", "off", "--no-color", "--request-timeout", "30",
    ]
    # it leaves its notes in the folder it runs in
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=TIMEOUT_SECONDS,
                          env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}, check=False)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
        return False
    lines = [line.strip() for line in done.stdout.splitlines() if line.strip()]
    counts = next((line for line in lines if "generated" in line), "")
    print(f"{document}: nothing found; {counts}", flush=True)
    return True


def main() -> int:
    leave_on_signals()
    try:
        program = build()["mock-api"]
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / "mock-api.log"
            with mock(program, SETTINGS, log) as subject:
                good = [ask(subject, document, folder) for document in DOCUMENTS]
                lives = subject.is_ready()
            panics = "panicked" in log.read_text(errors="replace")
    except Failed as problem:
        print(f"{problem}\n{tail(problem.log) if problem.log else ''}", file=sys.stderr)
        return 1
    if not lives or panics:
        print(f"the mock did not live through it: ready {lives}, panics {panics}", file=sys.stderr)
        return 1
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
