"""Those that are measured by export.py: export and its peers. Each reads the same columns of the same tables."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from postgres import TABLES, Database
from process import Spent, spend
from toolbox.programs import Failed
from workplace import venv_bench

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


# columns by the table of the store
Columns = dict[str, list[str]]


def columns_of(export: "Export", folder: Path, database: Database) -> Columns:
    """What export sends, by the names that the store has for it, out of files that it has written: so that its peers
    read the same, also after somebody has added a column."""
    found = {table: in_store(table, parquet_columns(export.files(folder, table))) for table in TABLES}
    for table, columns in found.items():
        unknown = set(columns) - database.columns(table)
        if unknown:
            raise Failed(f"bench/exporters.py does not say where export has {sorted(unknown)} of {table} from")
    return found


def in_store(table: str, sent: Sequence[str]) -> list[str]:
    names = {lake: store for store, lake in LAKE_COLUMNS.get(table, {}).items()}
    return [names.get(column, column) for column in sent if column not in MADE]


def parquet_columns(files: Path) -> list[str]:
    return [str(row[0]) for row in ask_parquet("DESCRIBE SELECT * FROM read_parquet(?)", files)]


def ask_parquet(sql: str, files: Path) -> list[tuple[Any, ...]]:
    # in here, as psycopg2 in postgres.py
    import duckdb

    try:
        with duckdb.connect() as connection:
            found: list[tuple[Any, ...]] = connection.execute(sql, [str(files)]).fetchall()
            return found
    except duckdb.Error as problem:
        raise Failed(f"{files} cannot be read: {problem}") from problem


def select(schema: str, table: str, columns: Sequence[str]) -> str:
    return f"SELECT {', '.join(columns)} FROM {schema}.{table}"


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

    def once(self, folder: Path, *words: str) -> Spent:
        settings = {**self.settings, "LAKE_PATH": str(folder)}
        return spend([self.program, *words], settings, self.work, self.work / "export.out", self.log)

    def pull(self, folder: Path) -> Pulled:
        return Pulled(*self.once(folder))

    def files(self, folder: Path, table: str) -> Path:
        return folder / LAKE_NAMES.get(table, table) / "changes" / "*.parquet"


class Copy:
    """COPY of PostgreSQL into files: what it takes to get the rows out at all."""

    who, rounds = "COPY", 3

    def __init__(self, database: Database, columns: Columns) -> None:
        self.database = database
        self.queries = {table: select(database.schema, table, names) for table, names in columns.items()}

    def pull(self, folder: Path) -> Pulled:
        started = time.monotonic()
        with self.database.cursor() as cursor:
            for table, query in self.queries.items():
                with open(folder / table, "wb") as file:
                    cursor.copy_expert(f"COPY ({query}) TO STDOUT", file, 1 << 20)
        return Pulled(time.monotonic() - started, None)

    def files(self, folder: Path, table: str) -> Path:
        return folder / table


class DuckDb:
    """duckdb_export.py in a process of its own."""

    who, rounds = "DuckDB", 3

    def __init__(self, database: Database, columns: Columns, work: Path) -> None:
        # in here, as psycopg2 in postgres.py
        import duckdb
        import duckdb_extensions

        self.work, self.log = work, work / "duckdb.log"
        extensions = str(work / "extensions")
        # once; DuckDB would keep it below the home folder
        with duckdb.connect(config={"extension_directory": extensions}) as connection:
            duckdb_extensions.import_extension("postgres_scanner", con=connection)
        schema = "store." + database.schema
        queries = {table: select(schema, table, names) for table, names in columns.items()}
        self.words = [
            str(venv_bench() / "python"), str(HERE / "peers" / "duckdb_export.py"), "--extensions", extensions,
            "--queries", json.dumps(queries), "--folder",
        ]
        self.settings = {"STORE_URL": database.url}

    def pull(self, folder: Path) -> Pulled:
        return Pulled(*spend([*self.words, str(folder)], self.settings, self.work, self.work / "duckdb.out", self.log))

    def files(self, folder: Path, table: str) -> Path:
        return folder / f"{table}.parquet"


class Dlt:
    """dlt_export.py in a process of its own, whose folder is new each time."""

    who, rounds = "dlt", 1
    DATASET = "emply"

    def __init__(self, database: Database, columns: Columns, work: Path) -> None:
        self.work, self.log = work, work / "dlt.log"
        self.words = [
            str(venv_bench() / "python"), str(HERE / "peers" / "dlt_export.py"), "--schema", database.schema,
            "--columns", json.dumps(columns), "--dataset", self.DATASET,
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
