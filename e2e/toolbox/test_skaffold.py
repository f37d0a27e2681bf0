"""skaffold.yaml against skaffold's documented schema and the files that it names.

Skaffold itself is not needed. KEYS are those keys of https://skaffold.dev/docs/references/yaml/ (v4beta12) that we use or
are likely to; a new one is looked up there and added here.
"""

import re
import unittest
from typing import Any

import yaml

from programs import REPOSITORY

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
PORT_FORWARD = {"resourceType": str, "resourceName": str, "namespace": str, "port": int, "address": str, "localPort": int}
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
        return [] if type(found) is expected else ["%s: expected %s, found %r" % (path, expected.__name__, found)]
    if isinstance(expected, list):
        if not isinstance(found, list):
            return ["%s: expected a list" % path]
        return [fault for index, each in enumerate(found) for fault in faults(each, expected[0], "%s[%d]" % (path, index))]
    if not isinstance(found, dict):
        return ["%s: expected an object" % path]
    unknown = ["%s.%s: no such key" % (path, name) for name in found if name not in expected]
    return unknown + [fault for name, each in found.items() if name in expected
                      for fault in faults(each, expected[name], "%s.%s" % (path, name))]


class Skaffold(unittest.TestCase):
    def setUp(self) -> None:
        self.config = yaml.safe_load((REPOSITORY / "skaffold.yaml").read_text())
        (self.release,) = self.config["deploy"]["helm"]["releases"]

    def test_every_key_is_one_of_the_schema(self) -> None:
        self.assertEqual(faults(self.config, KEYS), [])
        self.assertRegex(self.config["apiVersion"], r"^skaffold/v4beta\d+$")
        self.assertEqual(self.config["kind"], "Config")

    def test_a_key_that_is_none_is_found(self) -> None:
        self.assertEqual(faults({"biuld": {}, "portForward": [{"port": "x"}], "metadata": []}, KEYS), [
            ".biuld: no such key", ".portForward[0].port: expected int, found 'x'", ".metadata: expected an object"])

    def test_every_target_is_one_of_the_dockerfile(self) -> None:
        targets = re.findall(r"(?m)^FROM \S+ AS (\S+)$", (REPOSITORY / "Dockerfile").read_text())
        for artifact in self.config["build"]["artifacts"]:
            self.assertIn(artifact["docker"]["target"], targets)
            self.assertEqual(artifact["image"].rpartition("/")[2], artifact["docker"]["target"])

    def test_every_image_of_the_chart_is_built_and_given(self) -> None:
        values = yaml.safe_load((REPOSITORY / "helm/emply-pipeline/values.yaml").read_text())
        given = self.release["setValueTemplates"]
        self.assertEqual(set(given), {"images." + name for name in values["images"]})
        # skaffold writes an artifact's name with _ for all but letters and digits
        built = {re.sub(r"\W", "_", each["image"]) for each in self.config["build"]["artifacts"]}
        self.assertEqual(set(given.values()), {"{{.IMAGE_FULLY_QUALIFIED_%s}}" % name.replace("-", "_") for name in built})

    def test_what_it_names_is_there(self) -> None:
        for path in (self.release["chartPath"], *self.release["valuesFiles"]):
            self.assertTrue((REPOSITORY / path).exists(), path)
        namespace = yaml.safe_load((REPOSITORY / "k8s/namespace.yaml").read_text())["metadata"]["name"]
        forwards = self.config["portForward"]
        self.assertEqual({self.release["namespace"], *(each["namespace"] for each in forwards)}, {namespace})
        self.assertEqual({each["resourceName"] for each in forwards},
                         {self.release["name"] + "-mock-api", self.release["name"] + "-reports"})

    def test_kinds_context_is_the_one_that_make_makes(self) -> None:
        contexts = {each["name"]: each["activation"][0]["kubeContext"] for each in self.config["profiles"]}
        cluster = re.search(r"kind create cluster --name (\S+)", (REPOSITORY / "Makefile").read_text())
        assert cluster is not None
        self.assertEqual(contexts, {"kind": "kind-" + cluster.group(1), "minikube": "minikube"})


if __name__ == "__main__":
    unittest.main()
