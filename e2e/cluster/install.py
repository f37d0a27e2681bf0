"""From an empty namespace to data in every place."""

import base64
import contextlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cluster.kube import command, expect
from cluster.pipeline import CHART, RELEASE, Pipeline

NAMESPACE = Path(__file__).resolve().parents[2] / "k8s" / "namespace.yaml"
# whatever looks like an e-mail address
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


def make_namespace(subject: Pipeline) -> str:
    text = re.sub(r"(?m)^  name: .*$", "  name: " + subject.kube.namespace, NAMESPACE.read_text())
    command(["kubectl", "apply", "-f", "-"], given=text)
    labels = subject.kube.get("namespace", subject.kube.namespace)["metadata"]["labels"]
    level = labels.get("pod-security.kubernetes.io/enforce")
    expect(level == "restricted", f"pod security is {level}")
    return "pod security restricted is enforced"


@contextlib.contextmanager
def priority_class() -> Iterator[None]:
    """The one that a value set names; the API server takes no pod of a class that is not there."""
    command(["kubectl", "create", "priorityclass", "emply-batch", "--value=-1"])
    try:
        yield
    finally:
        command(["kubectl", "delete", "priorityclass", "emply-batch", "--ignore-not-found"])


def value_sets(subject: Pipeline) -> str:
    """The API server takes every object of every value set, and has no warning about any."""
    files = sorted(Path(CHART).glob("ci/*-values.yaml"))
    with priority_class():
        for file in files:
            rendered = subject.kube.helm("template", RELEASE, CHART, "--validate", "--values", str(file))
            words = ["kubectl", "-n", subject.kube.namespace, "apply", "--dry-run=server", "-f", "-"]
            done = subprocess.run(words, input=rendered, capture_output=True, text=True, timeout=120, check=False)
            expect(done.returncode == 0 and "Warning" not in done.stderr, f"{file.name}: {done.stderr}")
    return f"the API server takes all {len(files)} without a warning"


def install(subject: Pipeline) -> str:
    refused = subject.kube.helm("install", RELEASE, CHART, "--set", "mokc.enabled=true", fails=True)
    expect("mokc" in refused, "a misspelt value is not named: " + refused)
    notes = subject.kube.helm("install", RELEASE, CHART, *subject.values, "--wait", "--timeout=5m")
    for words in ("port-forward service/emply-mock-api", "create job --from=cronjob/emply-ingest",
                  "the dashboard at http://localhost:8080/,"):
        expect(words in notes, f"the notes lack {words!r}")
    return "a misspelt value is refused; helm install --wait is done"


def first_run(subject: Pipeline) -> str:
    outcome = subject.kube.outcome("emply-first-run-1")
    expect(outcome == "Complete", "the first run: " + outcome)
    expect(subject.kube.outcome("emply-migrate-1") == "Complete", "migrate failed")
    return subject.agrees()


def runs_by_hand(subject: Pipeline) -> str:
    ingest = subject.kube.run("emply-ingest", "ingest-by-hand")
    export = subject.kube.run("emply-export", "export-by-hand")
    for log in (ingest, export):
        check_log(subject, log)
    summary = ingest[-1]
    expect(summary.get("inserted") == 0 == summary.get("updated"), f"a second run changed something: {summary}")
    expect(subject.kube.sql("select trigger from sync_run order by started_at desc limit 1") == "export-by-hand",
           "the audit does not name the job as the trigger")
    return f"ingest: {summary.get('fetched')} fetched, {summary.get('unchanged')} unchanged"


def check_log(subject: Pipeline, log: list[dict[str, Any]]) -> None:
    """A start line, a summary, and nobody's name."""
    messages = [str(record.get("message")) for record in log]
    expect(any("starting" in message for message in messages), f"no start line: {messages}")
    # our programs say `finished` and the outcome, dbt says the outcome
    ends = [record for record in log if "succeeded" in (record.get("outcome"), record.get("message"))]
    expect(bool(ends), f"no summary line: {messages}")
    text = "\n".join(map(str, log))
    expect(not EMAIL.search(re.sub(r"\w+://\S+", "", text)), "an e-mail address is in the log")
    people = subject.kube.sql("select distinct last_name from candidate where last_name is not null limit 50")
    named = [name for name in people.splitlines() if re.search(fr"\b{re.escape(name)}\b", text)]
    expect(not named, f"names of persons are in the log: {named}")
    holders = ("emply", "emply-postgresql", "emply-board")
    secrets = [value for name in holders for value in subject.kube.secret(name).values()]
    expect(not any(decoded(value) in text for value in secrets), "a secret is in the log")


def decoded(value: str) -> str:
    return base64.b64decode(value).decode()


def helm_test(subject: Pipeline) -> str:
    words = [subject.kube.helm_program, "-n", subject.kube.namespace, "test", RELEASE, "--timeout=6m"]
    # what the checks say goes to stderr
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600, check=False)
    report = done.stdout
    phases = re.findall(r"Phase: +(\w+)", report)
    expect(phases == ["Succeeded"] * 5, report)
    for said in ("the key is accepted", "ok    reports: docs since", "ok    dashboard: http://emply-reports:8080/"):
        expect(said in report, f"helm test does not show {said!r}: {report}")
    return "each program's check is passed, and its lines are shown"


STEPS = (
    ("namespace", make_namespace),
    ("value sets", value_sets),
    ("install", install),
    ("first run", first_run),
    ("by hand", runs_by_hand),
    ("helm test", helm_test),
)
