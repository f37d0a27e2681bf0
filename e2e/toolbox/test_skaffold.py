"""skaffold.yaml against skaffold's documented schema and the files that it names.

Skaffold itself is not needed. KEYS are those keys of https://skaffold.dev/docs/references/yaml/ (v4beta12) that we use
or are likely to; a new one is looked up there and added here.
"""

import copy
import re
import subprocess
from typing import Any

import pytest
import yaml

import images
from toolbox.programs import REPOSITORY

BUILD = {
    "artifacts": [{"image": str, "context": str, "docker": {"dockerfile": str, "target": str, "buildArgs": None}}],
    "tagPolicy": {"inputDigest": {}, "sha256": {}, "gitCommit": None},
    "local": {"push": bool, "tryImportMissing": bool, "useDockerCLI": bool, "useBuildkit": bool, "concurrency": int},
}
DEPLOY = {
    "helm": {
        "releases": [{
            "name": str, "chartPath": str, "namespace": str, "createNamespace": bool, "valuesFiles": [str],
            "setValues": None, "setValueTemplates": None, "wait": bool, "skipTests": bool, "upgradeOnChange": bool,
        }],
        "flags": {"global": [str], "install": [str], "upgrade": [str]},
    },
    "kubeContext": str, "statusCheck": bool, "statusCheckDeadlineSeconds": int,
}
PORT_FORWARD = {
    "resourceType": str, "resourceName": str, "namespace": str, "port": int, "address": str, "localPort": int,
}
# a type: a value of it; None: anything; a list: a list of its one element
KEYS = {
    "apiVersion": str, "kind": str, "metadata": {"name": str},
    "build": BUILD, "deploy": DEPLOY, "portForward": [PORT_FORWARD],
    "profiles": [{
        "name": str, "activation": [{"env": str, "kubeContext": str, "command": str}], "build": BUILD, "deploy": DEPLOY,
        "portForward": [PORT_FORWARD], "patches": [{"op": str, "path": str, "from": str, "value": None}],
    }],
}


def faults(found: Any, expected: Any, path: str = "") -> list[str]:
    if expected is None:
        return []
    if isinstance(expected, type):
        return [] if type(found) is expected else [f"{path}: expected {expected.__name__}, found {found!r}"]
    if isinstance(expected, list):
        if not isinstance(found, list):
            return [f"{path}: expected a list"]
        return [fault for index, each in enumerate(found)
                for fault in faults(each, expected[0], f"{path}[{index}]")]
    if not isinstance(found, dict):
        return [f"{path}: expected an object"]
    unknown = [f"{path}.{name}: no such key" for name in found if name not in expected]
    return unknown + [fault for name, each in found.items() if name in expected
                      for fault in faults(each, expected[name], f"{path}.{name}")]


def patched(config: Any, profile: str) -> Any:
    """The configuration as skaffold sees it with a profile of patches, those that add to or replace something."""
    changed = copy.deepcopy(config)
    (patches,) = [each["patches"] for each in config["profiles"] if each["name"] == profile]
    for patch in patches:
        *way, last = patch["path"].split("/")[1:]
        found = changed
        for name in way:
            found = found[int(name)] if isinstance(found, list) else found[name]
        if last == "-":
            assert patch["op"] == "add", patch
            found.append(patch["value"])
        else:
            key = int(last) if isinstance(found, list) else last
            # to replace what is not there is a fault, for skaffold too
            assert patch["op"] == "replace", patch
            assert found[key] is not None, patch
            found[key] = patch["value"]
    return changed


CONFIG = yaml.safe_load((REPOSITORY / "skaffold.yaml").read_text())
CONFIGS = {"lake": CONFIG, "bigquery": patched(CONFIG, "bigquery")}
TARGETS = {"lake": images.OF_THE_CHART, "bigquery": images.WITH_BIGQUERY}
(RELEASE,) = CONFIG["deploy"]["helm"]["releases"]


