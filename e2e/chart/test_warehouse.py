"""What the chart makes of `warehouse.type`: settings, identities at Google, volumes and ways."""

import json

import pytest
import yaml

from chart.chart import (
    VALUE_SETS,
    Object,
    Pod,
    chooses,
    every,
    of_kind,
    pod_named,
    pods,
    refusal,
    render,
    template,
    value_set,
    variables,
)

STEPS = {"export", "dbt"}
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=clinic-data,warehouse.bigquery.dataset=emply"
KEY = BIGQUERY + ",warehouse.bigquery.existingSecret=google"
FILE = "warehouse.bigquery.federation.credentials"
# as gcloud writes it, and where the provider's name is
FEDERATION = {
    "type": "external_account", "audience": "//iam.googleapis.com/projects/1/locations/global/x/providers/y",
    "credential_source": {"file": "/var/run/service-account/token"},
}
# who serves metadata, and GKE's own address of it
METADATA = ["169.254.169.254/32", "169.254.169.252/32", "fd20:ce::254/128"]


def goes(pod: Pod) -> bool:
    """Whether it writes to the warehouse or reads from it."""
    return not STEPS.isdisjoint(each["name"] for each in pod.containers)


def going(objects: list[Object]) -> dict[str, Pod]:
    return {f"{pod.kind}-{pod.name}": pod for pod in pods(objects) if goes(pod)}


def steps_of(pod: Pod) -> dict[str, Object]:
    """Its containers that do so."""
    return {each["name"]: each for each in pod.containers if each["name"] in STEPS}


def about_the_warehouse(container: Object) -> dict[str, str]:
    prefixes = ("WAREHOUSE_", "LAKE_", "BIGQUERY_", "GOOGLE_")
    return {name: value for name, value in variables(container).items() if name.startswith(prefixes)}


def settings_of(objects: list[Object], step: int = 0, cron_job: str = "emply-export") -> dict[str, str]:
    """Those of export, or of what is behind it."""
    return variables(pod_named(objects, cron_job).containers[step])


def tcp(port: int) -> Object:
    return {"protocol": "TCP", "port": port}


def egress_of(objects: list[Object], pod: Pod) -> list[Object]:
    """All that the policies let a pod call, but for DNS."""
    rules = [rule for each in of_kind(objects, "NetworkPolicy").values()
             if chooses(each["spec"]["podSelector"], pod.labels) for rule in each["spec"].get("egress", [])]
    return [rule for rule in rules if {"protocol": "UDP", "port": 53} not in rule["ports"]]


@every("pod", going)
def test_export_and_dbt_are_told_the_same(pod: Pod) -> None:
    told = [about_the_warehouse(each) for each in steps_of(pod).values()]
    assert told == [told[0]] * len(told)


@pytest.mark.parametrize(("chosen", "told"), [
    ("default", {"WAREHOUSE_TYPE": "lake", "LAKE_PATH": "/var/lib/emply/lake"}),
    ("bigquery", {"WAREHOUSE_TYPE": "bigquery", "BIGQUERY_PROJECT": "clinic-data", "BIGQUERY_DATASET": "emply",
                  "BIGQUERY_LOCATION": "europe-west3"}),
])
def test_the_lake_is_a_folder_and_bigquery_is_none(chosen: str, told: dict[str, str]) -> None:
    assert about_the_warehouse(pod_named(value_set(chosen), "emply-export").containers[0]) == told


def test_an_endpoint_and_a_limit_of_ones_own_arrive() -> None:
    endpoint = "warehouse.bigquery.endpoint=https://bigquery.example.org"
    told = settings_of(render("--set", f"{BIGQUERY},{endpoint},warehouse.bigquery.maxBytesBilled=5000000000"))
    assert told["BIGQUERY_ENDPOINT"] == "https://bigquery.example.org"
    assert told["BIGQUERY_MAX_BYTES_BILLED"] == "5000000000"


@pytest.mark.parametrize(("chosen", "image"), [
    ("default", "dbt-lake"), ("bigquery", "dbt-bigquery"), ("emulator", "dbt-bigquery")])
def test_dbt_has_the_image_that_knows_the_warehouse(chosen: str, image: str) -> None:
    images = {key: steps_of(pod)["dbt"]["image"] for key, pod in going(value_set(chosen)).items()
              if "dbt" in steps_of(pod)}
    assert images
    assert not {key: each for key, each in images.items() if f"/{image}:" not in each}


