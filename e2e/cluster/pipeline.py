"""The installed pipeline, as the steps see it: what is in the mock, the database and the lake."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cluster.kube import Kube, ask, expect

RELEASE = "emply"
CHART = str(Path(__file__).resolve().parents[2] / "helm" / "emply-pipeline")
# a pod that reads the lake's files the way everybody can: with DuckDB
READER = Path(__file__).with_name("lake_reader.yaml")
LIVE = """
import duckdb, json
def live(table, key):
    files = "/lake/%s/*/*.parquet" % table
    latest = "select distinct on (%s) * from read_parquet('%s', union_by_name = true) order by %s, changed_seq desc"
    return duckdb.sql("select count(*) from (%s) where not removed" % (latest % (key, files, key))).fetchone()[0]
postings, applications = live("job_posting", "vacancy_id, media_id"), live("application", "application_id")
print(json.dumps({"postings": postings, "applications": applications}))
"""


class Pipeline:
    """A release of the chart in a namespace. `values` are the arguments of helm that every revision gets."""

    def __init__(self, kube: Kube, values: list[str], screenshots: Path) -> None:
        self.kube, self.values, self.screenshots = kube, values, screenshots

    def upgrade(self, *values: str) -> str:
        """A revision with these values on top of the release's own."""
        return self.kube.helm("upgrade", RELEASE, CHART, *self.values, *values, "--wait", "--timeout=5m")

    def revision(self) -> int:
        return int(json.loads(self.kube.helm("status", RELEASE, "-o", "json"))["version"])

    def mock(self, path: str, method: str = "GET") -> Any:
        with self.kube.forward("emply-mock-api", 8000) as address:
            status, _, body = ask(address + path, method)
        expect(status == 200, f"the mock answers {path} with {status}: {body[:300]!r}")
        return json.loads(body)

    def in_the_mock(self) -> dict[str, int]:
        world = self.mock("/_mock/world")
        return {"postings": sum(world["postings"]["listed"].values()), "applications": world["applications"]["total"]}

    def in_the_database(self, database: str = "emply") -> dict[str, int]:
        counts = {"postings": "posting", "applications": "application"}
        query = "select count(*) from %s where removed_at is null"
        return {name: int(self.kube.sql(query % table, database)) for name, table in counts.items()}

    @contextlib.contextmanager
    def lake_reader(self) -> Iterator[None]:
        """The pod `lake-reader`, which sees the lake at /lake and cannot write there."""
        self.kube.kubectl("apply", "-f", "-", given=READER.read_text().replace("@IMAGE@", self.dbt_image()))
        try:
            self.kube.kubectl("wait", "--for=condition=Ready", "pod/lake-reader", "--timeout=100s")
            yield
        finally:
            self.kube.kubectl("delete", "pod", "lake-reader", "--wait", "--grace-period=1")

    def in_the_lake(self) -> dict[str, int]:
        with self.lake_reader():
            return dict(json.loads(self.kube.kubectl("exec", "lake-reader", "--", "python", "-c", LIVE)))

    def dbt_image(self) -> str:
        spec = self.kube.get("cronjob", "emply-export")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        return str(spec["containers"][0]["image"])

    def agrees(self) -> str:
        """Mock, database and lake hold the same."""
        mock, database, lake = self.in_the_mock(), self.in_the_database(), self.in_the_lake()
        expect(mock["postings"] > 0 and mock["applications"] > 0, f"the mock is empty: {mock}")
        expect(mock == database == lake, f"mock {mock}, database {database}, lake {lake}")
        return f"{mock['postings']} postings, {mock['applications']} applications in mock, database and lake"

    def page(self, path: str) -> tuple[int, Any, bytes]:
        with self.kube.forward("emply-reports", 8080) as address:
            return ask(address + path)
