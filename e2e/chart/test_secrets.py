"""What becomes of secrets over installs, and above all of the key that pseudonyms are made with."""

import base64
import json

import pytest

from chart.chart import Done, Object, copied, manifest, objects_of, of_kind, refusal, render, template

OLD, OTHER = "the-key-of-the-install-before", "another-key-than-that-one"
DATABASE, LAKE, REPORTS = "data-emply-postgresql-0", "emply-lake", "emply-reports"
CLINIC = "customers.clinic-a.source.customer=a"
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=people,warehouse.bigquery.dataset=x"
GIVEN = "customers.default.piiKey="
INSTALL: tuple[str, ...] = ()
UPGRADE = ("--is-upgrade",)


# the one place that asks the cluster, which `helm template` has none of, and what asks a file in its stead
LOOKUP = 'lookup "v1" .kind .root.Release.Namespace .name | default dict'
IN_A_FILE = '(.root.Files.Get "cluster.json" | fromJson) | dig .kind .name dict'


def template_in(cluster: Object, *options: str) -> Done:
    """As `template`, in a cluster with these objects: by kind, and then by name."""
    with copied() as chart:
        asking = [file for file in chart.rglob("templates/**/*") if file.is_file() and "lookup" in file.read_text()]
        texts = [file.read_text() for file in asking]
        if [text.count("lookup") for text in texts] != [1] or LOOKUP not in texts[0]:
            raise AssertionError(f"the chart asks the cluster in other places than one: {asking}")
        asking[0].write_text(texts[0].replace(LOOKUP, IN_A_FILE))
        (chart / "cluster.json").write_text(json.dumps(cluster))
        return template(*options, chart=chart)


def render_in(cluster: Object, *options: str) -> list[Object]:
    return objects_of(manifest(template_in(cluster, *options)))


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def secret(**data: str) -> Object:
    return {"metadata": {"name": "any"}, "data": {name: encoded(value) for name, value in data.items()}}


def cluster(*claims: str, secrets: Object | None = None) -> Object:
    """What is left of the install before."""
    return {"PersistentVolumeClaim": {name: {"metadata": {"name": name}} for name in claims}, "Secret": secrets or {}}


KEPT = {
    "emply": secret(EMPLY_API_KEY="key-of-the-mock", PII_KEY=OLD, REPORTS_TOKEN="token"),
    "emply-postgresql": secret(password="password"),
    "emply-board": secret(BOARD_EMAIL="emply@example.org", BOARD_PASSWORD="password"),
}
ALL_KEPT = cluster(DATABASE, LAKE, REPORTS, secrets=KEPT)


def data_of(objects: list[Object], name: str = "emply") -> dict[str, str]:
    return {key: base64.b64decode(value).decode() for key, value in of_kind(objects, "Secret")[name]["data"].items()}


@pytest.mark.parametrize("verb", [INSTALL, UPGRADE])
def test_a_release_goes_on_with_what_is_there(verb: tuple[str, ...]) -> None:
    found = of_kind(render_in(ALL_KEPT, *verb), "Secret")
    assert {name: each["data"] for name, each in found.items()} == {name: each["data"] for name, each in KEPT.items()}


def test_without_a_cluster_to_ask_all_are_made_up() -> None:
    first, second = data_of(render()), data_of(render())
    assert set(first) == {"EMPLY_API_KEY", "PII_KEY", "REPORTS_TOKEN"}
    assert not set(first.values()) & set(second.values())


def test_a_first_install_makes_them_up() -> None:
    assert len(data_of(render_in(cluster()))["PII_KEY"]) > 40


def test_a_key_that_was_changed_in_the_secret_itself_stays() -> None:
    there = cluster(DATABASE, LAKE, secrets={"emply": secret(PII_KEY=OTHER, PII_KEY_OLD=OLD)})
    assert data_of(render_in(there, *UPGRADE))["PII_KEY"] == OTHER


