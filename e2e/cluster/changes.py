"""What operators do to a release: change it, take it back, back it up, remove it."""

import base64
import contextlib
import re
from collections.abc import Callable, Iterator

from cluster.kube import expect, until
from cluster.pipeline import CHART, RELEASE, Pipeline

EVERY_MINUTE = "* * * * *"
CHANGED = ("--set", (f"logs.format=text,oneShots.ingest.schedule={EVERY_MINUTE},oneShots.ingest.suspend=false,"
                     "postgresql.backup.enabled=true,postgresql.backup.keep=2"))
RESTORED = "emply_restored"
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


def upgrade(subject: Pipeline) -> str:
    before = subject.in_the_database()
    secrets = {name: subject.kube.secret(name) for name in ("emply", "emply-postgresql")}
    subject.upgrade(*CHANGED)
    expect(schedule(subject) == EVERY_MINUTE, "the schedule is " + schedule(subject))
    expect({name: subject.kube.secret(name) for name in secrets} == secrets, "an upgrade changed secrets")
    migrate = f"emply-migrate-{subject.revision()}"
    expect(subject.kube.outcome(migrate) == "Complete", migrate + " failed")
    job = until("a run by the schedule", 150, lambda: scheduled(subject))
    outcome = subject.kube.outcome(str(job))
    expect(outcome == "Complete", "the run by the schedule: " + outcome)
    expect(subject.in_the_database() == before, "an upgrade changed data")
    return f"values changed, data and secrets did not; {job} came by the schedule"


def scheduled(subject: Pipeline) -> str | None:
    """A job that the CronJob's schedule made. One by hand has the CronJob as its owner too, and says so."""
    jobs = subject.kube.get("jobs", "-l", "app.kubernetes.io/component=ingest")["items"]
    names = [job["metadata"]["name"] for job in jobs
             if "cronjob.kubernetes.io/instantiate" not in job["metadata"].get("annotations", {})]
    return names[0] if names else None


def schedule(subject: Pipeline) -> str:
    return str(subject.kube.get("cronjob", "emply-ingest")["spec"]["schedule"])


@contextlib.contextmanager
def waiting(subject: Pipeline) -> Iterator[Callable[..., str]]:
    """A pod that waits for commands of ingest, as the chart's notes say; gives what gives them."""
    def command(*words: str, given: str) -> str:
        return subject.kube.kubectl("exec", "-i", "job/by-hand", "--", "ingest", *words, given=given)

    start_waiting(subject, "emply-by-hand", "by-hand")
    try:
        yield command
    finally:
        subject.kube.kubectl("delete", "job", "by-hand", "--wait")


def start_waiting(subject: Pipeline, cron_job: str, name: str) -> None:
    """`kubectl exec` waits for a pod, and not for its container."""
    job = subject.kube.start(cron_job, name)
    subject.kube.kubectl("wait", "--for=jsonpath={.status.ready}=1", "--timeout=60s", "job/" + job)


def people(subject: Pipeline) -> str:
    """Somebody asks what is held of them, and to be forgotten. Who it is stands in no object and in no log."""
    email, key = subject.kube.sql(SOMEBODY).split("|")
    with waiting(subject) as command:
        about = command("about", "--file", "-", given=email + "\n")
        expect(email in about, f"nothing is said of somebody who is there: {about[:200]}")
        # a pod that waits keeps no run from its work
        subject.kube.run("emply-ingest", "ingest-while-waiting")
        forgotten = command("forget", "--file", "-", given=f"email {email}\n")
        expect(email not in forgotten, f"forget says whom: {forgotten}")
        log = str(subject.kube.logs("job/by-hand"))
        objects = subject.kube.kubectl("get", "jobs,pods,cronjobs,events", "-o", "yaml")
        expect(email not in log and email not in objects, "an address is in the pod's log, or in an object")
    expect(live(subject, key) == "0", "who asked to be forgotten is there")
    subject.kube.run("emply-ingest", "ingest-after-forgetting")
    expect(live(subject, key) == "0", "who was forgotten came in again")
    return "told and forgotten, by standard input alone; a run in between was not held up"


def live(subject: Pipeline, key: str, database: str = "emply") -> str:
    """How many applications of somebody are there."""
    return subject.kube.sql(f"select count(*) from application where candidate_key = '{key}' and removed_at is null",
                            database)


def back_up(subject: Pipeline, name: str) -> str:
    """A backup by hand; gives the dump's path."""
    log = subject.kube.run("emply-backup", name)
    kept = next(str(line["message"]) for line in log if str(line["message"]).startswith("kept "))
    return re.split(r"[ ,]", kept)[1]


