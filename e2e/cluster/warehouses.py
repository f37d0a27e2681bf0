"""The release sends the store to BigQuery for a while, which an emulator in the cluster plays, and then to its lake
again. dbt has to make the same of both."""

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import images
from bigquery.comparison import PROJECT, RELATIONS, Relation, Row, compare, is_found, judge, rows_of, spoiling
from cluster import loading
from cluster.accidents import time_passes
from cluster.install import check_log, helm_test
from cluster.kube import ask, expect
from cluster.pipeline import CHART, Pipeline
from toolbox.programs import REPOSITORY
from toolbox.setup import ONCE

EMULATOR = Path(__file__).with_name("emulator")
READERS = REPOSITORY / "e2e" / "bigquery"
# the chart's own example of an emulator: its address, and the rule of the NetworkPolicies that leads there
VALUES = ("--values", str(Path(CHART) / "ci" / "emulator-values.yaml"))
IMAGE = "bigquery-emulator"
HERE = "http://127.0.0.1:9050"
# nothing of dbt's may lie on the lake, which is there to be read
VIEWS = "/tmp/views.duckdb"
DBT = ("env", "LAKE_PATH=/lake", "DUCKDB_PATH=" + VIEWS, "DBT_TARGET_PATH=/tmp/target", "DBT_LOG_PATH=/tmp/logs", "dbt",
       "run", "--select", "staging", "--project-dir", "/opt/emply/dbt", "--profiles-dir", "/opt/emply/dbt")


@contextlib.contextmanager
def emulator(subject: Pipeline) -> Iterator[None]:
    """It is there, and ready, until this is left."""
    reference = images.reference(IMAGE)
    images.docker("build", "--quiet", "--file", str(EMULATOR / "Dockerfile"), "--tag", reference,
                  "--build-arg", "ONCE=" + ONCE["venv-bigquery"], str(READERS), timeout_seconds=images.BUILD_SECONDS)
    loading.bring(reference)
    manifest = (EMULATOR / "emulator.yaml").read_text().replace("@IMAGE@", reference).replace("@PROJECT@", PROJECT)
    subject.kube.kubectl("apply", "-f", "-", given=manifest)
    try:
        subject.kube.kubectl("wait", "--for=condition=Ready", "pod/emulator", "--timeout=300s", timeout_seconds=320)
        yield
    finally:
        subject.kube.kubectl("delete", "-f", "-", "--wait", "--grace-period=1", given=manifest)


def export(subject: Pipeline, name: str) -> int:
    """A run of export and dbt by hand; gives how many rows were sent."""
    log = subject.kube.run("emply-export", name)
    check_log(subject, log)
    return int(next(line["rows"] for line in log if line.get("outcome") == "succeeded" and "rows" in line))


def fill_bigquery(subject: Pipeline) -> tuple[int, int]:
    """Everything first, then what has changed since; gives how many rows that were."""
    subject.upgrade(*VALUES)
    try:
        everything = export(subject, "export-to-bigquery")
        helm_test(subject)
        time_passes(subject)
        subject.kube.run("emply-ingest", "ingest-for-bigquery")
        return everything, export(subject, "changes-to-bigquery")
    finally:
        # the lake is where it was left
        subject.upgrade()


def in_the_lake(subject: Pipeline, relation: Relation) -> list[Row]:
    where = f"'/lake/marts/{relation.name}.parquet'" if relation.is_mart else "main." + relation.name
    return printed(subject, "lake-reader", "read_lake.py", VIEWS, where, ",".join(relation.key))


def in_bigquery(subject: Pipeline, relation: Relation) -> list[Row]:
    words = (HERE, PROJECT, relation.dataset, relation.name, ",".join(relation.key))
    return printed(subject, "emulator", "read_table.py", *words)


def printed(subject: Pipeline, pod: str, script: str, *words: str) -> list[Row]:
    """What a script prints that is run in a pod."""
    given = (READERS / script).read_text()
    return rows_of(subject.kube.kubectl("exec", "-i", pod, "--", "python", "-", *words, given=given))


def statement(subject: Pipeline, sql: str) -> None:
    body = json.dumps({"query": sql, "useLegacySql": False}).encode()
    with subject.kube.forward("emulator", 9050) as address:
        status, _, said = ask(f"{address}/bigquery/v2/projects/{PROJECT}/queries", "POST",
                              {"Content-Type": "application/json"}, body)
    answer: dict[str, Any] = json.loads(said)
    expect(status == 200 and not answer.get("errors"), f"the emulator refuses {sql}: {answer}")


def both_warehouses(subject: Pipeline) -> str:
    with emulator(subject):
        everything, changes = fill_bigquery(subject)
        expect(everything > changes > 0, f"{everything} rows were sent to BigQuery, then {changes}")
        export(subject, "export-to-the-lake")
        with subject.lake_reader():
            subject.kube.kubectl("exec", "lake-reader", "--", *DBT)
            lake = {relation: in_the_lake(subject, relation) for relation in RELATIONS}
        compared = [compare(relation, rows, in_bigquery(subject, relation)) for relation, rows in lake.items()]
        judge(compared)
        each_is_found(subject, lake)
    rows = ", ".join(f"{each.relation.name} {each.rows}" for each in compared)
    return f"{everything} rows, then {changes}; {rows}"


def each_is_found(subject: Pipeline, lake: dict[Relation, list[Row]]) -> None:
    """A comparison that cannot fail would say nothing."""
    for relation, rows in lake.items():
        statement(subject, spoiling(relation))
        compared = compare(relation, rows, in_bigquery(subject, relation))
        expect(is_found(compared), f"one value of {relation.name} was changed, found were {compared.found}")


STEPS = (("warehouses", both_warehouses),)
