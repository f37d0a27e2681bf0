"""The reports service is told how each build ended, and nothing of that changes how the run itself ends."""

import datetime
import json
import subprocess
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundle.ending import MOST_NAMES, ending, write_down
from sample_lake import event, write, write_sample
from serving import serve
from test_entrypoint import Entrypoint
from test_handover import Server

TOKEN = "a-long-random-secret"
NOON = datetime.datetime(2026, 3, 29, 12, 30, 0, 9, datetime.timezone(datetime.timedelta(hours=2)))


class Told(Entrypoint):
    def setUp(self) -> None:
        super().setUp()
        self.server = Server()
        self.url = serve(self, self.server)

    def ended(self, *statuses: int) -> "subprocess.CompletedProcess[str]":
        """A run, to which the service answers so."""
        self.server.statuses = list(statuses)
        return self.run_entrypoint(REPORTS_URL=self.url, REPORTS_TOKEN=TOKEN)

    def told(self) -> list[tuple[str, Any]]:
        """The paths, and what was told by /build."""
        return [(path, json.loads(body) if path == "/build" else None) for path, _, body in self.server.got]

    def spoil(self) -> None:
        write(self.lake, "application_event", "30-40", [event("a3", 1, 31, occurred=None)])

    def test_a_good_build_and_one_that_cannot_be_told(self) -> None:
        write_sample(self.lake)
        self.assert_ended(self.ended(200, 200), 0, "succeeded")
        [(first, _), (second, build)] = self.told()
        assert (first, second, build["outcome"], build["failed"]) == ("/bundle", "/build", "succeeded", [])
        # like docs that are refused; then it is told as failed, and is so beside the docs
        last = self.assert_ended(self.ended(200, 400, 200), 2, "failed")
        assert "refused how the build ended with 400: because" in last["error"]
        assert self.told()[-1][1]["error"] == last["error"]
        assert json.loads((self.lake / "docs/data/build.json").read_text()) == self.told()[-1][1]

    def test_a_bad_build_is_told_and_hands_nothing_over(self) -> None:
        write_sample(self.lake)
        self.spoil()
        last = self.assert_ended(self.ended(200), 2, "failed")
        [(path, build)] = self.told()
        assert (path, build["outcome"], build["error"]) == ("/build", "failed", last["error"])
        assert build["failed"] == ["source_not_null_warehouse_application_event_occurred"]

    def test_a_bad_build_that_cannot_be_told_ends_as_it_did(self) -> None:
        write_sample(self.lake)
        self.spoil()
        done = self.ended(400)
        last = self.assert_ended(done, 2, "failed")
        assert "source_not_null_warehouse_application_event_occurred" in last["error"]
        warning = json.loads(done.stderr.splitlines()[-2])
        assert warning["level"] == "WARN"
        assert warning["message"] == "that the build failed could not be told"
        assert "400: because" in warning["error"]

    def test_a_lake_that_is_not_there_is_told_and_not_made(self) -> None:
        self.assert_ended(self.ended(200), 1, "failed")
        assert "run export first" in self.told()[0][1]["error"]
        assert not self.lake.exists()
    def test_it_is_never_too_much(self) -> None:
        names = ["é" * 1000] * 1000
        said = ending(NOON, "é" * 10_000, names, names)
        assert len(said) < 64 << 10
        build = json.loads(said)
        assert (build["finished"], len(build["failed"]), len(build["warned"])) == (
            "2026-03-29T10:30:00Z", MOST_NAMES, MOST_NAMES)

    def test_it_lies_beside_the_docs(self) -> None:
        docs = self.temporary / "docs" / "index.html"
        for said in (b"first", b"second"):
            write_down(said, docs, [])
            assert (docs.parent / "data/build.json").read_bytes() == said
        assert len(list((docs.parent / "data").iterdir())) == 1


if __name__ == "__main__":
    unittest.main()
