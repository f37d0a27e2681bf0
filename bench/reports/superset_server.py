"""Superset over the marts, set up as its documentation says, and asked for the charts of a page."""

import contextlib
import json
import re
import secrets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from process import Watch
from reports.asking import COMPRESSED, Asker, each
from reports.charts import Page, datasets
from reports.questions import Question, World
from toolbox import screen
from toolbox.programs import TOOLS, Failed, run, running

SETUP_SECONDS = 300
START_SECONDS = 120
WORKERS, THREADS = 2, 4
# Answers of charts are kept where both workers find them; `force` asks anew. Whoever sets it up by a script has no
# form to guard against other sites.
CONFIG = """
SECRET_KEY = %r
SQLALCHEMY_DATABASE_URI = "sqlite:///%s?check_same_thread=false"
DATA_CACHE_CONFIG = {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": "%s", "CACHE_DEFAULT_TIMEOUT": 86400}
PREVENT_UNSAFE_DB_CONNECTIONS = False
WTF_CSRF_ENABLED = False
"""


class PageOfCharts(NamedTuple):
    """Seconds until all charts had come, bytes of them as they were sent and unpacked, and their rows by chart."""

    seconds: float
    sent: int
    plain: int
    rows: dict[str, list[dict[str, Any]]]


class Superset:
    """One that is running and knows the marts."""

    def __init__(self, asker: Asker, marts: Path, found: World) -> None:
        self.asker, self.world = asker, found
        user = {"username": "admin", "password": "admin", "provider": "db", "refresh": False}
        token = self.post("/api/v1/security/login", user, {})["access_token"]
        self.headers = {"Authorization": "Bearer " + token}
        database = self.post("/api/v1/database/", {
            "database_name": "marts", "sqlalchemy_uri": "duckdb:///:memory:",
        }, self.headers)["id"]
        self.datasets = {}
        for name, sql in datasets(marts).items():
            virtual = {"database": database, "table_name": name, "sql": sql}
            self.datasets[name] = self.post("/api/v1/dataset/", virtual, self.headers)["id"]

    def post(self, path: str, value: dict[str, Any], headers: dict[str, str]) -> Any:
        sent = {"Content-Type": "application/json", **headers}
        return json.loads(self.asker.ask(path, "POST", json.dumps(value).encode(), sent).body)

    def page(self, question: Question, at_once: int, force: bool) -> PageOfCharts:
        """All charts of a page; anew, or what is kept of them, too."""
        headers = {**self.headers, **COMPRESSED, "Content-Type": "application/json"}
        charts = Page(self.world, question).charts()
        asked = [
            json.dumps({
                "datasource": {"id": self.datasets[chart.dataset], "type": "table"}, "queries": [chart.query],
                "result_format": "json", "result_type": "full", "force": force,
            }).encode()
            for chart in charts
        ]
        path = "/api/v1/chart/data"
        answers, seconds = each(asked, lambda body: self.asker.ask(path, "POST", body, headers), at_once)
        rows = {}
        for chart, answer in zip(charts, answers, strict=True):
            [result] = json.loads(answer.body)["result"]
            if result["error"] or (result["is_cached"] and force):
                raise Failed(f"Superset's chart {chart.name}: {result['error'] or 'was not made anew'}")
            rows[chart.name] = result["data"]
        return PageOfCharts(
            seconds, sum(each.sent for each in answers), sum(len(each.body) for each in answers), rows
        )

    def scripts(self) -> int:
        """Bytes of scripts and styles that a browser needs before it can draw the first chart, as they are sent."""
        page = self.asker.ask("/login/", headers=COMPRESSED)
        found = set(re.findall(rb'(?:src|href)="(/static/[^"]+\.(?:js|css))"', page.body))
        if not found:
            raise Failed("Superset's page names no scripts")
        return page.sent + sum(self.asker.ask(path.decode(), headers=COMPRESSED).sent for path in found)


def programs() -> Path:
    """Where those of its environment are."""
    return TOOLS / "venv-superset" / "bin"


def settings(work: Path) -> dict[str, str]:
    """It keeps everything in this folder."""
    return {
        "SUPERSET_CONFIG_PATH": str(work / "superset_config.py"), "FLASK_APP": "superset", "TZ": "UTC",
        "HOME": str(work), "SUPERSET_HOME": str(work), "SUPERSET_CONFIG": "superset.config",
    }


def set_up(work: Path) -> None:
    """Its own database, and somebody who may do everything."""
    (work / "superset_config.py").write_text(CONFIG % (
        secrets.token_urlsafe(42), work / "superset.db", work / "cache"))
    admin = ["--username", "admin", "--firstname", "A", "--lastname", "D", "--email", "admin@example.com"]
    with screen.step("set up") as done:
        for words in (["db", "upgrade"], ["fab", "create-admin", *admin, "--password", "admin"], ["init"]):
            run([str(programs() / "superset"), *words], settings(work), work / "superset.log", SETUP_SECONDS)
        done.text = "Superset's own database"


@contextlib.contextmanager
def superset(work: Path, marts: Path, found: World) -> Iterator[tuple[Superset, Watch]]:
    """Runs it as its documentation says, a worker a core, and ends it when this is left."""
    log = work / "gunicorn.log"
    workers = ["--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "120"]
    words = [str(programs() / "gunicorn"), "--bind", "127.0.0.1:0", *workers, "superset.app:create_app()"]
    with (
        open(log, "ab") as output, running(words, settings(work), output, output, work) as process,
        Watch(process.pid) as watch,
    ):
        with screen.step("start") as done:
            asker = Asker("Superset", wait_until_ready(process, log))
            done.text = "Superset answers"
        with screen.step("datasets") as done:
            server = Superset(asker, marts, found)
            done.text = f"{len(server.datasets)} over the marts"
        yield server, watch


def wait_until_ready(process: "subprocess.Popen[bytes]", log: Path) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise Failed(f"Superset ended with exit code {process.returncode}", log)
        found = re.search(r"Listening at: http://([\d.:]+)", log.read_text(errors="replace"))
        if found:
            with contextlib.suppress(Failed):
                Asker("Superset", found.group(1)).ask("/health")
                return found.group(1)
        time.sleep(0.1)
    raise Failed("Superset was not ready in time", log)
