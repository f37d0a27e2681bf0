"""What goes wrong in a cluster, and that the next runs make it right."""

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime

from cluster.kube import ask, until
from cluster.pipeline import Pipeline

HOLD = "begin; lock table application in access exclusive mode; select pg_sleep(300)"
LOCKED = (
    "select count(*) from pg_locks where granted and mode = 'AccessExclusiveLock' "
    "and relation = 'application'::regclass"
)
WAITING = "select count(*) from pg_locks where not granted and relation = 'application'::regclass"


@contextlib.contextmanager
def held_up(pipeline: Pipeline) -> Iterator[None]:
    """Nobody gets at the table of applications until this is left. A run is otherwise over before it can be hit."""
    words = ["kubectl", "-n", pipeline.kube.namespace, "exec", "emply-postgresql-0", "-c", "postgresql", "--",
             "psql", "-U", "emply", "-d", "emply", "-qc", HOLD]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("the table to be locked", 30, lambda: pipeline.kube.sql(LOCKED) == "1", 0.1)
        yield
    finally:
        process.kill()
        process.wait(30)


def let_go(pipeline: Pipeline) -> None:
    pipeline.kube.sql("select pg_terminate_backend(pid) from pg_locks where granted and mode = 'AccessExclusiveLock' "
                     "and relation = 'application'::regclass")


def in_the_middle(pipeline: Pipeline, job: str) -> str:
    """Starts a run of ingest and waits until it stands before the locked table; gives its pod's name."""
    pipeline.kube.start("emply-ingest", job)
    until(f"{job} to wait for the table", 60, lambda: pipeline.kube.sql(WAITING) != "0", 0.1)
    return pipeline.kube.pod_when(job, "ingest", "running")


def hold_recovery(pipeline: Pipeline, job: str) -> None:
    """The job was hit, tried again, and has ended well."""
    assert pipeline.kube.outcome(job) == "Complete", f"job {job} did not recover"
    query = f"select outcome from sync_run where trigger = '{job}' order by started_at"
    outcomes = pipeline.kube.sql(query).split()
    assert len(outcomes) > 1, f"job {job} was not hit: {outcomes}"
    assert outcomes[-1] == "succeeded", outcomes


def test_database_away(pipeline: Pipeline) -> None:
    pipeline.time_passes()
    with held_up(pipeline):
        in_the_middle(pipeline, "ingest-database-away")
        pipeline.kube.kubectl("delete", "pod", "emply-postgresql-0", "--grace-period=1", "--wait=false")
        hold_recovery(pipeline, "ingest-database-away")
    pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/emply-postgresql-0", "--timeout=120s")
    pipeline.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=60s")
    pipeline.hold_database()


def test_ingest_gone(pipeline: Pipeline) -> None:
    pipeline.time_passes()
    with held_up(pipeline):
        pod = in_the_middle(pipeline, "ingest-deleted")
        pipeline.kube.kubectl("delete", "pod", pod, "--wait=false")
        until("another pod", 60, lambda: pod not in [
            each["metadata"]["name"] for each in pipeline.kube.pods_of("ingest-deleted")])
        let_go(pipeline)
        hold_recovery(pipeline, "ingest-deleted")
    pipeline.hold_database()


def test_export_gone(pipeline: Pipeline) -> None:
    pipeline.kube.start("emply-export", "export-deleted")
    pod = pipeline.kube.pod_when("export-deleted", "dbt", "running")
    pipeline.kube.kubectl("delete", "pod", pod, "--wait=false")
    hold_recovery(pipeline, "export-deleted")
    pipeline.hold_all()


def hold_failure(pipeline: Pipeline, cron_job: str, name: str) -> str:
    """A run that must fail without a retry; gives its pod."""
    job = pipeline.kube.start(cron_job, name)
    assert pipeline.kube.outcome(job) == "Failed", f"job {job} did not fail"
    time.sleep(5)
    pods = [str(pod["metadata"]["name"]) for pod in pipeline.kube.pods_of(job)]
    assert len(pods) == 1, f"job {job} was tried again: {pods}"
    return "pod/" + pods[0]


@contextlib.contextmanager
def another_key(pipeline: Pipeline) -> Iterator[None]:
    def patch(value: str) -> None:
        data = json.dumps({"stringData": {"EMPLY_API_KEY": value}})
        pipeline.kube.kubectl("patch", "secret", "emply", "--type=merge", "-p", data)

    right = pipeline.kube.secret("emply")["EMPLY_API_KEY"]
    patch("not-the-key-of-anybody")
    try:
        yield
    finally:
        patch(right)


def test_wrong_key(pipeline: Pipeline) -> None:
    with another_key(pipeline):
        pod = hold_failure(pipeline, "emply-ingest", "ingest-wrong-key")
    last = pipeline.kube.logs(pod)[-1]
    assert "EMPLY_API_KEY" in str(last), "the last line does not name the key"


def docs(pipeline: Pipeline) -> bytes:
    with pipeline.kube.forward("emply-reports", 8080) as address:
        return ask(address + "/dbt/")[2]


def test_bad_data(pipeline: Pipeline) -> None:
    """A candidate who is gone while the applications are there breaks the warehouse's rules."""
    before = docs(pipeline)
    key = pipeline.kube.sql("select candidate_key from application where removed_at is null order by id limit 1")

    def touch(removed_at: str) -> None:
        pipeline.kube.sql(
            f"update change_counter set value = value + 1; update candidate set removed_at = {removed_at}, "
            f"changed_seq = (select value from change_counter) where key = '{key}'")

    touch("now()")
    try:
        pod = hold_failure(pipeline, "emply-export", "export-failing-test")
        last = pipeline.kube.logs(pod, "dbt")[-1]
        assert "relationships" in str(last), "the last line does not name the test"
        assert docs(pipeline) == before, "the docs changed though a test failed"
    finally:
        touch("null")
    pipeline.kube.run("emply-export", "export-mended")


def test_mock_again(pipeline: Pipeline) -> None:
    """It continues its world. Kubernetes counts whole seconds, so the time it takes is told by its log."""
    before = pipeline.in_the_mock()
    pipeline.kube.kubectl("rollout", "restart", "deployment/emply-mock-api")
    pipeline.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=120s")
    assert pipeline.in_the_mock() == before, "the world changed with a restart"
    log = pipeline.kube.logs("deployment/emply-mock-api")
    started, ready = (datetime.fromisoformat(line["timestamp"]) for line in (
        log[0], next(line for line in log if line["message"] == "ready")))
    print(f"ready {int((ready - started).total_seconds() * 1000)} ms after its first line")
