"""A peer of export: DuckDB reads tables of PostgreSQL and writes them as Parquet, a process of its own.

export.py starts it. STORE_URL, in the environment, says where the tables are; in the queries that is `store`.
"""

import argparse
import json
import os
from pathlib import Path

import duckdb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--extensions", required=True, help="folder that postgres_scanner is in")
    parser.add_argument("--queries", required=True, type=json.loads, help="a JSON object of file to query")
    parser.add_argument("--folder", required=True, type=Path, help="where the files go")
    arguments = parser.parse_args()
    # what is not there is not fetched
    settings = {"extension_directory": arguments.extensions, "autoinstall_known_extensions": "false"}
    with duckdb.connect(config=settings) as connection:
        connection.execute("LOAD postgres_scanner")
        connection.execute(f"ATTACH '{os.environ['STORE_URL']}' AS store (TYPE postgres, READ_ONLY)")
        for name, query in arguments.queries.items():
            file = arguments.folder / f"{name}.parquet"
            connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


if __name__ == "__main__":
    main()
