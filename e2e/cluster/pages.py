"""What people open in a browser."""

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


def reports(subject: Pipeline) -> str:
    with subject.kube.forward("emply-reports", 8080) as address:
        for path, strict in (("/", True), ("/runs", True), ("/dbt/", False)):
            status, headers, _ = ask(address + path)
            policy = headers.get("Content-Security-Policy", "")
            expect(status == 200, "%s answers %d" % (path, status))
            expect("unsafe-eval" not in policy if strict else "sandbox" in policy, "%s: %s" % (path, policy))
        status, _, _ = ask(address + "/bundle", "PUT", {"Authorization": "Bearer wrong"})
        expect(status == 401, "a bundle with a wrong token is answered with %d" % status)
        shown = [open_in_browser(subject, name, address + path, text) for name, path, text in (
            ("index", "/", "ingest"), ("runs", "/runs", "export-by-hand"),
            ("dbt-docs", "/dbt/#!/model/model.emply_pipeline.stg_postings", "stg_postings"))]
    return ", ".join(shown)


STEPS = (("Swagger UI", mock), ("reports", reports))
