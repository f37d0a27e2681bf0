"""The chart, rendered with each of its value sets, and what is in it."""

import atexit
import contextlib
import functools
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from toolbox import go_tools

CHART = Path(__file__).resolve().parents[2] / "helm" / "emply-pipeline"
VALUE_SETS = {file.name.removesuffix("-values.yaml"): file for file in sorted((CHART / "ci").glob("*-values.yaml"))}
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
SCHEMA = json.loads((CHART / "values.schema.json").read_text())
RELEASE, NAMESPACE = "emply", "people"
# the newest, and the oldest that somebody still keeps up
KUBERNETES, OLDER_KUBERNETES = "1.37.0", "1.33.0"

Object = dict[str, Any]
Done = subprocess.CompletedProcess[str]

# the one place that asks the cluster, and what asks a file in its stead; a list is there even when nothing is on it
LOOKUP = 'lookup "v1" .kind .root.Release.Namespace (.name | default "") | default dict'
IN_A_FILE = '(.root.Files.Get "cluster.json" | fromJson) | dig .kind (.name | default "") dict'
EMPTY: Object = {"PersistentVolumeClaim": {"": {"items": []}}}
KEPT = contextlib.ExitStack()
atexit.register(KEPT.close)
# what a Job of the install or of one upgrade has behind its name
END = re.compile(r"-[a-z0-9]{8}$")


def program(name: str) -> str:
    """Where it is. A test that wants it, or a file whose cases are made with it, is skipped where it cannot be had."""
    found = go_tools.find(name)
    if found is None:
        pytest.skip(f"{name} is not on PATH, and there is no Go to build it with", allow_module_level=True)
    return found


def helm(*words: str, by: str = "helm") -> Done:
    return subprocess.run([program(by), *words], capture_output=True, text=True, timeout=60, check=False)


def template_without_cluster(*options: str, release: str = RELEASE, chart: Path = CHART, by: str = "helm") -> Done:
    """As Argo CD renders, and whoever pipes it to `kubectl apply`."""
    words = ("template", release, str(chart), "--namespace", NAMESPACE, "--kube-version", KUBERNETES, *options)
    return helm(*words, by=by)


def template(*options: str, release: str = RELEASE, cluster: Object = EMPTY) -> Done:
    """As `helm install` renders in a cluster with these objects: by kind, and then by name."""
    return template_without_cluster(*options, release=release, chart=chart_in(json.dumps(cluster)))


def manifest(done: Done) -> str:
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(done.args)}: {done.stderr}")
    return done.stdout


def objects_of(text: str) -> list[Object]:
    return [each for each in yaml.load_all(text, yaml.CSafeLoader) if each]


def render(*options: str, release: str = RELEASE, cluster: Object = EMPTY) -> list[Object]:
    """All objects, those of `helm test` included."""
    return objects_of(manifest(template(*options, release=release, cluster=cluster)))


def render_without_cluster(*options: str) -> list[Object]:
    return objects_of(manifest(template_without_cluster(*options)))


@functools.cache
def rendered(name: str, *options: str) -> str:
    """A value set as Helm writes it, the first time."""
    return manifest(template("--values", str(VALUE_SETS[name]), *options))


@functools.cache
def value_set(name: str) -> list[Object]:
    return objects_of(rendered(name))


def every(argument: str | tuple[str, ...], of: Callable[[list[Object]], Mapping[str, object]]) -> pytest.MarkDecorator:
    """A case for each of what there is in a value set, in each of them."""
    cases = {f"{name}-{key}": case for name in VALUE_SETS for key, case in of(value_set(name)).items()}
    assert cases, f"no value set has any {argument}"
    return pytest.mark.parametrize(argument, cases.values(), ids=cases)


def copied(folder: Path, cluster: str) -> Path:
    """The chart, which asks a file for what is in a cluster: `helm template` has none that it could ask."""
    chart = Path(shutil.copytree(CHART, folder / CHART.name))
    asking = [file for file in chart.rglob("templates/**/*") if file.is_file() and "lookup" in file.read_text()]
    texts = [file.read_text() for file in asking]
    if [text.count("lookup") for text in texts] != [1] or LOOKUP not in texts[0]:
        raise AssertionError(f"the chart asks the cluster in other places than one: {asking}")
    asking[0].write_text(texts[0].replace(LOOKUP, IN_A_FILE))
    (chart / "cluster.json").write_text(cluster)
    return chart


@functools.cache
def chart_in(cluster: str) -> Path:
    return copied(Path(KEPT.enter_context(tempfile.TemporaryDirectory())), cluster)


def refusal(done: Done) -> str:
    """What helm says when it does not take values."""
    assert done.returncode != 0, f"it is taken: {' '.join(done.args)}"
    return done.stderr


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


def name_of(each: Object) -> str:
    """Without what a Job has behind its name, which is another one each time."""
    name = str(each["metadata"]["name"])
    return END.sub("", name) if each["kind"] == "Job" and "annotations" not in each["metadata"] else name


def job_of(each: Object) -> Object | None:
    """Spec of the Job that an object is or makes."""
    if each["kind"] == "CronJob":
        return dict(each["spec"]["jobTemplate"]["spec"])
    return dict(each["spec"]) if each["kind"] == "Job" else None


def pod_of(each: Object) -> Pod | None:
    kind, name = each["kind"], name_of(each)
    if kind == "Pod":
        return Pod(kind, name, each["metadata"], each["spec"])
    owner = job_of(each) or each.get("spec", {})
    template = owner.get("template")
    return Pod(kind, name, template["metadata"], template["spec"]) if template else None


def pods(objects: Sequence[Object]) -> list[Pod]:
    return [pod for pod in map(pod_of, objects) if pod]


def pod_named(objects: list[Object], name: str, kind: str = "CronJob") -> Pod:
    (pod,) = pods([of_kind(objects, kind)[name]])
    return pod


def variables(container: Object) -> dict[str, str]:
    """Those of a container; one that comes from elsewhere has no value."""
    return {each["name"]: each.get("value", "") for each in container.get("env", ())}


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    return {name_of(each): each for each in objects if each["kind"] == kind}


def chooses(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a selector with `matchLabels`, or a Service's, takes what has these labels."""
    wanted = selector.get("matchLabels", {}) if "matchLabels" in selector or not selector else selector
    return all(labels.get(name) == value for name, value in wanted.items())
