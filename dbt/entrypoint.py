#!/usr/bin/env python3
"""Builds the marts and the docs from the warehouse: `dbt build`, then `dbt docs generate --static`.

    python entrypoint.py          build, test, publish
    python entrypoint.py check    say whether it could, and write nothing

Run by the Python that has dbt installed. Settings, from the environment only (empty means unset):

    WAREHOUSE_TYPE        lake or bigquery: what export writes to; default lake
    DBT_TARGET            the same, for dbt alone; where it is set, it counts
    DOCS_PATH             file that the docs are written to; default LAKE_PATH/docs/index.html; with bigquery none.
                          Beside it, in the folder data, come the marts that `reports` reads, and how the build ended
    LOG_FORMAT            json, text or auto; default auto: text on a terminal, else json
    DBT_TARGET_PATH       folder for dbt's artefacts; default a temporary one that is removed. Kept, it saves the
                          next run some seconds of parsing
    DBT_LOG_LEVEL         dbt's own lines: debug, info, warn, error or none; default warn
    REPORTS_URL           where the reports service answers; set, it gets docs and marts of every good build, and is
                          told how each build ended
    REPORTS_TOKEN         its token; needed with REPORTS_URL
    REPORT_TIME_ZONE      zone of every date and week, as IANA names it; default Europe/Berlin
    REPORT_MIN_GROUP      how many applications a group needs before outcomes are told of it; default 5, and not lower
    REPORT_HISTORY_MONTHS how many calendar months are told of by the day, the current one included; default 36
    REPORT_COMPARE_DEPARTMENTS  true or false, for reports to read: no number here depends on it; default false

For a lake:

    LAKE_PATH             the lake, a folder; needed. Example: /var/lib/emply/lake
    DUCKDB_MEMORY_LIMIT   memory that DuckDB may use before it spills to disk; default 300MB

For bigquery, as export has them:

    BIGQUERY_PROJECT      id of the Google Cloud project; needed. Example: clinic-data
    BIGQUERY_DATASET      the dataset that export writes to; needed. Example: emply
    BIGQUERY_LOCATION     where the dataset is; default EU
    BIGQUERY_ENDPOINT     the API; default https://bigquery.googleapis.com. No token is sent to one that is plain http
    BIGQUERY_MAX_BYTES_BILLED   a statement that would read more bytes is refused; default 10737418240

Exit codes: 0 done. 1 failed, a retry may help (tables not there yet, network, a full disk, SIGTERM, dbt itself). 2
failed, a retry cannot help (a bad setting, a release of dbt that the project does not take, a project that cannot be
read, a failing test or model, no access). Everything is logged to stderr; the lines of `check` are on stdout.
"""

from outcome import Signals

# before all else is loaded, which takes a while: as the first process of a container it would never hear of them
signals = Signals()
if __name__ == "__main__":
    signals.listen()

import contextlib
import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from bundle.archive import INDEX, Files, publish
from bundle.dashboard import opened
from bundle.ending import FRESHNESS, ending, write_down
from bundle.marts import write_all
from freshness import FILE, Freshness, freshness
from handover import PATIENCE_SECONDS, Away, Refused, hand_over, shown_since, tell
from outcome import (
    DONE,
    FAILURE,
    PROJECT,
    RETRY_CANNOT_HELP,
    RETRY_MAY_HELP,
    STOPPED,
    Failed,
    Late,
    Log,
    say,
    within,
)
from remedies import Counts, of_os_error, of_words, with_way_out
from settings import Settings, is_json
from variables import Hidden, one_line, with_chart_values
from warehouses import MOST_LOOK_SECONDS

# each item of a check, which is tried once
CHECK_SECONDS = 10
# a service that is away is waited for less long where there is only bad news for it
PATIENCE_AFTER_FAILURE_SECONDS = 10
# a list of settings is longer than what a database says
LONGEST = 5000


