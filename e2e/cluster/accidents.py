"""What goes wrong in a cluster, and that the next runs make it right."""

import base64
import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cluster.kube import expect, until
from cluster.pipeline import Pipeline

HOLD = "begin; lock table application in access exclusive mode; select pg_sleep(300)"
LOCKED = (
    "select count(*) from pg_locks where granted and mode = 'AccessExclusiveLock' "
    "and relation = 'application'::regclass"
)
WAITING = "select count(*) from pg_locks where not granted and relation = 'application'::regclass"


def time_passes(subject: Pipeline) -> None:
    """Applications arrive and change. Both times together are less than a day, with whose end the mock deletes one."""
    subject.mock("/_mock/advance?hours=11", "POST")


def as_in_the_mock(subject: Pipeline) -> str:
    mock, database = subject.in_the_mock(), subject.in_the_database()
    expect(mock == database, f"mock {mock}, database {database}")
    return f"{mock['applications']} applications in mock and database"


@contextlib.contextmanager
def held_up(subject: Pipeline) -> Iterator[None]:
    """Nobody gets at the table of applications until this is left. A run is otherwise over before it can be hit."""
    words = ["kubectl", "-n", subject.kube.namespace, "exec", "emply-postgresql-0", "-c", "postgresql", "--",
             "psql", "-U", "emply", "-d", "emply", "-qc", HOLD]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until("the table to be locked", 30, lambda: subject.kube.sql(LOCKED) == "1", 0.1)
        yield
    finally:
        process.kill()
        process.wait(30)


def let_go(subject: Pipeline) -> None:
    subject.kube.sql("select pg_terminate_backend(pid) from pg_locks where granted and mode = 'AccessExclusiveLock' "
                     "and relation = 'application'::regclass")


def in_the_middle(subject: Pipeline, job: str) -> str:
    """Starts a run of ingest and waits until it stands before the locked table; gives its pod's name."""
    subject.kube.start("emply-ingest", job)
    until(f"{job} to wait for the table", 60, lambda: subject.kube.sql(WAITING) != "0", 0.1)
    return when(subject, job, "ingest", "running")


def container_states(pod: dict[str, Any]) -> dict[str, str]:
    """Of each container, one of waiting, running and terminated."""
    status = pod.get("status", {})
    each = status.get("initContainerStatuses", []) + status.get("containerStatuses", [])
    return {one["name"]: next(iter(one.get("state", {"waiting": {}}))) for one in each}


def when(subject: Pipeline, job: str, container: str, state: str) -> str:
    """Waits until the container of the job's first pod is in that state; gives the pod's name."""
    def there() -> str | None:
        pods = subject.kube.pods_of(job)
        is_there = pods and container_states(pods[0]).get(container) == state
        return pods[0]["metadata"]["name"] if is_there else None

    return str(until(f"{container} of {job} to be {state}", 120, there, 0.1))


def recovered(subject: Pipeline, job: str) -> str:
    """The job was hit, tried again, and has ended well."""
    expect(subject.kube.outcome(job) == "Complete", f"job {job} did not recover")
    query = f"select outcome from sync_run where trigger = '{job}' order by started_at"
    outcomes = subject.kube.sql(query).split()
    expect(len(outcomes) > 1 and outcomes[-1] == "succeeded", f"job {job} was not hit: {outcomes}")
    return ", then ".join(outcomes)


def database_away(subject: Pipeline) -> str:
    time_passes(subject)
    with held_up(subject):
        in_the_middle(subject, "ingest-database-away")
        subject.kube.kubectl("delete", "pod", "emply-postgresql-0", "--grace-period=1", "--wait=false")
        text = recovered(subject, "ingest-database-away")
    subject.kube.kubectl("wait", "--for=condition=Ready", "pod/emply-postgresql-0", "--timeout=120s")
    subject.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=60s")
    return f"{text}; {as_in_the_mock(subject)}"


