"""What the chart makes of `transfer`: who goes to which board, as whom, by which mapping."""

import hashlib
import unittest

from chart.chart import Object, Pod, chooses, of_kind, pod_of, pods, render, value_set

STRANGER = ("--set", "transfer.baseUrl=https://board.example.org,transfer.existingSecret=account,transfer.mapping=a")
ACCOUNT = {"BOARD_EMAIL", "BOARD_PASSWORD"}


def cron_job(objects: list[Object], name: str = "emply-transfer") -> Object:
    return of_kind(objects, "CronJob")[name]


def transfer_of(objects: list[Object], name: str = "emply-transfer") -> Pod:
    pod = pod_of(cron_job(objects, name))
    assert pod is not None
    return pod


def variables(pod: Pod) -> dict[str, Object]:
    return {each["name"]: each for each in pod.containers[0]["env"]}


def told(pod: Pod) -> dict[str, str]:
    """What it is told of the board, but for the account, which is secret."""
    prefixes = ("BOARD_", "TRANSFER_", "ATTACHMENT_")
    return {name: each["value"] for name, each in variables(pod).items()
            if name.startswith(prefixes) and "value" in each}


def secret_of(pod: Pod) -> set[str]:
    return {variables(pod)[name]["valueFrom"]["secretKeyRef"]["name"] for name in ACCOUNT}


def egress_of(objects: list[Object], pod: Pod) -> str:
    return str([each["spec"].get("egress") for each in of_kind(objects, "NetworkPolicy").values()
                if chooses(each["spec"]["podSelector"], pod.labels)])


class Settings(unittest.TestCase):
    def test_it_waits_until_somebody_wants_it(self) -> None:
        self.assertIs(cron_job(value_set("default"))["spec"]["suspend"], True)
        self.assertIs(cron_job(value_set("everything"))["spec"]["suspend"], False)

    def test_by_default_it_tries_the_mock_and_does_nothing_that_cannot_be_undone(self) -> None:
        self.assertEqual(told(transfer_of(value_set("default"))), {
            "BOARD_BASE_URL": "http://emply-mock-api:8000", "BOARD_MODE": "test",
            "TRANSFER_MAPPING_FILE": "/etc/emply/transfer/mapping.toml", "TRANSFER_ON_CHANGE": "hold",
            "TRANSFER_ON_UNKNOWN": "hold", "TRANSFER_MAX_TRIES": "5", "ATTACHMENT_MAX_BYTES": "20971520",
            "ATTACHMENT_MAX_COUNT": "20"})

    def test_values_of_ones_own_arrive(self) -> None:
        found = told(transfer_of(value_set("everything")))
        self.assertEqual((found["BOARD_MODE"], found["ATTACHMENT_HOSTS"], found["ATTACHMENT_MAX_COUNT"]),
                         ("create", "*.example.org,files.example.com:8443", "3"))
        self.assertEqual(found["ATTACHMENT_PRIVATE_HOSTS"], "files.example.com")

    def test_a_customer_has_a_board_of_its_own_or_none(self) -> None:
        objects = value_set("external")
        pod = transfer_of(objects, "emply-clinic-a-transfer")
        self.assertEqual((told(pod)["BOARD_BASE_URL"], told(pod)["TRANSFER_ON_CHANGE"], secret_of(pod)),
                         ("https://www.kliniken.de", "republish", {"clinic-a-board"}))
        self.assertNotIn("emply-clinic-b-transfer", of_kind(objects, "CronJob"))

    def test_nothing_of_it_is_there_where_nobody_can_go_to_a_board(self) -> None:
        for words in (
            "oneShots.transfer=null", "transfer.baseUrl=https://board.example.org", "mock.board.existingSecret=x",
        ):
            with self.subTest(words):
                objects = render("--set", words)
                names = [each["metadata"]["name"] for each in objects]
                self.assertFalse([name for name in names if "-transfer" in name])
                self.assertNotIn("calls-board", str(objects))
                self.assertNotIn("emply-board", of_kind(objects, "Secret"))