class Dbt:
    """Runs dbt in a process of its own, which can be ended at any time with all that it has started."""

    def __init__(self, settings: Settings, work: Path) -> None:
        self.settings = settings
        self.target = Path(settings.target_path or work / "target").absolute()
        self.is_json = is_json(os.environ)
        self.is_stopped = False
        self.starting = threading.Lock()
        self.running: subprocess.Popen[bytes] | None = None
        self.data = work / "data"
        # of one run; in the target folder, since another place each time would make dbt parse anew
        self.database = self.target / "run.duckdb"
        # what dbt reads of its own besides could leave out tests or rows; the token is none of its business
        others = ("DUCKDB_PATH", "DUCKDB_MEMORY_LIMIT", "REPORTS_URL", "REPORTS_TOKEN", "TMPDIR")
        self.environment = {
            **{name: text for name, text in os.environ.items() if name not in others and not name.startswith("DBT_")},
            **({"TMPDIR": settings.temporary} if settings.temporary else {}),
            **settings.for_google,
            **settings.warehouse.environment(),
            **settings.report.environment(),
            "DBT_TARGET": settings.warehouse.target,
            "DUCKDB_PATH": str(self.database),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(work / "logs"),
            "DBT_LOG_LEVEL": settings.dbt_log_level,
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_PROJECT_DIR": str(PROJECT),
            "DO_NOT_TRACK": "1",
        }

    def stop(self) -> None:
        """Ends it at once: dbt takes nothing away when it is told to end, it only takes longer."""
        with self.starting:
            self.is_stopped = True
        self._kill()

    def _kill(self) -> None:
        running = self.running
        if running is not None and running.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)

    def build_and_document(self) -> int:
        """Returns dbt's exit code."""
        self.target.mkdir(parents=True, exist_ok=True)
        self._remove_leftovers()
        options = ["--log-format", "json" if self.is_json else "text", "--log-level-file", "none"]
        if self.is_json or not sys.stderr.isatty():
            options.append("--no-use-colors")
        if not self.settings.wants_docs():
            options.append("--no-docs")
        if self.settings.warehouse.columns_may_be_missing:
            options.append("--columns-may-be-missing")
        command = [sys.executable, str(PROJECT / "build_and_document.py"), *options]
        with self.starting:
            if self.is_stopped:
                raise Failed(RETRY_MAY_HELP, STOPPED)
            # dbt logs to stdout, our logs are on stderr; dbt looks for its project in the working folder. In a group of
            # its own, what a terminal sends to all comes here alone
            self.running = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=sys.stderr, env=self.environment, cwd=PROJECT,
                start_new_session=True,
            )
        most = self.settings.warehouse.most_seconds
        try:
            return self.running.wait(most)
        except subprocess.TimeoutExpired:
            self._kill()
            self.running.wait()
            said = f"dbt did not end within {int((most or 0) / 60)} minutes: the warehouse does not answer"
            raise Failed(RETRY_MAY_HELP, said) from None
        finally:
            self.remove_database()

    def _remove_leftovers(self) -> None:
        """What an earlier run left in a folder that is kept must not be taken for this run's."""
        for name in ("run_results.json", "static_index.html", FAILURE, FILE):
            (self.target / name).unlink(missing_ok=True)
        self.remove_database()

    def remove_database(self) -> None:
        for behind in ("", ".wal"):
            self.database.with_name(self.database.name + behind).unlink(missing_ok=True)
        # what it had no memory for
        shutil.rmtree(self.database.with_name(self.database.name + ".tmp"), ignore_errors=True)

    def results(self) -> list[dict[str, Any]]:
        """What the build did, one entry per model, test or hook, as dbt's run_results.json has them."""
        try:
            results: list[dict[str, Any]] = json.loads((self.target / "run_results.json").read_text())["results"]
            return results
        except (FileNotFoundError, ValueError):
            return []

    def failure(self, code: int) -> Failed:
        """Why dbt has ended without results."""
        try:
            said = json.loads((self.target / FAILURE).read_text())
        except (FileNotFoundError, ValueError):
            return Failed(RETRY_MAY_HELP, f"dbt ended with exit code {code}, its lines above say why")
        return Failed(said["exit_code"], with_way_out(said["error"][:500], said["way_out"]))


