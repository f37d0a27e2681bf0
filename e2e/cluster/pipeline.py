"""The installed pipeline, as the steps see it: what is in the mock, the database and the lake."""

import contextlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cluster.kube import Kube, ask
from toolbox.programs import Failed

RELEASE = "emply"
# of the release
SECRETS = ("emply", "emply-postgresql", "emply-board", "emply-roles", "emply-mock-role")
# whatever looks like an e-mail address
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
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

    def __init__(self, kube: Kube, values: list[str]) -> None:
        self.kube, self.values = kube, values

    def upgrade(self, *values: str, timeout: str = "5m") -> str:
        """A revision with these values on top of the release's own."""
        # the first revision is gone back to in the end, and Helm keeps ten of itself
        words = ("--history-max=40", "--wait", "--timeout=" + timeout)
        return self.kube.helm("upgrade", RELEASE, CHART, *self.values, *values, *words)

    def is_helm_4(self) -> bool:
        """It applies on the server's side, where a field has an owner."""
        return self.kube.helm("version", "--template", "{{.Version}}").startswith("v4")

    def revision(self) -> int:
        return int(json.loads(self.kube.helm("status", RELEASE, "-o", "json"))["version"])

    def job(self, component: str, release: str = RELEASE) -> str:
        """The last one that an install or an upgrade made: its name ends otherwise each time."""
        chosen = f"app.kubernetes.io/instance={release},app.kubernetes.io/component={component}"
        jobs = self.kube.get("jobs", "-l", chosen, "--sort-by=.metadata.creationTimestamp")["items"]
        if not jobs:
            raise Failed(f"release {release} has no job of {component}")
        return str(jobs[-1]["metadata"]["name"])

    def mock(self, path: str, method: str = "GET") -> Any:
        with self.kube.forward("emply-mock-api", 8000) as address:
            status, _, body = ask(address + path, method)
        assert status == 200, f"the mock answers {path} with {status}: {body[:300]!r}"
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

    def time_passes(self) -> None:
        """Applications arrive and change. Twice is less than a day, with whose end the mock deletes one."""
        self.mock("/_mock/advance?hours=11", "POST")

    def hold_database(self) -> None:
        """Mock and database hold the same."""
        mock, database = self.in_the_mock(), self.in_the_database()
        assert mock == database, f"mock {mock}, database {database}"

    def hold_all(self) -> None:
        """Mock, database and lake hold the same."""
        mock, database, lake = self.in_the_mock(), self.in_the_database(), self.in_the_lake()
        assert mock["postings"] > 0, f"the mock is empty: {mock}"
        assert mock["applications"] > 0, f"the mock is empty: {mock}"
        assert mock == database == lake, f"mock {mock}, database {database}, lake {lake}"

    def hold_log(self, log: list[dict[str, Any]]) -> None:
        """A start line, a summary, and nobody's name."""
        messages = [str(record.get("message")) for record in log]
        assert any("starting" in message for message in messages), f"no start line: {messages}"
        # our programs say `finished` and the outcome, dbt says the outcome
        ends = [record for record in log if "succeeded" in (record.get("outcome"), record.get("message"))]
        assert ends, f"no summary line: {messages}"
        text = "\n".join(map(str, log))
        assert not EMAIL.search(re.sub(r"\w+://\S+", "", text)), "an e-mail address is in the log"
        people = self.kube.sql("select distinct last_name from candidate where last_name is not null limit 50")
        named = [name for name in people.splitlines() if re.search(fr"\b{re.escape(name)}\b", text)]
        assert not named, f"names of persons are in the log: {named}"
        secrets = [value for name in SECRETS for value in self.kube.secret(name).values()]
        said = sum(value in text for value in secrets)
        assert not said, "a secret is in the log"

    def hold_checks(self) -> None:
        """`helm test` passes each program's check, and shows its lines."""
        words = [self.kube.helm_program, "-n", self.kube.namespace, "test", RELEASE, "--timeout=6m"]
        # what the checks say goes to stderr
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
                              check=False)
        assert re.findall(r"Phase: +(\w+)", done.stdout) == ["Succeeded"] * 5, done.stdout
        for said in ("the key is accepted", "ok    reports: docs since", "ok    dashboard: http://emply-reports:8080/"):
            assert said in done.stdout, f"helm test does not show {said!r}: {done.stdout}"
