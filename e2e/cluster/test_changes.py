"""What operators do to a release: change it, take it back, back it up, remove it."""

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cluster.kube import bring, command, until
from cluster.pipeline import CHART, RELEASE, SECRETS, Pipeline
from toolbox.programs import Failed

EVERY_MINUTE = "* * * * *"
CHANGED = ("--set", (f"logs.format=text,oneShots.ingest.schedule={EVERY_MINUTE},oneShots.ingest.suspend=false,"
                     "postgresql.backup.enabled=true,postgresql.backup.keep=2"))
RESTORED = "emply_restored"
# a major version after the chart's own
ANOTHER_POSTGRESQL = "postgres:18"
# somebody with an address and an application
SOMEBODY = """select c.email, c.key from candidate c join application a on a.candidate_key = c.key
where c.email is not null and c.removed_at is null and a.removed_at is null order by c.key limit 1"""
# how a list of suppressions begins
LISTED = "pseudonym,kind,suppressed_at,key_fingerprint\n"
# as a later release's step would leave the schema: expanded, and known to nobody here
LATER_STEP = """
alter table application add column of_a_later_release text;
insert into seaql_migrations (version, applied_at) values ('m9999_of_a_later_release', 0);
"""


def test_upgrade(pipeline: Pipeline) -> None:
    before = pipeline.in_the_database()
    secrets = digests(pipeline)
    pipeline.upgrade(*CHANGED)
    assert schedule(pipeline) == EVERY_MINUTE
    assert digests(pipeline) == secrets
    assert pipeline.kube.outcome(pipeline.job("migrate")) == "Complete"
    job = until("a run by the schedule", 150, lambda: scheduled(pipeline))
    assert pipeline.kube.outcome(str(job)) == "Complete"
    assert pipeline.in_the_database() == before


def test_failed_upgrade(pipeline: Pipeline) -> None:
    """Its Job stays, and keeps no later one from its work: neither the next upgrade, nor that of another install which
    comes to the same revision, for which the step `again` looks."""
    # whether it waits for Jobs is another thing in each Helm; for a server that cannot start both do
    absent = ",".join(f"images.{name}=emply-pipeline/{name}:no" for name in ("migrate", "reports"))
    with pytest.raises(Failed, match=r"expected to succeed"):
        pipeline.upgrade("--set", absent, timeout="15s")
    left = pipeline.job("migrate")
    pipeline.upgrade(*CHANGED)
    migrated = pipeline.job("migrate")
    assert migrated != left
    assert pipeline.kube.outcome(migrated) == "Complete"
    assert left in pipeline.kube.kubectl("get", "jobs", "-o", "name"), "Helm takes it away by itself"


def test_changed_by_hand(pipeline: Pipeline) -> None:
    """Ways that Helm does not stumble over, as the chart's README says them; and the one that it does."""
    debug = ("create job --from=cronjob/emply-ingest ingest-debug --dry-run=client -o yaml",
             "set env --local -f - RUST_LOG=debug -o yaml", "create -f -")
    given = None
    for words in debug:
        given = pipeline.kube.kubectl(*words.split(), given=given)
    assert pipeline.kube.outcome("ingest-debug") == "Complete"
    assert "DEBUG" in str(pipeline.kube.logs("job/ingest-debug"))
    resting = ("--set", "oneShots.ingest.suspend=true")
    pipeline.upgrade(*CHANGED, *resting)
    assert pipeline.kube.get("cronjob", "emply-ingest")["spec"]["suspend"]
    pipeline.upgrade(*CHANGED)
    pipeline.kube.kubectl("patch", "cronjob", "emply-ingest", "--patch", '{"spec": {"suspend": true}}')
    by_force = ["--force-conflicts"] if pipeline.is_helm_4() else []
    if by_force:
        with pytest.raises(Failed, match="conflict"):
            pipeline.upgrade(*CHANGED)
    pipeline.upgrade(*CHANGED, *by_force)
    assert not pipeline.kube.get("cronjob", "emply-ingest")["spec"]["suspend"]


def digests(pipeline: Pipeline) -> dict[str, str]:
    """Of the release's secrets, which no output is to show."""
    return {name: hashlib.sha256(repr(pipeline.kube.secret(name)).encode()).hexdigest() for name in SECRETS}


