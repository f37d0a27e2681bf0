"""What the numbers of a customer depend on: the settings that dbt gets, and ingest as far as it counts."""

from chart import Object, pods, render, value_set

DEFAULTS = {
    "REPORT_TIME_ZONE": "Europe/Berlin", "REPORT_MIN_GROUP": "5", "REPORT_COMPARE_DEPARTMENTS": "false",
    "REPORT_HISTORY_MONTHS": "36",
}
# by which ingest groups what it counts of whom it forgets
GROUPS = {name: DEFAULTS[name] for name in ("REPORT_TIME_ZONE", "REPORT_MIN_GROUP")}


def report_settings(objects: list[Object]) -> dict[tuple[str, str], dict[str, str]]:
    """By the name of what makes the pod, and that of the container, whatever of them has any."""
    found = {}
    for pod in pods(objects):
        for container in pod.containers:
            given = {each["name"]: each.get("value", "") for each in container.get("env", ())}
            env = {name: value for name, value in given.items() if name.startswith("REPORT_")}
            if env:
                found[pod.name, container["name"]] = env
    return found


def test_every_dbt_has_them_ingest_some_and_nothing_else_any() -> None:
    found = report_settings(value_set("default"))
    containers = {(pod.name, each["name"]) for pod in pods(value_set("default")) for each in pod.containers}
    for step, settings in (("dbt", DEFAULTS), ("ingest", GROUPS)):
        of_step = {each for each in containers if each[1] == step}
        assert len(of_step) > 1
        assert all(found.pop(each) == settings for each in of_step)
    assert found == {}


def test_they_are_of_all_customers_or_of_one() -> None:
    objects = render(
        "--set", "customerDefaults.report.timeZone=Europe/Zurich,customers.default.report.minGroup=12",
        "--set", "customers.clinic-a.report.compareDepartments=true,customers.clinic-a.report.historyMonths=240",
    )
    found = report_settings(objects)
    assert found["emply-export", "dbt"] == {
        **DEFAULTS, "REPORT_TIME_ZONE": "Europe/Zurich", "REPORT_MIN_GROUP": "12",
    }
    assert found["emply-clinic-a-export", "dbt"] == {
        **DEFAULTS, "REPORT_TIME_ZONE": "Europe/Zurich", "REPORT_COMPARE_DEPARTMENTS": "true",
        "REPORT_HISTORY_MONTHS": "240",
    }


def test_a_large_number_stays_a_whole_one() -> None:
    found = report_settings(render("--set", "customers.default.report.minGroup=1000000"))
    assert {settings["REPORT_MIN_GROUP"] for settings in found.values()} == {"1000000"}
