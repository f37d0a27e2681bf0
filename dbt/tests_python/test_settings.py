"""Which warehouse is read, what each wants to be set, and that no token goes where it could be overheard."""

import os
import sys
import unittest
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import entrypoint
from outcome import RETRY_CANNOT_HELP, RETRY_MAY_HELP
from settings import Settings, is_taken
from warehouses import BigQuery, Lake

PROJECT = Path(entrypoint.__file__).parent
DATASET = {"WAREHOUSE_TYPE": "bigquery", "BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "d"}


def settings(**environment: str) -> Settings:
    """As if every adapter were installed."""
    with mock.patch("importlib.metadata.version", return_value="1.11.2"):
        return Settings(environment)


class Choice(unittest.TestCase):
    def test_the_warehouse_chooses_the_target(self) -> None:
        for given, kind in (
            ({}, Lake),
            ({"WAREHOUSE_TYPE": " "}, Lake),
            ({"WAREHOUSE_TYPE": "lake"}, Lake),
            ({"WAREHOUSE_TYPE": "bigquery"}, BigQuery),
        ):
            with self.subTest(given):
                self.assertIsInstance(settings(**given).warehouse, kind)

    def test_the_target_wins(self) -> None:
        self.assertIsInstance(settings(WAREHOUSE_TYPE="lake", DBT_TARGET="bigquery").warehouse, BigQuery)
        self.assertIsInstance(settings(WAREHOUSE_TYPE="bigquery", DBT_TARGET="lake").warehouse, Lake)

    def test_an_unknown_name_is_said_and_not_shown(self) -> None:
        for name in ("WAREHOUSE_TYPE", "DBT_TARGET"):
            faults = settings(**{name: "papyrus", "LAKE_PATH": "/nowhere"}).faults
            self.assertEqual(faults, [f"{name} is none of lake and bigquery"])

    def test_dbt_chooses_the_same_by_hand(self) -> None:
        for given, target in (
            ({}, "lake"),
            ({"WAREHOUSE_TYPE": "bigquery"}, "bigquery"),
            ({"WAREHOUSE_TYPE": "bigquery", "DBT_TARGET": "lake"}, "lake"),
        ):
            self.assertEqual(profile(given)["target"], target)


class Needed(unittest.TestCase):
    def test_what_is_missing_is_named_with_the_way_out(self) -> None:
        faults = settings(WAREHOUSE_TYPE="bigquery", LAKE_PATH="/nowhere").faults
        self.assertEqual([fault.split()[0] for fault in faults], ["BIGQUERY_PROJECT", "BIGQUERY_DATASET"])
        for fault in faults:
            self.assertIn("such as", fault)

    def test_nothing_of_the_other_warehouse_is_needed(self) -> None:
        self.assertEqual(settings(**DATASET).faults, [])
        self.assertEqual(settings(LAKE_PATH="/nowhere", BIGQUERY_ENDPOINT="what").faults, [])

    def test_wrong_values(self) -> None:
        for name, value in (
            ("BIGQUERY_DATASET", "a-b"),
            ("BIGQUERY_DATASET", "a.b"),
            ("BIGQUERY_ENDPOINT", "bigquery.googleapis.com"),
            ("BIGQUERY_MAX_BYTES_BILLED", "10 GB"),
            ("BIGQUERY_MAX_BYTES_BILLED", "0"),
            ("BIGQUERY_MAX_BYTES_BILLED", "9223372036854775808"),
            ("BIGQUERY_MAX_BYTES_BILLED", "1" * 5000),
        ):
            with self.subTest(name=name, value=value):
                faults = settings(**{**DATASET, name: value}).faults
                self.assertEqual([fault.split()[0] for fault in faults], [name])

    def test_an_adapter_that_is_not_there(self) -> None:
        def version(distribution: str) -> str:
            if distribution == "dbt-bigquery":
                raise PackageNotFoundError(distribution)
            return "1.11.2"

        with mock.patch("importlib.metadata.version", version):
            (fault,) = Settings(DATASET).all_faults()
        self.assertIn("has no dbt-bigquery", fault)
        self.assertIn("dbt/requirements/bigquery.lock", fault)

    def test_a_release_of_dbt_that_the_project_does_not_take(self) -> None:
        with mock.patch("importlib.metadata.version", return_value="1.12.0"):
            (fault,) = Settings({"LAKE_PATH": "/nowhere"}).all_faults()
        for words in ("dbt-core is 1.12.0", "takes >=1.11.0, <1.12.0", "dbt/requirements/lake.lock"):
            self.assertIn(words, fault)
        for installed, taken, is_well in (
            ("1.11.0", ">=1.11.0 <1.12.0", True),
            ("1.11.16", ">=1.11.0 <1.12.0", True),
            ("1.11.0rc1", ">=1.11.0 <1.12.0", True),
            ("1.12.0b2", ">=1.11.0 <1.12.0", False),
            ("1.10.20", ">=1.11.0 <1.12.0", False),
            ("2.0.9", ">=1.11.0 <1.12.0", False),
            ("1.11", "=1.11.0", True),
            ("2.0.9", "", True),
        ):
            with self.subTest(installed=installed, taken=taken):
                self.assertEqual(is_taken(installed, taken.split()), is_well)

    def test_defaults_are_those_of_export(self) -> None:
        given = settings(**DATASET).warehouse.environment()
        text = (PROJECT.parent / "services/export/README.md").read_text()
        for name in ("BIGQUERY_LOCATION", "BIGQUERY_ENDPOINT", "BIGQUERY_MAX_BYTES_BILLED"):
            self.assertIn(f"| `{name}` | `{given[name]}` |", text)


class Places(unittest.TestCase):
    def test_a_lake_whose_name_the_database_cannot_read(self) -> None:
        (fault,) = settings(LAKE_PATH="/nowhere/a\\b").faults
        self.assertTrue(fault.startswith("LAKE_PATH has a \\ in it"), fault)


class Report(unittest.TestCase):
    def test_what_is_chosen_reaches_dbt(self) -> None:
        given = {
            "REPORT_TIME_ZONE": "America/St_Johns", "REPORT_MIN_GROUP": "7", "REPORT_COMPARE_DEPARTMENTS": "true",
            "REPORT_HISTORY_MONTHS": "240",
        }
        chosen = settings(LAKE_PATH="/nowhere", **given)
        self.assertEqual((chosen.faults, chosen.report.environment()), ([], given))
        passed_on = entrypoint.Dbt(chosen, Path("/nowhere")).environment
        self.assertEqual({name: passed_on[name] for name in given}, given)

    def test_defaults_are_those_of_the_macros(self) -> None:
        text = (PROJECT / "macros/report_settings.sql").read_text()
        for name, value in settings(LAKE_PATH="/nowhere").report.environment().items():
            self.assertIn(f"env_var('{name}', '{value}')", text)

    def test_wrong_values(self) -> None:
        for name, value in (
            ("REPORT_TIME_ZONE", "Europe/Atlantis"),
            ("REPORT_TIME_ZONE", "europe/berlin"),
            ("REPORT_TIME_ZONE", "CEST"),
            ("REPORT_TIME_ZONE", "+01:00"),
            ("REPORT_TIME_ZONE", "localtime"),
            ("REPORT_TIME_ZONE", "Europe/Berlin') or ('"),
            ("REPORT_MIN_GROUP", "4"),
            ("REPORT_MIN_GROUP", "five"),
            ("REPORT_MIN_GROUP", "5.0"),
            ("REPORT_MIN_GROUP", "-5"),
            ("REPORT_MIN_GROUP", "\uff11\uff10"),
            ("REPORT_MIN_GROUP", "1" * 5000),
            ("REPORT_COMPARE_DEPARTMENTS", "yes"),
            ("REPORT_COMPARE_DEPARTMENTS", "True"),
            ("REPORT_HISTORY_MONTHS", "0"),
            ("REPORT_HISTORY_MONTHS", "241"),
        ):
            with self.subTest(name=name, value=value):
                (fault,) = settings(LAKE_PATH="/nowhere", **{name: value}).faults
                self.assertEqual(fault.split()[0], name)
                self.assertNotIn(value, fault.split())


class Docs(unittest.TestCase):
    def test_a_lake_keeps_them(self) -> None:
        chosen = settings(LAKE_PATH="/nowhere")
        self.assertEqual(chosen.docs, Path("/nowhere/docs/index.html"))
        self.assertTrue(chosen.wants_docs())

    def test_bigquery_has_no_place_for_them(self) -> None:
        for more, docs, wanted in (
            ({"LAKE_PATH": "/nowhere"}, None, False),
            ({"REPORTS_URL": "http://reports", "REPORTS_TOKEN": "t"}, None, True),
            ({"DOCS_PATH": "/nowhere/page.html"}, Path("/nowhere/page.html"), True),
        ):
            chosen = settings(**DATASET, **more)
            self.assertEqual((chosen.docs, chosen.wants_docs()), (docs, wanted))


class Looking(unittest.TestCase):
    def test_what_is_wrong_is_not_asked(self) -> None:
        self.assertEqual(settings(WAREHOUSE_TYPE="bigquery").warehouse.look()[0], RETRY_CANNOT_HELP)
        self.assertEqual(settings().warehouse.look()[0], RETRY_CANNOT_HELP)

    def test_a_lake_that_is_not_there_may_come(self) -> None:
        code, said = settings(LAKE_PATH="/nowhere").warehouse.look()
        self.assertEqual((code, len(said)), (RETRY_MAY_HELP, 1))


class Token(unittest.TestCase):
    def test_it_goes_to_https_alone(self) -> None:
        for endpoint, method in (
            (None, "oauth"),
            ("https://bigquery.googleapis.com", "oauth"),
            ("http://127.0.0.1:9050", "oauth-secrets"),
            ("HTTP://127.0.0.1:9050", "oauth-secrets"),
            ("127.0.0.1:9050", "oauth-secrets"),
        ):
            output = profile({"BIGQUERY_ENDPOINT": endpoint} if endpoint else {})["outputs"]["bigquery"]
            self.assertEqual((output["method"], output["token"]), (method, "x"))

    def test_calls_have_an_end_and_statements_a_price(self) -> None:
        output = profile({"BIGQUERY_MAX_BYTES_BILLED": "1000"})["outputs"]["bigquery"]
        self.assertEqual((output["maximum_bytes_billed"], output["dataset"]), (1000, "d_dbt"))
        for name in ("job_execution_timeout_seconds", "job_creation_timeout_seconds", "job_retry_deadline_seconds"):
            self.assertGreater(output[name], 0)


def profile(environment: dict[str, str]) -> Any:
    """profiles.yml as dbt reads it."""
    needed = {"BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "d", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    set_invocation_context({**needed, **environment})
    text = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    return ProfileRenderer({}).render_data(text["emply_pipeline"])


if __name__ == "__main__":
    unittest.main()
