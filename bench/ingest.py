#!/usr/bin/env python3
"""Ingests 100,000 applications in one window, and says how fast that was and how much memory it took.

    python3 bench/ingest.py                          the whole: `make bench-ingest`
    python3 bench/ingest.py --dev --applications 9000  quick, to see whether it works; its numbers mean nothing

Needs what e2e/toolbox/setup.py installs. Exit code: 0, 1 when something failed or ingest took 64 MiB or more.
"""

import argparse
import datetime
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from workplace import beside_postgres, exit_code

# of the toolbox, which the workplace puts on the path
import screen
from mock import Mock, mock
from programs import Failed, build, end, environment, run

LIMIT_MIB = 64
CUSTOMER, KEY = "acme", "bench"
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
TEN_YEARS_HOURS = 87_600
FLOOR_ROUNDS = 3


class Measured(NamedTuple):
    """One line of the result."""

    database: str
    what: str
    rows: int
    seconds: float
    peak_mib: float | None


class Ingest:
    """ingest on one database, reading the whole world in one window every time."""

    def __init__(self, executables: dict[str, str], database_url: str, world: Mock, work: Path) -> None:
        self.executables = executables
        self.work = work
        self.log = work / "ingest.log"
        # the mock's world began 180 days ago
        start = datetime.date.today() - datetime.timedelta(days=400)
        self.settings = {
            "DATABASE_URL": database_url,
            "EMPLY_BASE_URL": world.url,
            "EMPLY_API_KEY": KEY,
            "EMPLY_CUSTOMER": CUSTOMER,
            "EMPLY_MEDIA_IDS": ",".join(MEDIA),
            "INGEST_START": start.isoformat(),
            "INGEST_SLICE_HOURS": str(TEN_YEARS_HOURS),
            "INGEST_LOOKBACK_HOURS": str(TEN_YEARS_HOURS),
            "LOG_FORMAT": "json",
            "RUN_TRIGGER": "bench",
        }

    def migrate(self) -> None:
        run([self.executables["migrate"]], self.settings, self.work / "migrate.log")

    def measure(self) -> tuple[float, float]:
        """Seconds from start to end of the process, and the most memory it ever had, in MiB.

        The kernel also counts this Python's own, some 22 MiB, which the process had before it became ingest."""
        with open(self.log, "ab") as log:
            started = time.monotonic()
            process = subprocess.Popen(
                [self.executables["ingest"]], env=environment(self.settings), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True,
            )
            try:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                end(process)
        seconds = time.monotonic() - started
        if process.returncode != 0:
            raise Failed("ingest ended with exit code %d" % process.returncode, self.log)
        # bytes on macOS, KiB elsewhere
        return seconds, usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)

    def last_run(self) -> dict[str, Any]:
        words = [self.executables["ingest"], "runs", "--json", "--limit", "1"]
        answer = run(words, self.settings, self.work / "runs.log")
        return json.loads(answer)[0]


def measure_database(name: str, ingest: Ingest) -> Iterator[tuple[Measured, dict[str, Any]]]:
    """A first load, then the same world once more."""
    ingest.migrate()
    for what, counted in (("first load", "inserted"), ("all unchanged", "unchanged")):
        # PostgreSQL gives back the lock of a run once it has cleaned up behind it, and the next run would be skipped
        time.sleep(1)
        with screen.step(name) as done:
            seconds, peak_mib = ingest.measure()
            audit = ingest.last_run()
            if audit["outcome"] != "succeeded":
                raise Failed("%s, %s: the run is %s" % (name, what, audit["outcome"]), ingest.log)
            done.text = "%s: %s of %s rows" % (what, screen.number(audit[counted]), screen.number(audit["fetched"]))
        if audit[counted] != audit["fetched"]:
            raise Failed("%s: not every row was %s: %s" % (name, counted, audit), ingest.log)
        yield Measured(name, what, audit["fetched"], seconds, peak_mib), audit


