"""From an empty namespace to data in every place."""

import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import images
from cluster.kube import bring, command
from cluster.pipeline import CHART, RELEASE, Pipeline

NAMESPACE = Path(__file__).resolve().parents[2] / "k8s" / "namespace.yaml"
VALUE_SETS = sorted(Path(CHART).glob("ci/*-values.yaml"))
POSTGRESQL = "postgres:17"


def test_namespace(namespace: str, pipeline: Pipeline) -> None:
    command(["kubectl", "apply", "-f", "-"], given=re.sub(r"(?m)^  name: .*$", "  name: " + namespace,
                                                          NAMESPACE.read_text()))
    labels = pipeline.kube.get("namespace", namespace)["metadata"]["labels"]
    assert labels.get("pod-security.kubernetes.io/enforce") == "restricted"


@pytest.mark.parametrize("name", images.LARGEST)
def test_images(name: str) -> None:
    bring(images.reference(name))


def test_images_of_postgresql() -> None:
    if not command(["docker", "images", "-q", POSTGRESQL]).strip():
        pytest.skip(f"docker does not have {POSTGRESQL}, the cluster pulls it by itself")
    bring(POSTGRESQL)


@contextlib.contextmanager
def priority_class() -> Iterator[None]:
    """The one that a value set names; the API server takes no pod of a class that is not there."""
    command(["kubectl", "create", "priorityclass", "emply-batch", "--value=-1"])
    try:
        yield
    finally:
        command(["kubectl", "delete", "priorityclass", "emply-batch", "--ignore-not-found"])


@pytest.mark.parametrize("values", VALUE_SETS, ids=lambda file: file.stem)
def test_value_sets(pipeline: Pipeline, values: Path) -> None:
    """The API server takes every object of every value set, and has no warning about any."""
    rendered = pipeline.kube.helm("template", RELEASE, CHART, "--dry-run=server", "--values", str(values))
    words = ["kubectl", "-n", pipeline.kube.namespace, "apply", "--dry-run=server", "-f", "-"]
    with priority_class():
        done = subprocess.run(words, input=rendered, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "Warning" not in done.stderr, done.stderr


def test_install(pipeline: Pipeline) -> None:
    refused = pipeline.kube.helm("install", RELEASE, CHART, "--set", "mokc.enabled=true", fails=True)
    assert "mokc" in refused, "a misspelt value is not named"
    notes = pipeline.kube.helm("install", RELEASE, CHART, *pipeline.values, "--wait", "--timeout=5m")
    for words in ("port-forward service/emply-mock-api", "create job --from=cronjob/emply-ingest",
                  "the dashboard at http://localhost:8080/,"):
        assert words in notes


def test_first_run(pipeline: Pipeline) -> None:
    assert pipeline.kube.outcome(pipeline.job("first-run")) == "Complete"
    assert pipeline.kube.outcome(pipeline.job("migrate")) == "Complete"
    pipeline.hold_all()


def test_by_hand(pipeline: Pipeline) -> None:
    ingest = pipeline.kube.run("emply-ingest", "ingest-by-hand")
    export = pipeline.kube.run("emply-export", "export-by-hand")
    for log in (ingest, export):
        pipeline.hold_log(log)
    assert ingest[-1].get("inserted") == 0 == ingest[-1].get("updated"), "a second run changed something"
    trigger = pipeline.kube.sql("select trigger from sync_run order by started_at desc limit 1")
    assert trigger == "export-by-hand", "the audit does not name the job as the trigger"


def test_helm_test(pipeline: Pipeline) -> None:
    pipeline.hold_checks()
