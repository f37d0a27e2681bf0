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
    asked = ("--dry-run=server", "--kube-version", pipeline.kube.version)
    rendered = pipeline.kube.helm("template", RELEASE, CHART, *asked, "--values", str(values))
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


# asks as somebody else than the owner: over TCP from elsewhere than the server itself, where a password is wanted
AS_ROLE = 'read -r PGPASSWORD; export PGPASSWORD; exec psql -h "$(hostname -i)" -U "$1" -d "$2" -qtAc "$3"'


def test_roles(pipeline: Pipeline) -> None:
    """Whoever takes a program over may do what its role may, and knows no other password."""
    passwords = pipeline.kube.secret("emply-roles")
    passwords["mock"] = pipeline.kube.secret("emply-mock-role")["password"]

    def asked(role: str, statement: str, database: str = "emply", fails: bool = False) -> str:
        words = ("exec", "-i", "emply-postgresql-0", "-c", "postgresql", "--", "sh", "-c", AS_ROLE, "sh")
        given = passwords[role] + "\n"
        return pipeline.kube.kubectl(*words, f"emply_{role}", database, statement, given=given, fails=fails).strip()

    assert int(asked("reports", "select count(*) from sync_run")) > 0
    assert int(asked("transfer", "select count(*) from posting")) > 0
    for role, statement in (("reports", "select 1 from candidate"), ("reports", "delete from sync_run"),
                            ("transfer", "select 1 from candidate"), ("export", "delete from application"),
                            ("ingest", "drop table application")):
        said = asked(role, statement, fails=True)
        assert "permission denied" in said or "must be owner" in said, said
    for role, database in (("mock", "emply"), ("ingest", "emply_mock")):
        assert "permission denied for database" in asked(role, "select 1", database, fails=True)
    who = pipeline.kube.sql("select count(*) from pg_stat_activity where usename = 'emply' and application_name "
                            "like 'emply-pipeline %' and application_name not like '%migrate'")
    assert who == "0", "a program is the owner"


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
