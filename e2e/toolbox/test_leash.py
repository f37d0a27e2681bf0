"""A command on a leash."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

LEASH = str(Path(__file__).with_name("leash.py"))
# says who it is, then lives until it is told otherwise
REPORT_AND_WAIT = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"
WAITING = (sys.executable, "-c", REPORT_AND_WAIT)
# what a script does that is killed: it starts something on a leash, and then nothing more
OWNER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.PIPE, start_new_session=True)
time.sleep(120)
"""

Start = Callable[..., "tuple[subprocess.Popen[str], int]"]
pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")


def is_running(pid: int) -> bool:
    try:
        # what has ended and is only not waited for yet has a Z here
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts words by Python; gives the process, and the process id that it says."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> "tuple[subprocess.Popen[str], int]":
        process = subprocess.Popen(
            [sys.executable, *words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        # closes its input, reads to the end and waits
        process.communicate()


def test_the_command_ends_with_its_input(start: Start) -> None:
    leash, pid = start(LEASH, *WAITING)
    assert is_running(pid)
    leash.communicate(timeout=20)
    assert leash.returncode == 128 + signal.SIGTERM
    assert not is_running(pid)


def test_the_command_does_not_outlive_a_killed_owner(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "of the command"
    folder.mkdir()
    (folder / "file").touch()
    owner, pid = start("-c", OWNER, LEASH, "--remove", str(folder), *WAITING)
    assert is_running(pid)
    assert folder.exists()
    owner.kill()
    deadline = time.monotonic() + 20
    while is_running(pid) or folder.exists():
        assert time.monotonic() < deadline, f"process {pid} still runs, or its folder is there"
        time.sleep(0.05)


def test_a_signal_to_the_leash_does_not_let_the_command_loose(start: Start) -> None:
    leash, pid = start(LEASH, *WAITING)
    leash.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert leash.poll() is None
    assert is_running(pid)


def test_the_exit_code_is_the_commands() -> None:
    words = [sys.executable, LEASH, sys.executable, "-c", "exit(7)"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as leash:
        assert leash.wait(20) == 7
