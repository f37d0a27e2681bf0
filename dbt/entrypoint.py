#!/usr/bin/env python3
"""Builds the marts and the docs from the warehouse: `dbt build`, then `dbt docs generate --static`.

    python entrypoint.py          build, test, publish
    python entrypoint.py check    say whether it could, and write nothing

Run by the Python that has dbt installed. Settings, from the environment only (empty means unset):

    WAREHOUSE_TYPE        lake or bigquery: what export writes to; default lake
    DBT_TARGET            the same, for dbt alone; where it is set, it counts
    DOCS_PATH             file that the docs are written to; default LAKE_PATH/docs/index.html; with bigquery none
    LOG_FORMAT            json, text or auto; default auto: text on a terminal, else json
    DBT_TARGET_PATH       folder for dbt's artefacts; default a temporary one that is removed. Kept, it saves the
                          next run some seconds of parsing
    DBT_LOG_LEVEL         dbt's own lines: debug, info, warn or error; default warn
    REPORTS_URL           where the reports service answers; set, it gets the docs of every good build
    REPORTS_TOKEN         its token; needed with REPORTS_URL

For a lake:

    LAKE_PATH             the lake, a folder; needed. Example: /var/lib/emply/lake
    DUCKDB_MEMORY_LIMIT   memory that DuckDB may use before it spills to disk; default 1GB

For bigquery, as export has them:

    BIGQUERY_PROJECT      id of the Google Cloud project; needed. Example: clinic-data
    BIGQUERY_DATASET      the dataset that export writes to; needed. Example: emply
    BIGQUERY_LOCATION     where the dataset is; default EU
    BIGQUERY_ENDPOINT     the API; default https://bigquery.googleapis.com. No token is sent to one that is plain http
    BIGQUERY_MAX_BYTES_BILLED   a statement that would read more bytes is refused; default 10737418240

Exit codes: 0 done. 1 failed, a retry may help (tables not there yet, network, a full disk, SIGTERM, dbt itself). 2
failed, a retry cannot help (a bad setting, a release of dbt that the project does not take, a project that cannot be
read, a failing test or model, no access). Everything is logged to stderr.
"""

import datetime
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

from handover import Away, Refused, hand_over, shown_since
from outcome import DONE, FAILURE, PROJECT, RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed
from remedies import of_os_error, of_words, passes
from settings import Settings

# below Kubernetes' 30 seconds between SIGTERM and SIGKILL
STOP_SECONDS = 20


