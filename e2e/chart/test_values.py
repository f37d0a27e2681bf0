"""What people write into values: what is taken, what is refused and how, and what they are told."""

import functools
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chart.chart import (
    CHART,
    EMPTY,
    KUBERNETES,
    NAMESPACE,
    OLDER_KUBERNETES,
    RELEASE,
    SCHEMA,
    VALUE_SETS,
    VALUES,
    Object,
    copied,
    helm,
    manifest,
    objects_of,
    of_kind,
    refusal,
    render,
    template,
    template_without_cluster,
)

# what Kubernetes itself describes, and maps whose keys people choose
FREE = {"global", "customers", "settings", "annotations", "podAnnotations", "podLabels", "nodeSelector", "parameters",
        "requests", "limits", "oneShots"}
BY_LIST = {"tolerations", "extraEnv", "egress", "extraEgress", "ingressFrom", "dns"}
# somebody waits for postings to arrive at the board
WAITING = "oneShots.transfer.suspend=false"
# an option of ingest's with somebody behind it, but for `-`, standard input
PERSON = r"--(email|application|candidate)[ =](?!-)"
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=people,warehouse.bigquery.dataset=x"


def descriptions_of(schema: Object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Object]]:
    """Every description of an object, by the names that lead to it."""
    if schema.get("type") == "object":
        yield path, schema
    for name, inner in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from descriptions_of(inner, (*path, name))
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            yield from descriptions_of(schema[key], (*path, key))


