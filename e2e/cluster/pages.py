"""What people open in a browser."""

import csv
import io
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from kube import ask, expect
from pipeline import Pipeline

JOB_AD = Path(__file__).resolve().parents[2] / "services" / "mock-api" / "tests" / "golden" / "board-full.json"
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
        subprocess.run([*words, "--screenshot=%s" % picture, url], check=True, capture_output=True, timeout=120)
        page = subprocess.run([*words, "--dump-dom", url], check=True, capture_output=True, text=True, timeout=120)
    expect(shows in page.stdout, "%s does not show %r" % (url, shows))
    return name


def mock(subject: Pipeline) -> str:
    with subject.kube.forward("emply-mock-api", 8000) as address:
        status, _, _ = ask(address + "/v1/acme/postings/x", headers={"x-api-key": "wrong"})
        expect(status == 401, "the mock answers a wrong key with %d" % status)
        _, _, faults = ask(address + "/_mock/faults")
        expect(json.loads(faults) == [], "there are faults that nobody asked for: %r" % faults)
        _, _, said = ask(address + "/api/job/test", "POST", {"Content-Type": "application/json"}, JOB_AD.read_bytes())
        answer = json.loads(said)
        expect(answer["result"] == "ok", "the board takes no job ad: %s" % answer)
        status, _, _ = ask(address + "/_mock/board/listings/" + answer["id"])
        expect(status == 200, "the board has not kept the job ad: %d" % status)
        return open_in_browser(subject, "swagger-ui", address + "/swagger-ui/", "/v1/{customer}/postings/{mediaId}")


def hold_policies(address: str) -> None:
    """Our own pages load their style only and send forms nowhere else; dbt's, with its scripts, is in a sandbox."""
    for path in ("/", "/dashboard", "/dashboard/weekly.csv", "/runs", "/dbt/"):
        status, headers, _ = ask(address + path)
        policy = headers.get("Content-Security-Policy", "")
        expect(status == 200, "%s answers %d" % (path, status))
        is_held = "sandbox" in policy if path == "/dbt/" else policy == STRICT
        expect(is_held, "%s: its Content-Security-Policy is %r" % (path, policy))


def hold_dashboard(subject: Pipeline, address: str) -> None:
    """It tells of what the mock has, in the language that is asked for; the front page has the last runs beside it."""
    for path, is_front in (("/", True), ("/dashboard", False)):
        for language, title in TITLES.items():
            _, headers, body = ask("%s%s?lang=%s" % (address, path, language))
            page = body.decode()
            expect("text/html" in headers.get("Content-Type", ""), "%s is %s" % (path, headers.get("Content-Type")))
            for part in ('<html lang="%s">' % language, "<h1>%s</h1>" % title, '<figure id="weekly">'):
                expect(part in page, "%s in %s lacks %s" % (path, language, part))
            expect(('<section class="beside">' in page) == is_front, "%s: where are the last runs" % path)
    # nobody has asked for another one, and the chart's is English
    _, _, body = ask(address + "/dashboard")
    expect(b'<html lang="en">' in body, "the dashboard is not in the language of customerDefaults.report.language")
    status, headers, body = ask(address + "/dashboard/weekly.csv?period=all&lang=en")
    expect(status == 200, "the file of weeks is answered with %d" % status)
    expect(headers["Content-Type"].startswith("text/csv"), "the file of weeks is %s" % headers["Content-Type"])
    weeks = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    counted = sum(int(week["Applications"]) for week in weeks)
    all_of_them = subject.in_the_mock()["applications"]
    # nothing has come in since dbt has read, and nothing is older than the history
    expect(counted == all_of_them, "%d applications by week, and %d in the mock" % (counted, all_of_them))
    status, _, _ = ask(address + "/dashboard/no-such-figure.csv")
    expect(status == 404, "a figure that there is none of is answered with %d" % status)


def reports(subject: Pipeline) -> str:
    with subject.kube.forward("emply-reports", 8080) as address:
        hold_policies(address)
        hold_dashboard(subject, address)
        for path in ("/bundle", "/build"):
            status, _, _ = ask(address + path, "PUT", {"Authorization": "Bearer wrong"})
            expect(status == 401, "PUT %s with a wrong token is answered with %d" % (path, status))
        shown = [open_in_browser(subject, name, address + path, text) for name, path, text in (
            ("index", "/", "ingest"), ("dashboard", "/dashboard?lang=de", TITLES["de"]),
            ("runs", "/runs", "export-by-hand"),
            ("dbt-docs", "/dbt/#!/model/model.emply_pipeline.stg_postings", "stg_postings"))]
    return ", ".join(shown)


STEPS = (("Swagger UI", mock), ("reports", reports))
