"""The peer of ingest: one run of a plain dlt pipeline from Emply into PostgreSQL, a process of its own.

ingest.py starts it. dlt itself reads DESTINATION__POSTGRES__CREDENTIALS, DLT_DATA_DIR and the like from the
environment. README.md says which settings it runs with, and why. Prints how many records it read, as one JSON object.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import dlt
from dlt.common import json as dlts_json
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import APIKeyAuth

# records handed over at once
PAGE = 5_000
DATASET = "emply"


class Emply:
    """Reads whole answers, and counts their records."""

    def __init__(self, base_url: str, key: str) -> None:
        self.client = RESTClient(base_url, auth=APIKeyAuth("x-api-key", key))
        self.records = 0

    def pages(self, path: str, **parameters: str) -> Iterator[list[dict[str, Any]]]:
        """Parsed by dlt's own reader, which is orjson and faster than that of `requests`."""
        answer = self.client.get(path, params=parameters)
        answer.raise_for_status()
        whole = dlts_json.loadb(answer.content)
        self.records += len(whole)
        for start in range(0, len(whole), PAGE):
            yield whole[start : start + PAGE]


# nothing is nested in tables of its own: texts in several languages stay JSON, as they do in the tables of ingest
@dlt.source(max_table_nesting=0)
def emply(source: Emply, media: list[str], start: str, lookback_hours: int) -> Any:
    @dlt.resource(primary_key=("vacancy_id", "media_id"), write_disposition="merge")
    def posting() -> Iterator[list[dict[str, Any]]]:
        for medium in media:
            yield from source.pages("postings/" + medium)

    @dlt.resource(primary_key="id", write_disposition="merge")
    def application(
        created: Any = dlt.sources.incremental("created", initial_value=start, lag=lookback_hours * 3600),
    ) -> Iterator[list[dict[str, Any]]]:
        window = {"from": created.last_value, "to": datetime.now(timezone.utc).isoformat()}
        yield from source.pages("applications/find-by-date", **window)

    return posting, application


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url", required=True, help="of the customer: …/v1/acme/")
    parser.add_argument("--key", required=True)
    parser.add_argument("--media", required=True, nargs="+")
    parser.add_argument("--start", required=True, help="nothing created before is asked for")
    parser.add_argument("--lookback-hours", required=True, type=int, help="read again, before the latest that is known")
    arguments = parser.parse_args()
    source = Emply(arguments.base_url, arguments.key)
    pipeline = dlt.pipeline("emply", destination="postgres", dataset_name=DATASET)
    # CSV goes in by COPY; the default, INSERT, is for databases that have nothing better
    resources = emply(source, arguments.media, arguments.start, arguments.lookback_hours)
    pipeline.run(resources, loader_file_format="csv")
    print(json.dumps({"records": source.records}))


if __name__ == "__main__":
    main()