@pytest.fixture(params=CONFIGS)
def config(request: pytest.FixtureRequest) -> Any:
    """As it stands, and with the profile of BigQuery."""
    return CONFIGS[request.param]


def test_every_key_is_one_of_the_schema(config: Any) -> None:
    assert faults(config, KEYS) == []
    assert re.fullmatch(r"skaffold/v4beta\d+", config["apiVersion"])
    assert config["kind"] == "Config"


def test_a_key_that_is_none_is_found() -> None:
    assert faults({"biuld": {}, "portForward": [{"port": "x"}], "metadata": []}, KEYS) == [
        ".biuld: no such key", ".portForward[0].port: expected int, found 'x'", ".metadata: expected an object"]


def test_every_target_is_one_of_the_dockerfile(config: Any) -> None:
    targets = re.findall(r"(?m)^FROM \S+ AS (\S+)$", (REPOSITORY / "Dockerfile").read_text())
    for artifact in config["build"]["artifacts"]:
        assert artifact["docker"]["target"] in targets
        assert artifact["image"].rpartition("/")[2] == artifact["docker"]["target"]


def test_every_image_of_the_chart_is_built_and_given(config: Any) -> None:
    values = yaml.safe_load((REPOSITORY / "helm/emply-pipeline/values.yaml").read_text())
    given = config["deploy"]["helm"]["releases"][0]["setValueTemplates"]
    assert set(given) == {"images." + name for name in values["images"]}
    # skaffold writes an artifact's name with _ for all but letters and digits
    built = {re.sub(r"\W", "_", each["image"]) for each in config["build"]["artifacts"]}
    assert set(given.values()) == {f"{{{{.IMAGE_FULLY_QUALIFIED_{name}}}}}" for name in built}


@pytest.mark.parametrize("warehouse", TARGETS)
def test_a_lake_needs_no_image_of_bigquery_and_the_other_way_round(warehouse: str) -> None:
    targets = [each["docker"]["target"] for each in CONFIGS[warehouse]["build"]["artifacts"]]
    assert targets == list(TARGETS[warehouse])


def test_every_image_has_its_largest_size() -> None:
    assert {*images.OF_THE_CHART, *images.WITH_BIGQUERY} == set(images.LARGEST)


@pytest.mark.parametrize("warehouse", TARGETS)
def test_make_brings_the_same_to_kind(warehouse: str) -> None:
    words = ["make", "--dry-run", "--no-print-directory", "kind-demo", "WAREHOUSE=" + warehouse]
    said = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True).stdout
    assert f"e2e/images.py {' '.join(TARGETS[warehouse])}\n" in said
    assert ("--set warehouse.type=bigquery" in said) == (warehouse == "bigquery")


def test_bigquery_comes_with_values_of_ones_own() -> None:
    files = CONFIGS["bigquery"]["deploy"]["helm"]["releases"][0]["valuesFiles"]
    assert files == [*RELEASE["valuesFiles"], "{{.BIGQUERY_VALUES}}"]


def test_what_it_names_is_there() -> None:
    assert not [path for path in (RELEASE["chartPath"], *RELEASE["valuesFiles"]) if not (REPOSITORY / path).exists()]
    namespace = yaml.safe_load((REPOSITORY / "k8s/namespace.yaml").read_text())["metadata"]["name"]
    forwards = CONFIG["portForward"]
    assert {RELEASE["namespace"], *(each["namespace"] for each in forwards)} == {namespace}
    served = {f"{RELEASE['name']}-{name}" for name in ("mock-api", "reports")}
    assert {each["resourceName"] for each in forwards} == served


def test_kinds_context_is_the_one_that_make_makes() -> None:
    contexts = {each["name"]: each["activation"][0]["kubeContext"] for each in CONFIG["profiles"]
                if "activation" in each}
    (cluster,) = re.findall(r"kind create cluster --name (\S+)", (REPOSITORY / "Makefile").read_text())
    assert contexts == {"kind": "kind-" + cluster, "minikube": "minikube"}
