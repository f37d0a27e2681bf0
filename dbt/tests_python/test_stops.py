"""A signal ends the entrypoint within five seconds, wherever it is, and what was published stays as it was."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from outcome import PROJECT
from tests_python.conftest import MARTS, Place, ended
from tests_python.sample_lake import write_sample
from tests_python.test_entrypoint import MART

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


@pytest.fixture
def filled(place: Place) -> Place:
    return fill(place)


@pytest.fixture
def filled_of_models(place_of_models: Place) -> Place:
    return fill(place_of_models)


def fill(place: Place) -> Place:
    """With what an earlier run has published."""
    write_sample(place.lake)
    for file in PUBLISHED:
        (place.lake / file).parent.mkdir()
        (place.lake / file).write_bytes(GOOD)
    return place


def stop(running: "subprocess.Popen[str]", number: int = signal.SIGTERM) -> tuple[str, str]:
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


def assert_stopped(place: Place, said: str) -> None:
    last = json.loads(said.splitlines()[-1])
    assert (last["message"], last["error"], last["exit_code"]) == ("failed", "stopped by a signal", 1), said
    assert list(place.temporary.iterdir()) == []


def assert_as_it_was(place: Place) -> None:
    for file in PUBLISHED:
        assert (place.lake / file).read_bytes() == GOOD, file
        assert len(list((place.lake / file).parent.iterdir())) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_from_its_first_moment_on(filled: Place, number: int) -> None:
    heard, running = 1 << (signal.SIGTERM - 1), filled.start_entrypoint()
    status = Path(f"/proc/{running.pid}/status")
    while not int(re.findall("SigCgt:\t([0-9a-f]+)", status.read_text())[0], 16) & heard:
        assert running.poll() is None
    _, said = stop(running, number)
    assert_stopped(filled, said)
    assert_as_it_was(filled)


# it loads, reads the project, builds, tests
@pytest.mark.parametrize(("wait", "number"), [
    (0.1, signal.SIGTERM), (1.0, signal.SIGINT), (2.0, signal.SIGHUP), (3.0, signal.SIGTERM), (4.0, signal.SIGINT),
    (5.0, signal.SIGTERM),
])
def test_while_dbt_is_at_work(filled: Place, wait: float, number: int) -> None:
    running = filled.start_entrypoint(DBT_TARGET_PATH=None)
    assert running.stderr is not None
    assert "starting" in running.stderr.readline()
    time.sleep(wait)
    is_published = len(list((filled.lake / MART).parent.iterdir())) > 1
    if running.poll() is None and not is_published and (filled.lake / MART).read_bytes() == GOOD:
        _, said = stop(running, number)
        assert_stopped(filled, said)
        assert_as_it_was(filled)


def test_a_kept_folder_is_of_use_to_the_next_run(filled_of_models: Place) -> None:
    target = filled_of_models.temporary.parent / "kept"
    for wait in (1.5, 3.0):
        running = filled_of_models.start_entrypoint(DBT_TARGET_PATH=target)
        time.sleep(wait)
        stop(running)
    assert not list(target.glob("run.duckdb*"))
    for file in target.glob("*.msgpack"):
        # cut off, as by a kill
        file.write_bytes(file.read_bytes()[:1000])
    ended(filled_of_models.run(DBT_TARGET_PATH=target), 0, "succeeded")


@pytest.mark.parametrize("reads", [False, True], ids=["nobody reads", "somebody reads slowly"])
def test_while_docs_are_handed_over(filled_of_models: Place, reads: bool) -> None:
    half = filled_of_models.lake / "marts/tmp_fct_applications_per_posting.parquet"
    with silence(reads) as server:
        running = filled_of_models.start_entrypoint(REPORTS_URL=server.url, REPORTS_TOKEN=TOKEN)
        assert server.connected.wait(60)
        # as DuckDB leaves it when it is killed
        half.write_text("half")
        _, said = stop(running)
    assert_stopped(filled_of_models, said)
    # they were built, and are whole
    for mart, key in MARTS.items():
        assert filled_of_models.mart(mart, key), mart
    assert (filled_of_models.lake / "docs/index.html").read_text().rstrip().endswith("</html>")
    assert sorted(file.stem for file in (filled_of_models.lake / "marts").iterdir()) == sorted(MARTS)
    assert sorted(each.name for each in (filled_of_models.lake / "docs").iterdir()) == ["data", "index.html"]


def test_a_check(filled: Place) -> None:
    with silence() as server:
        running = filled.start_entrypoint("check", REPORTS_URL=server.url, REPORTS_TOKEN=TOKEN)
        assert server.connected.wait(20)
        out, said = stop(running)
    assert out.splitlines()[-1] == "FAIL  stopped by a signal"
    assert said == ""


def test_a_check_waits_ten_seconds(filled: Place) -> None:
    with silence() as mute, silence(reads=True) as slow:
        began = time.monotonic()
        both = [filled.start_entrypoint("check", REPORTS_URL=each.url, REPORTS_TOKEN=TOKEN) for each in (mute, slow)]
        for running in both:
            out, said = running.communicate(timeout=60)
            assert (running.returncode, said) == (1, "")
            assert out.splitlines()[-1].startswith("FAIL  reports: reports at REPORTS_URL cannot be reached")
        assert time.monotonic() - began < 13


def test_a_wait_that_nothing_interrupts(filled: Place) -> None:
    # as a look-up of a name or a disk that hangs would be: it holds its thread for good
    code = (
        "import entrypoint, signal, threading, warehouses\n"
        "entrypoint.signals.listen()\n"
        "lock = threading.Lock()\n"
        "lock.acquire()\n"
        "warehouses.Lake.look = lambda *_words, **_more: print('waits', flush=True) or lock.acquire()\n"
        "entrypoint.os._exit(entrypoint.main([]))\n"
    )
    running = filled.start("-c", code, PYTHONPATH=PROJECT)
    assert running.stdout is not None
    assert running.stdout.readline() == "waits\n"
    _, said = stop(running)
    assert_stopped(filled, said)
