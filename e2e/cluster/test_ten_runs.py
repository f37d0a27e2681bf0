"""Ten runs while the mock's world moves on, in each of which the pod of ingest or of the database is deleted."""

import functools
import hashlib
import json
import random
import time

from cluster.kube import ask, until
from cluster.pipeline import Pipeline
from toolbox.mock import MEDIA, elements, stored

RUNS = 10
DATABASE = "emply-postgresql-0"
PATHS = {
    "application": ["/v1/acme/applications/find-by-date?from=2000-01-01&to=2100-01-01"],
    "posting": ["/v1/acme/postings/" + medium for medium in MEDIA],
}
# number of live rows, and one checksum over all of them as they came
CHECKSUM = """select count(*), encode(sha256(convert_to(string_agg(one, '' order by one collate "C"), 'UTF8')), 'hex')
from (select encode(sha256(convert_to(raw, 'UTF8')), 'hex') as one from %s where removed_at is null) each"""


def test_ten_runs(pipeline: Pipeline) -> None:
    seed = random.randrange(1_000_000)
    chance, hit = random.Random(seed), {"ingest": 0, "the database": 0}
    for number in range(RUNS):
        pipeline.time_passes()
        job = pipeline.kube.start("emply-ingest", f"ten-runs-{number}")
        victim = chance.choice(sorted(hit))
        pod = pipeline.kube.pod_when(job, "ingest", "running") if victim == "ingest" else DATABASE
        time.sleep(chance.uniform(0, 1.5))
        there = uid(pipeline, DATABASE)
        pipeline.kube.kubectl("delete", "pod", pod, "--grace-period=1", "--wait=false")
        hit[victim] += 1
        assert pipeline.kube.outcome(job) == "Complete", f"{job} did not recover (seed {seed})"
        if pod == DATABASE:
            # the run may have been over before the database was gone
            until("another pod of the database", 60, functools.partial(is_replaced, pipeline, there))
        pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/" + DATABASE, "--timeout=120s")
        pipeline.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=60s")
    reconcile(pipeline)
    for table in PATHS:
        hold_checksum(pipeline, table, seed)
    print(f"of {RUNS} runs, hit were {hit}")


def is_replaced(pipeline: Pipeline, gone: str | None) -> bool:
    """Whether the database has another pod than that one."""
    return uid(pipeline, DATABASE) not in (gone, None)


def uid(pipeline: Pipeline, pod: str) -> str | None:
    """Tells a pod from the one that had its name before; nothing when there is none."""
    pods = pipeline.kube.get("pods")["items"]
    return next((each["metadata"]["uid"] for each in pods if each["metadata"]["name"] == pod), None)


def reconcile(pipeline: Pipeline) -> None:
    """Applications that were deleted, or changed long after they came, are found by reading everything again."""
    words = ("create", "job", "--from=cronjob/emply-ingest", "reconcile-by-hand", "--dry-run=client", "-o", "json")
    job = json.loads(pipeline.kube.kubectl(*words))
    job["spec"]["template"]["spec"]["containers"][0]["args"] = ["--reconcile"]
    pipeline.kube.kubectl("apply", "-f", "-", given=json.dumps(job))
    assert pipeline.kube.outcome("reconcile-by-hand") == "Complete"


def hold_checksum(pipeline: Pipeline, table: str, seed: int) -> None:
    """Holds the live rows of a table against the mock's answers, byte for byte."""
    key = pipeline.kube.secret("emply")["EMPLY_API_KEY"]
    hashes = []
    with pipeline.kube.forward("emply-mock-api", 8000) as address:
        for path in PATHS[table]:
            status, _, body = ask(address + path, headers={"x-api-key": key})
            assert status == 200, path
            hashes += [hashlib.sha256(stored(text).encode()).hexdigest() for _, text in elements(body.decode())]
    wanted = f"{len(hashes)}|{hashlib.sha256(''.join(sorted(hashes)).encode()).hexdigest()}"
    found = pipeline.kube.sql(CHECKSUM % table)
    assert found == wanted, f"{table}: the store has another checksum than the mock (seed {seed})"
