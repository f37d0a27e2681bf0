"""The chart, rendered with each of its value sets, and what is in it."""

import functools
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CHART = Path(__file__).resolve().parents[2] / "helm" / "emply-pipeline"
VALUE_SETS = {file.name.removesuffix("-values.yaml"): file for file in sorted((CHART / "ci").glob("*-values.yaml"))}
RELEASE, NAMESPACE, KUBERNETES = "emply", "people", "1.33.0"

Object = dict[str, Any]


def helm(*words: str, given: str | None = None) -> "subprocess.CompletedProcess[str]":
    program = os.environ.get("HELM") or "helm"
    return subprocess.run([program, *words], input=given, capture_output=True, text=True, timeout=60, check=False)


def template(*options: str, release: str = RELEASE, chart: Path = CHART) -> "subprocess.CompletedProcess[str]":
    return helm("template", release, str(chart), "--namespace", NAMESPACE, "--kube-version", KUBERNETES, *options)


def render(*options: str, release: str = RELEASE) -> list[Object]:
    """All objects, those of `helm test` included."""
    done = template(*options, release=release)
    if done.returncode != 0:
        raise AssertionError(f"helm template {' '.join(options)}: {done.stderr}")
    return [each for each in yaml.safe_load_all(done.stdout) if each]


@functools.cache
def value_set(name: str) -> list[Object]:
    return render("--values", str(VALUE_SETS[name]))


# `helm template` leaves the notes out, and `helm install` shows them to whoever has a cluster only
NOTES = """kind: Notes
metadata: {name: notes}
text: {{ include (print $.Template.BasePath "/NOTES.txt") . | quote }}
"""


def notes(*options: str) -> str:
    """What an install with these values would tell."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(CHART, Path(folder) / CHART.name))
        (copy / "templates" / "notes.yaml").write_text(NOTES)
        done = template("--show-only", "templates/notes.yaml", *options, chart=copy)
    if done.returncode != 0:
        raise AssertionError(f"helm template {' '.join(options)}: {done.stderr}")
    return str(yaml.safe_load(done.stdout)["text"])


def refusal(*options: str, cluster: Object | None = None) -> str:
    """What helm says when it does not take these values."""
    done = template(*options) if cluster is None else template_in(cluster, *options)
    if done.returncode == 0:
        raise AssertionError(f"helm takes {' '.join(options)}")
    return done.stderr


# the one place that asks the cluster, which `helm template` has none of, and what asks a file in its stead
LOOKUP = 'lookup "v1" .kind .root.Release.Namespace .name | default dict'
IN_A_FILE = '(.root.Files.Get "cluster.json" | fromJson) | dig .kind .name dict'


def template_in(cluster: Object, *options: str) -> "subprocess.CompletedProcess[str]":
    """As `template`, in a cluster with these objects: by kind, and then by name."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(CHART, Path(folder) / CHART.name))
        asking = [file for file in copy.rglob("templates/**/*") if file.is_file() and "lookup" in file.read_text()]
        texts = [file.read_text() for file in asking]
        if [text.count("lookup") for text in texts] != [1] or LOOKUP not in texts[0]:
            raise AssertionError(f"the chart asks the cluster in other places than one: {asking}")
        asking[0].write_text(texts[0].replace(LOOKUP, IN_A_FILE))
        (copy / "cluster.json").write_text(json.dumps(cluster))
        return template(*options, chart=copy)


def render_in(cluster: Object, *options: str) -> list[Object]:
    done = template_in(cluster, *options)
    if done.returncode != 0:
        raise AssertionError(f"helm template {' '.join(options)}: {done.stderr}")
    return [each for each in yaml.safe_load_all(done.stdout) if each]


@dataclass
class Pod:
    """A pod, or what makes pods. `kind` is that of the object that the chart has."""

    kind: str
    name: str
    metadata: Object
    spec: Object

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.metadata.get("labels", {}))

    @property
    def containers(self) -> list[Object]:
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]

    @property
    def is_postgresql(self) -> bool:
        """Its image is somebody else's, and so is its user."""
        return self.labels["app.kubernetes.io/component"] in ("postgresql", "backup", "restore")

    @property
    def is_by_hand(self) -> bool:
        """It waits for a person's commands."""
        return self.labels["app.kubernetes.io/component"] in ("by-hand", "restore")


def job_of(each: Object) -> Object | None:
    """Spec of the Job that an object is or makes."""
    if each["kind"] == "CronJob":
        return dict(each["spec"]["jobTemplate"]["spec"])
    return dict(each["spec"]) if each["kind"] == "Job" else None


def pod_of(each: Object) -> Pod | None:
    kind, name = each["kind"], each["metadata"]["name"]
    if kind == "Pod":
        return Pod(kind, name, each["metadata"], each["spec"])
    owner = job_of(each) or each.get("spec", {})
    template = owner.get("template")
    return Pod(kind, name, template["metadata"], template["spec"]) if template else None


def pods(objects: list[Object]) -> Iterator[Pod]:
    return filter(None, map(pod_of, objects))


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    return {each["metadata"]["name"]: each for each in objects if each["kind"] == kind}


def chooses(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a selector with `matchLabels`, or a Service's, takes what has these labels."""
    wanted = selector.get("matchLabels", {}) if "matchLabels" in selector or not selector else selector
    return all(labels.get(name) == value for name, value in wanted.items())
