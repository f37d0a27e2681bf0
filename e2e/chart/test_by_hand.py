"""Pods that wait for a person's commands: of ingest, of export, of transfer, and of the database's own programs."""

import pytest

from chart.chart import Object, Pod, every, job_of, of_kind, pod_named, pod_of, value_set


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
def test_every_customer_has_one(objects: list[Object], ending: str) -> None:
    customers = {pod.labels.get("emply-pipeline/customer") for key, (_, _, pod) in by_hand(objects).items()
                 if key.endswith(ending)}
    running = {each["metadata"]["labels"]["emply-pipeline/customer"]
               for key, each in of_kind(objects, "CronJob").items() if key.endswith(PROGRAMS[ending])}
    assert customers - {None} == running


@every(("each", "job", "pod"), by_hand)
def test_none_starts_by_itself_or_again(each: Object, job: Object, pod: Pod) -> None:
    assert each["spec"]["suspend"] is True
    # the thirtieth of February, should somebody resume it
    assert each["spec"]["schedule"] == "0 0 30 2 *"
    # whoever gave a command is not there to give it again
    assert job["backoffLimit"] == 0
    # neither ingest, which reads, nor `sleep` hears a signal
    assert pod.spec["terminationGracePeriodSeconds"] <= 5


@pytest.mark.parametrize(("name", "arguments"), [
    ("emply-by-hand", ["about", "--file", "-"]), ("emply-words", ["vocabulary", "--base", "-"]),
    ("emply-board", ["resolve", "--file", "-"])])
def test_what_it_waits_with_changes_nothing(name: str, arguments: list[str]) -> None:
    _, _, pod = by_hand(value_set("default"))[name]
    assert pod.containers[0]["args"] == arguments


def with_their_runs(objects: list[Object]) -> dict[str, tuple[Pod, Pod]]:
    """Pods in which programs of ours wait, each with that of a run."""
    found = {}
    for key, (_, _, pod) in by_hand(objects).items():
        if not pod.is_postgresql:
            (ending,) = [ending for ending in PROGRAMS if key.endswith(ending)]
            found[key] = (pod, pod_named(objects, key.removesuffix(ending) + PROGRAMS[ending]))
    return found


@every(("pod", "run"), with_their_runs)
def test_commands_have_what_a_run_has(pod: Pod, run: Pod) -> None:
    (own,) = pod.containers
    # dbt goes after export
    of_a_run = next(each for each in run.containers if each["name"] == own["name"])
    only_here = ["PII_KEY_OLD"] if own["name"] == "ingest" else []
    # the last one tells of the others where they come from
    assert differences(own["env"][:-1], of_a_run["env"][:-1]) == (only_here, [])
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
    backup = pod_named(objects, "emply-backup")
    _, _, restore = by_hand(objects)["emply-restore"]
    assert restore.spec["volumes"] == backup.spec["volumes"]
    (own,), (of_a_backup,) = restore.containers, backup.containers
    assert differences(own["env"], of_a_backup["env"]) == ([], ["DATABASES", "KEEP", "JOB"])
    for word in ("image", "volumeMounts"):
        assert own[word] == of_a_backup[word]


def test_a_restore_is_there_with_backups_alone() -> None:
    assert "emply-restore" not in by_hand(value_set("default"))