class Log:
    """Log lines as the other services write them: JSON objects, or text for people."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def line(self, level: str, message: str, **fields: object) -> None:
        # a keyword cannot hold a dot
        fields = {name.replace("__", "."): value for name, value in fields.items()}
        now = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        if self.as_json:
            text = json.dumps({"timestamp": now, "level": level, "message": message, **fields, "target": "dbt"})
        else:
            shown = "".join(" %s=%s" % (name, json.dumps(value)) for name, value in fields.items())
            text = "%s %5s %s%s" % (now, level, message, shown)
        print(text, file=sys.stderr, flush=True)


class Dbt:
    """Runs dbt in a process of its own, and passes SIGTERM on to it."""

    def __init__(self, settings: Settings, work: Path) -> None:
        self.settings = settings
        self.target = Path(settings.target_path or work / "target").absolute()
        self.is_json = settings.is_json()
        self.stopped = self.late = False
        self.running: subprocess.Popen[bytes] | None = None
        # of one run; in the target folder, since another place each time would make dbt parse anew
        self.database = self.target / "run.duckdb"
        self.environment = {
            **os.environ,
            **settings.warehouse.environment(),
            "DBT_TARGET": settings.warehouse.target,
            "DUCKDB_PATH": str(self.database),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(work / "logs"),
            "DBT_PROFILES_DIR": str(PROJECT),
            "DBT_PROJECT_DIR": str(PROJECT),
            "DO_NOT_TRACK": "1",
        }
        if not self.environment.get("DUCKDB_MEMORY_LIMIT", "").strip():
            self.environment.pop("DUCKDB_MEMORY_LIMIT", None)
        # two lines per test is more than a log of a good run is worth
        if not self.environment.get("DBT_LOG_LEVEL", "").strip():
            self.environment["DBT_LOG_LEVEL"] = "warn"
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopped = True
        if self.running is not None:
            self.running.terminate()

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
        # dbt logs to stdout, our logs are on stderr; dbt looks for its project in the working folder
        running = subprocess.Popen(command, stdout=sys.stderr, env=self.environment, cwd=PROJECT)
        self.running = running
        if self.stopped:
            running.terminate()
        try:
            code = self._wait(running)
        finally:
            self.database.unlink(missing_ok=True)
        if self.stopped:
            raise Failed(RETRY_MAY_HELP, "stopped by a signal")
        if self.late:
            minutes = (self.settings.warehouse.most_seconds or 0) / 60
            raise Failed(RETRY_MAY_HELP, "dbt did not end within %d minutes: the warehouse does not answer" % minutes)
        return code

    def _remove_leftovers(self) -> None:
        """What an earlier run left in a folder that is kept must not be taken for this run's."""
        for name in ("run_results.json", "static_index.html", FAILURE, self.database.name, self.database.name + ".wal"):
            (self.target / name).unlink(missing_ok=True)

    def _wait(self, running: "subprocess.Popen[bytes]") -> int:
        most = self.settings.warehouse.most_seconds
        ends = None if most is None else time.monotonic() + most
        killed = None
        while True:
            try:
                return running.wait(0.2)
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                if ends is not None and now > ends and not self.late:
                    self.late = True
                    running.terminate()
                if killed is None and (self.stopped or self.late):
                    killed = now + STOP_SECONDS
                if killed is not None and now > killed:
                    running.kill()

    def results(self) -> list[dict[str, Any]]:
        """What the build did, one entry per model, test or hook, as dbt's run_results.json has them."""
        try:
            results: list[dict[str, Any]] = json.loads((self.target / "run_results.json").read_text())["results"]
            return results
        except FileNotFoundError:
            return []


    def failure(self, code: int) -> Failed:
        """Why dbt has ended without results."""
        try:
            said = json.loads((self.target / FAILURE).read_text())
        except FileNotFoundError:
            return Failed(RETRY_MAY_HELP, "dbt ended with exit code %d, its lines above say why" % code)
        return Failed(said["exit_code"], with_way_out(said["error"][:500], said["way_out"]))


def with_way_out(said: str, way_out: str | None) -> str:
    return "%s: %s" % (said, way_out) if way_out else said


class Counts:
    """The counts of a build, and what of it failed."""

    def __init__(self, results: list[dict[str, Any]]) -> None:
        self.models = self.passed = self.warned = self.failed = 0
        self.failures: list[str] = []
        # why a hook failed: hooks read a lake's files and publish the marts
        self.hook_error: str | None = None
        # what models and tests say that could not run to their end
        self.errors: list[str] = []
        self.is_wrong = False
        for result in results:
            # model.emply_pipeline.NAME, test.emply_pipeline.NAME.HASH, unit_test.emply_pipeline.MODEL.NAME
            words, status = result["unique_id"].split("."), result["status"]
            kind, failed = words[0], status in ("error", "fail", "runtime error")
            if kind == "operation":
                self.hook_error = self.hook_error or (result["message"] if failed else None)
                continue
            if kind == "model":
                self.models += status == "success"
            else:
                self.passed += status in ("pass", "success")
                self.warned += status == "warn"
                self.failed += failed
            if failed:
                self.failures.append(words[-1] if kind == "unit_test" else words[2])
                said = " ".join((result["message"] or "").split())
                if status == "fail":
                    # a test that has counted something: its rows are wrong, and stay so
                    self.is_wrong = True
                else:
                    self.errors.append(said)

    def failure(self) -> Failed:
        """How a build ends of which something failed. A test that fails, or a model that cannot be, does so again."""
        names = ", ".join(self.failures[:10]) + (", …" if len(self.failures) > 10 else "")
        said = "%d models or tests failed: %s" % (len(self.failures), names)
        if self.errors:
            said = "%s: %s" % (said, self.errors[0][:300])
        if not self.is_wrong and all(passes(error) for error in self.errors):
            return Failed(RETRY_MAY_HELP, said)
        ways_out = (way_out for _, way_out in map(of_words, self.errors) if way_out)
        return Failed(RETRY_CANNOT_HELP, with_way_out(said, next(ways_out, None)))

    def fields(self) -> dict[str, int]:
        return {
            "models": self.models,
            "tests__passed": self.passed,
            "tests__warned": self.warned,
            "tests__failed": self.failed,
        }


