"""What `helm template` writes, applied without Helm, again and again: as Argo CD does, or a pipeline with kubectl."""

import secrets

import pytest

from cluster.kube import Kube, command
from cluster.pipeline import CHART, Pipeline

RELEASE = "emply-gitops"
VALUES = (
    "--values", CHART + "/ci/gitops-values.yaml",
    "--set", "mock.postings=20,mock.applications=200,fullnameOverride=" + RELEASE,
)
SECRETS = {"emply": ("EMPLY_API_KEY", "PII_KEY", "REPORTS_TOKEN"), "emply-postgresql": ("password",),
           "emply-board": ("BOARD_EMAIL", "BOARD_PASSWORD"), "emply-mock-role": ("password",),
           "emply-roles": ("ingest", "transfer", "export", "reports")}
# a setting that programs read
CHANGED = ("--set", "logs.level=debug")
OURS = ("-l", "app.kubernetes.io/instance=" + RELEASE)


def rendered(pipeline: Pipeline, *values: str) -> str:
    """Helm is not asked for a cluster, and is given none but its version."""
    words = [pipeline.kube.helm_program, "template", RELEASE, CHART, "--namespace", pipeline.kube.namespace,
             "--kube-version", pipeline.kube.version]
    return command(["env", "KUBECONFIG=/dev/null", *words, *pipeline.values, *VALUES, *values])


def applied(pipeline: Pipeline, *values: str) -> None:
    """As Argo CD does it: on the server's side, and Jobs that are there no more are taken away. kubectl's own `--prune`
    does not know what was applied on the server's side."""
    manifest = rendered(pipeline, *values)
    pipeline.kube.kubectl("apply", "--server-side", "-f", "-", given=manifest, timeout_seconds=180)
    gone = [name for name in jobs(pipeline.kube) if f"name: {name}\n" not in manifest]
    if gone:
        pipeline.kube.kubectl("delete", "job", *gone, "--wait")


def jobs(kube: Kube) -> dict[str, str]:
    """Names of the Jobs that are there, and which ones they are."""
    made = kube.get("jobs", *OURS)["items"]
    return {job["metadata"]["name"]: job["metadata"]["uid"] for job in made
            if not job["metadata"].get("ownerReferences")}


def migration(pipeline: Pipeline) -> str:
    (name,) = [name for name in jobs(pipeline.kube) if "-migrate-" in name]
    return name


@pytest.fixture(scope="module")
def made(pipeline: Pipeline) -> dict[str, dict[str, str]]:
    """Secrets, as the README says to make them once."""
    for name, keys in SECRETS.items():
        literals = [f"--from-literal={key}={secrets.token_hex(24)}" for key in keys]
        pipeline.kube.kubectl("delete", "secret", name, "--ignore-not-found")
        pipeline.kube.kubectl("create", "secret", "generic", name, *literals)
    return {name: pipeline.kube.secret(name) for name in SECRETS}


def test_gitops(pipeline: Pipeline, made: dict[str, dict[str, str]]) -> None:
    assert made.keys() == SECRETS.keys()
    applied(pipeline)
    pipeline.kube.kubectl("rollout", "status", f"deployment/{RELEASE}-mock-api", "--timeout=180s", timeout_seconds=200)
    assert pipeline.kube.outcome(migration(pipeline)) == "Complete"
    pipeline.kube.run(RELEASE + "-ingest", "gitops-ingest")
    pipeline.kube.run(RELEASE + "-export", "gitops-export")


def test_gitops_again(pipeline: Pipeline, made: dict[str, dict[str, str]]) -> None:
    """Nothing changes: no Job runs anew, and no secret is another."""
    before = jobs(pipeline.kube)
    applied(pipeline)
    assert jobs(pipeline.kube) == before
    assert {name: pipeline.kube.secret(name) for name in SECRETS} == made


def test_gitops_changed(pipeline: Pipeline, made: dict[str, dict[str, str]]) -> None:
    """A setting, so that migrate runs with it."""
    before = migration(pipeline)
    applied(pipeline, *CHANGED)
    after = migration(pipeline)
    assert after != before
    assert pipeline.kube.outcome(after) == "Complete"
    pipeline.kube.run(RELEASE + "-ingest", "gitops-ingest-debug")
    assert {name: pipeline.kube.secret(name) for name in SECRETS} == made


def test_gitops_removed(pipeline: Pipeline) -> None:
    pipeline.kube.kubectl("delete", "-f", "-", "--ignore-not-found", "--wait", given=rendered(pipeline, *CHANGED),
                          timeout_seconds=180)