def test_an_image_of_ones_own_is_taken() -> None:
    objects = render("--set", BIGQUERY + ",images.dbt=example.org/dbt:1")
    assert pod_named(objects, "emply-export").containers[1]["image"] == "example.org/dbt:1"


@pytest.mark.parametrize(("cron_job", "dataset"), [
    ("emply-export", "emply"), ("emply-clinic-a-export", "emply_clinic_a"), ("emply-clinic-b-export", "people_of_b")])
def test_each_customer_has_a_dataset_of_its_own(cron_job: str, dataset: str) -> None:
    assert settings_of(value_set("bigquery"), cron_job=cron_job)["BIGQUERY_DATASET"] == dataset


def test_a_dataset_for_all_is_not_needed_where_each_names_its_own() -> None:
    objects = render("--set", "warehouse.type=bigquery,warehouse.bigquery.project=people",
                     "--set", "customers.default.bigquery.dataset=x")
    assert settings_of(objects)["BIGQUERY_DATASET"] == "x"


def test_google_is_asked_for_tokens_without_a_proxy() -> None:
    told = settings_of(value_set("bigquery"))["NO_PROXY"].split(",")
    assert {"metadata.google.internal", "169.254.169.254"} <= set(told)
    words = ("--values", str(VALUE_SETS["emulator"]), "--set", "proxy.httpProxy=http://proxy.example.org:3128")
    assert "emulator" in settings_of(render(*words))["NO_PROXY"].split(",")


def test_a_service_account_is_for_the_pods_that_go_to_bigquery_alone() -> None:
    objects = value_set("bigquery")
    assert set(of_kind(objects, "ServiceAccount")) == {"emply-warehouse", "emply-clinic-a-warehouse"}
    accounts = {"default": "emply-warehouse", "clinic-a": "emply-clinic-a-warehouse"}
    for pod in pods(objects):
        own = accounts.get(pod.labels.get("emply-pipeline/customer", ""))
        assert pod.spec.get("serviceAccountName") == (own if goes(pod) else None), pod.name


@pytest.mark.parametrize("account", ["emply-warehouse", "emply-clinic-a-warehouse"])
def test_a_service_account_says_who_it_is_at_google_and_has_no_token(account: str) -> None:
    made = of_kind(value_set("bigquery"), "ServiceAccount")[account]
    assert made["automountServiceAccountToken"] is False
    assert made["metadata"]["annotations"] == {
        "iam.gke.io/gcp-service-account": "emply@clinic-data.iam.gserviceaccount.com"}


def test_a_customer_can_be_somebody_else_at_google() -> None:
    own = "customers.clinic-a.bigquery.serviceAccount.annotations.iam\\.gke\\.io/gcp-service-account=a@p"
    accounts = of_kind(render("--set", KEY + "," + own), "ServiceAccount")
    assert {name: each["metadata"]["annotations"] for name, each in accounts.items()} == {
        "emply-clinic-a-warehouse": {"iam.gke.io/gcp-service-account": "a@p"}}


def test_a_key_is_a_file_that_export_and_dbt_alone_can_read() -> None:
    objects = render("--set", KEY + ",warehouse.bigquery.existingSecretKey=sa.json")
    assert of_kind(objects, "ServiceAccount") == {}
    volume = {"secretName": "google", "defaultMode": 0o440, "items": [{"key": "sa.json", "path": "key.json"}]}
    for pod in pods(objects):
        volumes = {each["name"]: each.get("secret") for each in pod.spec["volumes"]}
        assert ("google" in volumes) == goes(pod), pod.name
        assert volumes.get("google") == (volume if goes(pod) else None), pod.name
        for each in pod.containers:
            mount = {mount["name"]: mount for mount in each["volumeMounts"]}.get("google")
            file = variables(each).get("GOOGLE_APPLICATION_CREDENTIALS")
            reads = each["name"] in STEPS
            assert file == ("/etc/emply/google/key.json" if reads else None), (pod.name, each["name"])
            assert mount == ({"name": "google", "mountPath": "/etc/emply/google", "readOnly": True} if reads else None)


def federated(pod: Pod) -> dict[str, Object]:
    """Its volumes by which Google is to believe the cluster."""
    names = ("google", "google-token")
    return {volume["name"]: volume for volume in pod.spec["volumes"] if volume["name"] in names}


