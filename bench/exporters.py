"""Those that are measured by export.py: export and its peers. Each reads the same columns of the same tables."""

import json
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from postgres import Database
from process import spend
from workplace import venv_bench

# as in services/export/src/schema, by the table of the store. export.py holds them against the files of export
COLUMNS = {
    "posting": (
        "vacancy_id", "media_id", "job_id", "posting_type", "stage", "title", "title_localized", "department_id",
        "department", "address", "street", "zip", "city", "country", "latitude", "longitude", "created", "edited",
        "deadline", "time_zone", "tags", "facts", "apply_url", "ad_url", "first_seen", "removed_at", "changed_seq",
    ),
    "candidate": (
        "key", "candidate_id", "email", "first_name", "middle_name", "last_name", "first_seen", "removed_at",
        "changed_seq",
    ),
    "application": (
        "id", "number", "vacancy_id", "job_id", "candidate_key", "created", "updated", "status", "stage",
        "stage_localized", "disqualify_reason", "source", "first_seen", "removed_at", "changed_seq",
    ),
    "application_event": (
        "application_id", "event_no", "vacancy_id", "occurred", "observed", "from_stage", "to_stage", "from_status",
        "to_status", "removed_at", "changed_seq",
    ),
}
# what export calls otherwise than the store does, and what it makes itself
LAKE_NAMES = {"posting": "job_posting"}
LAKE_COLUMNS = {
    "candidate": {"key": "candidate_key"}, "application": {"id": "application_id", "number": "application_number"},
}
MADE = {"removed", "row_hash"}
KEY = "a key of the benchmark, for pseudonyms"
HERE = Path(__file__).parent


class Pulled(NamedTuple):
    """What it took. A floor has no memory of its own."""

    seconds: float
    peak_mib: float | None


def select(schema: str, table: str) -> str:
    return "SELECT %s FROM %s.%s" % (", ".join(COLUMNS[table]), schema, table)


class Export:
    """export with its defaults, into a lake. `settings` are what it is told besides."""

    rounds = 3

    def __init__(
        self, who: str, executables: dict[str, str], database: Database, work: Path, settings: dict[str, str]
    ) -> None:
        self.who, self.program, self.work, self.log = who, executables["export"], work, work / "export.log"
        self.settings = {
            "DATABASE_URL": database.url, "WAREHOUSE_TYPE": "lake", "LOG_FORMAT": "json", "RUN_TRIGGER": "bench",
            **settings,
        }

    def pull(self, folder: Path) -> Pulled:
        settings = {**self.settings, "LAKE_PATH": str(folder)}
        return Pulled(*spend([self.program], settings, self.work, self.work / "export.out", self.log))

    def files(self, folder: Path, table: str) -> Path:
        return folder / LAKE_NAMES.get(table, table) / "changes" / "*.parquet"


class Copy:
    """COPY of PostgreSQL into files: what it takes to get the rows out at all."""

    who, rounds = "COPY", 3

    def __init__(self, database: Database) -> None:
        self.database = database

    def pull(self, folder: Path) -> Pulled:
        started = time.monotonic()
        with self.database.cursor() as cursor:
            for table in COLUMNS:
                with open(folder / table, "wb") as file:
                    cursor.copy_expert("COPY (%s) TO STDOUT" % select(self.database.schema, table), file, 1 << 20)
        return Pulled(time.monotonic() - started, None)

    def files(self, folder: Path, table: str) -> Path:
        return folder / table


class DuckDb:
    """duckdb_export.py in a process of its own."""

    who, rounds = "DuckDB", 3

    def __init__(self, database: Database, work: Path) -> None:
        # in here, as psycopg2 in postgres.py
        import duckdb
        import duckdb_extensions

        self.work, self.log = work, work / "duckdb.log"
        extensions = str(work / "extensions")
        # once; DuckDB would keep it below the home folder
        with duckdb.connect(config={"extension_directory": extensions}) as connection:
            duckdb_extensions.import_extension("postgres_scanner", con=connection)
        queries = {table: select("store." + database.schema, table) for table in COLUMNS}
        self.words = [
            str(venv_bench() / "python"), str(HERE / "peers" / "duckdb_export.py"), "--extensions", extensions,
            "--queries", json.dumps(queries), "--folder",
        ]
        self.settings = {"STORE_URL": database.url}

    def pull(self, folder: Path) -> Pulled:
        return Pulled(*spend([*self.words, str(folder)], self.settings, self.work, self.work / "duckdb.out", self.log))

    def files(self, folder: Path, table: str) -> Path:
        return folder / ("%s.parquet" % table)


class Dlt:
    """dlt_export.py in a process of its own, whose folder is new each time."""

    who, rounds = "dlt", 1
    DATASET = "emply"

    def __init__(self, database: Database, work: Path) -> None:
        self.work, self.log = work, work / "dlt.log"
        self.words = [
            str(venv_bench() / "python"), str(HERE / "peers" / "dlt_export.py"), "--schema", database.schema,
            "--columns", json.dumps(COLUMNS), "--dataset", self.DATASET,
        ]
        url = urlsplit(database.url)._replace(scheme="postgresql+psycopg2").geturl()
        self.settings = {
            "SOURCES__SQL_DATABASE__CREDENTIALS": url,
            "RUNTIME__DLTHUB_TELEMETRY": "false",
            "RUNTIME__LOG_LEVEL": "WARNING",
        }

    def pull(self, folder: Path) -> Pulled:
        settings = {
            **self.settings,
            "DESTINATION__FILESYSTEM__BUCKET_URL": folder.as_uri(),
            "DLT_DATA_DIR": str(self.work / folder.name / "dlt"),
        }
        return Pulled(*spend(self.words, settings, self.work, self.work / "dlt.out", self.log))

    def files(self, folder: Path, table: str) -> Path:
        return folder / self.DATASET / table / "*.parquet"


Exporter = Export | Copy | DuckDb | Dlt
