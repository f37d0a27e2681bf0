"""skaffold.yaml against skaffold's documented schema and the files that it names.

Skaffold itself is not needed. KEYS are those keys of https://skaffold.dev/docs/references/yaml/ (v4beta12) that we use
or are likely to; a new one is looked up there and added here.
"""

import copy
import re
import subprocess
import unittest
from typing import Any

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


def targets_of(config: Any) -> list[str]:
    return [each["docker"]["target"] for each in config["build"]["artifacts"]]


class Skaffold(unittest.TestCase):
    def setUp(self) -> None:
        self.config = yaml.safe_load((REPOSITORY / "skaffold.yaml").read_text())
        self.with_bigquery = patched(self.config, "bigquery")
        (self.release,) = self.config["deploy"]["helm"]["releases"]

    def test_every_key_is_one_of_the_schema(self) -> None:
        for config in (self.config, self.with_bigquery):
            self.assertEqual(faults(config, KEYS), [])
        self.assertRegex(self.config["apiVersion"], r"^skaffold/v4beta\d+$")
        self.assertEqual(self.config["kind"], "Config")

    def test_a_key_that_is_none_is_found(self) -> None:
        self.assertEqual(faults({"biuld": {}, "portForward": [{"port": "x"}], "metadata": []}, KEYS), [
            ".biuld: no such key", ".portForward[0].port: expected int, found 'x'", ".metadata: expected an object"])

    def test_every_target_is_one_of_the_dockerfile(self) -> None:
        targets = re.findall(r"(?m)^FROM \S+ AS (\S+)$", (REPOSITORY / "Dockerfile").read_text())
        for config in (self.config, self.with_bigquery):
            for artifact in config["build"]["artifacts"]:
                self.assertIn(artifact["docker"]["target"], targets)
                self.assertEqual(artifact["image"].rpartition("/")[2], artifact["docker"]["target"])

    def test_every_image_of_the_chart_is_built_and_given(self) -> None:
        values = yaml.safe_load((REPOSITORY / "helm/emply-pipeline/values.yaml").read_text())
        for config in (self.config, self.with_bigquery):
            given = config["deploy"]["helm"]["releases"][0]["setValueTemplates"]
            self.assertEqual(set(given), {"images." + name for name in values["images"]})
            # skaffold writes an artifact's name with _ for all but letters and digits
            built = {re.sub(r"\W", "_", each["image"]) for each in config["build"]["artifacts"]}
            self.assertEqual(set(given.values()), {f"{{{{.IMAGE_FULLY_QUALIFIED_{name}}}}}" for name in built})

    def test_a_lake_needs_no_image_of_bigquery_and_the_other_way_round(self) -> None:
        self.assertEqual(targets_of(self.config), list(images.OF_THE_CHART))
        self.assertEqual(targets_of(self.with_bigquery), list(images.WITH_BIGQUERY))
        self.assertEqual({*images.OF_THE_CHART, *images.WITH_BIGQUERY}, set(images.LARGEST))

    def test_make_brings_the_same_to_kind(self) -> None:
        for warehouse, wanted in (("lake", images.OF_THE_CHART), ("bigquery", images.WITH_BIGQUERY)):
            words = ["make", "--dry-run", "--no-print-directory", "kind-demo", "WAREHOUSE=" + warehouse]
            said = subprocess.run(words, cwd=REPOSITORY, capture_output=True, text=True, timeout=60, check=True).stdout
            self.assertIn(f"e2e/images.py {' '.join(wanted)}\n", said)
            self.assertEqual("--set warehouse.type=bigquery" in said, warehouse == "bigquery")

    def test_bigquery_comes_with_values_of_ones_own(self) -> None:
        files = self.with_bigquery["deploy"]["helm"]["releases"][0]["valuesFiles"]
        self.assertEqual(files, [*self.release["valuesFiles"], "{{.BIGQUERY_VALUES}}"])

    def test_what_it_names_is_there(self) -> None:
        for path in (self.release["chartPath"], *self.release["valuesFiles"]):
            self.assertTrue((REPOSITORY / path).exists(), path)
        namespace = yaml.safe_load((REPOSITORY / "k8s/namespace.yaml").read_text())["metadata"]["name"]
        forwards = self.config["portForward"]
        self.assertEqual({self.release["namespace"], *(each["namespace"] for each in forwards)}, {namespace})
        self.assertEqual({each["resourceName"] for each in forwards},
                         {self.release["name"] + "-mock-api", self.release["name"] + "-reports"})

    def test_kinds_context_is_the_one_that_make_makes(self) -> None:
        contexts = {each["name"]: each["activation"][0]["kubeContext"] for each in self.config["profiles"]
                    if "activation" in each}
        cluster = re.search(r"kind create cluster --name (\S+)", (REPOSITORY / "Makefile").read_text())
        assert cluster is not None
        self.assertEqual(contexts, {"kind": "kind-" + cluster.group(1), "minikube": "minikube"})


if __name__ == "__main__":
    unittest.main()
