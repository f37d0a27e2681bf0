"""Which of a customer's words may leave: the vocabulary that export gets, and ingest to count by whom it forgets."""

import hashlib
from pathlib import Path

from chart.chart import CHART, Object, Pod, of_kind, pod_named, refusal, render, template, value_set, variables

REAL = "customers.default.source.baseUrl=https://api.emply.com,customers.default.apiKey=a"
BOTH_WAYS = REAL + ",customers.default.existingVocabulary=words,customers.default.vocabulary=a"


def export_of(objects: list[Object], name: str = "emply-export") -> tuple[Pod, Object]:
    """Its pod, and the container of export, which dbt goes after."""
    pod = pod_named(objects, name)
    (container,) = [each for each in pod.spec["initContainers"] if each["name"] == "export"]
    return pod, container


def file_of(container: Object) -> str | None:
    return variables(container).get("VOCABULARY_FILE")


def test_the_chart_brings_one_for_the_mocks_world() -> None:
    text = of_kind(value_set("default"), "ConfigMap")["emply-vocabulary"]["data"]["vocabulary.toml"]
    assert text == Path(CHART, "files/vocabulary-for-the-mock.toml").read_text().rstrip()
    assert '\n[stages]\n"Neue Bewerbungen" = "applied"\n' in text


def test_it_is_a_file_that_cannot_be_written() -> None:
    pod, container = export_of(value_set("default"))
    folder, _, file = (file_of(container) or "").rpartition("/")
    (mount,) = [each for each in container["volumeMounts"] if each["mountPath"] == folder]
    assert mount["readOnly"] is True
    (volume,) = [each["configMap"] for each in pod.spec["volumes"] if each["name"] == mount["name"]]
    assert volume == {"name": "emply-vocabulary", "items": [{"key": file, "path": file}]}


def test_a_real_source_has_none_until_somebody_writes_it() -> None:
    objects = render("--set", REAL)
    assert "emply-vocabulary" not in of_kind(objects, "ConfigMap")
    pod, container = export_of(objects)
    assert file_of(container) is None
    assert "vocabulary" not in str(pod.spec["volumes"])
    # and the pod in which one is printed is there
    assert "emply-words" in of_kind(objects, "CronJob")


def test_ones_own_arrives_and_a_pod_says_by_which_one_it_goes() -> None:
    objects = render("--set", REAL, "--set-json", 'customers.default.vocabulary="tags = [\\"Pflege\\"]\\n"')
    assert of_kind(objects, "ConfigMap")["emply-vocabulary"]["data"]["vocabulary.toml"] == 'tags = ["Pflege"]'
    pod, _ = export_of(objects)
    assert pod.metadata["annotations"]["checksum/vocabulary"] == hashlib.sha256(b'tags = ["Pflege"]').hexdigest()


def test_one_that_is_there_already_is_taken() -> None:
    objects = render("--set", REAL + ",customers.default.existingVocabulary=words")
    assert "emply-vocabulary" not in of_kind(objects, "ConfigMap")
    pod, container = export_of(objects)
    assert file_of(container) == "/etc/emply/export/vocabulary.toml"
    assert {"name": "words", "items": [{"key": "vocabulary.toml", "path": "vocabulary.toml"}]} in [
        each.get("configMap") for each in pod.spec["volumes"]]


def test_two_ways_at_once_are_refused() -> None:
    said = refusal(template("--set", BOTH_WAYS))
    assert "customers.default has vocabulary and existingVocabulary: they are two ways, choose one" in said


def test_each_customer_has_its_own() -> None:
    objects = render("--set", "customers.clinic-a.vocabulary=a")
    assert of_kind(objects, "ConfigMap")["emply-clinic-a-vocabulary"]["data"]["vocabulary.toml"] == "a"
    assert "Neue" in of_kind(objects, "ConfigMap")["emply-vocabulary"]["data"]["vocabulary.toml"]


def ingest_of(objects: list[Object], name: str) -> tuple[Pod, Object]:
    pod = pod_named(objects, name)
    (container,) = pod.spec["containers"]
    return pod, container


def test_ingest_has_it_where_people_are_forgotten_by_the_calendar() -> None:
    with_days = render("--set", "customers.default.settings.INGEST_RETENTION_DAYS=180")
    for name in ("emply-ingest", "emply-by-hand"):
        pod, container = ingest_of(with_days, name)
        assert file_of(container) == "/etc/emply/ingest/vocabulary.toml"
        assert {"name": "vocabulary", "mountPath": "/etc/emply/ingest", "readOnly": True} in container["volumeMounts"]
        assert "emply-vocabulary" in [each.get("configMap", {}).get("name") for each in pod.spec["volumes"]]
        assert "checksum/vocabulary" in pod.metadata["annotations"]
        without, container = ingest_of(value_set("default"), name)
        assert file_of(container) is None
        assert "vocabulary" not in str(without.spec["volumes"])
    _, container = export_of(with_days)
    assert file_of(container) == "/etc/emply/export/vocabulary.toml"
    none = render("--set", REAL + ",customers.default.settings.INGEST_RETENTION_DAYS=180")
    assert file_of(ingest_of(none, "emply-ingest")[1]) is None


def test_ingest_groups_as_dbt_does() -> None:
    names = ("REPORT_TIME_ZONE", "REPORT_MIN_GROUP")
    objects = value_set("everything")
    for name in ("emply-ingest", "emply-by-hand", "emply-export"):
        pod, _ = ingest_of(objects, name)
        found = variables(pod.containers[-1])
        assert [found[name] for name in names] == ["Europe/Amsterdam", "10"]