def measure_floor(world: Mock, audit: dict[str, Any]) -> Measured:
    """The same answers, read over one connection and thrown away: what no client of this mock can be faster than."""
    window = urllib.parse.urlencode({"from": audit["window_from"], "to": audit["window_to"]})
    paths = ["/v1/%s/postings/%s" % (CUSTOMER, medium) for medium in MEDIA]
    paths.append("/v1/%s/applications/find-by-date?%s" % (CUSTOMER, window))
    if audit["requests"] != len(paths):
        raise Failed("ingest asked %d times and not %d: the floor would be another" % (audit["requests"], len(paths)))
    with screen.step("floor") as done:
        seconds = min(read_all(world, paths) for _ in range(FLOOR_ROUNDS))
        done.text = "the same %d answers, read and thrown away; the best of %d" % (len(paths), FLOOR_ROUNDS)
    return Measured("–", "floor", audit["fetched"], seconds, None)


def read_all(world: Mock, paths: list[str]) -> float:
    started = time.monotonic()
    connection = http.client.HTTPConnection(world.address, timeout=600)
    try:
        for path in paths:
            # compressed, as ingest asks for it
            connection.request("GET", path, headers={"x-api-key": KEY, "Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            if answer.status != 200:
                raise Failed("mock-api answered %s with %d" % (path, answer.status))
            while answer.read(65536):
                pass
    except (OSError, http.client.HTTPException) as problem:
        raise Failed("mock-api, read for the floor: %s" % problem) from problem
    finally:
        connection.close()
    return time.monotonic() - started


def measure(arguments: argparse.Namespace, postgres_url: str, work: Path) -> bool:
    executables = build(*([] if arguments.dev else ["--release"]))
    settings = {
        "MOCK_DATABASE_URL": "sqlite://%s?mode=rwc" % (work / "mock.db"),
        "MOCK_POSTINGS": str(arguments.postings),
        "MOCK_APPLICATIONS": str(arguments.applications),
    }
    screen.heading("Ingest of %s applications in one window" % screen.number(arguments.applications))
    started = time.monotonic()
    with mock(executables["mock-api"], settings, work / "mock.log", timeout_seconds=600) as world:
        screen.print_step("✓", "mock-api", "the world is made", time.monotonic() - started)
        results, audit = [], {}
        for name, url in (("SQLite", "sqlite://%s" % (work / "store.db")), ("PostgreSQL", postgres_url)):
            for measured, audit in measure_database(name, Ingest(executables, url, world, work)):
                results.append(measured)
        floor = measure_floor(world, audit)
    return show([floor, *results], audit)


def show(results: list[Measured], audit: dict[str, Any]) -> bool:
    """Prints what was measured. Says whether the limit was held."""
    floor = results[0].seconds
    screen.heading("%s rows, %.0f MB of JSON, %d requests a run" % (
        screen.number(audit["fetched"]), audit["bytes"] / 1e6, audit["requests"],
    ))
    header = ("database", "run", "rows", "rows/s", "seconds", "x floor", "peak MiB")
    screen.table(header, [
        [
            each.database, each.what, each.rows, round(each.rows / each.seconds), "%7.2f" % each.seconds,
            "%7.1f" % (each.seconds / floor), "%8.1f" % each.peak_mib if each.peak_mib else "",
        ]
        for each in results
    ])
    highest = max(each.peak_mib or 0 for each in results)
    held = highest < LIMIT_MIB
    verdict = "held" if held else "NOT HELD"
    screen.say("\nPeak memory of ingest: %.1f MiB at most. Limit: below %d MiB, %s." % (highest, LIMIT_MIB, verdict))
    return held


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=100_000, metavar="N", help="applications in the world")
    parser.add_argument("--postings", type=int, default=1_000, metavar="N", help="vacancies in the world")
    parser.add_argument("--dev", action="store_true", help="the build that tests use, not the release")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    arguments = parse()
    if not arguments.inside:
        beside_postgres(__file__, sys.argv[1:])
    return exit_code(lambda work: measure(arguments, os.environ["TEST_DATABASE_URL"], work))


if __name__ == "__main__":
    sys.exit(main())
