"""Reads marts back that have just been published, for whoever computes figures without a warehouse.

In the lake they are Parquet files. In BigQuery rows are listed, which costs nothing; a query would.
"""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bundle.columns import Mart, write
from bundle.wanted import LAST_DAYS, MARTS, Joined, Wanted
from outcome import RETRY_MAY_HELP, Failed, Late, within
from remedies import of_words
from variables import one_line
from warehouses import BigQuery, Warehouse

# all of them: of a million applications, the days alone are some hundred pages of BigQuery's
SECONDS = 600
# of one call to BigQuery, with all its tries
CALL_SECONDS = 120
ROWS_AT_ONCE = 10_000
Rows = Iterator[Sequence[object]]
OF_DUCKDB = {
    "VARCHAR": "text", "BIGINT": "bigint", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
OF_BIGQUERY = {
    "STRING": "text", "INTEGER": "bigint", "INT64": "bigint", "BOOLEAN": "boolean", "BOOL": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp",
}


class LakeMarts:
    """Parquet files of this folder."""

    def __init__(self, folder: Path) -> None:
        import duckdb

        self.folder, self.database = folder, duckdb.connect()
        # what Python gets of an instant depends on it
        self.database.execute("set TimeZone = 'UTC'")

    def read(self, name: str, columns: Sequence[str]) -> Mart:
        # a name of a folder may hold the signs of a pattern
        file = "".join(f"[{sign}]" if sign in "[*?" else sign for sign in str(self.folder / (name + ".parquet")))
        listed = ", ".join(f'"{column}"' for column in columns)
        found = self.database.cursor().execute(f"select {listed} from read_parquet(?)", [file])
        kinds = {column[0]: OF_DUCKDB[str(column[1])] for column in found.description or ()}
        return Mart(name, kinds, fetched(found))


def fetched(found: Any) -> Rows:
    while rows := found.fetchmany(ROWS_AT_ONCE):
        yield from rows


class BigQueryMarts:
    """Tables of the dataset of marts."""

    def __init__(self, warehouse: BigQuery) -> None:
        self.warehouse = warehouse
        self.client, self.retry = warehouse.client(), warehouse.retry(CALL_SECONDS)

    def read(self, name: str, columns: Sequence[str]) -> Mart:
        place = f"{self.warehouse.project}.{self.warehouse.dataset}_marts.{name}"
        table = self.client.get_table(place, retry=self.retry, timeout=CALL_SECONDS)
        # in the order of the table, in which they come whatever is asked for
        fields = [field for field in table.schema if field.name in columns]
        kinds = {field.name: OF_BIGQUERY[field.field_type] for field in fields}
        missing = [column for column in columns if column not in kinds]
        if missing:
            raise Failed(RETRY_MAY_HELP, f"the mart {name} has no column {', '.join(missing)}")
        limits = {"retry": self.retry, "timeout": CALL_SECONDS, "page_size": ROWS_AT_ONCE}
        rows = self.client.list_rows(table, selected_fields=fields, **limits)
        order = [list(kinds).index(column) for column in columns]
        return Mart(name, {column: kinds[column] for column in columns}, in_order(rows, order))


def in_order(rows: Any, order: Sequence[int]) -> Rows:
    for row in rows:
        values = row.values()
        yield [values[place] for place in order]


Marts = LakeMarts | BigQueryMarts


def write_all(warehouse: Warehouse, folder: Path) -> dict[str, Path]:
    """The files, by their names in a bundle. Raises Failed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"data/{wanted.mart}.json": folder / (wanted.mart + ".json") for wanted in MARTS}

    def read_and_write() -> None:
        marts = BigQueryMarts(warehouse) if isinstance(warehouse, BigQuery) else LakeMarts(warehouse.published())
        last = last_day(marts)
        for wanted, file in zip(MARTS, files.values(), strict=True):
            write(cut(marts, wanted, last), file, wanted.each_once)

    try:
        within(SECONDS, read_and_write)
    except (Failed, Late, OSError) as problem:
        raise failed(problem) from problem
    except Exception as problem:
        if not type(problem).__module__.startswith(("duckdb", "_duckdb", "google", "requests", "urllib3")):
            raise
        raise failed(problem) from problem
    return files


def failed(problem: BaseException) -> Failed:
    if isinstance(problem, Failed):
        return problem
    said = one_line(problem) or type(problem).__name__
    code, way_out = of_words(said)
    return Failed(code, f"the published marts cannot be read: {said}{': ' + way_out if way_out else ''}")


def last_day(marts: Marts) -> datetime.date | None:
    """The last one that is told of; None where nothing was exported."""
    days = [row[0] for row in marts.read("export_run", ("as_of_on",)).rows]
    return next((day for day in days if isinstance(day, datetime.date)), None)


def cut(marts: Marts, wanted: Wanted, last: datetime.date | None) -> Mart:
    """Rows and columns of it that are wanted."""
    if wanted.joined:
        return joined(marts, wanted, wanted.joined)
    mart = marts.read(wanted.mart, wanted.columns)
    rows: Rows = iter(mart.rows)
    if wanted.counted:
        counted = wanted.columns.index(wanted.counted)
        rows = (row for row in rows if row[counted])
    if wanted.days:
        rows = of_last_days(rows, wanted.columns.index(wanted.days), last)
    return mart._replace(rows=rows)


def of_last_days(rows: Rows, place: int, last: datetime.date | None) -> Rows:
    # listed and passed over here: in BigQuery a query for them would be billed, and listing is not
    known = {last - datetime.timedelta(days=days) for days in range(LAST_DAYS)} if last else set()
    return (row for row in rows if row[place] in known)


def joined(marts: Marts, wanted: Wanted, other: Joined) -> Mart:
    """By their key, which is not written."""
    theirs = marts.read(other.mart, (other.key, *other.columns))
    by_key = {row[0]: row[1:] for row in theirs.rows}
    ours = marts.read(wanted.mart, (other.key, *wanted.columns))
    kinds = {name: kind for mart in (ours, theirs) for name, kind in mart.columns.items() if name != other.key}

    def rows() -> Rows:
        for key, *values in ours.rows:
            if key not in by_key:
                names = f"{wanted.mart} and {other.mart}"
                raise Failed(RETRY_MAY_HELP, f"{names} tell of different vacancies: they are just published")
            yield [*values, *by_key[key]]

    return Mart(wanted.mart, kinds, rows())
