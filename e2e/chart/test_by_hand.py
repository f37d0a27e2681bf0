"""Pods that wait for a person's commands: of ingest, of export, of transfer, and of the database's own programs."""

import pytest

from chart.chart import VALUE_SETS, Object, Pod, job_of, of_kind, pod_of, value_set


def by_hand(objects: list[Object]) -> dict[str, tuple[Object, Object, Pod]]:
    """CronJob, its Job's spec and its pod."""
    found = {}
    for name, each in of_kind(objects, "CronJob").items():
        job, pod = job_of(each), pod_of(each)
        if job and pod and pod.is_by_hand:
            found[name] = (each, job, pod)
    return found


def differences(mine: list[Object], others: list[Object]) -> tuple[list[str], list[str]]:
    """Names of what one has and the other has not, and the other way round."""
    return [each["name"] for each in mine if each not in others], [each["name"] for each in others if each not in mine]


# by what the names of their CronJobs end with: what each runs otherwise
PROGRAMS = {"-by-hand": "-ingest", "-words": "-export", "-board": "-transfer"}


@pytest.mark.parametrize("ending", PROGRAMS)
@pytest.mark.parametrize("name", VALUE_SETS)
def test_every_customer_has_one(name: str, ending: str) -> None:
    objects = value_set(name)
    customers = {pod.labels.get("emply-pipeline/customer") for key, (_, _, pod) in by_hand(objects).items()
                 if key.endswith(ending)}
    running = {each["metadata"]["labels"]["emply-pipeline/customer"]
               for key, each in of_kind(objects, "CronJob").items() if key.endswith(PROGRAMS[ending])}
    assert customers - {None} == running


@pytest.mark.parametrize("name", VALUE_SETS)
def test_none_starts_by_itself_or_again(name: str) -> None:
    for key, (each, job, pod) in by_hand(value_set(name)).items():
        assert each["spec"]["suspend"] is True, key
        # the thirtieth of February, should somebody resume it
        assert each["spec"]["schedule"] == "0 0 30 2 *", key
        # whoever gave a command is not there to give it again
        assert job["backoffLimit"] == 0, key
        # neither ingest, which reads, nor `sleep` hears a signal
        assert pod.spec["terminationGracePeriodSeconds"] <= 5, key


@pytest.mark.parametrize(("name", "arguments"), [
    ("emply-by-hand", ["about", "--file", "-"]), ("emply-words", ["vocabulary", "--base", "-"]),
    ("emply-board", ["resolve", "--file", "-"])])
def test_what_it_waits_with_changes_nothing(name: str, arguments: list[str]) -> None:
    _, _, pod = by_hand(value_set("default"))[name]
    assert pod.containers[0]["args"] == arguments


@pytest.mark.parametrize("name", VALUE_SETS)
def test_commands_have_what_a_run_has(name: str) -> None:
    objects = value_set(name)
    for key, (_, _, pod) in by_hand(objects).items():
        if pod.is_postgresql:
            continue
        (ending,) = [ending for ending in PROGRAMS if key.endswith(ending)]
        run = pod_of(of_kind(objects, "CronJob")[key.removesuffix(ending) + PROGRAMS[ending]])
        assert run is not None
        (own,) = pod.containers
        # dbt goes after export
        of_a_run = next(each for each in (*run.spec.get("initContainers", []), *run.containers)
                        if each["name"] == own["name"])
        only_here = ["PII_KEY_OLD"] if own["name"] == "ingest" else []
        assert differences(own["env"], of_a_run["env"]) == (only_here, [])
        calls = {label for label in pod.labels if "/calls-" in label}
        assert calls <= {label for label in run.labels if "/calls-" in label}
        for word in ("image", "resources", "volumeMounts"):
            assert own[word] == of_a_run[word]


def test_the_key_before_is_there_while_it_is_changed_alone() -> None:
    _, _, pod = by_hand(value_set("external"))["emply-clinic-a-by-hand"]
    (old,) = [each for each in pod.containers[0]["env"] if each["name"] == "PII_KEY_OLD"]
    assert old["valueFrom"]["secretKeyRef"] == {"name": "clinic-a", "key": "PII_KEY_OLD", "optional": True}


def test_a_restore_has_what_a_backup_has() -> None:
    objects = value_set("everything")
    backup = pod_of(of_kind(objects, "CronJob")["emply-backup"])
    _, _, restore = by_hand(objects)["emply-restore"]
    assert backup is not None
    assert restore.spec["volumes"] == backup.spec["volumes"]
    (own,), (of_a_backup,) = restore.containers, backup.containers
    assert differences(own["env"], of_a_backup["env"]) == ([], ["DATABASES", "KEEP", "JOB"])
    for word in ("image", "volumeMounts"):
        assert own[word] == of_a_backup[word]


def test_a_restore_is_there_with_backups_alone() -> None:
    assert "emply-restore" not in by_hand(value_set("default"))