class Run:
    """One run, and what it has begun."""

    def __init__(self) -> None:
        self.settings: Settings | None = None
        self.dbt: Dbt | None = None
        self.counts: Counts | None = None
        self.freshness: Freshness | None = None
        # where files lie that are to be gone after it
        self.temporary: list[Path] = []

    def work(self, log: Log) -> None:
        """Builds and publishes, or raises Failed."""
        settings = self.settings = Settings(os.environ)
        faults = settings.all_faults()
        if faults:
            raise Failed(RETRY_CANNOT_HELP, "; ".join(faults))
        warehouse = settings.warehouse
        log.line("INFO", "starting", **{warehouse.target: str(warehouse)}, docs=settings.docs_place())
        for warning in settings.warnings:
            log.line("WARN", warning)
        os.environ.update(settings.for_google)
        try:
            code, missing = within(MOST_LOOK_SECONDS, warehouse.look)
        except Late as problem:
            raise Failed(RETRY_MAY_HELP, f"the warehouse does not answer: {problem}") from None
        if missing:
            raise Failed(code, "; ".join(missing))
        signals.go_on()
        with tempfile.TemporaryDirectory(prefix="emply-dbt-", dir=settings.temporary) as work:
            self.temporary.append(Path(work))
            self.dbt = Dbt(settings, Path(work))
            self.build(settings, self.dbt)

    def build(self, settings: Settings, dbt: Dbt) -> None:
        settings.warehouse.prepare()
        code = dbt.build_and_document()
        signals.go_on()
        results = dbt.results()
        counts = self.counts = Counts(results)
        self.freshness = freshness(dbt.target)
        if counts.hook_error:
            hook_code, way_out = of_words(counts.hook_error)
            said = f"{settings.warehouse.hook_failed}: {counts.hook_error[:500]}"
            raise Failed(hook_code, with_way_out(said, way_out))
        if counts.failures:
            raise counts.failure()
        if code != 0 or not results:
            raise dbt.failure(code)
        if settings.wants_docs():
            self.publish(settings, {INDEX: dbt.target / "static_index.html", **write_all(settings.warehouse, dbt.data)})

    def publish(self, settings: Settings, files: Files) -> None:
        """The docs, and the marts that pages and figures are made of; then, that the build is good."""
        signals.go_on()
        if settings.docs:
            publish(files, settings.docs, self.temporary, signals.go_on)
        signals.go_on()
        try:
            if settings.reports_url and settings.reports_token:
                hand_over(settings.reports_url, settings.reports_token, files, stopping=signals.stopping)
            self.tell(settings, None)
        except Refused as problem:
            raise Failed(RETRY_CANNOT_HELP, str(problem)) from problem
        except Away as problem:
            raise Failed(RETRY_MAY_HELP, str(problem)) from problem

    def tell(self, settings: Settings, error: str | None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """How the build ended. Raises Refused, Away or OSError."""
        counts, warned = self.counts, [FRESHNESS] if self.freshness and self.freshness.warning else []
        now = datetime.datetime.now(datetime.timezone.utc)
        said = ending(now, error, counts.failures if counts else [], warned + (counts.warnings if counts else []))
        if settings.docs:
            write_down(said, settings.docs, self.temporary)
        signals.go_on()
        if settings.reports_url and settings.reports_token:
            tell(settings.reports_url, settings.reports_token, said, patience_seconds, signals.stopping)

    def tell_failure(self, error: str) -> str | None:
        """Why it could not be told that the build failed, which is of less weight than why it failed."""
        settings = self.settings
        if settings is None or settings.all_faults() or signals.stopping.is_set():
            return None
        try:
            signals.supervise(lambda: self.tell(settings, error, PATIENCE_AFTER_FAILURE_SECONDS), lambda: None)
        except (Refused, Away) as problem:
            return str(problem)
        except Exception as problem:
            # after a signal the run ends at once, for the reason that it had
            return None if signals.stopping.is_set() else str(failure_of(problem))
        return None

    def stop(self) -> None:
        if self.dbt is not None:
            self.dbt.stop()

    def clean_up(self) -> None:
        """After a stop: what the work had no time to take away."""
        # of less weight than why it ends
        with contextlib.suppress(OSError):
            if self.dbt is not None and self.settings is not None:
                self.dbt.remove_database()
                self.temporary += self.settings.warehouse.leftovers()
            for path in self.temporary:
                shutil.rmtree(path, ignore_errors=True)
                with contextlib.suppress(IsADirectoryError):
                    path.unlink(missing_ok=True)


class Check:
    """One line per item on stdout, as the other programs write them; nothing is written."""

    def __init__(self, hidden: Hidden) -> None:
        self.hidden = hidden
        self.code = DONE
        self.speaking = threading.Lock()
        self.is_over = False

    def line(self, word: str, item: str, said: str = "", last: bool = False) -> None:
        text = f"{word:4}  {item}{': ' + said if said else ''}"
        with self.speaking:
            if not self.is_over:
                say(sys.stdout, self.hidden.in_text(one_line_of(text)))
            self.is_over = self.is_over or last

    def failed(self, code: int, item: str, said: str) -> None:
        self.code = max(self.code, code)
        self.line("FAIL", item, with_chart_values(said))

    def work(self) -> int:
        settings = Settings(os.environ)
        for fault in settings.faults:
            self.failed(RETRY_CANNOT_HELP, "settings", fault)
        if settings.dbt_fault:
            self.failed(RETRY_CANNOT_HELP, "dbt", settings.dbt_fault)
        if self.code != DONE:
            return self.code
        self.line("ok", "settings")
        self.line("ok", "report", str(settings.report))
        for warning in settings.warnings:
            self.line("warn", "settings", warning)
        os.environ.update(settings.for_google)
        warehouse = settings.warehouse
        try:
            code, missing = within(CHECK_SECONDS, lambda: warehouse.look(seconds=CHECK_SECONDS, tries=False))
        except Late as problem:
            code, missing = RETRY_MAY_HELP, [f"it does not answer: {problem}"]
        for said in missing:
            self.failed(code, warehouse.name, said)
        if not missing:
            self.line("ok", warehouse.name, str(warehouse))
        # which has the same limit
        code, said = look_at_reports(settings)
        if code != DONE:
            self.failed(code, "reports", said)
            return self.code
        self.line("ok", "reports", said)
        if settings.reports_url:
            self.look_at_dashboard(settings.reports_url)
        return self.code

    def look_at_dashboard(self, url: str) -> None:
        """Whether who opens it sees it; numbers come with the docs."""
        try:
            address = opened(url, CHECK_SECONDS)
        except (Refused, Away) as problem:
            code = RETRY_CANNOT_HELP if isinstance(problem, Refused) else RETRY_MAY_HELP
            self.failed(code, "dashboard", str(problem))
            return
        if address:
            self.line("ok", "dashboard", address)
        else:
            self.line("warn", "dashboard", "it asks for a login, so it was not opened")


def look_at_reports(settings: Settings) -> tuple[int, str]:
    """Whether the docs would be taken; the exit code, and what there is to say."""
    if not settings.reports_url or not settings.reports_token:
        return DONE, "none, since REPORTS_URL is not set"
    try:
        since = shown_since(settings.reports_url, settings.reports_token, CHECK_SECONDS)
    except Refused as problem:
        return RETRY_CANNOT_HELP, f"{problem} (is REPORTS_TOKEN the token of that service?)"
    except Away as problem:
        return RETRY_MAY_HELP, str(problem)
    return DONE, f"docs since {one_line(since)}" if since else "no docs yet"


def one_line_of(said: object) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in str(said))[:LONGEST]


