#!/usr/bin/env python3
"""The whole pipeline twice on this machine, against a made-up world: what `make demo` runs.

    python3 e2e/demo.py
    python3 e2e/demo.py serve     shows its dashboard until stopped: what `make demo-serve` runs

Builds the programs, starts mock-api and reports, and runs migrate → ingest → transfer → export → dbt; the mock's job
board gets the postings for a trial, and reports gets the numbers. Then a day passes in the mock's world, and all but
migrate run again and find what changed. Then everything is read again, which finds what was deleted, and one person is
forgotten. Everything stays in `.demo/`, which each demo makes anew; settings.env there is for going on by hand, and
PORT (8090) is where `serve` listens. Exit code: 0, 1 when a step failed, 128 + n after signal n.
"""

import contextlib
import fcntl
import json
import os
import secrets
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from toolbox import screen
from toolbox.mock import MEDIA, Mock, mock
from toolbox.programs import (
    REPOSITORY,
    TOOLS,
    CargoBuild,
    Failed,
    Stopped,
    build,
    last_record,
    leave_on_signals,
    run,
    running,
    serving,
    tail,
    wait_for_all,
)

DEMO = REPOSITORY / ".demo"
LOGS = DEMO / "logs"
DBT_PYTHON = TOOLS / "venv-dbt" / "bin" / "python"
DOCS = DEMO / "lake" / "docs" / "index.html"
DASHBOARD = "http://127.0.0.1:%d/"
# paths are relative to the repository, where all programs are started: a clone's path may hold any character
SETTINGS = {
    "DATABASE_URL": "sqlite://.demo/store.db",
    "EMPLY_API_KEY": "any-key-is-accepted-by-the-mock",
    "EMPLY_CUSTOMER": "acme",
    "EMPLY_CLOCK": "own",
    "EMPLY_MEDIA_IDS": ",".join(MEDIA),
    # Emply finds applications by their creation only: who looks back far enough sees that old ones moved on
    "INGEST_LOOKBACK_HOURS": "1440",
    "LAKE_PATH": ".demo/lake",
    "BOARD_EMAIL": "jobs@example.org",
    "BOARD_PASSWORD": "any-password-is-accepted-by-the-mock",
    "TRANSFER_MAPPING_FILE": "services/transfer/mapping.example.toml",
    "REPORTS_DIR": ".demo/reports",
    "VOCABULARY_FILE": "helm/emply-pipeline/files/vocabulary-for-the-mock.toml",
}
# of the demo's own runs, and not for somebody who goes on by hand
QUIET = {"LOG_FORMAT": "json", "RUN_TRIGGER": "demo", "DBT_TARGET_PATH": str(DEMO / "dbt-target")}
MOCK_DATABASE = "sqlite://.demo/mock.db"
BOARD_COUNTS = {"inserted": "published", "unchanged": "there already", "removed": "to be removed by hand",
                "suppressed": "not handed over"}
RUN_COLUMNS = ("fetched", "inserted", "updated", "unchanged", "removed", "rejected")
# with active ones where so many have applied that they tell of nobody
POPULAR = """
    select rank, applications, active_applications, title, city, department
    from '.demo/lake/marts/fct_applications_per_posting.parquet'
    where rank is not null
    order by rank, vacancy_id
    limit 10
"""
PLACES = """
    select rank, applications, applications_last_28_days, open_postings, postings, city, country
    from '.demo/lake/marts/fct_postings_by_location.parquet'
    where rank is not null
    order by rank, city, country
    limit 5
"""
# the last week is not over
WEEKS = """
    select iso_year || '-W' || lpad(cast(iso_week as text), 2, '0'), cast(sum(applications) as bigint),
        if(is_full_week, '', 'not over')
    from '.demo/lake/marts/fct_applications_weekly.parquet'
    group by week_start, iso_year, iso_week, is_full_week
    order by week_start desc
    limit 8
"""
AS_OF = "select cast(as_of_on as text), time_zone from '.demo/lake/marts/export_run.parquet'"
QUERY = "import duckdb, json, sys; print(json.dumps(duckdb.sql(sys.argv[1]).fetchall()))"