def scheduled(pipeline: Pipeline) -> str | None:
    """A job that the CronJob's schedule made. One by hand has the CronJob as its owner too, and says so."""
    jobs = pipeline.kube.get("jobs", "-l", "app.kubernetes.io/component=ingest")["items"]
    names = [job["metadata"]["name"] for job in jobs
             if "cronjob.kubernetes.io/instantiate" not in job["metadata"].get("annotations", {})]
    return names[0] if names else None


def schedule(pipeline: Pipeline) -> str:
    return str(pipeline.kube.get("cronjob", "emply-ingest")["spec"]["schedule"])


@contextlib.contextmanager
def waiting(pipeline: Pipeline) -> Iterator[Callable[..., str]]:
    """A pod that waits for commands of ingest, as the chart's notes say; gives what gives them."""
    def ingest(*words: str, given: str = "") -> str:
        return pipeline.kube.kubectl("exec", "-i", "job/by-hand", "--", "ingest", *words, given=given)

    start_waiting(pipeline, "emply-by-hand", "by-hand")
    try:
        yield ingest
    finally:
        pipeline.kube.kubectl("delete", "job", "by-hand", "--wait")


def start_waiting(pipeline: Pipeline, cron_job: str, name: str) -> None:
    """`kubectl exec` waits for a pod, and not for its container."""
    job = pipeline.kube.start(cron_job, name)
    pipeline.kube.kubectl("wait", "--for=jsonpath={.status.ready}=1", "--timeout=60s", "job/" + job)


def test_people(pipeline: Pipeline) -> None:
    """Somebody asks what is held of them, and to be forgotten. Who it is stands in no object and in no log."""
    email, key = pipeline.kube.sql(SOMEBODY).split("|")
    with waiting(pipeline) as ingest:
        about = ingest("about", "--file", "-", given=email + "\n")
        assert email in about
        # a pod that waits keeps no run from its work
        pipeline.kube.run("emply-ingest", "ingest-while-waiting")
        forgotten = ingest("forget", "--file", "-", given=f"email {email}\n")
        assert email not in forgotten, "forget says whom"
        log = str(pipeline.kube.logs("job/by-hand"))
        objects = pipeline.kube.kubectl("get", "jobs,pods,cronjobs,events", "-o", "yaml")
        assert email not in log
        assert email not in objects
    assert live(pipeline, key) == "0", "who asked to be forgotten is there"
    pipeline.kube.run("emply-ingest", "ingest-after-forgetting")
    assert live(pipeline, key) == "0", "who was forgotten came in again"


def live(pipeline: Pipeline, key: str, database: str = "emply") -> str:
    """How many applications of somebody are there."""
    return pipeline.kube.sql(f"select count(*) from application where candidate_key = '{key}' and removed_at is null",
                            database)


def back_up(pipeline: Pipeline, name: str) -> str:
    """A backup by hand; gives the dump's path."""
    log = pipeline.kube.run("emply-backup", name)
    kept = next(str(line["message"]) for line in log if str(line["message"]).startswith("kept "))
    return re.split(r"[ ,]", kept)[1]


def in_the_restoring_pod(pipeline: Pipeline, *words: str) -> str:
    return pipeline.kube.kubectl("exec", "job/restore", "--", *words)


def restore(pipeline: Pipeline, dump: str, database: str) -> None:
    """Into a new database. The pod is left waiting."""
    start_waiting(pipeline, "emply-restore", "restore")
    in_the_restoring_pod(pipeline, "createdb", "--maintenance-db=postgres", database)
    in_the_restoring_pod(pipeline, "pg_restore", "--exit-on-error", "--no-owner", "--no-privileges",
                         "--dbname=" + database, dump)


