"""What PostgreSQL says of a run, and how fast it takes the same rows by COPY alone."""

import contextlib
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

TABLES = ("posting", "application", "candidate", "application_event")
ROUNDS = 3


class Written(NamedTuple):
    """What stands in PostgreSQL's own books: bytes of its log, and rows written to the tables that are counted."""

    wal_bytes: int
    rows: int


class Database:
    """A database of the server, and the schema in which somebody has the tables."""

    def __init__(self, url: str, schema: str) -> None:
        self.url, self.schema = url, schema

    def other(self, name: str, schema: str) -> "Database":
        """Another database of the same server."""
        return Database(urllib.parse.urlsplit(self.url)._replace(path="/" + name).geturl(), schema)

    def make_other(self, name: str, schema: str) -> "Database":
        """A new database on the same server."""
        self.ask(f"CREATE DATABASE {name}")
        return self.other(name, schema)

    @contextlib.contextmanager
    def cursor(self) -> Iterator[Any]:
        # in here: the script begins under a Python that does not have it, and goes on under the one of venv-bench
        import psycopg2

        connection = psycopg2.connect(self.url)
        try:
            # each statement is a transaction, and VACUUM wants to be in none
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.cursor() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def number(self, sql: str, *values: object) -> int:
        return int(self.ask(sql, *values)[0][0])

    def settle(self) -> None:
        """Does what autovacuum would do some time later, so that no run pays for the one before."""
        with self.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")

    def books(self) -> Written:
        wal = self.number("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")
        # a session's counts are in the books once it has ended
        time.sleep(1)
        rows = self.number(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables "
            "WHERE schemaname = %s AND relname = ANY(%s)",
            self.schema, list(TABLES),
        )
        return Written(wal, rows)

    def columns(self, table: str) -> set[str]:
        sql = "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s"
        return {str(row[0]) for row in self.ask(sql, self.schema, table)}

    def rows(self, table: str) -> int:
        return self.number(f"SELECT count(*) FROM {self.schema}.{table}")


def measure_copy(database: Database, work: Path) -> tuple[int, float]:
    """Copies what ingest has written into empty tables of the same definition; gives the rows, and the seconds of the
    best of some rounds. Reading the source, comparing and deriving are not in it: no loader that writes these tables
    can be faster."""
    with database.cursor() as cursor:
        cursor.execute("CREATE SCHEMA floor")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE floor.{table} (LIKE {database.schema}.{table} INCLUDING ALL)")
            with open(work / table, "wb") as dump:
                cursor.copy_expert(f"COPY (SELECT * FROM {database.schema}.{table}) TO STDOUT", dump, 1 << 20)
        seconds = min(copy_in(cursor, work) for _ in range(ROUNDS))
        cursor.execute(f"SELECT {' + '.join(f'(SELECT count(*) FROM floor.{table})' for table in TABLES)}")
        rows = int(cursor.fetchone()[0])
        cursor.execute("DROP SCHEMA floor CASCADE")
    for table in TABLES:
        (work / table).unlink()
    return rows, seconds


def copy_in(cursor: Any, work: Path) -> float:
    # not in the transaction of the COPY, which then would write no log
    cursor.execute(f"TRUNCATE {', '.join('floor.' + table for table in TABLES)}")
    cursor.execute("CHECKPOINT")
    started = time.monotonic()
    for table in TABLES:
        with open(work / table, "rb") as dump:
            cursor.copy_expert(f"COPY floor.{table} FROM STDIN", dump, 1 << 20)
    return time.monotonic() - started
