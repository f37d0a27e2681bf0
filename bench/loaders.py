"""The two that are measured: ingest, and a dlt pipeline that does the same. Each on a database of its own."""

import datetime
import json
from pathlib import Path
from typing import Any

from postgres import Database
from process import Spent, spend
from toolbox.mock import Mock
from toolbox.programs import Failed, run
from workplace import venv_bench

CUSTOMER, KEY = "acme", "bench"
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
LOOKBACK_HOURS = 48
TEN_YEARS_HOURS = 87_600
# the mock's world began 180 days ago
START = (datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=400)).isoformat()
PIPELINE = Path(__file__).with_name("peers") / "dlt_pipeline.py"


class Ingest:
    """ingest with its defaults, but for where a run reads everything."""

    name = "ingest"

    def __init__(self, executables: dict[str, str], database_url: str, world: Mock, work: Path) -> None:
        self.executables, self.work = executables, work
        self.log = work / "ingest.log"
        self.settings = {
            "DATABASE_URL": database_url,
            "EMPLY_BASE_URL": world.url,
            "EMPLY_API_KEY": KEY,
            "EMPLY_CUSTOMER": CUSTOMER,
            "EMPLY_CLOCK": "own",
            "EMPLY_MEDIA_IDS": ",".join(MEDIA),
            "INGEST_START": START,
            "LOG_FORMAT": "json",
            "RUN_TRIGGER": "bench",
        }

    def migrate(self) -> None:
        run([self.executables["migrate"]], self.settings, self.work / "migrate.log")

    def once(self, everything: bool) -> Spent:
        """One run: everything in one window, or with the default lookback and slices."""
        hours = str(TEN_YEARS_HOURS)
        return self.run(**({"INGEST_SLICE_HOURS": hours, "INGEST_LOOKBACK_HOURS": hours} if everything else {}))

    def run(self, *words: str, **settings: str) -> Spent:
        """One run that is told these words, and settings beside its own."""
        output = self.work / "ingest.out"
        return spend([self.executables["ingest"], *words], {**self.settings, **settings}, self.work, output, self.log)

    def load(self, everything: bool) -> tuple[Spent, int]:
        """One run, and the records that it has read."""
        spent = self.once(everything)
        audit = self.last_run()
        if audit["outcome"] != "succeeded":
            raise Failed(f"the run of ingest is {audit['outcome']}", self.log)
        return spent, audit["fetched"]

    def last_run(self) -> dict[str, Any]:
        words = [self.executables["ingest"], "runs", "--json", "--limit", "1"]
        found: dict[str, Any] = json.loads(run(words, self.settings, self.work / "runs.log"))[0]
        return found


class Dlt:
    """dlt_pipeline.py in a process of its own, whose folder is kept from run to run."""

    name = "dlt"

    def __init__(self, database: Database, world: Mock, work: Path, start: str = START) -> None:
        self.work, self.log = work, work / "dlt.log"
        self.words = [
            str(venv_bench() / "python"), str(PIPELINE), "--base-url", f"{world.url}/v1/{CUSTOMER}/",
            "--key", KEY, "--start", start + "T00:00:00Z", "--media", *MEDIA,
        ]
        self.settings = {
            "DESTINATION__POSTGRES__CREDENTIALS": database.url,
            "DLT_DATA_DIR": str(work / "dlt"),
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "RUNTIME__LOG_LEVEL": "WARNING",
        }

    def load(self, everything: bool) -> tuple[Spent, int]:
        lookback = TEN_YEARS_HOURS if everything else LOOKBACK_HOURS
        output = self.work / "dlt.out"
        words = [*self.words, "--lookback-hours", str(lookback)]
        spent = spend(words, self.settings, self.work, output, self.log)
        try:
            return spent, int(json.loads(output.read_text().splitlines()[-1])["records"])
        except (ValueError, KeyError, IndexError) as problem:
            raise Failed(f"dlt did not say how many records it read: {problem}", self.log) from problem
