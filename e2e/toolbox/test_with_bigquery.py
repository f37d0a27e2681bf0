"""The emulator's life around a command. Run: make test-toolbox."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from pathlib import Path

from toolbox.programs import MODULES

WITH_BIGQUERY = ("-m", "toolbox.with_bigquery")
# says where the emulator is and who asks, then lives until it is told otherwise
REPORT_AND_WAIT = (
    "import os, time; print(os.environ['TEST_BIGQUERY_ENDPOINT'], os.getpid(), flush=True); time.sleep(120)"
)
# what an official client sees of a new emulator
LIST_DATASETS = """
import os
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery
endpoint = {"api_endpoint": os.environ["TEST_BIGQUERY_ENDPOINT"]}
client = bigquery.Client(project="test", credentials=AnonymousCredentials(), client_options=endpoint)
print(list(client.list_datasets(timeout=30)))
"""


class WithBigquery(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="with-bigquery-test-")
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name)
        # settings of the emulator in somebody's shell must not matter
        self.environment = {**os.environ, **MODULES, "TMPDIR": str(self.work), "BQEMU_REST_HOST": "nowhere.invalid"}
        self.environment.pop("TEST_BIGQUERY_ENDPOINT", None)

    def run_with(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, *WITH_BIGQUERY, "--", *words]
        return subprocess.run(
            command, env={**self.environment, **more}, capture_output=True, text=True, timeout=120, check=False,
        )

    def start_waiting(self) -> "tuple[subprocess.Popen[str], str, int]":
        running = subprocess.Popen(
            [sys.executable, *WITH_BIGQUERY, "--", sys.executable, "-c", REPORT_AND_WAIT],
            env=self.environment, stdout=subprocess.PIPE, text=True,
        )
        assert running.stdout is not None
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.kill)
        endpoint, command = running.stdout.readline().split()
        self.assertTrue(endpoint.startswith("http://127.0.0.1:"), endpoint)
        return running, endpoint, int(command)

    def assert_gone(self, endpoint: str) -> None:
        """Neither data nor emulator are left."""
        deadline = time.monotonic() + 15
        while list(self.work.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(list(self.work.iterdir()), [])
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with self.assertRaises(urllib.error.URLError) as raised:
            direct.open(endpoint, timeout=10)
        self.assertIsInstance(raised.exception.reason, ConnectionRefusedError)

    def test_the_command_finds_emulator_and_client(self) -> None:
        done = self.run_with("sh", "-c", '"$TEST_BIGQUERY_PYTHON" -c "$0"', LIST_DATASETS)
        self.assertEqual((done.returncode, done.stdout), (0, "[]\n"), done.stderr)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_the_exit_code_is_the_commands(self) -> None:
        self.assertEqual(self.run_with("sh", "-c", "exit 7").returncode, 7)

    def test_a_crash_is_128_and_the_signal(self) -> None:
        self.assertEqual(self.run_with("sh", "-c", "kill -9 $$").returncode, 128 + 9)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_a_missing_command_is_said(self) -> None:
        done = self.run_with("no-such-program")
        self.assertEqual(done.returncode, 125)
        self.assertIn("no-such-program", done.stderr)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_an_emulator_that_is_given_is_used(self) -> None:
        done = self.run_with("sh", "-c", 'echo "$TEST_BIGQUERY_ENDPOINT"; exit 3', TEST_BIGQUERY_ENDPOINT="http://given")
        self.assertEqual((done.returncode, done.stdout), (3, "http://given\n"))

    def test_without_a_tools_folder_it_names_setup(self) -> None:
        done = self.run_with("true", TOOLS_DIR=str(self.work / "nothing"))
        self.assertEqual(done.returncode, 125)
        self.assertIn("setup.py", done.stderr)
        self.assertEqual(list(self.work.iterdir()), [])

    def test_a_signal_ends_command_and_emulator(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                running, endpoint, _ = self.start_waiting()
                running.send_signal(number)
                self.assertEqual(running.wait(30), 128 + number)
                self.assert_gone(endpoint)

    def test_a_kill_leaves_no_emulator_behind(self) -> None:
        running, endpoint, command = self.start_waiting()
        # the command outlives its parent here, as anything does
        self.addCleanup(os.kill, command, signal.SIGKILL)
        running.kill()
        running.wait(10)
        self.assert_gone(endpoint)


if __name__ == "__main__":
    unittest.main()
