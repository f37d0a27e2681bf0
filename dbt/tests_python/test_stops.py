"""A signal ends the entrypoint within five seconds, wherever it is, and what was published stays as it was."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sample_lake import write_sample
from test_entrypoint import MART, MARTS, PROJECT, Entrypoint

# what is promised
AT_MOST_SECONDS = 5.0
GOOD = b"the last good one"
PUBLISHED = (MART, "docs/index.html")
TOKEN = "a-long-random-secret"


class Silence:
    """Takes a connection and never answers. It reads nothing, or a byte now and then."""

    def __init__(self, reads: bool) -> None:
        self.listener = socket.socket()
        # what is in flight is small, so whoever sends has to wait
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen()
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.reads, self.connected, self.over = reads, threading.Event(), threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with contextlib.suppress(OSError):
            peer, _ = self.listener.accept()
            with peer:
                self.connected.set()
                while not self.over.wait(0.1):
                    if self.reads:
                        peer.recv(1)

    def close(self) -> None:
        self.over.set()
        self.listener.close()


@contextlib.contextmanager
def silence(reads: bool = False) -> Iterator[Silence]:
    server = Silence(reads)
    try:
        yield server
    finally:
        server.close()


class Stops(Entrypoint):
    def setUp(self) -> None:
        super().setUp()
        write_sample(self.lake)
        for place in PUBLISHED:
            (self.lake / place).parent.mkdir()
            (self.lake / place).write_bytes(GOOD)

    def start(self, *words: str, **settings: object) -> "subprocess.Popen[str]":
        running = subprocess.Popen(
            [sys.executable, PROJECT / "entrypoint.py", *words], env=self.environment(**settings),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )
        self.addCleanup(running.kill)
        return running

    def stop(self, running: "subprocess.Popen[str]", number: int = signal.SIGTERM) -> tuple[str, str]:
        """What it said on stdout and stderr, until the last that holds them open is gone."""
        told = time.monotonic()
        if number == signal.SIGINT:
            # as a terminal does
            os.killpg(running.pid, number)
        else:
            running.send_signal(number)
        out, said = running.communicate(timeout=60)
        took = time.monotonic() - told
        assert took < AT_MOST_SECONDS, took
        assert running.returncode == 1, (running.returncode, said)
        assert "Traceback" not in out + said, said
        return out, said

    def assert_stopped(self, said: str) -> None:
        last = json.loads(said.splitlines()[-1])
        assert (last["message"], last["error"], last["exit_code"]) == ("failed", "stopped by a signal", 1), said
        assert list(self.temporary.iterdir()) == []

    def assert_as_it_was(self) -> None:
        for place in PUBLISHED:
            assert (self.lake / place).read_bytes() == GOOD, place
            assert len(list((self.lake / place).parent.iterdir())) == 1

    def test_from_its_first_moment_on(self) -> None:
        heard = 1 << (signal.SIGTERM - 1)
        for number in (signal.SIGTERM, signal.SIGINT):
            running = self.start()
            status = Path(f"/proc/{running.pid}/status")
            while not int(re.findall("SigCgt:\t([0-9a-f]+)", status.read_text())[0], 16) & heard:
                assert running.poll() is None
            _, said = self.stop(running, number)
            self.assert_stopped(said)
        self.assert_as_it_was()

    def test_while_dbt_is_at_work(self) -> None:
        # it loads, reads the project, builds, tests
        for wait, number in (
            (0.1, signal.SIGTERM), (1.0, signal.SIGINT), (2.0, signal.SIGHUP), (3.0, signal.SIGTERM),
            (4.0, signal.SIGINT), (5.0, signal.SIGTERM),
        ):
            with self.subTest(wait=wait):
                running = self.start(DBT_TARGET_PATH=None)
                assert running.stderr is not None
                assert "starting" in running.stderr.readline()
                time.sleep(wait)
                is_published = len(list((self.lake / MART).parent.iterdir())) > 1
                if running.poll() is None and not is_published and (self.lake / MART).read_bytes() == GOOD:
                    _, said = self.stop(running, number)
                    self.assert_stopped(said)
                    self.assert_as_it_was()

    def test_a_kept_folder_is_of_use_to_the_next_run(self) -> None:
        target = self.temporary.parent / "kept"
        for wait in (1.5, 3.0):
            running = self.start(DBT_TARGET_PATH=target)
            time.sleep(wait)
            self.stop(running)
        assert not list(target.glob("run.duckdb*"))
        for file in target.glob("*.msgpack"):
            # cut off, as by a kill
            file.write_bytes(file.read_bytes()[:1000])
        self.assert_ended(self.run_entrypoint(DBT_TARGET_PATH=target), 0, "succeeded")

    def test_while_docs_are_handed_over(self) -> None:
        half = self.lake / "marts/tmp_fct_applications_per_posting.parquet"
        for reads in (False, True):
            with self.subTest(reads=reads), silence(reads) as server:
                running = self.start(REPORTS_URL=server.url, REPORTS_TOKEN=TOKEN)
                assert server.connected.wait(60)
                # as DuckDB leaves it when it is killed
                half.write_text("half")
                _, said = self.stop(running)
                self.assert_stopped(said)
                # they were built and tested, and are whole
                for mart, key in MARTS.items():
                    assert self.mart(mart, key), mart
                assert (self.lake / "docs/index.html").read_text().rstrip().endswith("</html>")
                assert sorted(file.stem for file in (self.lake / "marts").iterdir()) == sorted(MARTS)
                assert sorted(each.name for each in (self.lake / "docs").iterdir()) == ["data", "index.html"]

    def test_a_check(self) -> None:
        with silence() as server:
            running = self.start("check", REPORTS_URL=server.url, REPORTS_TOKEN=TOKEN)
            assert server.connected.wait(20)
            out, said = self.stop(running)
        assert out.splitlines()[-1] == "FAIL  stopped by a signal"
        assert said == ""

    def test_a_check_waits_ten_seconds(self) -> None:
        with silence() as mute, silence(reads=True) as slow:
            began = time.monotonic()
            both = [self.start("check", REPORTS_URL=each.url, REPORTS_TOKEN=TOKEN) for each in (mute, slow)]
            for running in both:
                out, said = running.communicate(timeout=60)
                assert (running.returncode, said) == (1, "")
                assert out.splitlines()[-1].startswith("FAIL  reports: reports at REPORTS_URL cannot be reached")
            assert time.monotonic() - began < 13

    def test_a_wait_that_nothing_interrupts(self) -> None:
        # as a look-up of a name or a disk that hangs would be: it holds its thread for good
        code = (
            "import entrypoint, signal, threading, warehouses\n"
            "entrypoint.signals.listen()\n"
            "lock = threading.Lock()\n"
            "lock.acquire()\n"
            "warehouses.Lake.look = lambda *_words, **_more: print('waits', flush=True) or lock.acquire()\n"
            "entrypoint.os._exit(entrypoint.main([]))\n"
        )
        running = subprocess.Popen(
            [sys.executable, "-c", code], env=self.environment(PYTHONPATH=str(PROJECT)),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        self.addCleanup(running.kill)
        assert running.stdout is not None
        assert running.stdout.readline() == "waits\n"
        _, said = self.stop(running)
        self.assert_stopped(said)
