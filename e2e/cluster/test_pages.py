"""What people open in a browser."""

import csv
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.kube import ask
from cluster.pipeline import Pipeline

JOB_AD = Path(__file__).resolve().parents[2] / "contracts" / "board" / "full.json"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--window-size=1280,1000",
           "--virtual-time-budget=15000")

# of our own pages
STRICT = ("default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; "
          "frame-ancestors 'none'")
# of the dashboard
TITLES = {"de": "Recruiting auf einen Blick", "en": "Recruiting at a glance", "nl": "Werving in één oogopslag"}
# by name: where a page is, and a text that only its scripts put there, or its program
PICTURES = {
    "swagger-ui": ("mock", "/swagger-ui/", "/v1/{customer}/postings/{mediaId}"),
    "index": ("reports", "/", "ingest"),
    "dashboard": ("reports", "/dashboard?lang=de", TITLES["de"]),
    "runs": ("reports", "/runs", "export-by-hand"),
    "dbt-docs": ("reports", "/dbt/#!/model/model.emply_pipeline.stg_postings", "stg_postings"),
}


@pytest.fixture(scope="module")
def mock(pipeline: Pipeline) -> Iterator[str]:
    with pipeline.kube.forward("emply-mock-api", 8000) as address:
        yield address


@pytest.fixture(scope="module")
def reports(pipeline: Pipeline) -> Iterator[str]:
    with pipeline.kube.forward("emply-reports", 8080) as address:
        yield address


def test_mock_refuses_a_wrong_key(mock: str) -> None:
    assert ask(mock + "/v1/acme/postings/x", headers={"x-api-key": "wrong"})[0] == 401


def test_mock_has_no_faults(mock: str) -> None:
    assert json.loads(ask(mock + "/_mock/faults")[2]) == [], "there are faults that nobody asked for"


def test_board_keeps_a_job_ad(mock: str) -> None:
    _, _, said = ask(mock + "/api/job/test", "POST", {"Content-Type": "application/json"}, JOB_AD.read_bytes())
    answer = json.loads(said)
    assert answer["result"] == "ok", answer
    assert ask(mock + "/_mock/board/listings/" + answer["id"])[0] == 200


@pytest.mark.parametrize("path", ["/", "/dashboard", "/dashboard/weekly.csv", "/runs", "/dbt/"])
def test_policies(reports: str, path: str) -> None:
    """Our own pages load their style only and send forms nowhere else; dbt's, with its scripts, is in a sandbox."""
    status, headers, _ = ask(reports + path)
    policy = headers.get("Content-Security-Policy", "")
    assert status == 200
    assert "sandbox" in policy if path == "/dbt/" else policy == STRICT, policy


@pytest.mark.parametrize("language", TITLES)
@pytest.mark.parametrize("path", ["/", "/dashboard"])
def test_dashboard(reports: str, path: str, language: str) -> None:
    """It is in the language that is asked for; the front page has the last runs beside it."""
    _, headers, body = ask(f"{reports}{path}?lang={language}")
    page = body.decode()
    assert "text/html" in headers.get("Content-Type", "")
    for part in (f'<html lang="{language}">', f"<h1>{TITLES[language]}</h1>", '<figure id="weekly">'):
        assert part in page
    assert ('<section class="beside">' in page) == (path == "/")


def test_dashboard_in_the_charts_language(reports: str) -> None:
    # nobody has asked for another one than customerDefaults.report.language, which is English
    assert b'<html lang="en">' in ask(reports + "/dashboard")[2]


def test_weeks(pipeline: Pipeline, reports: str) -> None:
    """The dashboard tells of what the mock has."""
    status, headers, body = ask(reports + "/dashboard/weekly.csv?period=all&lang=en")
    assert status == 200
    assert headers["Content-Type"].startswith("text/csv")
    weeks = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    # nothing has come in since dbt has read, and nothing is older than the history
    assert sum(int(week["Applications"]) for week in weeks) == pipeline.in_the_mock()["applications"]


def test_no_such_figure(reports: str) -> None:
    assert ask(reports + "/dashboard/no-such-figure.csv")[0] == 404


@pytest.mark.parametrize("path", ["/bundle", "/build"])
def test_wrong_token(reports: str, path: str) -> None:
    assert ask(reports + path, "PUT", {"Authorization": "Bearer wrong"})[0] == 401


@pytest.mark.parametrize("name", PICTURES)
def test_picture(request: pytest.FixtureRequest, screenshots: Path, name: str) -> None:
    """Renders the page, takes a picture of it, and looks for its text."""
    service, path, shows = PICTURES[name]
    url = request.getfixturevalue(service) + path
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        pytest.skip("there is no Chromium")
    with tempfile.TemporaryDirectory() as profile:
        words = [browser, *OPTIONS, "--user-data-dir=" + profile]
        picture = screenshots / (name + ".png")
        subprocess.run([*words, f"--screenshot={picture}", url], check=True, capture_output=True, timeout=120)
        page = subprocess.run([*words, "--dump-dom", url], check=True, capture_output=True, text=True, timeout=120)
    assert shows in page.stdout
