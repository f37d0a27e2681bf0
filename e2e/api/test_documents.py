"""Asks the mock everything that its OpenAPI documents allow, and much that they do not, with Schemathesis.

What Schemathesis is to leave out stands in schemathesis.toml. The same seed asks the same; --seed chooses another.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolbox.mock import Mock, mock
from toolbox.programs import TOOLS

KEY = "0123456789abcdef"
SETTINGS = {"MOCK_KEYS": KEY, "MOCK_START": "2026-06-01T08:00:00Z", "MOCK_APPLICATIONS": "300", "MOCK_CONTROL": "false"}
EXAMPLES = 100
TIMEOUT_SECONDS = 600


@pytest.fixture(scope="module")
def log(work: Path) -> Path:
    return work / "mock-api.log"


@pytest.fixture(scope="module")
def subject(programs: dict[str, str], log: Path) -> Iterator[Mock]:
    with mock(programs["mock-api"], SETTINGS, log) as started:
        yield started
    assert "panicked" not in log.read_text(errors="replace")


@pytest.mark.parametrize("document", ["emply", "board"])
def test_nothing_is_found(document: str, subject: Mock, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    seed = 1 if pytestconfig.option.seed is None else pytestconfig.option.seed
    address = f"{subject.url}/openapi/{document}.json"
    words = [
        str(TOOLS / "venv-api" / "bin" / "schemathesis"), "--config-file",
        str(Path(__file__).with_name("schemathesis.toml")), "run", address, "--url", subject.url,
        "--header", "x-api-key: " + KEY, "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
        "--continue-on-failure", "--seed", str(seed), "--warnings", "off", "--no-color",
        "--request-timeout", "30",
    ]
    # it leaves its notes in the folder it runs in
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=TIMEOUT_SECONDS,
                          env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_mock_has_lived_through_it(subject: Mock, log: Path) -> None:
    assert subject.is_ready()
    assert "panicked" not in log.read_text(errors="replace")
