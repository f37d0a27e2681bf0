"""What operators do to a release: change it, take it back, back it up, remove it."""

import re
from pathlib import Path

from kube import expect, until
from pipeline import CHART, RELEASE, Pipeline

BACKUP_DOC = Path(__file__).resolve().parents[2] / "docs" / "backup.md"
EVERY_MINUTE = "* * * * *"
CHANGED = ("--set", "logs.format=text,oneShots.ingest.schedule=%s,oneShots.ingest.suspend=false,"
           "postgresql.backup.enabled=true,postgresql.backup.keep=2" % EVERY_MINUTE)
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
    migrate = "emply-migrate-%d" % subject.revision()
    expect(subject.kube.outcome(migrate) == "Complete", migrate + " failed")
    job = until("a run by the schedule", 150, lambda: scheduled(subject))
    outcome = subject.kube.outcome(str(job))
    expect(outcome == "Complete", "the run by the schedule: " + outcome)
    expect(subject.in_the_database() == before, "an upgrade changed data")
    return "values changed, data and secrets did not; %s came by the schedule" % job


def scheduled(subject: Pipeline) -> str | None:
    """A job that the CronJob's schedule made. One by hand has the CronJob as its owner too, and says so."""
    jobs = subject.kube.get("jobs", "-l", "app.kubernetes.io/component=ingest")["items"]
    names = [job["metadata"]["name"] for job in jobs
             if "cronjob.kubernetes.io/instantiate" not in job["metadata"].get("annotations", {})]
    return names[0] if names else None


def schedule(subject: Pipeline) -> str:
    return str(subject.kube.get("cronjob", "emply-ingest")["spec"]["schedule"])


def backup_and_restore(subject: Pipeline) -> str:
    for number in range(3):
        log = subject.kube.run("emply-backup", "backup-%d" % number)
    expect(any("removed /backup/emply-" in str(line["message"]) for line in log), "keep=2 keeps more: %s" % log)
    kept = next(line["message"] for line in log if str(line["message"]).startswith("kept "))
    file = re.split(r"[ ,]", kept)[1]
    manifest = re.search(r"```yaml\n(.*?)```", BACKUP_DOC.read_text(), re.DOTALL)
    expect(manifest is not None, "docs/backup.md has no manifest")
    text = manifest.group(1) if manifest else ""
    subject.kube.kubectl("apply", "-f", "-", given=re.sub(r"/backup/\S+\.dump", file, text))
    outcome = subject.kube.outcome("emply-restore")
    expect(outcome == "Complete", "restore: %s, %s" % (outcome, subject.kube.logs("job/emply-restore")[-3:]))
    subject.kube.kubectl("delete", "job", "emply-restore")
    original, restored = subject.in_the_database(), subject.in_the_database("emply_restored")
    expect(original == restored, "original %s, restored %s" % (original, restored))
    return "%s restored: %s" % (file, restored)


def rollback(subject: Pipeline) -> str:
    subject.kube.sql(LATER_STEP)
    subject.kube.helm("rollback", RELEASE, "1", "--wait", "--timeout=5m")
    expect(schedule(subject) == "7 * * * *", "the schedule is " + schedule(subject))
    subject.kube.run("emply-ingest", "ingest-rolled-back")
    subject.kube.run("emply-export", "export-rolled-back")
    return "revision 1 works on a later schema"


def uninstall(subject: Pipeline) -> str:
    said = subject.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    expect("emply-lake" in said and "kept" in said, "helm does not say what it leaves: " + said)
    ours = ["-l", "app.kubernetes.io/instance=" + RELEASE, "-o", "name"]
    kinds = "all,secrets,configmaps,ingresses,networkpolicies,serviceaccounts,jobs,cronjobs"
    # pods go with a little delay
    until("nothing to be left but claims", 90, lambda: not subject.kube.kubectl("get", kinds, *ours).split())
    claims = subject.kube.kubectl("get", "pvc", *ours).split()
    expect(len(claims) == 4, "claims left: %s" % claims)
    return "left are %s" % ", ".join(claim.rsplit("/", 1)[-1] for claim in claims)


def install_again(subject: Pipeline) -> str:
    """On the volumes of the release before; its password is gone, its data is not."""
    options = ("--set", "firstRun.enabled=false", "--wait", "--timeout=5m")
    subject.kube.helm("install", RELEASE, CHART, *subject.values, *options)
    expect(subject.kube.outcome("emply-migrate-1") == "Complete", "migrate failed")
    found = subject.in_the_database()
    expect(found["applications"] > 0, "the data is gone: %s" % found)
    subject.kube.run("emply-ingest", "ingest-again")
    return "%(applications)d applications are still there" % found


STEPS = (
    ("upgrade", upgrade),
    ("backup", backup_and_restore),
    ("rollback", rollback),
    ("uninstall", uninstall),
    ("again", install_again),
)
