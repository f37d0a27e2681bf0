"""Rules that hold for every pod of the chart, whatever the values."""

import re
import unittest
from collections.abc import Callable, Iterator

from chart.chart import VALUE_SETS, Object, Pod, pods, value_set

OUR_USER, POSTGRESQL_USER = 65532, 999
# names that a secret goes by; EMPLY_KEY_STYLE and the like are none
SECRET_NAME = re.compile(r"(KEY|TOKEN|PASSWORD|PW)(_OLD)?$|^KEY_OF_")
# user and password in an address
CREDENTIALS = re.compile(r"://[^/@\s]*:[^/@\s]+@")


def every_pod() -> Iterator[tuple[str, Pod]]:
    for name in VALUE_SETS:
        for pod in pods(value_set(name)):
            yield f"{name}: {pod.kind} {pod.name}", pod


def every_container() -> Iterator[tuple[str, Pod, Object]]:
    for where, pod in every_pod():
        for container in pod.containers:
            yield f"{where}, {container['name']}", pod, container


class EveryPod(unittest.TestCase):
    def holds(self, rule: Callable[[Pod], object]) -> None:
        for where, pod in every_pod():
            with self.subTest(where):
                self.assertTrue(rule(pod), where)

    def test_there_are_pods_of_every_kind(self) -> None:
        kinds = {pod.kind for _, pod in every_pod()}
        self.assertEqual(kinds, {"Deployment", "StatefulSet", "CronJob", "Job"})

    def test_runs_as_a_user_without_rights(self) -> None:
        for where, pod in every_pod():
            with self.subTest(where):
                user = POSTGRESQL_USER if pod.is_postgresql else OUR_USER
                context = pod.spec["securityContext"]
                self.assertIs(context["runAsNonRoot"], True)
                self.assertEqual((context["runAsUser"], context["runAsGroup"], context["fsGroup"]), (user,) * 3)
                self.assertEqual(context["seccompProfile"], {"type": "RuntimeDefault"})

    def test_has_no_way_to_the_api_server(self) -> None:
        self.holds(lambda pod: pod.spec["automountServiceAccountToken"] is False)

    def test_gets_no_variables_of_services(self) -> None:
        self.holds(lambda pod: pod.spec["enableServiceLinks"] is False)

    def test_shares_nothing_of_the_node(self) -> None:
        shared = ("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")
        self.holds(lambda pod: not any(pod.spec.get(name) for name in shared))
        volumes = {"emptyDir", "configMap", "secret", "persistentVolumeClaim", "name"}
        self.holds(lambda pod: all(set(volume) <= volumes for volume in pod.spec.get("volumes", [])))

    def test_starts_once_where_it_is_a_one_shot(self) -> None:
        for where, pod in every_pod():
            with self.subTest(where):
                served = pod.kind in ("Deployment", "StatefulSet")
                self.assertEqual(pod.spec.get("restartPolicy"), None if served else "Never")

    def test_is_known_by_its_labels(self) -> None:
        names = ("name", "instance", "component", "part-of")
        self.holds(lambda pod: all(pod.labels.get("app.kubernetes.io/" + name) for name in names))

    def test_every_mount_has_its_volume_and_every_volume_its_mount(self) -> None:
        for where, pod in every_pod():
            with self.subTest(where):
                mounted = {mount["name"] for each in pod.containers for mount in each["volumeMounts"]}
                volumes = {volume["name"] for volume in pod.spec["volumes"]}
                # a StatefulSet's claim is no volume of its template
                self.assertEqual(mounted - {"data"} if pod.kind == "StatefulSet" else mounted, volumes)


class EveryContainer(unittest.TestCase):
    def test_has_no_rights(self) -> None:
        rights = {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
        for where, _, container in every_container():
            with self.subTest(where):
                self.assertEqual(container["securityContext"], rights)

    def test_says_what_it_needs_and_what_it_may_take(self) -> None:
        for where, _, container in every_container():
            with self.subTest(where):
                resources = container["resources"]
                self.assertEqual(set(resources["requests"]), {"cpu", "memory", "ephemeral-storage"})
                # no limit of CPU: it would slow a run down on a node that has nothing else to do
                self.assertEqual(set(resources["limits"]), {"memory", "ephemeral-storage"})

    def test_has_an_image_of_a_version(self) -> None:
        for where, _, container in every_container():
            with self.subTest(where):
                self.assertRegex(container["image"], r"^[^\s:]+(:\d+)?[^\s:]*:(?!latest$)[\w.-]+$")
                self.assertEqual(container["imagePullPolicy"], "IfNotPresent")

    def test_writes_to_volumes_of_its_own_only(self) -> None:
        for where, pod, container in every_container():
            with self.subTest(where):
                mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
                volumes = {volume["name"]: volume for volume in pod.spec["volumes"]}
                self.assertIn("emptyDir", volumes[mounts["/tmp"]])
                if not pod.is_postgresql:
                    env = {each["name"]: each.get("value") for each in container["env"]}
                    self.assertEqual((env["HOME"], env["TMPDIR"]), ("/tmp", "/tmp"))

    def test_takes_secrets_from_secrets_only(self) -> None:
        for where, _, container in every_container():
            for each in container["env"]:
                with self.subTest(where, variable=each["name"]):
                    value = each.get("value", "")
                    self.assertNotRegex(value, CREDENTIALS)
                    if SECRET_NAME.search(each["name"]):
                        self.assertIn("secretKeyRef", each.get("valueFrom", {}))

    def test_has_no_secret_in_its_command(self) -> None:
        for where, _, container in every_container():
            words = [*container.get("command", []), *container.get("args", [])]
            with self.subTest(where):
                # what Kubernetes would put in, for everybody to see in the list of processes
                self.assertNotRegex(" ".join(words), r"\$\(\w+\)")
                self.assertNotRegex(" ".join(words), CREDENTIALS)

    def test_has_no_person_in_its_command(self) -> None:
        options = {"--email", "--application", "--candidate"}
        for where, _, container in every_container():
            words = [*container.get("command", []), *container.get("args", [])]
            with self.subTest(where):
                self.assertFalse([word for word in words if word.partition("=")[0] in options])

    def test_waits_for_nobody_but_by_hand(self) -> None:
        for where, pod, container in every_container():
            with self.subTest(where):
                waits = pod.is_by_hand and not pod.is_postgresql
                self.assertEqual((container.get("stdin"), container.get("stdinOnce")), (waits or None,) * 2)
                self.assertNotIn("tty", container)

    def test_that_runs_ingest_has_the_key_of_its_customers_pseudonyms(self) -> None:
        for where, _, container in every_container():
            if container["name"] == "ingest":
                secrets = {each["name"]: each["valueFrom"]["secretKeyRef"] for each in container["env"]
                           if "secretKeyRef" in each.get("valueFrom", {})}
                with self.subTest(where):
                    of_its_customer = secrets["EMPLY_API_KEY"]["name"]
                    self.assertEqual(secrets["PII_KEY"], {"name": of_its_customer, "key": "PII_KEY"})

    def test_names_each_variable_once(self) -> None:
        for where, _, container in every_container():
            names = [each["name"] for each in container["env"]]
            with self.subTest(where):
                self.assertEqual(sorted(names), sorted(set(names)))


if __name__ == "__main__":
    unittest.main()
