"""The release sends the store to BigQuery for a while, which an emulator in the cluster plays, and then to its lake
again. dbt has to make the same of both."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import images
from bigquery.comparison import PROJECT, RELATIONS, Relation, Row, differences, rows_of, spoil
from cluster.kube import bring
from cluster.pipeline import CHART, Pipeline
from toolbox.programs import REPOSITORY
from toolbox.setup import ONCE

# of differences
SHOWN = 5
EMULATOR = Path(__file__).with_name("emulator")
READERS = REPOSITORY / "e2e" / "bigquery"
# the chart's own example of an emulator: its address, and the rule of the NetworkPolicies that leads there
VALUES = ("--values", str(Path(CHART) / "ci" / "emulator-values.yaml"))
IMAGE = "bigquery-emulator"
HERE = "http://127.0.0.1:9050"
# nothing of dbt's may lie on the lake, which is there to be read
STAGING = "/tmp/staging.duckdb"
DBT = ("env", "LAKE_PATH=/lake", "DUCKDB_PATH=" + STAGING, "DBT_TARGET_PATH=/tmp/target", "DBT_LOG_PATH=/tmp/logs",
       "dbt", "run", "--select", "staging", "--vars", "for_people: true", "--project-dir", "/opt/emply/dbt",
       "--profiles-dir", "/opt/emply/dbt")


@contextlib.contextmanager
def emulator(pipeline: Pipeline) -> Iterator[None]:
    """It is there, and ready, until this is left."""
    reference = images.reference(IMAGE)
    images.docker("build", "--quiet", "--file", str(EMULATOR / "Dockerfile"), "--tag", reference,
                  "--build-arg", "ONCE=" + ONCE["venv-bigquery"], str(READERS), timeout_seconds=images.BUILD_SECONDS)
    bring(reference)
    manifest = (EMULATOR / "emulator.yaml").read_text().replace("@IMAGE@", reference).replace("@PROJECT@", PROJECT)
    pipeline.kube.kubectl("apply", "-f", "-", given=manifest)
    try:
        pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/emulator", "--timeout=300s", timeout_seconds=320)
        yield
    finally:
        pipeline.kube.kubectl("delete", "-f", "-", "--wait", "--grace-period=1", given=manifest)


def export(pipeline: Pipeline, name: str) -> int:
    """A run of export and dbt by hand; gives how many rows were sent."""
    log = pipeline.kube.run("emply-export", name)
    pipeline.hold_log(log)
    return int(next(line["rows"] for line in log if line.get("outcome") == "succeeded" and "rows" in line))


def fill_bigquery(pipeline: Pipeline) -> tuple[int, int]:
    """Everything first, then what has changed since; gives how many rows that were."""
    pipeline.upgrade(*VALUES)
    try:
        everything = export(pipeline, "export-to-bigquery")
        pipeline.hold_checks()
        pipeline.time_passes()
        pipeline.kube.run("emply-ingest", "ingest-for-bigquery")
        return everything, export(pipeline, "changes-to-bigquery")
    finally:
        # the lake is where it was left
        pipeline.upgrade()


def in_the_lake(pipeline: Pipeline, relation: Relation) -> list[Row]:
    where = f"'/lake/marts/{relation.name}.parquet'" if relation.is_mart else "main." + relation.name
    return printed(pipeline, "lake-reader", "read_lake.py", STAGING, where, ",".join(relation.key))


def in_bigquery(pipeline: Pipeline, relation: Relation) -> list[Row]:
    words = (HERE, PROJECT, relation.dataset, relation.name, ",".join(relation.key))
    return printed(pipeline, "emulator", "read_table.py", *words)


def printed(pipeline: Pipeline, pod: str, script: str, *words: str) -> list[Row]:
    """What a script prints that is run in a pod."""
    given = (READERS / script).read_text()
    return rows_of(pipeline.kube.kubectl("exec", "-i", pod, "--", "python", "-", *words, given=given))


class Warehouses(NamedTuple):
    """Both are filled, and each relation of the lake is read."""

    lake: dict[Relation, list[Row]]
    rows_at_first: int
    rows_after_changes: int


@pytest.fixture(scope="module")
def warehouses(pipeline: Pipeline) -> Iterator[Warehouses]:
    with emulator(pipeline):
        everything, changes = fill_bigquery(pipeline)
        export(pipeline, "export-to-the-lake")
        with pipeline.lake_reader():
            pipeline.kube.kubectl("exec", "lake-reader", "--", *DBT)
            lake = {relation: in_the_lake(pipeline, relation) for relation in RELATIONS}
        yield Warehouses(lake, everything, changes)


# numbers of whom retention has forgotten: this release forgets nobody by the calendar, and e2e/bigquery compares them
EMPTY = "stg_frozen_applications"
each_relation = pytest.mark.parametrize(
    "relation", [each for each in RELATIONS if each.name != EMPTY], ids=lambda relation: relation.name)


def test_only_changes_are_sent(warehouses: Warehouses) -> None:
    assert warehouses.rows_at_first > warehouses.rows_after_changes > 0


@each_relation
def test_warehouses(pipeline: Pipeline, warehouses: Warehouses, relation: Relation) -> None:
    assert differences(relation, warehouses.lake[relation], in_bigquery(pipeline, relation))[:SHOWN] == []


@each_relation
def test_spoilt_value(pipeline: Pipeline, warehouses: Warehouses, relation: Relation) -> None:
    """A comparison that cannot fail would say nothing."""
    with pipeline.kube.forward("emulator", 9050) as address:
        spoil(address, relation)
    found = differences(relation, warehouses.lake[relation], in_bigquery(pipeline, relation))
    assert len(found) == 1, found[:SHOWN]