def ingest_deleted(subject: Pipeline) -> str:
    time_passes(subject)
    with held_up(subject):
        pod = in_the_middle(subject, "ingest-deleted")
        subject.kube.kubectl("delete", "pod", pod, "--wait=false")
        until("another pod", 60, lambda: pod not in [
            each["metadata"]["name"] for each in subject.kube.pods_of("ingest-deleted")])
        let_go(subject)
        text = recovered(subject, "ingest-deleted")
    return f"{text}; {as_in_the_mock(subject)}"


def export_deleted(subject: Pipeline) -> str:
    subject.kube.start("emply-export", "export-deleted")
    pod = when(subject, "export-deleted", "dbt", "running")
    subject.kube.kubectl("delete", "pod", pod, "--wait=false")
    text = recovered(subject, "export-deleted")
    return f"{text}; {subject.agrees()}"


def wrong_key(subject: Pipeline) -> str:
    right = subject.kube.secret("emply")["EMPLY_API_KEY"]
    set_key(subject, base64.b64encode(b"not-the-key-of-anybody").decode())
    try:
        pods = failed_once(subject, "emply-ingest", "ingest-wrong-key")
    finally:
        set_key(subject, right)
    last = subject.kube.logs("pod/" + pods[0])[-1]
    expect("EMPLY_API_KEY" in str(last), f"the last line does not name the key: {last}")
    return f"failed once: {str(last.get('error', last))[:60]}"


def set_key(subject: Pipeline, value: str) -> None:
    patch = json.dumps({"data": {"EMPLY_API_KEY": value}})
    subject.kube.kubectl("patch", "secret", "emply", "--type=merge", "-p", patch)


def failed_once(subject: Pipeline, cron_job: str, name: str) -> list[str]:
    """A run that must fail without a retry; gives its pods."""
    job = subject.kube.start(cron_job, name)
    expect(subject.kube.outcome(job) == "Failed", f"job {job} did not fail")
    time.sleep(5)
    pods = [pod["metadata"]["name"] for pod in subject.kube.pods_of(job)]
    expect(len(pods) == 1, f"job {job} was tried again: {pods}")
    return pods


def failing_data_test(subject: Pipeline) -> str:
    """A candidate who is gone while the applications are there breaks the warehouse's rules."""
    before = subject.page("/dbt/")[2]
    key = subject.kube.sql("select candidate_key from application where removed_at is null order by id limit 1")
    touch = (
        "update change_counter set value = value + 1; update candidate set removed_at = %s, "
        "changed_seq = (select value from change_counter) where key = '%s'"
    )
    subject.kube.sql(touch % ("now()", key))
    try:
        pods = failed_once(subject, "emply-export", "export-failing-test")
        last = subject.kube.logs("pod/" + pods[0], "dbt")[-1]
        expect("relationships" in str(last), f"the last line does not name the test: {last}")
        expect(subject.page("/dbt/")[2] == before, "the docs changed though a test failed")
    finally:
        subject.kube.sql(touch % ("null", key))
    subject.kube.run("emply-export", "export-mended")
    return "failed once, the last good docs stayed; mended by the next run"


def mock_restarted(subject: Pipeline) -> str:
    """It continues its world. Kubernetes counts whole seconds, so the time it takes is told by its log."""
    before = subject.in_the_mock()
    subject.kube.kubectl("rollout", "restart", "deployment/emply-mock-api")
    subject.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=120s")
    expect(subject.in_the_mock() == before, f"the world changed with a restart: {before}")
    log = subject.kube.logs("deployment/emply-mock-api")
    started, ready = (datetime.fromisoformat(line["timestamp"]) for line in (
        log[0], next(line for line in log if line["message"] == "ready")))
    return f"ready {int((ready - started).total_seconds() * 1000)} ms after its first line, with the same world"


STEPS = (
    ("database away", database_away),
    ("ingest gone", ingest_deleted),
    ("export gone", export_deleted),
    ("wrong key", wrong_key),
    ("bad data", failing_data_test),
    ("mock again", mock_restarted),
)
