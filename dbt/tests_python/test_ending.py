"""The reports service is told how each build ended, and nothing of that changes how the run itself ends."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from bundle.ending import MOST_NAMES, ending, write_down
from tests_python.conftest import Done, Place, Serve, ended
from tests_python.sample_lake import event, write, write_sample
from tests_python.test_handover import Server

TOKEN = "a-long-random-secret"
NOON = datetime.datetime(2026, 3, 29, 12, 30, 0, 9, datetime.timezone(datetime.timedelta(hours=2)))


class Told:
    """Runs, to which the service answers as it is told to, and what it was told."""

    def __init__(self, place: Place, serve: Serve) -> None:
        self.place, self.server = place, Server()
        self.url = serve(self.server)

    def run(self, *statuses: int) -> Done:
        self.server.statuses = list(statuses)
        return self.place.run(REPORTS_URL=self.url, REPORTS_TOKEN=TOKEN)

    def told(self) -> list[tuple[str, Any]]:
        """The paths, and what was told by /build."""
        return [(path, json.loads(body) if path == "/build" else None) for path, _, body in self.server.got]


@pytest.fixture
def it(place: Place, serve: Serve) -> Told:
    return Told(place, serve)


@pytest.fixture
def spoilt(it: Told) -> Told:
    write_sample(it.place.lake)
    write(it.place.lake, "application_event", "30-40", [event("a3", 1, 31, occurred=None)])
    return it


def test_a_good_build_and_one_that_cannot_be_told(place_of_models: Place, serve: Serve) -> None:
    it = Told(place_of_models, serve)
    write_sample(it.place.lake)
    ended(it.run(200, 200), 0, "succeeded")
    [(first, _), (second, build)] = it.told()
    assert (first, second, build["outcome"], build["failed"]) == ("/bundle", "/build", "succeeded", [])
    # like docs that are refused; then it is told as failed, and is so beside the docs
    last = ended(it.run(200, 400, 200), 2, "failed")
    assert "refused how the build ended with 400: because" in last["error"]
    assert it.told()[-1][1]["error"] == last["error"]
    assert json.loads((it.place.lake / "docs/data/build.json").read_text()) == it.told()[-1][1]


def test_a_bad_build_is_told_and_hands_nothing_over(spoilt: Told) -> None:
    last = ended(spoilt.run(200), 2, "failed")
    [(path, build)] = spoilt.told()
    assert (path, build["outcome"], build["error"]) == ("/build", "failed", last["error"])
    assert build["failed"] == ["source_not_null_warehouse_application_event_occurred"]


def test_a_bad_build_that_cannot_be_told_ends_as_it_did(spoilt: Told) -> None:
    done = spoilt.run(400)
    last = ended(done, 2, "failed")
    assert "source_not_null_warehouse_application_event_occurred" in last["error"]
    warning = json.loads(done.stderr.splitlines()[-2])
    assert warning["level"] == "WARN"
    assert warning["message"] == "that the build failed could not be told"
    assert "400: because" in warning["error"]


def test_a_lake_that_is_not_there_is_told_and_not_made(it: Told) -> None:
    ended(it.run(200), 1, "failed")
    assert "run export first" in it.told()[0][1]["error"]
    assert not it.place.lake.exists()


def test_it_is_never_too_much() -> None:
    names = ["é" * 1000] * 1000
    said = ending(NOON, "é" * 10_000, names, names)
    assert len(said) < 64 << 10
    build = json.loads(said)
    assert (build["finished"], len(build["failed"]), len(build["warned"])) == (
        "2026-03-29T10:30:00Z", MOST_NAMES, MOST_NAMES)


def test_it_lies_beside_the_docs(tmp_path: Path) -> None:
    docs = tmp_path / "docs" / "index.html"
    for said in (b"first", b"second"):
        write_down(said, docs, [])
        assert (docs.parent / "data/build.json").read_bytes() == said
    assert len(list((docs.parent / "data").iterdir())) == 1