@pytest.mark.parametrize(("cron_job", "config_map", "audience"), [
    ("emply-export", "emply-google", "https:" + json.loads(
        yaml.safe_load(VALUE_SETS["federation"].read_text())["warehouse"]["bigquery"]["federation"]["credentials"]
    )["audience"]),
    ("emply-clinic-b-export", "google-of-b", "clinic-b"),
])
def test_google_believes_the_cluster_by_a_token_for_it_alone(cron_job: str, config_map: str, audience: str) -> None:
    token = {"audience": audience, "expirationSeconds": 3600, "path": "token"}
    pod = pod_named(value_set("federation"), cron_job)
    assert federated(pod) == {
        "google": {"name": "google", "configMap": {
            "name": config_map, "items": [{"key": "credentials.json", "path": "credentials.json"}]}},
        "google-token": {"name": "google-token", "projected": {"sources": [{"serviceAccountToken": token}]}},
    }
    for each in pod.containers:
        assert variables(each)["GOOGLE_APPLICATION_CREDENTIALS"] == "/etc/emply/google/credentials.json"
        mounts = {mount["name"]: mount["mountPath"] for mount in each["volumeMounts"]}
        assert (mounts["google"], mounts["google-token"]) == ("/etc/emply/google", "/var/run/service-account")


def test_what_gcloud_has_written_is_there_as_it_was_for_those_pods_alone() -> None:
    objects = value_set("federation")
    values = yaml.safe_load(VALUE_SETS["federation"].read_text())
    written = values["warehouse"]["bigquery"]["federation"]["credentials"]
    made = {name: each["data"] for name, each in of_kind(objects, "ConfigMap").items() if name.endswith("-google")}
    assert made == {name: {"credentials.json": written} for name in ("emply-google", "emply-clinic-a-google")}
    assert {pod.name for pod in pods(objects) if federated(pod)} == {pod.name for pod in pods(objects) if goes(pod)}


def test_who_is_believed_needs_no_metadata_and_reaches_google() -> None:
    objects = value_set("federation")
    # by their names Google's provider knows them
    assert set(of_kind(objects, "ServiceAccount")) == {
        "emply-warehouse", "emply-clinic-a-warehouse", "emply-clinic-b-warehouse"}
    for pod in pods(objects):
        rules = egress_of(objects, pod)
        assert METADATA[0] not in str(rules), pod.name
        away = [rule["ports"] for rule in rules if "0.0.0.0/0" in str(rule)]
        assert away == ([[tcp(443)]] if goes(pod) else []), pod.name


def test_a_customer_can_be_believed_for_itself() -> None:
    own = json.dumps({"federation": {"credentials": json.dumps(FEDERATION), "audience": "own"}})
    objects = render("--set", KEY, "--set-json", f"customers.clinic-a.bigquery={own}")
    volumes = federated(pod_named(objects, "emply-clinic-a-export"))
    (source,) = volumes["google-token"]["projected"]["sources"]
    assert source["serviceAccountToken"]["audience"] == "own"
    assert volumes["google"]["configMap"]["name"] == "emply-clinic-a-google"
    assert "secret" in federated(pod_named(objects, "emply-export"))["google"]


def test_an_emulator_is_told_nothing_of_the_cluster() -> None:
    told = f"{FILE}={json.dumps(json.dumps(FEDERATION))}"
    objects = render("--values", str(VALUE_SETS["emulator"]), "--set-json", told)
    assert not [pod.name for pod in pods(objects) if federated(pod)]


@pytest.mark.parametrize(("values", "said"), [
    ({"credentials": "{"}, "federation.credentials of customer default is not what gcloud"),
    ({"credentials": json.dumps({"type": "service_account", "private_key": "x"})}, "its type is not external_account"),
    ({"credentials": json.dumps({**FEDERATION, "credential_source": {"file": "/token"}})},
     "make it with --credential-source-file=/var/run/service-account/token"),
    ({"credentials": json.dumps(FEDERATION), "existingCredentials": "x"}, "choose one"),
    ({"existingCredentials": "x"}, "federation.audience of customer default is needed"),
])
def test_a_federation_that_cannot_be(values: dict[str, str], said: str) -> None:
    words = ("--set", BIGQUERY, "--set-json", f"warehouse.bigquery.federation={json.dumps(values)}")
    assert said in refusal(template(*words))


