"""What becomes of secrets over installs, and above all of the key that pseudonyms are made with."""

import base64
import json
import re

import pytest

from chart.chart import (
    EMPTY,
    VALUE_SETS,
    Object,
    manifest,
    objects_of,
    of_kind,
    pods,
    refusal,
    render,
    template,
    template_without_cluster,
)

OLD, OTHER = "the-key-of-the-install-before", "another-key-than-that-one"
DATABASE, LAKE, REPORTS = "data-emply-postgresql-0", "emply-lake", "emply-reports"
CLINIC = "customers.clinic-a.source.customer=a"
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=people,warehouse.bigquery.dataset=x"
GIVEN = "customers.default.piiKey="
INSTALL: tuple[str, ...] = ()
UPGRADE = ("--is-upgrade",)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(**data: str) -> Object:
    return {"metadata": {"name": "any"}, "data": {name: encoded(value) for name, value in data.items()}}


def cluster(*claims: str, secrets: Object | None = None) -> Object:
    """What is left of the install before."""
    there = {name: {"metadata": {"name": name}} for name in claims}
    return {"PersistentVolumeClaim": {**EMPTY["PersistentVolumeClaim"], **there}, "Secret": secrets or {}}


KEPT = {
    "emply": secret(EMPLY_API_KEY="key-of-the-mock", PII_KEY=OLD, REPORTS_TOKEN="token"),
    "emply-postgresql": secret(password="password"),
    "emply-board": secret(BOARD_EMAIL="emply@example.org", BOARD_PASSWORD="password"),
    "emply-mock-role": secret(password="password of the mock"),
    "emply-roles": secret(ingest="one", transfer="two", export="three", reports="four"),
}
ALL_KEPT = cluster(DATABASE, LAKE, REPORTS, secrets=KEPT)


def data_of(objects: list[Object], name: str = "emply") -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in of_kind(objects, "Secret")[name]["data"].items()}


@pytest.mark.parametrize("verb", [INSTALL, UPGRADE])
def test_a_release_goes_on_with_what_is_there(verb: tuple[str, ...]) -> None:
    found = of_kind(render(*verb, cluster=ALL_KEPT), "Secret")
    assert {name: each["data"] for name, each in found.items()} == {name: each["data"] for name, each in KEPT.items()}


def test_a_first_install_makes_them_up() -> None:
    first, second = data_of(render()), data_of(render())
    assert set(first) == {"EMPLY_API_KEY", "PII_KEY", "REPORTS_TOKEN"}
    assert len(first["PII_KEY"]) > 40
    assert not set(first.values()) & set(second.values())


def test_without_a_cluster_none_is_made_up() -> None:
    """Argo CD renders before each sync: a password that is another one each time locks everybody out."""
    text = manifest(template_without_cluster())
    objects = objects_of(text)
    assert of_kind(objects, "Secret") == {}
    wanted = dict(re.findall(r"(?m)^#   (\S+): (.+)$", text))
    assert wanted == {"emply": "EMPLY_API_KEY, PII_KEY, REPORTS_TOKEN", "emply-postgresql": "password",
                      "emply-board": "BOARD_EMAIL, BOARD_PASSWORD", "emply-mock-role": "password",
                      "emply-roles": "ingest, transfer, export, reports"}


@pytest.mark.parametrize("name", VALUE_SETS)
def test_without_a_cluster_a_comment_lists_what_pods_name(name: str) -> None:
    """That of a Secret that the values name is theirs who wrote them."""
    text = manifest(template_without_cluster("--values", str(VALUE_SETS[name])))
    listed = {secret: set(keys.split(", ")) for secret, keys in re.findall(r"(?m)^#   (\S+): (.+)$", text)}
    read: dict[str, set[str]] = {}
    for pod in pods(objects_of(text)):
        for container in pod.containers:
            for each in container["env"]:
                reference = each.get("valueFrom", {}).get("secretKeyRef")
                if reference and not reference.get("optional"):
                    read.setdefault(reference["name"], set()).add(reference["key"])
    made = of_kind(render("--values", str(VALUE_SETS[name])), "Secret")
    assert listed.keys() == made.keys()
    assert listed == {secret: keys for secret, keys in read.items() if secret in made}


def test_a_key_that_was_changed_in_the_secret_itself_stays() -> None:
    there = cluster(DATABASE, LAKE, secrets={"emply": secret(PII_KEY=OTHER, PII_KEY_OLD=OLD)})
    assert data_of(render(*UPGRADE, cluster=there))["PII_KEY"] == OTHER


