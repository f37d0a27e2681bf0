"""The docs reach a server that listens for real, or the caller learns why not."""

import http.server
import io
import tarfile
from pathlib import Path

import pytest

from handover import Away, Refused, hand_over, shown_since, tell
from tests_python.conftest import Serve

TOKEN = "the-token"


class Server(http.server.HTTPServer):
    """What it is to answer, and what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.statuses: list[int] = []
        self.got: list[tuple[str, str | None, bytes]] = []
        # with which authorization it was asked, and to where that leads
        self.asked: list[str | None] = []
        self.leads_to: str | None = None


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
        self.server.asked.append(self.headers["Authorization"])
        if self.server.leads_to is not None:
            self.answer(302, b"", Location=self.server.leads_to)
        elif self.headers["Authorization"] == "Bearer the-token":
            self.answer(200, b'{"since": "2026-01-02T03:04:05Z"}')
        else:
            self.answer(401, b'{"error": "because"}')

    def answer(self, status: int, answer: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server, serve: Serve) -> str:
    return serve(server) + "/"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    page = tmp_path / "docs.html"
    page.write_text("the docs")
    return {"index.html": page}


def test_it_is_an_archive_with_the_page_and_a_token(server: Server, url: str, files: dict[str, Path]) -> None:
    server.statuses = [200]
    assert hand_over(url, TOKEN, files) == 1
    path, authorization, body = server.got[0]
    assert (path, authorization) == ("/bundle", "Bearer the-token")
    with tarfile.open(fileobj=io.BytesIO(body)) as bundle:
        assert bundle.getnames() == ["index.html"]
        page = bundle.extractfile("index.html")
        assert page is not None
        assert page.read() == b"the docs"


def test_it_tries_again_while_that_may_help(server: Server, url: str, files: dict[str, Path]) -> None:
    server.statuses = [503, 409, 200]
    assert hand_over(url, TOKEN, files) == 3


@pytest.mark.parametrize("status", [401, 413, 422])
def test_a_refusal_is_final_and_says_why(server: Server, url: str, files: dict[str, Path], status: int) -> None:
    server.statuses = [status]
    with pytest.raises(Refused, match=f"{status}: because"):
        hand_over(url, TOKEN, files)
    assert len(server.got) == 1


def test_whether_it_would_be_taken_can_be_asked(server: Server, url: str) -> None:
    assert shown_since(url, TOKEN) == "2026-01-02T03:04:05Z"
    with pytest.raises(Refused, match="401: because"):
        shown_since(url, "another")
    assert server.got == []


def test_the_token_goes_nowhere_else(server: Server, url: str, serve: Serve) -> None:
    other = Server()
    server.leads_to = serve(other)
    with pytest.raises(Refused, match="302"):
        shown_since(url, TOKEN)
    assert (server.asked, other.asked) == (["Bearer the-token"], [])


def test_how_a_build_ended_is_told_in_the_same_way(server: Server, url: str) -> None:
    server.statuses = [503, 200, 400]
    assert tell(url, TOKEN, b"{}") == 2
    assert server.got[-1] == ("/build", "Bearer the-token", b"{}")
    with pytest.raises(Refused, match="refused how the build ended with 400: because"):
        tell(url, TOKEN, b"{}")


def test_patience_ends(server: Server, url: str, files: dict[str, Path]) -> None:
    server.statuses = [503]
    with pytest.raises(Away):
        hand_over(url, TOKEN, files, patience_seconds=-1)


def test_nobody_there(files: dict[str, Path]) -> None:
    with pytest.raises(Away, match="REPORTS_URL") as problem:
        hand_over("http://127.0.0.1:1", TOKEN, files, -1)
    assert TOKEN not in str(problem.value)


@pytest.mark.parametrize(("left_out", "is_reached"), [("10.0.0.0/8,127.0.0.0/8", True), ("10.0.0.0/8,::1", False)])
def test_a_network_of_no_proxy_is_reached_past_the_proxy(
    left_out: str, is_reached: bool, url: str, monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, left_out)
    if is_reached:
        assert shown_since(url, TOKEN, 10) == "2026-01-02T03:04:05Z"
    else:
        with pytest.raises(Away):
            shown_since(url, TOKEN, 10)
