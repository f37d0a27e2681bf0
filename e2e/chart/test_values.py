"""What people write into values: what is taken, what is refused and how, and what they are told."""

import json
import os
import re
import subprocess
import unittest
from collections.abc import Iterator
from typing import Any

import yaml

from chart.chart import CHART, NAMESPACE, RELEASE, VALUE_SETS, Object, helm, notes, refusal, render, template, value_set

SCHEMA = json.loads((CHART / "values.schema.json").read_text())
VALUES = yaml.safe_load((CHART / "values.yaml").read_text())
# what Kubernetes itself describes, and maps whose keys people choose
FREE = {"global", "customers", "settings", "annotations", "podAnnotations", "podLabels", "nodeSelector", "parameters",
        "requests", "limits", "oneShots"}
BY_LIST = {"tolerations", "extraEnv", "egress", "extraEgress", "ingressFrom", "dns"}
# somebody waits for postings to arrive at the board
WAITING = "oneShots.transfer.suspend=false"
# an option of ingest's with somebody behind it, but for `-`, standard input
PERSON = r"--(email|application|candidate)[ =](?!-)"
BIGQUERY = "warehouse.type=bigquery,warehouse.bigquery.project=people,warehouse.bigquery.dataset=x"


def objects_of(schema: Object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Object]]:
    """Every description of an object, by the names that lead to it."""
    if schema.get("type") == "object":
        yield path, schema
    for name, inner in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from objects_of(inner, (*path, name))
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            yield from objects_of(schema[key], (*path, key))


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


class Schema(unittest.TestCase):
    def test_unknown_keys_are_nowhere_taken(self) -> None:
        for path, schema in objects_of(SCHEMA):
            if FREE.isdisjoint(path[-1:]) and not BY_LIST.intersection(path):
                with self.subTest(".".join(path)):
                    self.assertTrue(schema.get("additionalProperties") is False or "propertyNames" in schema)

    def test_every_value_is_in_the_schema(self) -> None:
        for path in paths_of(VALUES):
            if not {"requests", "limits"}.intersection(path[:-1]):
                with self.subTest(".".join(path)):
                    self.assertIsNotNone(properties_at(path))

    def test_a_misspelt_value_is_refused_by_name(self) -> None:
        for words in ("mokc.enabled=true", "mock.enabeld=true", "customers.default.sourc.customer=x",
                      "oneShots.ingest.shedule=x", "postgresql.backup.keeep=3", "resources.ingets.limits.memory=1Gi"):
            with self.subTest(words):
                misspelt = next(part for part in words.partition("=")[0].split(".") if part not in str(SCHEMA))
                self.assertIn(misspelt, refusal("--set", words))

    def test_a_value_that_cannot_be_is_refused_by_name(self) -> None:
        for words, named in (
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
        ):
            with self.subTest(words):
                self.assertIn(named, refusal("--set", words))


