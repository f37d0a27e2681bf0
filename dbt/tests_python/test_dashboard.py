"""A check opens the dashboard, and says what it has found there."""

import http.server
import re
from pathlib import Path

import pytest
import yaml

from bundle.dashboard import PATH, TITLE, opened
from bundle.wanted import MARTS
from handover import Away, Refused
from outcome import PROJECT
from tests_python.conftest import Place, Serve
from tests_python.sample_lake import write_sample

TOKEN = "a-long-random-secret"
PAGE = f"<!DOCTYPE html><html lang=\"en\"><head>{TITLE} · emply-pipeline</title></head>"


class Server(http.server.HTTPServer):
    """What its front page is, and who has asked for what."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Service)
        self.status, self.page = 200, PAGE
        self.got: list[tuple[str, str | None]] = []


class Service(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.got.append((self.path, self.headers["Authorization"]))
        is_page = self.path == "/?lang=en"
        body = self.server.page.encode() if is_page else b'{"since": null}'
        self.send_response(self.server.status if is_page else 200)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def url(server: Server, serve: Serve) -> str:
    return serve(server)


def test_it_is_opened_as_anybody_opens_it(server: Server, url: str) -> None:
    assert opened(url + "/", 10) == url + "/"
    assert server.got == [("/?lang=en", None)]


def test_another_page_is_no_dashboard(server: Server, url: str) -> None:
    server.page = "<title>emply-pipeline</title>"
    with pytest.raises(Refused, match="another one: bring reports to the release"):
        opened(url, 10)


@pytest.mark.parametrize("status", [301, 302, 307, 401, 403])
def test_a_login_is_not_gone_through(server: Server, url: str, status: int) -> None:
    server.status = status
    assert opened(url, 10) is None
    assert {path for path, _ in server.got} == {"/?lang=en"}


@pytest.mark.parametrize(("status", "kind"), [(404, Refused), (410, Refused), (429, Away), (500, Away), (503, Away)])
def test_an_error_is_told_by_whether_it_passes(server: Server, url: str, status: int, kind: type[Exception]) -> None:
    server.status = status
    with pytest.raises(kind, match=f"^reports answered {status}$"):
        opened(url, 10)


def test_nobody_there_may_come() -> None:
    with pytest.raises(Away, match="REPORTS_URL"):
        opened("http://127.0.0.1:1", 10)


@pytest.mark.parametrize(("status", "page", "code", "said"), [
    (200, PAGE, 0, "ok    dashboard: {url}/"),
    (401, "", 0, "warn  dashboard: it asks for a login, so it was not opened"),
    (200, "", 2, "FAIL  dashboard: the page at REPORTS_URL is another one: "),
    (503, PAGE, 1, "FAIL  dashboard: reports answered 503"),
], ids=["shown", "login", "another page", "away"])
def test_the_check_says_so_in_a_line(
    place: Place, server: Server, url: str, status: int, page: str, code: int, said: str
) -> None:
    write_sample(place.lake)
    server.status, server.page = status, page
    done = place.run("check", REPORTS_URL=url, REPORTS_TOKEN=TOKEN)
    *_, reports, dashboard = done.stdout.splitlines()
    assert (done.returncode, reports) == (code, "ok    reports: no docs yet")
    assert dashboard.startswith(said.format(url=url)), done.stdout


def test_the_title_is_the_one_that_the_page_has() -> None:
    """Held here, since who changes it there does not see the check."""
    words = (PROJECT.parent / "services/reports/src/words/en.rs").read_text()
    found = re.search(r'titles: Titles \{\s+dashboard: "([^"]+)"', words)
    assert found is not None
    assert "<title>" + found[1] == TITLE


def test_the_docs_name_the_marts_that_it_is_made_of() -> None:
    """Those that are handed over, and those whose definitions its figures link to; and where it is."""
    figures = sorted((PROJECT.parent / "services/reports/src/dashboard/figures").glob("*.rs"))
    wanted = set(re.findall(r'"(fct_[a-z_]+|dim_[a-z_]+|data_quality)"', "".join(map(Path.read_text, figures))))
    wanted |= {name for mart in MARTS for name in (mart.mart, *([mart.joined.mart] if mart.joined else []))}
    exposures = yaml.safe_load((PROJECT / "models/marts/_exposures.yml").read_text())["exposures"]
    [dashboard] = [each for each in exposures if each["name"] == "dashboard"]
    assert set(dashboard["depends_on"]) == {f"ref('{mart}')" for mart in wanted}
    assert dashboard["url"] == PATH.partition("?")[0]
