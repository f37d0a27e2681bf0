"""What the chart makes of `transfer`: who goes to which board, as whom, by which mapping."""

import hashlib

import pytest

from chart.chart import Object, Pod, chooses, every, of_kind, pod_named, pods, render, value_set

STRANGER = ("--set", "transfer.baseUrl=https://board.example.org,transfer.existingSecret=account,transfer.mapping=a")
ACCOUNT = {"BOARD_EMAIL", "BOARD_PASSWORD"}


def transfer_of(objects: list[Object], name: str = "emply-transfer") -> Pod:
    return pod_named(objects, name)


def told(pod: Pod) -> dict[str, str]:
    """What it is told of the board, but for the account, which is secret."""
    prefixes = ("BOARD_", "TRANSFER_", "ATTACHMENT_")
    return {each["name"]: each["value"] for each in pod.containers[0]["env"]
            if each["name"].startswith(prefixes) and "value" in each}


def secret_of(pod: Pod) -> set[str]:
    found = {each["name"]: each for each in pod.containers[0]["env"]}
    return {found[name]["valueFrom"]["secretKeyRef"]["name"] for name in ACCOUNT}


def egress_of(objects: list[Object], pod: Pod) -> str:
    return str([each["spec"].get("egress") for each in of_kind(objects, "NetworkPolicy").values()
                if chooses(each["spec"]["podSelector"], pod.labels)])


@pytest.mark.parametrize(("chosen", "waits"), [("default", True), ("everything", False)])
def test_it_waits_until_somebody_wants_it(chosen: str, waits: bool) -> None:
    assert of_kind(value_set(chosen), "CronJob")["emply-transfer"]["spec"]["suspend"] is waits


def test_by_default_it_tries_the_mock_and_does_nothing_that_cannot_be_undone() -> None:
    assert told(transfer_of(value_set("default"))) == {
        "BOARD_BASE_URL": "http://emply-mock-api:8000", "BOARD_MODE": "test",
        "TRANSFER_MAPPING_FILE": "/etc/emply/transfer/mapping.toml", "TRANSFER_ON_CHANGE": "hold",
        "TRANSFER_ON_UNKNOWN": "hold", "TRANSFER_MAX_TRIES": "5", "ATTACHMENT_MAX_BYTES": "20971520",
        "ATTACHMENT_MAX_COUNT": "20"}


def test_values_of_ones_own_arrive() -> None:
    found = told(transfer_of(value_set("everything")))
    assert found["BOARD_MODE"] == "create"
    assert found["ATTACHMENT_HOSTS"] == "*.example.org,files.example.com:8443"
    assert found["ATTACHMENT_PRIVATE_HOSTS"] == "files.example.com"
    assert found["ATTACHMENT_MAX_COUNT"] == "3"


def test_a_customer_has_a_board_of_its_own_or_none() -> None:
    objects = value_set("external")
    pod = transfer_of(objects, "emply-clinic-a-transfer")
    assert told(pod)["BOARD_BASE_URL"] == "https://www.kliniken.de"
    assert told(pod)["TRANSFER_ON_CHANGE"] == "republish"
    assert secret_of(pod) == {"clinic-a-board"}
    assert "emply-clinic-b-transfer" not in of_kind(objects, "CronJob")


@pytest.mark.parametrize("words", [
    "oneShots.transfer=null", "transfer.baseUrl=https://board.example.org", "mock.board.existingSecret=x"])
def test_nothing_of_it_is_there_where_nobody_can_go_to_a_board(words: str) -> None:
    objects = render("--set", words)
    assert not [each["metadata"]["name"] for each in objects if "-transfer" in each["metadata"]["name"]]
    assert "calls-board" not in str(objects)
    assert "emply-board" not in of_kind(objects, "Secret")


def test_an_account_is_made_up_for_the_mock_alone() -> None:
    (made,) = secret_of(transfer_of(value_set("default")))
    assert set(of_kind(value_set("default"), "Secret")[made]["data"]) == ACCOUNT
    objects = render(*STRANGER)
    assert secret_of(transfer_of(objects)) == {"account"}
    assert made not in of_kind(objects, "Secret")


@every("container", lambda objects: {f"{pod.kind}-{pod.name}-{each['name']}": each
                                     for pod in pods(objects) for each in pod.containers})
def test_nobody_else_has_the_account(container: Object) -> None:
    assert ("BOARD_PASSWORD" in str(container["env"])) == (container["name"] == "transfer")


def test_a_mapping_is_a_file_that_cannot_be_written() -> None:
    objects = value_set("everything")
    text = of_kind(objects, "ConfigMap")["emply-transfer"]["data"]["mapping.toml"]
    assert '\n[hiring_type.values]\n"Fixed term" = "Befristete Stelle"\n' in text
    pod = transfer_of(objects)
    folder, _, file = told(pod)["TRANSFER_MAPPING_FILE"].rpartition("/")
    (mount,) = [each for each in pod.containers[0]["volumeMounts"] if each["mountPath"] == folder]
    assert mount["readOnly"] is True
    (volume,) = [each["configMap"] for each in pod.spec["volumes"] if each["name"] == mount["name"]]
    assert volume == {"name": "emply-transfer", "items": [{"key": file, "path": file}]}


def test_a_pod_says_by_which_mapping_it_goes() -> None:
    text = of_kind(value_set("everything"), "ConfigMap")["emply-transfer"]["data"]["mapping.toml"]
    annotations = transfer_of(value_set("everything")).metadata["annotations"]
    assert annotations["checksum/mapping"] == hashlib.sha256(text.encode()).hexdigest()
    # beside what people write themselves
    assert annotations["example.org/note"] == "x"


def test_a_mapping_that_is_there_already_is_taken() -> None:
    objects = value_set("external")
    assert of_kind(objects, "ConfigMap") == {}
    assert "words-of-a" in str(transfer_of(objects, "emply-clinic-a-transfer").spec["volumes"])


def test_the_chart_brings_a_mapping_for_the_mocks_world_alone() -> None:
    assert "[contact]" in of_kind(value_set("default"), "ConfigMap")["emply-transfer"]["data"]["mapping.toml"]
    objects = render("--set", "transfer.baseUrl=https://board.example.org,transfer.existingSecret=account")
    assert "emply-transfer" not in of_kind(objects, "ConfigMap")
    assert "emply-transfer" not in of_kind(objects, "CronJob")


def test_the_mock_is_reached_and_lets_it_in() -> None:
    objects = value_set("default")
    pod = transfer_of(objects)
    assert "mock-api" in egress_of(objects, pod)
    assert "0.0.0.0/0" not in egress_of(objects, pod)
    (rule,) = of_kind(objects, "NetworkPolicy")["emply-mock-api"]["spec"]["ingress"]
    assert any(chooses(peer["podSelector"], pod.labels) for peer in rule["from"])


def test_a_stranger_is_reached_outside_of_private_networks() -> None:
    objects = render(*STRANGER)
    assert "'except': ['10.0.0.0/8'" in egress_of(objects, transfer_of(objects))


def test_so_are_hosts_of_attachments() -> None:
    objects = render("--set", "transfer.attachments.hosts={files.example.org}")
    assert "0.0.0.0/0" in egress_of(objects, transfer_of(objects))


def test_it_goes_to_the_store_and_to_no_warehouse() -> None:
    labels = transfer_of(value_set("bigquery")).labels
    calls = {label for label in labels if label.startswith("emply-pipeline/calls-")}
    assert calls == {"emply-pipeline/calls-database", "emply-pipeline/calls-board"}
