"""A peer of export: one run of a plain dlt pipeline from PostgreSQL into Parquet files, a process of its own.

export.py starts it. dlt itself reads SOURCES__SQL_DATABASE__CREDENTIALS, DESTINATION__FILESYSTEM__BUCKET_URL,
DLT_DATA_DIR and the like from the environment. README.md says which settings it runs with, and why.
"""

import argparse
import json

import dlt
from dlt.sources.sql_database import sql_table

# rows handed over at once
CHUNK = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schema", required=True, help="that the tables are in")
    parser.add_argument("--columns", required=True, type=json.loads, help="a JSON object of table to its columns")
    parser.add_argument("--dataset", required=True, help="folder that the files go to, below the bucket")
    arguments = parser.parse_args()
    tables = [
        sql_table(
            table=table, schema=arguments.schema, included_columns=columns, backend="pyarrow", chunk_size=CHUNK,
            write_disposition="replace",
        )
        for table, columns in arguments.columns.items()
    ]
    pipeline = dlt.pipeline("emply", destination="filesystem", dataset_name=arguments.dataset)
    pipeline.run(tables, loader_file_format="parquet")


if __name__ == "__main__":
    main()