class Account(unittest.TestCase):
    def test_one_is_made_up_for_the_mock_alone(self) -> None:
        (made,) = secret_of(transfer_of(value_set("default")))
        self.assertEqual(set(of_kind(value_set("default"), "Secret")[made]["data"]), ACCOUNT)
        objects = render(*STRANGER)
        self.assertEqual(secret_of(transfer_of(objects)), {"account"})
        self.assertNotIn(made, of_kind(objects, "Secret"))

    def test_nobody_else_has_it(self) -> None:
        for pod in pods(value_set("default")):
            for each in pod.containers:
                with self.subTest(pod.name, container=each["name"]):
                    self.assertEqual("BOARD_PASSWORD" in str(each["env"]), each["name"] == "transfer")


class Mapping(unittest.TestCase):
    def test_it_is_a_file_that_cannot_be_written(self) -> None:
        objects = value_set("everything")
        text = of_kind(objects, "ConfigMap")["emply-transfer"]["data"]["mapping.toml"]
        self.assertIn('\n[hiring_type.values]\n"Fixed term" = "Befristete Stelle"\n', text)
        pod = transfer_of(objects)
        folder, _, file = told(pod)["TRANSFER_MAPPING_FILE"].rpartition("/")
        (mount,) = [each for each in pod.containers[0]["volumeMounts"] if each["mountPath"] == folder]
        self.assertIs(mount["readOnly"], True)
        (volume,) = [each["configMap"] for each in pod.spec["volumes"] if each["name"] == mount["name"]]
        self.assertEqual(volume, {"name": "emply-transfer", "items": [{"key": file, "path": file}]})

    def test_a_pod_says_by_which_one_it_goes(self) -> None:
        text = of_kind(value_set("everything"), "ConfigMap")["emply-transfer"]["data"]["mapping.toml"]
        annotations = transfer_of(value_set("everything")).metadata["annotations"]
        self.assertEqual(annotations["checksum/mapping"], hashlib.sha256(text.encode()).hexdigest())
        # beside what people write themselves
        self.assertEqual(annotations["example.org/note"], "x")

    def test_one_that_is_there_already_is_taken(self) -> None:
        objects = value_set("external")
        self.assertEqual(of_kind(objects, "ConfigMap"), {})
        self.assertIn("words-of-a", str(transfer_of(objects, "emply-clinic-a-transfer").spec["volumes"]))

    def test_the_chart_brings_one_for_the_mocks_world_alone(self) -> None:
        self.assertIn("[contact]", of_kind(value_set("default"), "ConfigMap")["emply-transfer"]["data"]["mapping.toml"])
        objects = render("--set", "transfer.baseUrl=https://board.example.org,transfer.existingSecret=account")
        self.assertNotIn("emply-transfer", of_kind(objects, "ConfigMap"))
        self.assertNotIn("emply-transfer", of_kind(objects, "CronJob"))


class Ways(unittest.TestCase):
    def test_the_mock_is_reached_and_lets_it_in(self) -> None:
        objects = value_set("default")
        pod = transfer_of(objects)
        self.assertIn("mock-api", egress_of(objects, pod))
        self.assertNotIn("0.0.0.0/0", egress_of(objects, pod))
        (rule,) = of_kind(objects, "NetworkPolicy")["emply-mock-api"]["spec"]["ingress"]
        self.assertTrue(any(chooses(peer["podSelector"], pod.labels) for peer in rule["from"]))

    def test_a_stranger_is_reached_outside_of_private_networks(self) -> None:
        objects = render(*STRANGER)
        self.assertIn("'except': ['10.0.0.0/8'", egress_of(objects, transfer_of(objects)))

    def test_so_are_hosts_of_attachments(self) -> None:
        objects = render("--set", "transfer.attachments.hosts={files.example.org}")
        self.assertIn("0.0.0.0/0", egress_of(objects, transfer_of(objects)))

    def test_it_goes_to_the_store_and_to_no_warehouse(self) -> None:
        labels = transfer_of(value_set("bigquery")).labels
        calls = {label for label in labels if label.startswith("emply-pipeline/calls-")}
        self.assertEqual(calls, {"emply-pipeline/calls-database", "emply-pipeline/calls-board"})


if __name__ == "__main__":
    unittest.main()