@pytest.mark.parametrize("other", ["existingSecret=x", "serviceAccount.annotations.a=b"])
def test_two_ways_to_be_somebody_at_google_are_refused(other: str) -> None:
    words = ("--values", str(VALUE_SETS["federation"]), "--set", "warehouse.bigquery." + other)
    assert "and federation: they are different ways, choose one" in refusal(template(*words))


@pytest.mark.parametrize("chosen", ["default", "emulator", "external"])
def test_nobody_is_somebody_at_google_where_the_warehouse_is_not(chosen: str) -> None:
    assert of_kind(value_set(chosen), "ServiceAccount") == {}


def test_no_pod_has_a_key_of_google_where_the_warehouse_is_a_lake() -> None:
    kept = "warehouse.bigquery.existingSecret=google,warehouse.bigquery.project=people"
    assert "google" not in str([pod.spec for pod in pods(render("--set", kept))])


@pytest.mark.parametrize("chosen", ["bigquery", "emulator"])
def test_bigquery_needs_no_lake(chosen: str) -> None:
    objects = value_set(chosen)
    claims = of_kind(objects, "PersistentVolumeClaim")
    assert claims
    assert not [claim for claim in claims if not claim.endswith("-reports")]
    assert not [key for key, pod in going(objects).items() if "persistentVolumeClaim" in str(pod.spec)]


def test_an_upgrade_of_bigquery_waits_for_no_volume() -> None:
    jobs = of_kind(render("--is-upgrade", "--set", BIGQUERY), "Job")
    assert {name for name in jobs if "-test-" not in name} == {"emply-migrate"}


def test_docs_reach_the_reports_without_a_volume_in_common() -> None:
    assert settings_of(value_set("bigquery"), step=1)["REPORTS_URL"] == "http://emply-reports:8080"


@pytest.mark.parametrize(("chosen", "size"), [("default", "4Gi"), ("bigquery", "4Gi"), ("emulator", "1Gi")])
def test_what_is_written_on_the_way_has_a_limit(chosen: str, size: str) -> None:
    for key, pod in going(value_set(chosen)).items():
        (tmp,) = [volume["emptyDir"] for volume in pod.spec["volumes"] if volume["name"] == "tmp"]
        assert tmp == {"sizeLimit": size}, key
        # else a pod is evicted before that
        limits = [each["resources"]["limits"]["ephemeral-storage"] for each in steps_of(pod).values()]
        assert limits == ["4Gi"] * len(limits), key


def test_google_is_reached_by_those_pods_alone() -> None:
    objects = value_set("bigquery")
    for pod in pods(objects):
        away = [rule["ports"] for rule in egress_of(objects, pod) if "0.0.0.0/0" in str(rule)]
        assert away == ([[tcp(443)]] if goes(pod) else []), pod.name


def test_metadata_are_for_whoever_gets_tokens_there() -> None:
    objects = value_set("bigquery")
    served = {"ports": [tcp(80), tcp(988)], "to": METADATA}
    for pod in pods(objects):
        found = [{"ports": rule["ports"], "to": [peer["ipBlock"]["cidr"] for peer in rule["to"]]}
                 for rule in egress_of(objects, pod) if METADATA[0] in str(rule)]
        assert found == ([served] if "serviceAccountName" in pod.spec else []), pod.name


def test_an_emulator_is_reached_by_those_pods_alone_and_nobody_else_is() -> None:
    objects = value_set("emulator")
    for pod in pods(objects):
        rules = egress_of(objects, pod)
        found = [rule["ports"] for rule in rules if "emulator" in str(rule)]
        assert found == ([[tcp(9050)]] if goes(pod) else []), pod.name
        assert "0.0.0.0/0" not in str(rules), pod.name
        assert "169.254." not in str(rules), pod.name


def test_a_private_endpoint_is_a_rule_more() -> None:
    rule = {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "ports": [tcp(443)]}
    objects = render("--set", BIGQUERY + ",warehouse.bigquery.endpoint=https://bigquery-x.p.googleapis.com",
                     "--set-json", f"warehouse.bigquery.egress={json.dumps([rule])}")
    found = [each for each in egress_of(objects, pod_named(objects, "emply-export")) if "443" in str(each)]
    assert len(found) == 2
    assert rule in found
