"""What people open in a browser."""

import csv
import io
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from cluster.kube import ask, expect
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


def open_in_browser(subject: Pipeline, name: str, url: str, shows: str) -> str:
    """Renders the page, takes a picture of it, and looks for a text that only its scripts put there."""
    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        return name + " SKIPPED: there is no Chromium"
    with tempfile.TemporaryDirectory() as profile:
        words = [browser, *OPTIONS, "--user-data-dir=" + profile]
        picture = subject.screenshots / (name + ".png")
        subprocess.run([*words, f"--screenshot={picture}", url], check=True, capture_output=True, timeout=120)
        page = subprocess.run([*words, "--dump-dom", url], check=True, capture_output=True, text=True, timeout=120)
    expect(shows in page.stdout, f"{url} does not show {shows!r}")
    return name


def mock(subject: Pipeline) -> str:
    with subject.kube.forward("emply-mock-api", 8000) as address:
        status, _, _ = ask(address + "/v1/acme/postings/x", headers={"x-api-key": "wrong"})
        expect(status == 401, f"the mock answers a wrong key with {status}")
        _, _, faults = ask(address + "/_mock/faults")
        expect(json.loads(faults) == [], f"there are faults that nobody asked for: {faults!r}")
        _, _, said = ask(address + "/api/job/test", "POST", {"Content-Type": "application/json"}, JOB_AD.read_bytes())
        answer = json.loads(said)
        expect(answer["result"] == "ok", f"the board takes no job ad: {answer}")
        status, _, _ = ask(address + "/_mock/board/listings/" + answer["id"])
        expect(status == 200, f"the board has not kept the job ad: {status}")
        return open_in_browser(subject, "swagger-ui", address + "/swagger-ui/", "/v1/{customer}/postings/{mediaId}")


def hold_policies(address: str) -> None:
    """Our own pages load their style only and send forms nowhere else; dbt's, with its scripts, is in a sandbox."""
    for path in ("/", "/dashboard", "/dashboard/weekly.csv", "/runs", "/dbt/"):
        status, headers, _ = ask(address + path)
        policy = headers.get("Content-Security-Policy", "")
        expect(status == 200, f"{path} answers {status}")
        is_held = "sandbox" in policy if path == "/dbt/" else policy == STRICT
        expect(is_held, f"{path}: its Content-Security-Policy is {policy!r}")


def hold_dashboard(subject: Pipeline, address: str) -> None:
    """It tells of what the mock has, in the language that is asked for; the front page has the last runs beside it."""
    for path, is_front in (("/", True), ("/dashboard", False)):
        for language, title in TITLES.items():
            _, headers, body = ask(f"{address}{path}?lang={language}")
            page = body.decode()
            expect("text/html" in headers.get("Content-Type", ""), f"{path} is {headers.get('Content-Type')}")
            for part in (f'<html lang="{language}">', f"<h1>{title}</h1>", '<figure id="weekly">'):
                expect(part in page, f"{path} in {language} lacks {part}")
            expect(('<section class="beside">' in page) == is_front, f"{path}: where are the last runs")
    # nobody has asked for another one, and the chart's is English
    _, _, body = ask(address + "/dashboard")
    expect(b'<html lang="en">' in body, "the dashboard is not in the language of customerDefaults.report.language")
    status, headers, body = ask(address + "/dashboard/weekly.csv?period=all&lang=en")
    expect(status == 200, f"the file of weeks is answered with {status}")
    expect(headers["Content-Type"].startswith("text/csv"), f"the file of weeks is {headers['Content-Type']}")
    weeks = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    counted = sum(int(week["Applications"]) for week in weeks)
    all_of_them = subject.in_the_mock()["applications"]
    # nothing has come in since dbt has read, and nothing is older than the history
    expect(counted == all_of_them, f"{counted} applications by week, and {all_of_them} in the mock")
    status, _, _ = ask(address + "/dashboard/no-such-figure.csv")
    expect(status == 404, f"a figure that there is none of is answered with {status}")


def reports(subject: Pipeline) -> str:
    with subject.kube.forward("emply-reports", 8080) as address:
        hold_policies(address)
        hold_dashboard(subject, address)
        for path in ("/bundle", "/build"):
            status, _, _ = ask(address + path, "PUT", {"Authorization": "Bearer wrong"})
            expect(status == 401, f"PUT {path} with a wrong token is answered with {status}")
        shown = [open_in_browser(subject, name, address + path, text) for name, path, text in (
            ("index", "/", "ingest"), ("dashboard", "/dashboard?lang=de", TITLES["de"]),
            ("runs", "/runs", "export-by-hand"),
            ("dbt-docs", "/dbt/#!/model/model.emply_pipeline.stg_postings", "stg_postings"))]
    return ", ".join(shown)


STEPS = (("Swagger UI", mock), ("reports", reports))
