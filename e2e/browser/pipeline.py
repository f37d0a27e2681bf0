"""A world that went all the way: mock-api, ingest, export and dbt; and what dbt left in the lake, read by DuckDB."""

import contextlib
import datetime
import json
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from browser.marts import DAY, Marts, typed, wanted
from toolbox.mock import mock
from toolbox.programs import REPOSITORY, Failed, run

EMPLY = {
    "EMPLY_API_KEY": "any-key-is-accepted-by-the-mock", "EMPLY_CUSTOMER": "acme", "EMPLY_CLOCK": "own",
    "EMPLY_MEDIA_IDS": "172d5ed0-9986-4ab4-8e3a-3432b94b57a3,6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21",
    "VOCABULARY_FILE": "helm/emply-pipeline/files/vocabulary-for-the-mock.toml",
}
QUERY = """
import duckdb, json, sys
found = duckdb.sql(sys.argv[1])
print(json.dumps([found.columns, found.fetchall()], default=str))
"""
# a warehouse that says more than fits into a row
LONG = "the lake at /var/lib/emply/a-folder-that-is-not-there cannot be written: " + 12 * (
    "permission denied (os error 13), while writing marts/part-0001.parquet after 3 tries; https://example.org/"
    + 40 * "x" + " ")


class Pipeline:
    """Programs with one store and one lake, both in `folder`."""

    def __init__(self, programs: Mapping[str, str], dbt_python: Path, folder: Path) -> None:
        self.programs, self.dbt_python, self.folder = programs, dbt_python, folder
        self.store, self.lake = folder / "store.db", folder / "lake"
        self.settings = {
            "DATABASE_URL": self.url(self.store), "LAKE_PATH": str(self.lake), "PII_KEY": secrets.token_hex(32),
            "LOG_FORMAT": "json", "RUN_TRIGGER": "test", "DBT_TARGET_PATH": str(folder / "dbt-target"),
            "INGEST_LOOKBACK_HOURS": "1440",
        }

    @staticmethod
    def url(store: Path) -> str:
        return f"sqlite://{store}?mode=rwc"

    def step(self, name: str, words: list[str], **settings: str) -> None:
        run(words, {**self.settings, **settings}, self.folder / (name + ".log"))

    def migrate(self) -> None:
        self.step("migrate", [self.programs["migrate"]])

    def run_all(self, reports: str, token: str) -> None:
        """Two days of the mock's world, up to what reports shows."""
        with mock(self.programs["mock-api"], {"MOCK_APPLICATIONS": "1500"}, self.folder / "mock-api.log") as world:
            at = {**EMPLY, "EMPLY_BASE_URL": world.url}
            self.step("ingest", [self.programs["ingest"]], **at)
            world.ask("/_mock/advance?hours=24", "POST")
            self.step("ingest", [self.programs["ingest"]], **at)
            self.step("export", [self.programs["export"]], **at)
        dbt = [str(self.dbt_python), str(REPOSITORY / "dbt" / "entrypoint.py")]
        self.step("dbt", dbt, REPORTS_URL=reports, REPORTS_TOKEN=token)

    def copied_store(self, name: str) -> Path:
        """As it is now; its last rows may be in a file beside it."""
        store = self.folder / name
        with contextlib.closing(sqlite3.connect(self.store)) as whole, contextlib.closing(sqlite3.connect(store)) as to:
            whole.backup(to)
        return store

    def failed_store(self) -> Path:
        """A copy of the store, in which export has failed last, and says much of it."""
        store = self.copied_store("failed.db")
        with contextlib.suppress(Failed):
            wrong = {"DATABASE_URL": self.url(store), "LAKE_PATH": "/dev/null/lake", **EMPLY}
            self.step("export", [self.programs["export"]], **wrong)
        with contextlib.closing(sqlite3.connect(store)) as audit, audit:
            failed = audit.execute("UPDATE sync_run SET error = error || ': ' || ? WHERE outcome = 'failed'", (LONG,))
            if failed.rowcount < 1:
                raise Failed("export took /dev/null/lake for a lake", self.folder / "export.log")
        return store

    def marts(self) -> Marts:
        """Of the lake, with the columns that a bundle has."""
        read = {mart.mart: list(self.rows(select(mart))) for mart in wanted.MARTS}
        (told,) = read["export_run"]
        since = told["as_of_on"] - (wanted.LAST_DAYS - 1) * DAY
        read["fct_applications_daily"] = [row for row in read["fct_applications_daily"] if row["date"] >= since]
        return read

    def rows(self, sql: str) -> Iterator[dict[str, Any]]:
        words = [str(self.dbt_python), "-c", QUERY, sql.replace("{lake}", str(self.lake))]
        columns, rows = json.loads(run(words, {}, self.folder / "query.log"))
        for row in rows:
            yield {column: read(column, value) for column, value in zip(columns, row, strict=True)}


def select(mart: Any) -> str:
    of = ", ".join("one." + column for column in mart.columns)
    once = "distinct " if mart.each_once else ""
    if mart.joined:
        of += "".join(", other." + column for column in mart.joined.columns)
        return (f"select {of} from '{{lake}}/marts/{mart.mart}.parquet' one "
                f"left join '{{lake}}/marts/{mart.joined.mart}.parquet' other using ({mart.joined.key})")
    return f"select {once}{of} from '{{lake}}/marts/{mart.mart}.parquet' one"


def read(column: str, value: Any) -> Any:
    kind = typed(column)
    return datetime.date.fromisoformat(value) if kind == "date" and value is not None else value