class Pipeline:
    """Our programs with the demo's settings."""

    def __init__(self, executables: dict[str, str], settings: dict[str, str]) -> None:
        self.executables = executables
        self.settings = {**settings, **QUIET}

    def step(self, name: str, log: str, words: list[str], text: Callable[[dict[str, Any]], str]) -> None:
        """Runs one program; `text` says what its summary means."""
        with screen.step(name) as done:
            run(words, self.settings, LOGS / (log + ".log"))
            done.text = text(last_record(LOGS / (log + ".log")))

    def migrate(self) -> None:
        self.step("migrate", "migrate", [self.executables["migrate"]],
                  lambda summary: "the tables are there" if summary.get("rows") else "nothing to do")

    def move_data(self) -> None:
        """One run of everything that runs on a schedule."""
        self.ingest()
        self.step("transfer", "transfer", [self.executables["transfer"]], lambda summary: ", ".join(
            f"{summary[name]} {words}" for name, words in BOARD_COUNTS.items() if summary.get(name)))
        self.step("export", "export", [self.executables["export"]], lambda summary: (
            f"{screen.number(summary.get('rows', 0))} rows to the lake, "
            f"{summary.get('bytes', 0) / 1000:.0f} kB of Parquet"))
        self.step("dbt", "dbt", [str(DBT_PYTHON), str(REPOSITORY / "dbt" / "entrypoint.py")], lambda summary: (
            f"{summary.get('models')} models built, {summary.get('tests.passed')} tests passed, "
            f"{summary.get('tests.warned')} warned"))

    def ingest(self, *words: str) -> None:
        self.step("reconcile" if words else "ingest", "ingest", [self.executables["ingest"], *words], lambda summary: (
            ", ".join(f"{screen.number(summary[name])} {name}" for name in RUN_COLUMNS if summary.get(name))))

    def forget_somebody(self) -> None:
        """Somebody who has applied lately, by their key."""
        with contextlib.closing(sqlite3.connect(DEMO / "store.db")) as store:
            newest = "SELECT candidate_key FROM application WHERE removed_at IS NULL ORDER BY created DESC, id LIMIT 1"
            ((key,),) = store.execute(newest).fetchall()
        self.step("forget", "ingest", [self.executables["ingest"], "forget", "--candidate", key],
                  lambda summary: f"one person; {summary['removed']} of their applications")

    def runs(self) -> list[dict[str, Any]]:
        """What the audit has about the runs of ingest, the oldest first."""
        answer = run([self.executables["ingest"], "runs", "--json"], self.settings, LOGS / "runs.log")
        return list(reversed(json.loads(answer)))

    def query(self, sql: str) -> list[list[Any]]:
        rows: list[list[Any]] = json.loads(run([str(DBT_PYTHON), "-c", QUERY, sql], self.settings, LOGS / "query.log"))
        return rows


def prepare() -> dict[str, str]:
    """Compiles the programs; beside it, since it takes a while the first time, makes dbt's environment."""
    screen.heading("Getting ready")
    screen.say("    cargo compiles the programs, and dbt is installed beside it: minutes the first time, then seconds")
    cargo, log = CargoBuild(), LOGS / "setup.log"
    setup = [sys.executable, str(REPOSITORY / "e2e" / "toolbox" / "setup.py"), "--only", "venv-dbt", str(TOOLS)]
    with open(log, "wb") as output, screen.step("build") as done:
        with cargo.running() as building, running(setup, {}, output, output) as making:
            try:
                wait_for_all({"cargo build": building, "setup of dbt's Python": making})
            except Failed as problem:
                # cargo spoke on the terminal
                raise Failed(str(problem), log if making.poll() else None) from problem
        done.text = "programs compiled, dbt installed"
    return cargo.executables()


def let_a_day_pass(world: Mock) -> None:
    screen.heading("A day passes in the mock's world")
    with screen.step("advance") as done:
        moved = world.ask("/_mock/advance?hours=24", "POST")
        done.text = "24 hours"
        done.more = [f"{what}: {counted(moved[what])}" for what in ("postings", "applications")]


def counted(changes: dict[str, int]) -> str:
    return ", ".join(f"{count} {what}" for what, count in changes.items())


def show(pipeline: Pipeline) -> None:
    screen.heading("What ingest counted")
    names = ("first run", "a day later", "all again", "forget", "next run")
    counts = (*RUN_COLUMNS, "suppressed")
    runs = zip(names, pipeline.runs(), strict=False)
    screen.table(("", *counts), [[name, *(run[column] for column in counts)] for name, run in runs])
    # and what dbt has counted
    ((day, zone),) = pipeline.query(AS_OF)
    columns: tuple[str, ...]
    for title, columns, rows in (
        (f"Applications per week, up to {day} ({zone})", ("week", "applications", ""), pipeline.query(WEEKS)[::-1]),
        ("The places with the most applications",
         ("", "applications", "last 28 days", "open", "postings", "city", "country"), pipeline.query(PLACES)),
        ("The ten most popular postings",
         ("", "applications", "active", "posting", "city", "department"), pipeline.query(POPULAR)),
    ):
        screen.heading(title)
        screen.table(columns, rows, widest=30)


def show_board(world: Mock) -> None:
    listings = [listing for listing in world.ask("/_mock/board/listings") if listing["published"]]
    screen.heading(f"What the job board got, for a trial that nobody sees: {len(listings)} ads, the first of them")
    rows = []
    for job in (listing["job"] for listing in listings[:5]):
        description = job["description"]
        place = job["location"].get("city", "")
        rows.append([job["title"], place, description.get("hiringType", ""), description.get("jobScope", "")])
    screen.table(("title", "city", "contract", "working time"), rows, widest=40)


