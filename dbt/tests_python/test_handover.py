"""The docs reach a server that listens for real, or the caller learns why not."""

import http.server
import io
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from handover import Away, Refused, hand_over, shown_since, tell
from serving import serve


class Server(http.server.HTTPServer):
    """What it is to answer, and what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.statuses: list[int] = []
        self.got: list[tuple[str, str | None, bytes]] = []


class Service(http.server.BaseHTTPRequestHandler):
    """Answers with the statuses it is given, one after the other, and keeps what it got."""

    server: Server

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Authorization"], body))
        status = self.server.statuses.pop(0)
        good = b'{"outcome": "failed"}' if self.path == "/build" else b'{"files": 1, "bytes": 8}'
        self.answer(status, good if status == 200 else b'{"error": "because"}')

    def do_GET(self) -> None:
        if self.headers["Authorization"] == "Bearer the-token":
            self.answer(200, b'{"since": "2026-01-02T03:04:05Z"}')
        else:
            self.answer(401, b'{"error": "because"}')

    def answer(self, status: int, answer: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        pass


class HandOver(unittest.TestCase):
    def setUp(self) -> None:
        self.server = Server()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = Path(folder.name) / "docs.html"
        self.page.write_text("the docs")
        self.files = {"index.html": self.page}
        self.url = serve(self, self.server) + "/"

    def give(self, *statuses: int, patience_seconds: float = 60) -> int:
        self.server.statuses = list(statuses)
        return hand_over(self.url, "the-token", self.files, patience_seconds)

    def test_it_is_an_archive_with_the_page_and_a_token(self) -> None:
        self.assertEqual(self.give(200), 1)
        path, authorization, body = self.server.got[0]
        self.assertEqual((path, authorization), ("/bundle", "Bearer the-token"))
        with tarfile.open(fileobj=io.BytesIO(body)) as bundle:
            self.assertEqual(bundle.getnames(), ["index.html"])
            page = bundle.extractfile("index.html")
            assert page is not None
            self.assertEqual(page.read(), b"the docs")

    def test_it_tries_again_while_that_may_help(self) -> None:
        self.assertEqual(self.give(503, 409, 200), 3)

    def test_a_refusal_is_final_and_says_why(self) -> None:
        for status in (401, 413, 422):
            with self.assertRaisesRegex(Refused, f"{status}: because"):
                self.give(status)
        self.assertEqual(len(self.server.got), 3)

    def test_whether_it_would_be_taken_can_be_asked(self) -> None:
        self.assertEqual(shown_since(self.url, "the-token"), "2026-01-02T03:04:05Z")
        with self.assertRaisesRegex(Refused, "401: because"):
            shown_since(self.url, "another")
        self.assertEqual(self.server.got, [])

    def test_how_a_build_ended_is_told_in_the_same_way(self) -> None:
        self.server.statuses = [503, 200, 400]
        self.assertEqual(tell(self.url, "the-token", b"{}"), 2)
        self.assertEqual(self.server.got[-1], ("/build", "Bearer the-token", b"{}"))
        with self.assertRaisesRegex(Refused, "refused how the build ended with 400: because"):
            tell(self.url, "the-token", b"{}")

    def test_patience_ends(self) -> None:
        with self.assertRaises(Away):
            self.give(503, patience_seconds=-1)

    def test_nobody_there(self) -> None:
        with self.assertRaisesRegex(Away, "REPORTS_URL") as problem:
            hand_over("http://127.0.0.1:1", "the-token", self.files, -1)
        self.assertNotIn("the-token", str(problem.exception))


if __name__ == "__main__":
    unittest.main()