@pytest.mark.parametrize("claim", [DATABASE, LAKE, REPORTS])
def test_an_install_on_an_old_volume_names_the_value_that_it_needs(claim: str) -> None:
    """A key that is made up brings back whoever was forgotten by another."""
    said = refusal(template_in(cluster(claim)))
    for word in ("Secret emply ", claim, "customers.default.piiKey", "customers.default.existingSecret",
                 "kubectl -n people delete pvc -l app.kubernetes.io/instance=emply"):
        assert word in said


def test_a_secret_without_the_key_is_none() -> None:
    there = cluster(DATABASE, secrets={"emply": secret(EMPLY_API_KEY="key")})
    assert "customers.default.piiKey" in refusal(template_in(there))


def test_an_install_on_an_old_volume_takes_the_key() -> None:
    assert data_of(render_in(cluster(DATABASE, LAKE), "--set", GIVEN + OLD))["PII_KEY"] == OLD


def test_an_install_on_an_old_volume_takes_a_secret_of_ones_own() -> None:
    objects = render_in(cluster(DATABASE, LAKE), "--set", "customers.default.existingSecret=elsewhere")
    assert "emply" not in of_kind(objects, "Secret")


def test_each_customer_is_asked_for_its_own() -> None:
    assert "customers.clinic-a.piiKey" in refusal(template_in(ALL_KEPT, "--set", CLINIC))


def test_an_upgrade_may_add_a_customer_to_the_database() -> None:
    objects = render_in(ALL_KEPT, *UPGRADE, "--set", CLINIC)
    assert data_of(objects, "emply-clinic-a")["PII_KEY"] != OLD


@pytest.mark.parametrize("claim", [LAKE, REPORTS])
def test_an_upgrade_whose_secret_was_deleted_is_refused(claim: str) -> None:
    assert "customers.default.piiKey" in refusal(template_in(cluster(DATABASE, claim), *UPGRADE))


def test_an_upgrade_that_brings_a_customer_back_wants_its_key() -> None:
    there = cluster(DATABASE, LAKE, "emply-clinic-a-lake", secrets=KEPT)
    assert "customers.clinic-a.piiKey" in refusal(template_in(there, *UPGRADE, "--set", CLINIC))


@pytest.mark.parametrize(("words", "claims"), [
    ("customers.default.lake.existingClaim=mine", ("mine", LAKE)),
    ("reports.enabled=false", (REPORTS,)),
    (BIGQUERY, (LAKE,)),
    ("postgresql.enabled=false,postgresql.existingSecret=x,postgresql.external.host=db", (DATABASE,)),
    ("fullnameOverride=other", (DATABASE, LAKE, REPORTS)),
])
def test_volumes_that_the_release_does_not_use_say_nothing(words: str, claims: tuple[str, ...]) -> None:
    assert render_in(cluster(*claims), "--set", words)


@pytest.mark.parametrize("verb", [INSTALL, UPGRADE])
def test_a_key_that_would_replace_another_is_refused(verb: tuple[str, ...]) -> None:
    assert "customers.default.piiKey" in refusal(template_in(ALL_KEPT, *verb, "--set", GIVEN + OTHER))
    assert data_of(render_in(ALL_KEPT, *verb, "--set", GIVEN + OLD))["PII_KEY"] == OLD


@pytest.mark.parametrize(("there", "words"), [(ALL_KEPT, GIVEN + OTHER), (cluster(DATABASE), "logs.level=info")])
def test_a_refusal_holds_no_key(there: Object, words: str) -> None:
    said = refusal(template_in(there, "--set", words))
    assert not [key for key in (OLD, OTHER, encoded(OLD), encoded(OTHER)) if key in said]


def test_a_key_is_given_for_each_customer() -> None:
    keys = {"default": {"piiKey": OLD}, "clinic-a": {"piiKey": OTHER}}
    objects = render("--set-json", f"customers={json.dumps(keys)}")
    assert [data_of(objects, name)["PII_KEY"] for name in ("emply", "emply-clinic-a")] == [OLD, OTHER]
