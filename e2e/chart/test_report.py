"""What the numbers of a customer depend on: the settings that dbt gets, and ingest as far as it counts; and the
language that pages tell them in."""

import re

from chart.chart import CHART, SCHEMA, VALUES, Object, pods, render, value_set, variables

SERVICES = CHART.parents[1] / "services"

DEFAULTS = {
    "REPORT_TIME_ZONE": "Europe/Berlin", "REPORT_MIN_GROUP": "5", "REPORT_COMPARE_DEPARTMENTS": "false",
    "REPORT_HISTORY_MONTHS": "36",
}
# by which ingest groups what it counts of whom it forgets
GROUPS = {name: DEFAULTS[name] for name in ("REPORT_TIME_ZONE", "REPORT_MIN_GROUP")}
# in which pages are
PAGES = {"REPORT_LANGUAGE": "en"}


def report_settings(objects: list[Object]) -> dict[tuple[str, str], dict[str, str]]:
    """By the name of what makes the pod, and that of the container, whatever of them has any."""
    found = {}
    for pod in pods(objects):
        for container in pod.containers:
            env = {name: value for name, value in variables(container).items() if name.startswith("REPORT_")}
            if env:
                found[pod.name, container["name"]] = env
    return found


def test_every_dbt_has_them_ingest_some_pages_their_language_and_nothing_else_any() -> None:
    found = report_settings(value_set("default"))
    containers = {(pod.name, each["name"]) for pod in pods(value_set("default")) for each in pod.containers}
    for step, settings, least in (("dbt", DEFAULTS, 2), ("ingest", GROUPS, 2), ("reports", PAGES, 1)):
        of_step = {each for each in containers if each[1] == step}
        assert len(of_step) >= least
        assert all(found.pop(each) == settings for each in of_step)
    assert found == {}


def test_they_are_of_all_customers_or_of_one() -> None:
    objects = render(
        "--set", "customerDefaults.report.timeZone=Europe/Zurich,customers.default.report.minGroup=12",
        "--set", "customers.clinic-a.report.compareDepartments=true,customers.clinic-a.report.historyMonths=240",
        "--set", "customerDefaults.report.language=nl,customers.clinic-a.report.language=de",
    )
    found = report_settings(objects)
    assert found["emply-reports", "reports"] == {"REPORT_LANGUAGE": "nl"}
    assert found["emply-clinic-a-reports", "reports"] == {"REPORT_LANGUAGE": "de"}
    assert found["emply-export", "dbt"] == {
        **DEFAULTS, "REPORT_TIME_ZONE": "Europe/Zurich", "REPORT_MIN_GROUP": "12",
    }
    assert found["emply-clinic-a-export", "dbt"] == {
        **DEFAULTS, "REPORT_TIME_ZONE": "Europe/Zurich", "REPORT_COMPARE_DEPARTMENTS": "true",
        "REPORT_HISTORY_MONTHS": "240",
    }


def test_a_large_number_stays_a_whole_one() -> None:
    found = report_settings(render("--set", "customers.default.report.minGroup=1000000"))
    groups = [settings["REPORT_MIN_GROUP"] for settings in found.values() if "REPORT_MIN_GROUP" in settings]
    assert len(groups) > 2
    assert set(groups) == {"1000000"}


def test_the_languages_are_those_of_the_pages() -> None:
    choices = (SERVICES / "reports" / "src" / "words" / "choice.rs").read_text()
    known = re.findall(r'Self::\w+ => "([a-z]{2})"', choices)
    assert SCHEMA["$defs"]["customer"]["properties"]["report"]["properties"]["language"] == {"enum": known}
    assert VALUES["customerDefaults"]["report"]["language"] in known