class Contradictions(unittest.TestCase):
    """Values that are each good, and together are not."""

    def test_each_says_what_is_needed(self) -> None:
        for words, needed in (
            ("mock.enabled=false", "customers.default.source.baseUrl"),
            ("customers.default.source.baseUrl=https://api.emply.com", "customers.default.existingSecret"),
            ("generateSecrets=false", "customers.default.existingSecret"),
            ("generateSecrets=false,customers.default.existingSecret=x", "postgresql.existingSecret"),
            ("customers.default.existingSecret=x,customers.default.piiKey=a-key-of-sixteen", "choose one"),
            ("postgresql.enabled=false,postgresql.existingSecret=x", "postgresql.external.host"),
            ("postgresql.enabled=false,postgresql.external.host=x", "postgresql.existingSecret"),
            ("oneShots.nightly.steps={ingest}", "oneShots.nightly.schedule"),
            (WAITING + ",transfer.baseUrl=https://board.example.org", "customers.default.transfer.mapping"),
            (WAITING + ",transfer.baseUrl=https://board.example.org,transfer.mapping=a",
             "customers.default.transfer.existingSecret"),
            (WAITING + ",mock.board.existingSecret=x", "customers.default.transfer.existingSecret"),
            (WAITING + ",generateSecrets=false,customers.default.existingSecret=x,postgresql.existingSecret=x",
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
        ):
            with self.subTest(words):
                self.assertIn(needed, refusal("--set", words))

    def test_a_one_shot_of_ones_own_takes_the_steps_there_are(self) -> None:
        objects = render("--set", "oneShots.nightly.schedule=@daily,oneShots.nightly.steps={ingest,export,dbt}")
        names = [each["metadata"]["name"] for each in objects if each["kind"] == "CronJob"]
        self.assertEqual(sorted(names), ["emply-board", "emply-by-hand", "emply-export", "emply-ingest",
                                         "emply-nightly", "emply-transfer", "emply-words"])


class Documents(unittest.TestCase):
    def test_every_value_is_described(self) -> None:
        rows = re.findall(r"(?m)^\| (\S+) \| .* \| (.*) \|$", (CHART / "README.md").read_text())
        self.assertGreater(len(rows), 80)
        for name, description in rows:
            # what these hold is described above them, in words
            if name.startswith("oneShots."):
                continue
            with self.subTest(name):
                self.assertTrue(description.strip())

    def test_the_readme_is_what_helm_docs_makes(self) -> None:
        program = os.environ.get("HELM_DOCS")
        if not program:
            self.skipTest("helm-docs is not there")
        words = [program, "--chart-search-root", str(CHART), "--dry-run", "--log-level", "error"]
        made = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True).stdout
        self.assertEqual(made.strip(), (CHART / "README.md").read_text().strip(),
                         "write it anew: make chart-readme")

    def test_the_notes_name_what_is_there(self) -> None:
        """Every object that a command of the notes is about."""
        for name, file in VALUE_SETS.items():
            with self.subTest(name):
                text = notes("--values", str(file))
                there = {(each["kind"].lower(), each["metadata"]["name"]) for each in value_set(name)}
                named = set(re.findall(r"\b(service|cronjob)/(\S+)", text))
                named |= {("secret", found) for found in re.findall(r"get secret (\S+)", text)}
                self.assertEqual({kind for kind, _ in named} - {"secret"}, {"service", "cronjob"})
                self.assertLessEqual(named, there)
                self.assertIn(f"helm -n {NAMESPACE} test {RELEASE}", text)

    def test_they_name_the_dashboard_before_docs_and_runs(self) -> None:
        forwarded, hosted = "http://localhost:8080", "reports.example.org"
        for options, site in (
            ((), forwarded),
            (("--set", f"customers.default.reportsHost={hosted}"), forwarded),
            (("--set", "reports.ingress.enabled=true"), forwarded),
            (("--set", f"reports.ingress.enabled=true,customers.default.reportsHost={hosted}"), "http://" + hosted),
            (("--values", str(VALUE_SETS["everything"])), "https://" + hosted),
        ):
            with self.subTest(" ".join(options)):
                text = notes(*options)
                places = [text.index(f"{name} {site}{path}") for name, path in (
                    ("the dashboard at", "/,"), ("the dbt docs at", "/dbt/"), ("all runs at", "/runs"))]
                self.assertEqual(places, sorted(places))
                # a port-forward leads there in any case
                self.assertIn("the dashboard at " + forwarded + "/", text)
        self.assertNotIn("dashboard", notes("--set", "reports.enabled=false"))

    def test_they_put_no_person_into_arguments(self) -> None:
        shown = {name: notes("--values", str(file)) for name, file in VALUE_SETS.items()}
        shown["README.md"] = (CHART / "README.md").read_text()
        for name, text in shown.items():
            with self.subTest(name):
                self.assertRegex(text, r"exec -i job/\S+ -- ingest forget --file -")
                commands = [line for line in text.splitlines() if re.match(r"\s*kubectl ", line)]
                self.assertFalse([line for line in commands if "@" in line or re.search(PERSON, line)])

    def test_helm_finds_nothing_to_blame(self) -> None:
        for name, file in VALUE_SETS.items():
            with self.subTest(name):
                words = ("--strict", "--quiet", "--kube-version", "1.33.0", "--values", str(file))
                done = helm("lint", *words, str(CHART))
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_an_old_cluster_is_refused(self) -> None:
        done = template("--kube-version", "1.25.0")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("1.25.0", done.stderr)


if __name__ == "__main__":
    unittest.main()