def test_backup(pipeline: Pipeline) -> None:
    """As docs/backup.md says: a dump that is older than somebody's wish, and a list that is newer."""
    dump, before = back_up(pipeline, "backup-0"), pipeline.in_the_database()
    email, key = pipeline.kube.sql(SOMEBODY).split("|")
    with waiting(pipeline) as ingest:
        ingest("forget", "--file", "-", given=f"email {email}\n")
    suppressed = back_up(pipeline, "backup-1").removesuffix(".dump") + ".suppressed.csv"
    restore(pipeline, dump, RESTORED)
    assert pipeline.in_the_database(RESTORED) == before
    assert live(pipeline, key, RESTORED) != "0", "the dump does not hold who was forgotten after it"
    pipeline.upgrade(*CHANGED, "--set", f"customers.default.database={RESTORED},oneShots.ingest.suspend=true")
    listed = in_the_restoring_pod(pipeline, "cat", suppressed)
    assert listed.startswith(LISTED)
    assert email not in listed
    with waiting(pipeline) as ingest:
        ingest("forget", "--suppressed", "/dev/stdin", given=listed)
    assert live(pipeline, key, RESTORED) == "0", "a restore brings back who was forgotten"
    pipeline.upgrade(*CHANGED)
    back_up(pipeline, "backup-2")
    there = in_the_restoring_pod(pipeline, "ls", "/backup").split()
    pipeline.kube.kubectl("delete", "job", "restore", "--wait")
    names = [name for name in there if name.startswith("emply-")]
    # days are counted, and all three are of today, or of the two that meet at midnight
    assert len(names) == 6, names
    assert dump.rsplit("/", 1)[-1] in names


def at_rest(pipeline: Pipeline, *values: str) -> None:
    """An upgrade with no schedule at work, and no run of theirs left."""
    pipeline.upgrade(*CHANGED, "--set", ",".join((
        "oneShotDefaults.suspend=true,oneShots.ingest.suspend=true,oneShots.transfer.suspend=true", *values)))
    migrate = pipeline.job("migrate")

    def is_at_work(job: dict[str, Any]) -> bool:
        # one of a failed upgrade waits for an image that is not there, until it goes by itself
        name = job["metadata"]["name"]
        is_waited_for = name == migrate or not is_of_failed_upgrade("job.batch/" + name)
        return is_waited_for and bool(job.get("status", {}).get("active"))

    until("runs to end", 120, lambda: not any(is_at_work(job) for job in pipeline.kube.get("jobs")["items"]))


def version(pipeline: Pipeline) -> int:
    """The server's, its major one."""
    return int(pipeline.kube.sql("show server_version_num", "postgres")) // 10_000


def test_another_version(pipeline: Pipeline) -> None:
    """As docs/backup.md says: by a dump, into a folder of its own on the same volume; and the way back."""
    if not command(["docker", "images", "-q", ANOTHER_POSTGRESQL]).strip():
        pytest.skip(f"docker does not have {ANOTHER_POSTGRESQL}")
    bring(ANOTHER_POSTGRESQL)
    at_rest(pipeline)
    dump, before, was = back_up(pipeline, "backup-last"), pipeline.in_the_database(), version(pipeline)
    another = f"postgresql.image={ANOTHER_POSTGRESQL},postgresql.persistence.folder=pgdata-another"
    at_rest(pipeline, another)
    # its world was in the old server, and it makes another one only when it starts
    pipeline.kube.kubectl("rollout", "restart", "deployment/emply-mock-api")
    pipeline.kube.kubectl("rollout", "status", "deployment/emply-mock-api", "--timeout=100s")
    assert version(pipeline) > was
    restore(pipeline, dump, RESTORED)
    pipeline.kube.kubectl("delete", "job", "restore", "--wait")
    assert pipeline.in_the_database(RESTORED) == before
    at_rest(pipeline, another, "customers.default.database=" + RESTORED)
    # the store says that it is in another place: nothing goes out until somebody has looked
    assert pipeline.kube.outcome(pipeline.kube.start("emply-transfer", "transfer-held")) == "Failed"
    assert pipeline.kube.outcome(pipeline.kube.start("emply-ingest", "ingest-held")) == "Failed"
    with waiting(pipeline) as ingest:
        ingest("--forgotten-known")
    start_waiting(pipeline, "emply-board", "board")
    pipeline.kube.kubectl("exec", "job/board", "--", "transfer", "--board-asked")
    pipeline.kube.kubectl("delete", "job", "board", "--wait")
    pipeline.kube.run("emply-ingest", "ingest-another-version")
    pipeline.kube.run("emply-transfer", "transfer-another-version")
    pipeline.upgrade(*CHANGED)
    assert version(pipeline) == was
    assert pipeline.in_the_database() == before


def test_rollback(pipeline: Pipeline) -> None:
    """Revision 1 works on a later schema."""
    pipeline.kube.sql(LATER_STEP)
    pipeline.kube.helm("rollback", RELEASE, "1", "--wait", "--timeout=5m")
    assert schedule(pipeline) == "7 * * * *"
    pipeline.kube.run("emply-ingest", "ingest-rolled-back")
    pipeline.kube.run("emply-export", "export-rolled-back")