def check() -> int:
    hidden = Hidden(os.environ)
    item = Check(hidden)
    try:
        return signals.supervise(item.work, lambda: None)
    except Exception as problem:
        failure = failure_of(problem)
    item.line("FAIL", with_chart_values(str(failure)), last=True)
    return failure.exit_code


def run() -> int:
    started = time.monotonic()
    log, work, hidden = Log(is_json(os.environ)), Run(), Hidden(os.environ)
    failure: Failed | None = None
    try:
        signals.supervise(lambda: work.work(log), work.stop)
    except Exception as problem:
        failure = failure_of(problem)
        if signals.stopping.is_set():
            work.clean_up()
    fields: dict[str, object] = {**work.counts.fields()} if work.counts else {}
    fields["duration_ms"] = round((time.monotonic() - started) * 1000)
    if failure is None:
        assert work.settings is not None
        warning = work.freshness.warning if work.freshness else None
        fields["docs"] = work.settings.docs_place()
        if work.freshness:
            fields["export__age_hours"] = work.freshness.age_hours
        if warning:
            fields["warning"] = warning
        log.line("WARN" if warning else "INFO", "succeeded", **fields)
        return DONE
    error = hidden.in_text(with_chart_values(one_line(failure, LONGEST)))
    untold = work.tell_failure(error)
    if untold:
        log.line("WARN", "that the build failed could not be told", error=hidden.in_text(one_line(untold)))
    log.line("ERROR", "failed", error=error, **fields, exit_code=failure.exit_code)
    return failure.exit_code


def failure_of(problem: Exception) -> Failed:
    if isinstance(problem, Failed):
        return problem
    if isinstance(problem, OSError):
        code, way_out = of_os_error(problem)
        return Failed(code, with_way_out(str(problem), way_out))
    place = traceback.extract_tb(problem.__traceback__)[-1]
    where = f"{Path(place.filename).name}, line {place.lineno}"
    return Failed(RETRY_MAY_HELP, f"a defect in the program: {type(problem).__name__}: {one_line(problem)} ({where})")


def main(words: list[str]) -> int:
    if words in (["-h"], ["--help"], ["help"]):
        say(sys.stdout, __doc__.strip())
        return DONE
    if words not in ([], ["check"]):
        say(sys.stderr, "unknown argument; there are `check` and `--help`")
        return RETRY_CANNOT_HELP
    return check() if words else run()


if __name__ == "__main__":
    # at once: a look-up or a disk that hangs in some thread would be waited for
    os._exit(main(sys.argv[1:]))
