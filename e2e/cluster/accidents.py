"""What goes wrong in a cluster, and that the next runs make it right."""

import base64
import json
import time
from datetime import datetime
from typing import Any

from kube import expect, until
from pipeline import Pipeline

# the smallest slices and the longest look back, so that a run lasts long enough to be hit
SLOW = {"INGEST_SLICE_HOURS": "1", "INGEST_LOOKBACK_HOURS": "8760"}


def a_day_later(subject: Pipeline) -> None:
    subject.mock("/_mock/advance?hours=24", "POST")


def slow_ingest(subject: Pipeline, name: str) -> None:
    """A run of ingest by hand that takes its time."""
    manifest = json.loads(subject.kube.kubectl(
        "create", "job", "--from=cronjob/emply-ingest", name, "--dry-run=client", "-o", "json"))
    container = manifest["spec"]["template"]["spec"]["containers"][0]
    container["env"] += [{"name": key, "value": value} for key, value in SLOW.items()]
    subject.kube.kubectl("create", "-f", "-", given=json.dumps(manifest))


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

    return str(until("%s of %s to be %s" % (container, job, state), 120, there, 0.1))


def restarted(subject: Pipeline, job: str) -> str:
    expect(subject.kube.outcome(job) == "Complete", "job %s did not recover" % job)
    pods = subject.kube.pods_of(job)
    ends = [pod["status"]["phase"] for pod in pods]
    return "%s: pods %s" % (job, ", ".join(ends))


def database_away(subject: Pipeline) -> str:
    a_day_later(subject)
    slow_ingest(subject, "ingest-database-away")
    when(subject, "ingest-database-away", "ingest", "running")
    subject.kube.kubectl("delete", "pod", "emply-postgresql-0", "--wait=false")
    text = restarted(subject, "ingest-database-away")
    subject.kube.kubectl("wait", "--for=condition=Ready", "pod/emply-postgresql-0", "--timeout=120s")
    return text


def ingest_deleted(subject: Pipeline) -> str:
    subject.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=60s")
    a_day_later(subject)
    slow_ingest(subject, "ingest-deleted")
    pod = when(subject, "ingest-deleted", "ingest", "running")
    subject.kube.kubectl("delete", "pod", pod, "--wait=false")
    return restarted(subject, "ingest-deleted")


def export_deleted(subject: Pipeline) -> str:
    subject.kube.start("emply-export", "export-deleted")
    pod = when(subject, "export-deleted", "dbt", "running")
    subject.kube.kubectl("delete", "pod", pod, "--wait=false")
    text = restarted(subject, "export-deleted")
    mock, database, lake = subject.in_the_mock(), subject.in_the_database(), subject.in_the_lake()
    # what was deleted at the source longer ago than the lookback stays until a reconcile
    expect(database == lake, "database %s, lake %s" % (database, lake))
    expect(mock["postings"] == database["postings"], "mock %s, database %s" % (mock, database))
    return text + "; %(postings)d postings, %(applications)d applications" % database


def wrong_key(subject: Pipeline) -> str:
    right = subject.kube.secret("emply")["EMPLY_API_KEY"]
    set_key(subject, base64.b64encode(b"not-the-key-of-anybody").decode())
    try:
        pods = failed_once(subject, "emply-ingest", "ingest-wrong-key")
    finally:
        set_key(subject, right)
    last = subject.kube.logs("pod/" + pods[0])[-1]
    expect("EMPLY_API_KEY" in str(last), "the last line does not name the key: %s" % last)
    return "failed once: %s" % str(last.get("error", last))[:60]


def set_key(subject: Pipeline, value: str) -> None:
    patch = json.dumps({"data": {"EMPLY_API_KEY": value}})
    subject.kube.kubectl("patch", "secret", "emply", "--type=merge", "-p", patch)


def failed_once(subject: Pipeline, cron_job: str, name: str) -> list[str]:
    """A run that must fail without a retry; gives its pods."""
    job = subject.kube.start(cron_job, name)
    expect(subject.kube.outcome(job) == "Failed", "job %s did not fail" % job)
    time.sleep(5)
    pods = [pod["metadata"]["name"] for pod in subject.kube.pods_of(job)]
    expect(len(pods) == 1, "job %s was tried again: %s" % (job, pods))
    return pods


def failing_data_test(subject: Pipeline) -> str:
    """A candidate who is gone while the applications are there breaks the warehouse's rules."""
    before = subject.page("/dbt/")[2]
    key = subject.kube.sql("select candidate_key from application where removed_at is null order by id limit 1")
    touch = "update change_counter set value = value + 1; update candidate set removed_at = %s, " \
            "changed_seq = (select value from change_counter) where key = '%s'"
    subject.kube.sql(touch % ("now()", key))
    try:
        pods = failed_once(subject, "emply-export", "export-failing-test")
        last = subject.kube.logs("pod/" + pods[0])[-1]
        expect("relationships" in str(last), "the last line does not name the test: %s" % last)
        expect(subject.page("/dbt/")[2] == before, "the docs changed though a test failed")
    finally:
        subject.kube.sql(touch % ("null", key))
    subject.kube.run("emply-export", "export-mended")
    return "failed once, the last good docs stayed; mended by the next run"


def mock_restarted(subject: Pipeline) -> str:
    subject.kube.kubectl("rollout", "restart", "deployment/emply-mock-api")
    subject.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=120s")
    pod = subject.kube.get("pods", "-l", "app.kubernetes.io/component=mock-api")["items"][-1]
    state = pod["status"]["containerStatuses"][0]["state"]["running"]["startedAt"]
    ready = next(each["lastTransitionTime"] for each in pod["status"]["conditions"] if each["type"] == "Ready")
    seconds = (datetime.fromisoformat(ready) - datetime.fromisoformat(state)).total_seconds()
    return "ready %d s after its container's start (Kubernetes counts whole seconds and probes every 2)" % seconds


STEPS = (
    ("database away", database_away),
    ("ingest gone", ingest_deleted),
    ("export gone", export_deleted),
    ("wrong key", wrong_key),
    ("bad data", failing_data_test),
    ("mock again", mock_restarted),
)