def test_uninstall(pipeline: Pipeline) -> None:
    said = pipeline.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    for word in ("emply-lake", "[Secret] emply-postgresql", "kept"):
        assert word in said, "helm does not say what it leaves"
    ours = ["-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name"]
    kinds = "all,configmaps,ingresses,networkpolicies,serviceaccounts,jobs,cronjobs"
    # pods go with a little delay
    until("nothing else to be left", 90, lambda: not [
        name for name in pipeline.kube.kubectl("get", kinds, *ours).split() if not is_of_failed_upgrade(name)])
    claims, secrets = (pipeline.kube.kubectl("get", kind, *ours).split() for kind in ("pvc", "secrets"))
    assert len(claims) == 4, claims
    assert len(secrets) == len(SECRETS), secrets


def is_of_failed_upgrade(name: str) -> bool:
    """Helm does not know of it any more; it goes by itself, a week after it ended."""
    return name.startswith(("job.batch/emply-migrate-", "pod/emply-migrate-"))


def test_again(pipeline: Pipeline) -> None:
    """On the volumes and the secrets of the release before, with the chart's own values."""
    secrets = digests(pipeline)
    pipeline.kube.helm("install", RELEASE, CHART, *pipeline.values, "--wait", "--timeout=5m")
    assert digests(pipeline) == secrets
    assert pipeline.kube.outcome(pipeline.job("first-run")) == "Complete"
    hold_data(pipeline, "ingest-again")
    installed = pipeline.job("migrate")
    # the revision at which an upgrade of the release before failed
    while pipeline.revision() < 3:
        pipeline.upgrade()
        migrated = pipeline.job("migrate")
        assert migrated != installed
        assert pipeline.kube.outcome(migrated) == "Complete"
        installed = migrated


def test_old_volumes(pipeline: Pipeline) -> None:
    """They were deleted: the password is made anew, the key of the pseudonyms is not."""
    key = pipeline.kube.secret("emply")["PII_KEY"]
    pipeline.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    pipeline.kube.kubectl("delete", "secret", *SECRETS)
    said = install(pipeline, fails=True)
    for word in ("data-emply-postgresql-0", "customers.default.piiKey"):
        assert word in said
    install(pipeline, "--set", "customers.default.piiKey=" + key)
    refused = pipeline.kube.helm("upgrade", RELEASE, CHART, *pipeline.values, "--set",
                                "customers.default.piiKey=another-key-altogether", fails=True)
    assert "customers.default.piiKey" in refused
    hold_data(pipeline, "ingest-with-the-old-key")


def install(pipeline: Pipeline, *values: str, fails: bool = False) -> str:
    words = (*pipeline.values, "--set", "firstRun.enabled=false", *values, "--wait", "--timeout=5m")
    return pipeline.kube.helm("install", RELEASE, CHART, *words, fails=fails)


def test_larger_volume(pipeline: Pipeline) -> None:
    """As docs/backup.md says, but for the class of this cluster's volumes, which does not let them grow."""
    before, pod = pipeline.in_the_database(), pipeline.kube.get("pod", "emply-postgresql-0")["metadata"]["uid"]
    larger = ("--set", "postgresql.persistence.size=20Gi")
    # Kubernetes 1.37, and those before
    with pytest.raises(Failed, match=r"volumeClaimTemplates.*field is immutable|updates to statefulset spec"):
        pipeline.upgrade(*larger)
    pipeline.kube.kubectl("delete", "statefulset", "emply-postgresql", "--cascade=orphan")
    pipeline.upgrade(*larger)
    assert pipeline.kube.get("pod", "emply-postgresql-0")["metadata"]["uid"] == pod
    claims = pipeline.kube.get("statefulset", "emply-postgresql")["spec"]["volumeClaimTemplates"]
    assert [claim["spec"]["resources"]["requests"]["storage"] for claim in claims] == ["20Gi"]
    assert pipeline.in_the_database() == before


def hold_data(pipeline: Pipeline, run: str) -> None:
    """It is still there, and ingest goes on with it."""
    assert pipeline.kube.outcome(pipeline.job("migrate")) == "Complete"
    assert pipeline.in_the_database()["applications"] > 0
    pipeline.kube.run("emply-ingest", run)
