"""Which warehouse is read, what each wants to be set, and that no token goes where it could be overheard."""

import os
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from dbt.config.renderer import ProfileRenderer
from dbt_common.context import set_invocation_context

import entrypoint
from outcome import PROJECT, RETRY_CANNOT_HELP, RETRY_MAY_HELP
from settings import Settings, is_taken
from warehouses import BigQuery, Lake

DATASET = {"WAREHOUSE_TYPE": "bigquery", "BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "d"}


def settings(**environment: str) -> Settings:
    """As if every adapter were installed."""
    with mock.patch("importlib.metadata.version", return_value="1.11.2"):
        return Settings(environment)


# DBT_TARGET wins
@pytest.mark.parametrize(("given", "kind"), [
    ({}, Lake),
    ({"WAREHOUSE_TYPE": " "}, Lake),
    ({"WAREHOUSE_TYPE": "lake"}, Lake),
    ({"WAREHOUSE_TYPE": "bigquery"}, BigQuery),
    ({"WAREHOUSE_TYPE": "lake", "DBT_TARGET": "bigquery"}, BigQuery),
    ({"WAREHOUSE_TYPE": "bigquery", "DBT_TARGET": "lake"}, Lake),
])
def test_the_warehouse_chooses_the_target(given: dict[str, str], kind: type) -> None:
    assert isinstance(settings(**given).warehouse, kind)


@pytest.mark.parametrize("name", ["WAREHOUSE_TYPE", "DBT_TARGET"])
def test_an_unknown_name_is_said_and_not_shown(name: str) -> None:
    faults = settings(**{name: "papyrus", "LAKE_PATH": "/nowhere"}).faults
    assert faults == [f"{name} is none of lake and bigquery"]


@pytest.mark.parametrize(("given", "target"), [
    ({}, "lake"),
    ({"WAREHOUSE_TYPE": "bigquery"}, "bigquery"),
    ({"WAREHOUSE_TYPE": "bigquery", "DBT_TARGET": "lake"}, "lake"),
])
def test_dbt_chooses_the_same_by_hand(given: dict[str, str], target: str) -> None:
    assert profile(given)["target"] == target


def test_what_is_missing_is_named_with_the_way_out() -> None:
    faults = settings(WAREHOUSE_TYPE="bigquery", LAKE_PATH="/nowhere").faults
    assert [fault.split()[0] for fault in faults] == ["BIGQUERY_PROJECT", "BIGQUERY_DATASET"]
    for fault in faults:
        assert "such as" in fault


def test_nothing_of_the_other_warehouse_is_needed() -> None:
    assert settings(**DATASET).faults == []
    assert settings(LAKE_PATH="/nowhere", BIGQUERY_ENDPOINT="what").faults == []


@pytest.mark.parametrize(("name", "value"), [
    ("BIGQUERY_DATASET", "a-b"),
    ("BIGQUERY_DATASET", "a.b"),
    ("BIGQUERY_ENDPOINT", "bigquery.googleapis.com"),
    ("BIGQUERY_MAX_BYTES_BILLED", "10 GB"),
    ("BIGQUERY_MAX_BYTES_BILLED", "0"),
    ("BIGQUERY_MAX_BYTES_BILLED", "9223372036854775808"),
    pytest.param("BIGQUERY_MAX_BYTES_BILLED", "1" * 5000, id="BIGQUERY_MAX_BYTES_BILLED-of 5000 digits"),
])
def test_wrong_values_for_bigquery(name: str, value: str) -> None:
    faults = settings(**{**DATASET, name: value}).faults
    assert [fault.split()[0] for fault in faults] == [name]


@pytest.mark.parametrize(("given", "told"), [
    ({}, {"GOOGLE_CLOUD_PROJECT": "p"}),
    ({"GOOGLE_CLOUD_PROJECT": "another"}, {}),
    ({"SSL_CERT_FILE": "ca.crt"}, {"GOOGLE_CLOUD_PROJECT": "p", "REQUESTS_CA_BUNDLE": "ca.crt"}),
    ({"BIGQUERY_ENDPOINT": "http://emulator:9050"}, {}),
    ({"WAREHOUSE_TYPE": "lake"}, {}),
])
def test_what_googles_libraries_are_told(given: dict[str, str], told: dict[str, str]) -> None:
    assert settings(**{**DATASET, **given}).for_google == told


def test_an_adapter_that_is_not_there() -> None:
    def version(distribution: str) -> str:
        if distribution == "dbt-bigquery":
            raise PackageNotFoundError(distribution)
        return "1.11.2"

    with mock.patch("importlib.metadata.version", version):
        (fault,) = Settings(DATASET).all_faults()
    assert "has no dbt-bigquery" in fault
    assert "dbt/requirements/bigquery.lock" in fault


def test_a_release_of_dbt_that_the_project_does_not_take() -> None:
    with mock.patch("importlib.metadata.version", return_value="1.12.0"):
        (fault,) = Settings({"LAKE_PATH": "/nowhere"}).all_faults()
    for words in ("dbt-core is 1.12.0", "takes >=1.11.0, <1.12.0", "dbt/requirements/lake.lock"):
        assert words in fault


@pytest.mark.parametrize(("installed", "taken", "is_well"), [
    ("1.11.0", ">=1.11.0 <1.12.0", True),
    ("1.11.16", ">=1.11.0 <1.12.0", True),
    ("1.11.0rc1", ">=1.11.0 <1.12.0", True),
    ("1.12.0b2", ">=1.11.0 <1.12.0", False),
    ("1.10.20", ">=1.11.0 <1.12.0", False),
    ("2.0.9", ">=1.11.0 <1.12.0", False),
    ("1.11", "=1.11.0", True),
    ("2.0.9", "", True),
])
def test_which_releases_are_taken(installed: str, taken: str, is_well: bool) -> None:
    assert is_taken(installed, taken.split()) == is_well


def test_defaults_are_those_of_export() -> None:
    given = settings(**DATASET).warehouse.environment()
    text = (PROJECT.parent / "services/export/README.md").read_text()
    for name in ("BIGQUERY_LOCATION", "BIGQUERY_ENDPOINT", "BIGQUERY_MAX_BYTES_BILLED"):
        assert f"| `{name}` | `{given[name]}` |" in text


def test_a_lake_whose_name_the_database_cannot_read() -> None:
    (fault,) = settings(LAKE_PATH="/nowhere/a\\b").faults
    assert fault.startswith("LAKE_PATH has a \\ in it"), fault


def test_what_is_chosen_reaches_dbt() -> None:
    given = {
        "REPORT_TIME_ZONE": "America/St_Johns", "REPORT_MIN_GROUP": "7", "REPORT_COMPARE_DEPARTMENTS": "true",
        "REPORT_HISTORY_MONTHS": "240",
    }
    chosen = settings(LAKE_PATH="/nowhere", **given)
    assert (chosen.faults, chosen.report.environment()) == ([], given)
    passed_on = entrypoint.Dbt(chosen, Path("/nowhere")).environment
    assert {name: passed_on[name] for name in given} == given


def test_defaults_are_those_of_the_macros() -> None:
    text = (PROJECT / "macros/report_settings.sql").read_text()
    for name, value in settings(LAKE_PATH="/nowhere").report.environment().items():
        assert f"env_var('{name}', '{value}')" in text


@pytest.mark.parametrize(("name", "value"), [
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
    pytest.param("REPORT_MIN_GROUP", "1" * 5000, id="REPORT_MIN_GROUP-of 5000 digits"),
    ("REPORT_COMPARE_DEPARTMENTS", "yes"),
    ("REPORT_COMPARE_DEPARTMENTS", "True"),
    ("REPORT_HISTORY_MONTHS", "0"),
    ("REPORT_HISTORY_MONTHS", "241"),
])
def test_wrong_values_for_the_report(name: str, value: str) -> None:
    (fault,) = settings(LAKE_PATH="/nowhere", **{name: value}).faults
    assert fault.split()[0] == name
    assert value not in fault.split()


def test_a_lake_keeps_docs() -> None:
    chosen = settings(LAKE_PATH="/nowhere")
    assert chosen.docs == Path("/nowhere/docs/index.html")
    assert chosen.wants_docs()


@pytest.mark.parametrize(("more", "docs", "wanted"), [
    ({"LAKE_PATH": "/nowhere"}, None, False),
    ({"REPORTS_URL": "http://reports", "REPORTS_TOKEN": "t"}, None, True),
    ({"DOCS_PATH": "/nowhere/page.html"}, Path("/nowhere/page.html"), True),
])
def test_bigquery_has_no_place_for_docs(more: dict[str, str], docs: Path | None, wanted: bool) -> None:
    chosen = settings(**DATASET, **more)
    assert (chosen.docs, chosen.wants_docs()) == (docs, wanted)


def test_what_is_wrong_is_not_asked() -> None:
    assert settings(WAREHOUSE_TYPE="bigquery").warehouse.look()[0] == RETRY_CANNOT_HELP
    assert settings().warehouse.look()[0] == RETRY_CANNOT_HELP


def test_a_lake_that_is_not_there_may_come() -> None:
    code, said = settings(LAKE_PATH="/nowhere").warehouse.look()
    assert (code, len(said)) == (RETRY_MAY_HELP, 1)


@pytest.mark.parametrize(("endpoint", "method"), [
    (None, "oauth"),
    ("https://bigquery.googleapis.com", "oauth"),
    ("http://127.0.0.1:9050", "oauth-secrets"),
    ("HTTP://127.0.0.1:9050", "oauth-secrets"),
    ("127.0.0.1:9050", "oauth-secrets"),
])
def test_a_token_goes_to_https_alone(endpoint: str | None, method: str) -> None:
    output = profile({"BIGQUERY_ENDPOINT": endpoint} if endpoint else {})["outputs"]["bigquery"]
    assert (output["method"], output["token"]) == (method, "x")


def test_calls_have_an_end_and_statements_a_price() -> None:
    output = profile({"BIGQUERY_MAX_BYTES_BILLED": "1000"})["outputs"]["bigquery"]
    assert (output["maximum_bytes_billed"], output["dataset"]) == (1000, "d_dbt")
    for name in ("job_execution_timeout_seconds", "job_creation_timeout_seconds", "job_retry_deadline_seconds"):
        assert output[name] > 0


def profile(environment: dict[str, str]) -> Any:
    """profiles.yml as dbt reads it."""
    needed = {"BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "d", "TMPDIR": os.environ.get("TMPDIR", "/tmp")}
    set_invocation_context({**needed, **environment})
    text = yaml.safe_load((PROJECT / "profiles.yml").read_text())
    return ProfileRenderer({}).render_data(text["emply_pipeline"])
