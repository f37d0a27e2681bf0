"""A command on a leash. Run: make test-toolbox."""

import signal
import subprocess
import sys
import time
import unittest
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")
# says who it is, then lives until it is told otherwise
REPORT_AND_WAIT = "import os, time; print(os.getpid(), flush=True); time.sleep(120)"
# what a script does that is killed: it starts something on a leash, and then nothing more
OWNER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.PIPE, start_new_session=True)
time.sleep(120)
"""


def is_running(pid: int) -> bool:
    try:
        # what has ended and is only not waited for yet has a Z here
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@unittest.skipUnless(Path("/proc/self/stat").exists(), "looks for processes in /proc")
class Leash(unittest.TestCase):
    def assert_ends(self, pid: int) -> None:
        deadline = time.monotonic() + 20
        while is_running(pid):
            self.assertLess(time.monotonic(), deadline, f"process {pid} still runs")
            time.sleep(0.05)

    def start(self, *words: str) -> "tuple[subprocess.Popen[str], int]":
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        # closes its input, reads to the end and waits
        self.addCleanup(process.communicate)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    def test_the_command_ends_with_its_input(self) -> None:
        leash, pid = self.start(sys.executable, str(LEASH), sys.executable, "-c", REPORT_AND_WAIT)
        self.assertTrue(is_running(pid))
        leash.communicate(timeout=20)
        self.assertEqual(leash.returncode, 128 + signal.SIGTERM)
        self.assertFalse(is_running(pid))

    def test_the_command_does_not_outlive_a_killed_owner(self) -> None:
        command = [str(LEASH), sys.executable, "-c", REPORT_AND_WAIT]
        owner, pid = self.start(sys.executable, "-c", OWNER, *command)
        self.assertTrue(is_running(pid))
        owner.kill()
        self.assert_ends(pid)

    def test_a_signal_to_the_leash_does_not_let_the_command_loose(self) -> None:
        leash, pid = self.start(sys.executable, str(LEASH), sys.executable, "-c", REPORT_AND_WAIT)
        leash.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        self.assertIsNone(leash.poll())
        self.assertTrue(is_running(pid))

    def test_the_exit_code_is_the_commands(self) -> None:
        leash = subprocess.Popen([sys.executable, LEASH, sys.executable, "-c", "exit(7)"], stdin=subprocess.PIPE)
        self.addCleanup(leash.communicate)
        self.assertEqual(leash.wait(20), 7)


if __name__ == "__main__":
    unittest.main()
