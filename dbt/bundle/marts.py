"""Reads marts back that have just been published, for whoever computes figures without a warehouse.

In the lake they are Parquet files. In BigQuery rows are listed, which costs nothing; a query would.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bundle.columns import Mart, write
from outcome import Failed, Late, within
from remedies import of_words
from variables import one_line
from warehouses import BigQuery, Warehouse

# export_run comes last, as it does in the warehouse: who finds a run there finds nothing older in the others
MARTS = ("fct_application_durations", "fct_closed_weekly", "fct_times_to_hire", "export_run")
# all of them; they are small
SECONDS = 300
# of one call to BigQuery, with all its tries
CALL_SECONDS = 120
ROWS_AT_ONCE = 10_000
OF_DUCKDB = {
    "VARCHAR": "text", "BIGINT": "bigint", "BOOLEAN": "boolean", "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp",
}
OF_BIGQUERY = {
    "STRING": "text", "INTEGER": "bigint", "INT64": "bigint", "BOOLEAN": "boolean", "BOOL": "boolean", "DATE": "date",
    "TIMESTAMP": "timestamp",
}


def write_all(warehouse: Warehouse, folder: Path) -> dict[str, Path]:
    """The files, by their names in a bundle. Raises Failed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"data/%s.json" % name: folder / (name + ".json") for name in MARTS}

    def read_and_write() -> None:
        marts = of_bigquery(warehouse) if isinstance(warehouse, BigQuery) else of_lake(warehouse.published())
        for mart, file in zip(marts, files.values(), strict=True):
            write(mart, file)

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
    return Failed(code, "the published marts cannot be read: %s%s" % (said, ": " + way_out if way_out else ""))


def of_lake(folder: Path) -> Iterator[Mart]:
    """Parquet files of this folder."""
    import duckdb

    with duckdb.connect() as database:
        # what Python gets of an instant depends on it
        database.execute("set TimeZone = 'UTC'")
        for name in MARTS:
            # a name of a folder may hold the signs of a pattern
            file = "".join("[%s]" % sign if sign in "[*?" else sign for sign in str(folder / (name + ".parquet")))
            found = database.execute("select * from read_parquet(?)", [file])
            columns = {column[0]: OF_DUCKDB[str(column[1])] for column in found.description or ()}
            yield Mart(name, columns, fetched(found))


def fetched(found: Any) -> Iterator[Sequence[object]]:
    while rows := found.fetchmany(ROWS_AT_ONCE):
        yield from rows


def of_bigquery(warehouse: BigQuery) -> Iterator[Mart]:
    """Tables of the dataset of marts."""
    client, retry = warehouse.client(), warehouse.retry(CALL_SECONDS)
    for name in MARTS:
        place = "%s.%s_marts.%s" % (warehouse.project, warehouse.dataset, name)
        table = client.get_table(place, retry=retry, timeout=CALL_SECONDS)
        columns = {field.name: OF_BIGQUERY[field.field_type] for field in table.schema}
        rows = client.list_rows(table, retry=retry, timeout=CALL_SECONDS, page_size=ROWS_AT_ONCE)
        yield Mart(name, columns, (row.values() for row in rows))