def build(settings: Settings, dbt: Dbt, counted: list[Counts]) -> None:
    """Builds and publishes. Fills `counted` as soon as there is something to count."""
    settings.warehouse.prepare()
    code = dbt.build_and_document()
    counts = Counts(dbt.results())
    counted.append(counts)
    if counts.hook_error:
        hook_code, way_out = of_words(counts.hook_error)
        said = "%s: %s" % (settings.warehouse.hook_failed, counts.hook_error[:500])
        raise Failed(hook_code, with_way_out(said, way_out))
    if counts.failures:
        raise counts.failure()
    if code != 0:
        raise dbt.failure(code)
    page = dbt.target / "static_index.html"
    if settings.docs:
        publish_docs(page, settings.docs)
    if settings.reports_url and settings.reports_token:
        try:
            hand_over(settings.reports_url, settings.reports_token, page)
        except Refused as problem:
            raise Failed(RETRY_CANNOT_HELP, str(problem)) from problem
        except Away as problem:
            raise Failed(RETRY_MAY_HELP, str(problem)) from problem


def publish_docs(made: Path, place: Path) -> None:
    """Moved into place at once, so that a reader never sees half of the page."""
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(".%s.%d" % (place.name, os.getpid()))
    try:
        shutil.copyfile(made, beside)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def check(settings: Settings) -> int:
    """One line per item on stdout; nothing is written."""
    faults = settings.faults
    print("settings: %s" % ("; ".join(faults) if faults else "ok"))
    warehouse = settings.warehouse
    code, missing = warehouse.look()
    print("%s: %s" % (warehouse.target, "; ".join(missing) if missing else "ok, %s" % warehouse))
    reports_code, said = check_reports(settings)
    print("reports: " + said)
    return max(code, reports_code, RETRY_CANNOT_HELP if faults else DONE)


def check_reports(settings: Settings) -> tuple[int, str]:
    """Whether the docs would be taken; the exit code, and what there is to say."""
    if not settings.reports_url or not settings.reports_token:
        return DONE, "none, since REPORTS_URL is not set"
    try:
        since = shown_since(settings.reports_url, settings.reports_token)
    except Refused as problem:
        return RETRY_CANNOT_HELP, "%s (is REPORTS_TOKEN the token of that service?)" % problem
    except (Away, ValueError, KeyError) as problem:
        return RETRY_MAY_HELP, str(problem)
    return DONE, "ok, docs since %s" % since if since else "ok, no docs yet"


def run(settings: Settings, log: Log) -> int:
    started = time.monotonic()
    counted: list[Counts] = []
    failure: Failed | None = None
    try:
        if settings.faults:
            raise Failed(RETRY_CANNOT_HELP, "; ".join(settings.faults))
        warehouse = settings.warehouse
        log.line("INFO", "starting", **{warehouse.target: str(warehouse)}, docs=settings.docs_place())
        code, missing = warehouse.look()
        if missing:
            raise Failed(code, "; ".join(missing))
        with tempfile.TemporaryDirectory(prefix="emply-dbt-") as work:
            build(settings, Dbt(settings, Path(work)), counted)
    except Failed as problem:
        failure = problem
    except OSError as problem:
        code, way_out = of_os_error(problem)
        failure = Failed(code, with_way_out(str(problem), way_out))
    fields = counted[0].fields() if counted else {}
    fields["duration_ms"] = round((time.monotonic() - started) * 1000)
    if failure is None:
        log.line("INFO", "succeeded", **fields, docs=settings.docs_place())
        return DONE
    log.line("ERROR", "failed", error=str(failure), **fields, exit_code=failure.exit_code)
    return failure.exit_code


def main(words: list[str]) -> int:
    if words in (["-h"], ["--help"], ["help"]):
        print(__doc__.strip())
        return DONE
    if words not in ([], ["check"]):
        print("unknown argument; there are `check` and `--help`", file=sys.stderr)
        return RETRY_CANNOT_HELP
    settings = Settings(os.environ)
    return check(settings) if words else run(settings, Log(settings.is_json()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