@pytest.mark.parametrize("claim", [DATABASE, LAKE, REPORTS])
def test_an_install_on_an_old_volume_names_the_value_that_it_needs(claim: str) -> None:
    """A key that is made up brings back whoever was forgotten by another."""
    said = refusal(template(cluster=cluster(claim)))
    for word in ("Secret emply ", claim, "customers.default.piiKey", "customers.default.existingSecret",
                 "kubectl -n people delete pvc -l app.kubernetes.io/instance=emply"):
        assert word in said


def test_a_secret_without_the_key_is_none() -> None:
    there = cluster(DATABASE, secrets={"emply": secret(EMPLY_API_KEY="key")})
    assert "customers.default.piiKey" in refusal(template(cluster=there))


def test_an_install_on_an_old_volume_takes_the_key() -> None:
    assert data_of(render("--set", GIVEN + OLD, cluster=cluster(DATABASE, LAKE)))["PII_KEY"] == OLD


def test_an_install_on_an_old_volume_takes_a_secret_of_ones_own() -> None:
    objects = render("--set", "customers.default.existingSecret=elsewhere", cluster=cluster(DATABASE, LAKE))
    assert "emply" not in of_kind(objects, "Secret")


def test_each_customer_is_asked_for_its_own() -> None:
    assert "customers.clinic-a.piiKey" in refusal(template("--set", CLINIC, cluster=ALL_KEPT))


def test_an_upgrade_may_add_a_customer_to_the_database() -> None:
    objects = render(*UPGRADE, "--set", CLINIC, cluster=ALL_KEPT)
    assert data_of(objects, "emply-clinic-a")["PII_KEY"] != OLD


@pytest.mark.parametrize("claim", [LAKE, REPORTS])
def test_an_upgrade_whose_secret_was_deleted_is_refused(claim: str) -> None:
    assert "customers.default.piiKey" in refusal(template(*UPGRADE, cluster=cluster(DATABASE, claim)))


def test_an_upgrade_that_brings_a_customer_back_wants_its_key() -> None:
    there = cluster(DATABASE, LAKE, "emply-clinic-a-lake", secrets=KEPT)
    assert "customers.clinic-a.piiKey" in refusal(template(*UPGRADE, "--set", CLINIC, cluster=there))


@pytest.mark.parametrize(("words", "claims"), [
    ("customers.default.lake.existingClaim=mine", ("mine", LAKE)),
    ("reports.enabled=false", (REPORTS,)),
    (BIGQUERY, (LAKE,)),
    ("postgresql.enabled=false,postgresql.existingSecret=x,postgresql.external.host=db", (DATABASE,)),
    ("fullnameOverride=other", (DATABASE, LAKE, REPORTS)),
])
def test_volumes_that_the_release_does_not_use_say_nothing(words: str, claims: tuple[str, ...]) -> None:
    assert render("--set", words, cluster=cluster(*claims))


@pytest.mark.parametrize("verb", [INSTALL, UPGRADE])
def test_a_key_that_would_replace_another_is_refused(verb: tuple[str, ...]) -> None:
    assert "customers.default.piiKey" in refusal(template(*verb, "--set", GIVEN + OTHER, cluster=ALL_KEPT))
    assert data_of(render(*verb, "--set", GIVEN + OLD, cluster=ALL_KEPT))["PII_KEY"] == OLD


@pytest.mark.parametrize(("there", "words"), [(ALL_KEPT, GIVEN + OTHER), (cluster(DATABASE), "logs.level=info")])
def test_a_refusal_holds_no_key(there: Object, words: str) -> None:
    said = refusal(template("--set", words, cluster=there))
    assert not [key for key in (OLD, OTHER, encoded(OLD), encoded(OTHER)) if key in said]


def test_a_key_is_given_for_each_customer() -> None:
    keys = {"default": {"piiKey": OLD}, "clinic-a": {"piiKey": OTHER}}
    objects = render("--set-json", f"customers={json.dumps(keys)}")
    assert [data_of(objects, name)["PII_KEY"] for name in ("emply", "emply-clinic-a")] == [OLD, OTHER]


@pytest.mark.parametrize(("words", "said"), [
    ("postgresql.roles.make=false", "customers.default.roles.existingSecret"),
    ("postgresql.roles.make=false,customers.default.roles.existingSecret=x", "mock.role.existingSecret"),
    ("customers.default.database=" + "d" * 60, "customers.default.roles.ingest"),
])
def test_what_migrate_cannot_make_is_asked_for(words: str, said: str) -> None:
    assert said in refusal(template("--set", words))