def backup_and_restore(subject: Pipeline) -> str:
    """As docs/backup.md says: a dump that is older than somebody's wish, and a list that is newer."""
    dump, before = back_up(subject, "backup-0"), subject.in_the_database()
    email, key = subject.kube.sql(SOMEBODY).split("|")
    with waiting(subject) as command:
        command("forget", "--file", "-", given=f"email {email}\n")
    suppressed = back_up(subject, "backup-1").removesuffix(".dump") + ".suppressed.csv"
    start_waiting(subject, "emply-restore", "restore")

    def in_the_pod(*words: str) -> str:
        return subject.kube.kubectl("exec", "job/restore", "--", *words)

    in_the_pod("createdb", "--maintenance-db=postgres", RESTORED)
    in_the_pod("pg_restore", "--exit-on-error", "--no-owner", "--dbname=" + RESTORED, dump)
    restored = subject.in_the_database(RESTORED)
    expect(before == restored, f"dumped {before}, restored {restored}")
    expect(live(subject, key, RESTORED) != "0", "the dump does not hold who was forgotten after it")
    subject.upgrade(*CHANGED, "--set", f"customers.default.database={RESTORED},oneShots.ingest.suspend=true")
    listed = in_the_pod("cat", suppressed)
    expect(listed.startswith(LISTED) and email not in listed, f"the list: {listed[:200]}")
    with waiting(subject) as command:
        command("forget", "--suppressed", "/dev/stdin", given=listed)
    expect(live(subject, key, RESTORED) == "0", "a restore brings back who was forgotten")
    subject.upgrade(*CHANGED)
    back_up(subject, "backup-2")
    there = in_the_pod("ls", "/backup").split()
    subject.kube.kubectl("delete", "job", "restore", "--wait")
    names = [name for name in there if name.startswith("emply-")]
    # days are counted, and all three are of today, or of the two that meet at midnight
    expect(len(names) == 6 and dump.rsplit("/", 1)[-1] in names, f"keep=2 keeps {names}")
    return f"{dump} restored: {restored}; who was forgotten after it stays so"


def rollback(subject: Pipeline) -> str:
    subject.kube.sql(LATER_STEP)
    subject.kube.helm("rollback", RELEASE, "1", "--wait", "--timeout=5m")
    expect(schedule(subject) == "7 * * * *", "the schedule is " + schedule(subject))
    subject.kube.run("emply-ingest", "ingest-rolled-back")
    subject.kube.run("emply-export", "export-rolled-back")
    return "revision 1 works on a later schema"


def uninstall(subject: Pipeline) -> str:
    said = subject.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    for word in ("emply-lake", "[Secret] emply-postgresql", "kept"):
        expect(word in said, "helm does not say what it leaves: " + said)
    ours = ["-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name"]
    kinds = "all,configmaps,ingresses,networkpolicies,serviceaccounts,jobs,cronjobs"
    # pods go with a little delay
    until("nothing else to be left", 90, lambda: not subject.kube.kubectl("get", kinds, *ours).split())
    claims, secrets = (subject.kube.kubectl("get", kind, *ours).split() for kind in ("pvc", "secrets"))
    expect((len(claims), len(secrets)) == (4, 3), f"left are {claims}, {secrets}")
    return f"left are {', '.join(each.rsplit('/', 1)[-1] for each in (*claims, *secrets))}"


def install_again(subject: Pipeline) -> str:
    """On the volumes and the secrets of the release before."""
    secrets = {name: subject.kube.secret(name) for name in ("emply", "emply-postgresql", "emply-board")}
    install(subject)
    expect(secrets == {name: subject.kube.secret(name) for name in secrets}, "an install changed secrets")
    return still_there(subject, "ingest-again")


def install_without_secrets(subject: Pipeline) -> str:
    """They were deleted: the password is made anew, the key of the pseudonyms is not."""
    key = base64.b64decode(subject.kube.secret("emply")["PII_KEY"]).decode()
    subject.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    subject.kube.kubectl("delete", "secret", "emply", "emply-postgresql", "emply-board")
    said = install(subject, fails=True)
    for word in ("data-emply-postgresql-0", "customers.default.piiKey"):
        expect(word in said, f"the refusal does not name {word}: {said}")
    install(subject, "--set", "customers.default.piiKey=" + key)
    refused = subject.kube.helm("upgrade", RELEASE, CHART, *subject.values, "--set",
                                "customers.default.piiKey=another-key-altogether", fails=True)
    expect("customers.default.piiKey" in refused, "another key is taken: " + refused)
    return still_there(subject, "ingest-with-the-old-key") + "; without the old key nothing is installed"


def install(subject: Pipeline, *values: str, fails: bool = False) -> str:
    words = (*subject.values, "--set", "firstRun.enabled=false", *values, "--wait", "--timeout=5m")
    return subject.kube.helm("install", RELEASE, CHART, *words, fails=fails)


def still_there(subject: Pipeline, run: str) -> str:
    expect(subject.kube.outcome("emply-migrate-1") == "Complete", "migrate failed")
    found = subject.in_the_database()
    expect(found["applications"] > 0, f"the data is gone: {found}")
    subject.kube.run("emply-ingest", run)
    return f"{found['applications']} applications are still there"


STEPS = (
    ("upgrade", upgrade),
    ("people", people),
    ("backup", backup_and_restore),
    ("rollback", rollback),
    ("uninstall", uninstall),
    ("again", install_again),
    ("old volumes", install_without_secrets),
)