def shown(path: Path) -> str:
    """As somebody would type it who stands where the demo was called."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative


def show_places(executables: dict[str, str], address: str) -> None:
    screen.heading("Where things lie")
    for what, place in (
        ("dashboard", f"make demo-serve shows it at {DASHBOARD % port()}, with the docs and all runs"),
        ("dbt docs", DOCS.as_uri()),
        ("lake", f"{shown(DEMO / 'lake')} (Parquet; marts/ has what dbt counted)"),
        ("database", f"{shown(DEMO / 'store.db')} (SQLite; postings, applications, runs)"),
        ("logs", f"{shown(LOGS)}"),
    ):
        screen.say(f"  {what:10} {place}")
    screen.heading("Go on by hand")
    if Path.cwd() != REPOSITORY:
        screen.say(f"  cd {shown(REPOSITORY)}")
    for line in (
        f"set -a; . .demo/settings.env; set +a; BIN={shown(Path(executables['ingest']).parent)}",
        f"$BIN/mock-api &                  # the same world again; its API: http://{address}/swagger-ui/",
        'curl -X POST "$EMPLY_BASE_URL/_mock/advance?hours=24"',
        "$BIN/ingest && $BIN/ingest runs  # each program has --help",
        "$BIN/transfer plan && $BIN/transfer listings",
    ):
        screen.say("  " + line)


def write_settings(settings: dict[str, str], address: str) -> None:
    """For a shell; it holds the key of the pseudonyms."""
    for_mock = {"MOCK_DATABASE_URL": MOCK_DATABASE, "MOCK_LISTEN": address}
    file = DEMO / "settings.env"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name}='{value}'\n" for name, value in {**settings, **for_mock}.items()))


def demo() -> None:
    shutil.rmtree(DEMO, ignore_errors=True)
    LOGS.mkdir(parents=True)
    executables = prepare()
    create = {"MOCK_DATABASE_URL": MOCK_DATABASE + "?mode=rwc"}
    with mock(executables["mock-api"], create, LOGS / "mock-api.log") as world:
        urls = {"EMPLY_BASE_URL": world.url, "BOARD_BASE_URL": world.url}
        tokens = {"PII_KEY": secrets.token_hex(32), "REPORTS_TOKEN": secrets.token_hex(16)}
        settings = {**SETTINGS, **urls, **tokens}
        write_settings(settings, world.address)
        screen.heading(f"First run: everything is new (mock-api plays Emply and the job board at {world.url})")
        on_show = {**settings, "REPORTS_LISTEN": "127.0.0.1:0"}
        with serving("reports", executables["reports"], on_show, LOGS / "reports.log") as reports:
            pipeline = Pipeline(executables, {**settings, "REPORTS_URL": reports.url})
            two_days(pipeline, world)
        show(pipeline)
        show_board(world)
        show_places(executables, world.address)


def two_days(pipeline: Pipeline, world: Mock) -> None:
    pipeline.migrate()
    pipeline.move_data()
    let_a_day_pass(world)
    screen.heading("Second run: only what changed is written")
    pipeline.move_data()
    screen.heading("Everything is read again, as it is every week: what Emply has deleted is gone")
    pipeline.ingest("--reconcile")
    screen.heading("Somebody asks to be forgotten: no later run brings them back")
    pipeline.forget_somebody()
    pipeline.move_data()


def port() -> int:
    return int(os.environ.get("PORT") or "8090")


def serve() -> None:
    """Shows what the last demo has left, until a signal."""
    file = DEMO / "settings.env"
    if not (DEMO / "reports" / "current").exists():
        raise Failed("there is nothing to show yet: run `make demo` first")
    settings = dict(line.split("=", 1) for line in file.read_text().splitlines())
    settings = {name: value.strip("'") for name, value in settings.items()}
    settings |= {"REPORTS_LISTEN": f"127.0.0.1:{port()}", "RUST_LOG": "warn"}
    log = LOGS / "reports.log"
    with serving("reports", build()["reports"], settings, log) as reports:
        screen.say(f"The dashboard is at {reports.url}/ until you press Ctrl-C.")
        raise Failed(f"reports has ended with exit code {reports.wait()}", log)


def only_one_at_a_time() -> int:
    """Two demos would take each other's files away. The kernel gives the lock back, however this ends."""
    folder = os.open(REPOSITORY, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Failed("another demo is running in this clone: wait for its end") from None
    return folder


def main() -> int:
    leave_on_signals()
    serves = sys.argv[1:] == ["serve"]
    try:
        lock = only_one_at_a_time()
        serve() if serves else demo()
        os.close(lock)
    except (Failed, OSError) as problem:
        log = getattr(problem, "log", None)
        screen.say(f"\ndemo failed: {problem}")
        if log:
            screen.say(f"The last lines of {shown(log)}:\n\n{tail(log)}")
        return 1
    except Stopped as stop:
        if serves:
            return 0
        screen.say(f"\ndemo stopped by {stop}; everything it had started has ended")
        return stop.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