def paths_of(values: Object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, value in values.items():
        yield (*path, name)
        if isinstance(value, dict):
            yield from paths_of(value, (*path, name))


def properties_at(path: tuple[str, ...]) -> Object | None:
    """The schema's description of a value, or nothing where it has none."""
    found: Any = SCHEMA
    for name in path:
        if "$ref" in found:
            found = SCHEMA["$defs"][found["$ref"].rpartition("/")[2]]
        found = found.get("properties", {}).get(name, found.get("additionalProperties"))
        if not isinstance(found, dict):
            return None
    return dict(found)


# `helm template` leaves the notes out, and `helm install` shows them to whoever has a cluster only
NOTES = """kind: Notes
metadata: {name: notes}
text: {{ include (print $.Template.BasePath "/NOTES.txt") . | quote }}
"""


@functools.cache
def notes(*options: str) -> str:
    """What an install with these values would tell."""
    with tempfile.TemporaryDirectory() as folder:
        chart = copied(Path(folder), json.dumps(EMPTY))
        (chart / "templates" / "notes.yaml").write_text(NOTES)
        words = ("--show-only", "templates/notes.yaml", *options)
        (found,) = objects_of(manifest(template_without_cluster(*words, chart=chart)))
    return str(found["text"])


def test_unknown_keys_are_nowhere_taken() -> None:
    assert not [".".join(path) for path, schema in descriptions_of(SCHEMA)
                if FREE.isdisjoint(path[-1:]) and not BY_LIST.intersection(path)
                and schema.get("additionalProperties") is not False and "propertyNames" not in schema]


def test_every_value_is_in_the_schema() -> None:
    assert not [".".join(path) for path in paths_of(VALUES)
                if not {"requests", "limits"}.intersection(path[:-1]) and properties_at(path) is None]


@pytest.mark.parametrize("words", [
    "mokc.enabled=true", "mock.enabeld=true", "customers.default.sourc.customer=x", "oneShots.ingest.shedule=x",
    "postgresql.backup.keeep=3", "resources.ingets.limits.memory=1Gi"])
def test_a_misspelt_value_is_refused_by_name(words: str) -> None:
    misspelt = next(part for part in words.partition("=")[0].split(".") if f"'{part}'" not in str(SCHEMA))
    assert misspelt in refusal(template("--set", words))


@pytest.mark.parametrize(("words", "named"), [
    ("oneShots.ingest.schedule=hourly", "schedule"),
    ("oneShots.ingest.steps={ingset}", "steps"),
    ("customers.Clinic.source.customer=x", "Clinic"),
    ("customers.reports.source.customer=x", "reports"),
    ("customers.default.source.mediaIds={}", "mediaIds"),
    ("customers.default.settings.LAKE_PATH=/x", "LAKE_PATH"),
    ("customers.default.settings.PII_KEY=x", "PII_KEY"),
    ("customers.default.settings.PII_KEY_OLD=x", "PII_KEY_OLD"),
    ("customers.default.settings.EMPLY_API_KEY=x", "EMPLY_API_KEY"),
    ("customers.default.piiKey=short", "piiKey"),
    ("customers.default.report.timeZone=Middle European Time", "timeZone"),
    ("customers.default.report.timeZone=", "timeZone"),
    ("customers.default.report.minGroup=4", "minGroup': minimum: got 4, want 5"),
    ("customers.default.report.minGroup=7.5", "minGroup"),
    ("customers.default.report.compareDepartments=maybe", "compareDepartments"),
    ("customers.default.report.historyMonths=0", "historyMonths': minimum: got 0, want 1"),
    ("customers.default.report.historyMonths=241", "historyMonths': maximum: got 241, want 240"),
    ("customers.default.report.timezone=UTC", "timezone"),
    ("customers.default.report.language=da", "language': value must be one of 'de', 'en', 'nl'"),
    ("customers.default.report.language=DE", "language"),
    ("customers.default.report.language=", "language"),
    ("customers.default.settings.REPORT_LANGUAGE=de", "REPORT_LANGUAGE"),
    ("customers.default.settings.REPORT_MIN_GROUP=5", "REPORT_MIN_GROUP"),
    ("customers.by-hand.source.customer=x", "by-hand"),
    ("oneShots.by-hand.steps={ingest}", "by-hand"),
    ("postgresql.tls.mode=yes-please", "mode"),
    ("networkPolicy.strangerPorts={99999}", "strangerPorts"),
    ("transfer.mode=delete", "mode"),
    ("transfer.maxTries=0", "maxTries"),
    ("transfer.baseUrl=board.example.org", "baseUrl"),
    ("transfer.attachments.hosts={https://files.example.org}", "hosts"),
    ("customers.default.transfer.onChange=send", "onChange"),
    ("customers.default.settings.BOARD_PASSWORD=x", "BOARD_PASSWORD"),
    ("customers.board.source.customer=x", "board"),
    ("warehouse.type=snowflake", "type"),
    ("warehouse.tmpSize=much", "tmpSize"),
    ("warehouse.bigquery.project=No Project", "project"),
    ("warehouse.bigquery.dataset=my-data", "dataset"),
    ("warehouse.bigquery.endpoint=emulator:9050", "endpoint"),
    ("warehouse.bigquery.maxBytesBilled=10GB", "maxBytesBilled"),
    ("customers.default.bigquery.dataset=my-data", "dataset"),
    ("customers.default.settings.BIGQUERY_DATASET=x", "BIGQUERY_DATASET"),
])
def test_a_value_that_cannot_be_is_refused_by_name(words: str, named: str) -> None:
    assert named in refusal(template("--set", words))


@pytest.mark.parametrize(("words", "needed"), [
    ("mock.enabled=false", "customers.default.source.baseUrl"),
    ("customers.default.source.baseUrl=https://api.emply.com", "customers.default.existingSecret"),
    ("generateSecrets=false", "customers.default.existingSecret"),
    ("generateSecrets=false,customers.default.existingSecret=x", "customers.default.roles.existingSecret"),
    ("generateSecrets=false,customers.default.existingSecret=x,postgresql.roles.enabled=false",
     "postgresql.existingSecret"),
    ("customers.default.existingSecret=x,customers.default.piiKey=a-key-of-sixteen", "choose one"),
    ("postgresql.enabled=false,postgresql.existingSecret=x", "postgresql.external.host"),
    ("postgresql.enabled=false,postgresql.external.host=x", "postgresql.existingSecret"),
    ("oneShots.nightly.steps={ingest}", "oneShots.nightly.schedule"),
    (WAITING + ",transfer.baseUrl=https://board.example.org", "customers.default.transfer.mapping"),
    (WAITING + ",transfer.baseUrl=https://board.example.org,transfer.mapping=a",
     "customers.default.transfer.existingSecret"),
    (WAITING + ",mock.board.existingSecret=x", "customers.default.transfer.existingSecret"),
    (WAITING + ",generateSecrets=false,customers.default.existingSecret=x,postgresql.existingSecret=x"
     + ",customers.default.roles.existingSecret=x,mock.role.existingSecret=x",
     "customers.default.transfer.existingSecret"),
    (WAITING + ",mock.enabled=false,customers.default.source.baseUrl=https://a.example.org,customers.default.apiKey=x",
     "customers.default.transfer.baseUrl"),
    ("transfer.mapping=a,customers.default.transfer.existingMapping=b", "choose one"),
    ("mock.ingress.enabled=true", "mock.ingress.host"),
    ("warehouse.type=bigquery,warehouse.bigquery.dataset=x", "warehouse.bigquery.project"),
    ("warehouse.type=bigquery,warehouse.bigquery.project=x", "warehouse.bigquery.dataset"),
    (BIGQUERY + ",warehouse.bigquery.endpoint=http://emulator:9050", "warehouse.bigquery.egress"),
    (BIGQUERY + ",customerDefaults.bigquery.existingSecret=x"
     + ",customers.default.bigquery.serviceAccount.annotations.a=b", "choose one"),
    (BIGQUERY + ",customers.a.bigquery.dataset=x", "customers a and default have the same dataset x"),
    (BIGQUERY + ",customers.a.bigquery.dataset=x_dbt", "customers a and default have the same dataset x_dbt"),
    (BIGQUERY + ",customers.marts.source.customer=b",
     "customers default and marts have the same dataset x_marts"),
    (BIGQUERY + ",customers.a.source.customer=a,customerDefaults.bigquery.dataset=y",
     "customers.default.bigquery.dataset"),
])
def test_values_that_contradict_each_other_say_what_is_needed(words: str, needed: str) -> None:
    """Each is good, and together they are not."""
    assert needed in refusal(template("--set", words))


def test_a_one_shot_of_ones_own_takes_the_steps_there_are() -> None:
    objects = render("--set", "oneShots.nightly.schedule=@daily,oneShots.nightly.steps={ingest,export,dbt}")
    names = ("board", "by-hand", "export", "ingest", "nightly", "transfer", "words")
    assert sorted(of_kind(objects, "CronJob")) == ["emply-" + name for name in names]


def test_every_value_is_described() -> None:
    rows = re.findall(r"(?m)^\| (\S+) \| .* \| (.*) \|$", (CHART / "README.md").read_text())
    assert len(rows) > 80
    # what one-shots hold is described above them, in words
    assert not [name for name, text in rows if not name.startswith("oneShots.") and not text.strip()]


def test_the_readme_is_what_helm_docs_makes(helm_docs: str) -> None:
    words = [helm_docs, "--chart-search-root", str(CHART), "--dry-run", "--log-level", "error"]
    made = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
    assert made.strip() == (CHART / "README.md").read_text().strip(), "write it anew: make chart-readme"


def test_the_notes_name_what_is_there(set_name: str, objects: list[Object]) -> None:
    """Every object that a command of the notes is about."""
    text = notes("--values", str(VALUE_SETS[set_name]))
    there = {(each["kind"].lower(), each["metadata"]["name"]) for each in objects}
    named = set(re.findall(r"\b(service|cronjob)/(\S+)", text))
    assert {kind for kind, _ in named} == {"service", "cronjob"}
    # one that people have made is not in the chart, and pods name it
    there |= {("secret", name) for name in re.findall(r"'secretKeyRef': \{[^}]*'name': '([^']+)'", str(objects))}
    named |= {("secret", found) for found in re.findall(r"get secret (\S+)", text)}
    assert named <= there
    assert f"helm -n {NAMESPACE} test {RELEASE}" in text


FORWARDED, HOSTED = "http://localhost:8080", "customers.default.reportsHost=reports.example.org"


@pytest.mark.parametrize(("options", "site"), [
    ((), FORWARDED),
    (("--set", HOSTED), FORWARDED),
    (("--set", "reports.ingress.enabled=true"), FORWARDED),
    (("--set", "reports.ingress.enabled=true," + HOSTED), "http://reports.example.org"),
    (("--values", str(VALUE_SETS["everything"])), "https://reports.example.org"),
], ids=["default", "host", "ingress", "ingress-and-host", "everything"])
def test_the_notes_name_the_dashboard_before_docs_and_runs(options: tuple[str, ...], site: str) -> None:
    text = notes(*options)
    places = [text.index(f"{name} {site}{path}") for name, path in (
        ("the dashboard at", "/,"), ("the dbt docs at", "/dbt/"), ("all runs at", "/runs"))]
    assert places == sorted(places)
    # a port-forward leads there in any case
    assert f"the dashboard at {FORWARDED}/" in text


def test_the_notes_name_no_dashboard_where_none_is() -> None:
    assert "dashboard" not in notes("--set", "reports.enabled=false")


def assert_no_person_in_arguments(text: str) -> None:
    assert re.search(r"exec -i job/\S+ -- ingest forget --file -", text)
    commands = [line for line in text.splitlines() if re.match(r"\s*kubectl ", line)]
    assert not [line for line in commands if "@" in line or re.search(PERSON, line)]


def test_the_notes_put_no_person_into_arguments(set_name: str) -> None:
    assert_no_person_in_arguments(notes("--values", str(VALUE_SETS[set_name])))


def test_the_readme_puts_no_person_into_arguments() -> None:
    assert_no_person_in_arguments((CHART / "README.md").read_text())


@pytest.mark.parametrize("version", [KUBERNETES, OLDER_KUBERNETES])
def test_helm_finds_nothing_to_blame(set_name: str, version: str) -> None:
    words = ("--strict", "--quiet", "--kube-version", version, "--values", str(VALUE_SETS[set_name]))
    done = helm("lint", *words, str(CHART))
    assert done.returncode == 0, done.stdout + done.stderr


def test_helm_3_writes_the_same(set_name: str) -> None:
    words = ("--values", str(VALUE_SETS[set_name]))
    of_helm_3 = objects_of(manifest(template_without_cluster(*words, by="helm3")))
    assert of_helm_3 == objects_of(manifest(template_without_cluster(*words)))


def test_an_old_cluster_is_refused() -> None:
    assert "1.25.0" in refusal(template("--kube-version", "1.25.0"))
