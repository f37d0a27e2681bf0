"""A release that brings neither its own PostgreSQL nor its own secrets: all are there already, and TLS is demanded; and
another one, behind a pooler."""

import json
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import images
from cluster.kube import ask, bring
from cluster.pipeline import CHART, Pipeline

SERVER, POOLER = Path(__file__).with_name("external_postgresql.yaml"), Path(__file__).with_name("pooler")
RELEASE, CUSTOMER, DATABASE = "second", "ward", "emply_ward"
HBA = "local all all trust\nhostssl all all all scram-sha-256\n"
VALUES: dict[str, Any] = {
    "generateSecrets": False,
    "customers": {"default": None, CUSTOMER: {
        "existingSecret": "ward-secrets", "roles": {"existingSecret": "ward-roles"},
        "settings": {"INGEST_START": "2020-01-01", "PII_MODE": "drop"}}},
    "mock": {"postings": 20, "applications": 200, "role": {"existingSecret": "external-mock-role"}},
    "postgresql": {
        "enabled": False, "user": "somebody", "existingSecret": "external-database",
        "external": {"host": "external-postgresql", "port": 6432},
        "tls": {"mode": "verify-full", "caSecret": "authority"}},
    # the Service's port is not its pod's, and a policy sees the pod's
    "networkPolicy": {"extraEgress": [{
        "to": [{"podSelector": {"matchLabels": {"app": "external-postgresql"}}}],
        "ports": [{"protocol": "TCP", "port": 5432}]}]},
}


# behind PgBouncer, beside the first one: another customer, whose world is another
POOLED = {**VALUES, "customers": {"default": None, "pooled": VALUES["customers"][CUSTOMER]},
          "mock": {**VALUES["mock"], "database": "emply_mock_pooled"},
          "postgresql": {**VALUES["postgresql"], "external": {"host": "pooler", "port": 6432}},
          "networkPolicy": {"extraEgress": [{"to": [{"podSelector": {"matchLabels": {"app": "pooler"}}}],
                                             "ports": [{"protocol": "TCP", "port": 6432}]}]}}


def certificates(folder: Path) -> None:
    """An authority with certificates for server and pooler, and another authority that has signed nothing."""
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)

    for name in ("authority", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                "-keyout", name + ".key", "-out", name + ".crt")
    for name, host in (("server", "external-postgresql"), ("pooler", "pooler")):
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=" + host, "-keyout", name + ".key",
                "-out", name + ".csr")
        (folder / "names").write_text(f"subjectAltName=DNS:{host}\n")
        openssl("x509", "-req", "-in", name + ".csr", "-CA", "authority.crt", "-CAkey", "authority.key",
                "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", name + ".crt")
    (folder / "pg_hba.conf").write_text(HBA)


def make_secrets(pipeline: Pipeline, folder: Path) -> None:
    def secret(name: str, *words: str) -> None:
        pipeline.kube.kubectl("create", "secret", "generic", name, *words)

    def literal(name: str) -> str:
        return f"--from-literal={name}={secrets.token_hex(24)}"

    secret("external-database", literal("password"))
    secret("ward-roles", *(literal(program) for program in ("ingest", "transfer", "export", "reports")))
    secret("external-mock-role", literal("password"))
    secret("ward-secrets", literal("EMPLY_API_KEY"), literal("PII_KEY"), literal("REPORTS_TOKEN"))
    files = ("server.crt", "server.key", "pg_hba.conf")
    secret("external-postgresql", *(f"--from-file={folder / name}" for name in files))
    for name, file in (("authority", "authority.crt"), ("other-authority", "other.crt")):
        secret(name, f"--from-file=ca.crt={folder / file}")
    password = pipeline.kube.secret("external-database")["password"]
    (folder / "users.txt").write_text(f'"somebody" "{password}"\n')
    of_pooler = ("pooler.crt", "pooler.key", "authority.crt", "users.txt")
    secret("pooler", *(f"--from-file={folder / name}" for name in of_pooler), f"--from-file={POOLER / 'pgbouncer.ini'}")


def install(pipeline: Pipeline, release: str, values: Mapping[str, object]) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(values, file)
        file.flush()
        pipeline.kube.helm("install", release, CHART, *pipeline.values, "--values", file.name, "--wait", "--timeout=5m")


def count(pipeline: Pipeline, table: str, database: str) -> int:
    query = f"select count(*) from {table} where removed_at is null"
    words = ("exec", "external-postgresql", "--", "psql", "-U", "somebody", "-d", database, "-qtAc", query)
    return int(pipeline.kube.kubectl(*words))


def hold_world(pipeline: Pipeline, release: str, database: str) -> None:
    """The first run of the release has brought what its mock has into the database."""
    assert pipeline.kube.outcome(pipeline.job("first-run", release)) == "Complete"
    with pipeline.kube.forward(release + "-mock-api", 8000) as address:
        world = json.loads(ask(address + "/_mock/world")[2])
    wanted = (sum(world["postings"]["listed"].values()), world["applications"]["total"])
    assert (count(pipeline, "posting", database), count(pipeline, "application", database)) == wanted


def test_external(pipeline: Pipeline, work: Path) -> None:
    certificates(work)
    make_secrets(pipeline, work)
    pipeline.kube.kubectl("apply", "-f", str(SERVER))
    pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/external-postgresql", "--timeout=120s")
    install(pipeline, RELEASE, VALUES)
    hold_world(pipeline, RELEASE, DATABASE)


def test_pooler(pipeline: Pipeline) -> None:
    """It lends sessions whole: `ingest` has a lock and temporary tables."""
    reference = images.reference("pooler")
    images.docker("build", "--quiet", "--tag", reference, str(POOLER), timeout_seconds=images.BUILD_SECONDS)
    bring(reference)
    manifest = (POOLER / "pooler.yaml").read_text().replace("@IMAGE@", reference)
    pipeline.kube.kubectl("apply", "-f", "-", given=manifest)
    pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/pooler", "--timeout=120s")
    install(pipeline, "third", POOLED)
    hold_world(pipeline, "third", "emply_pooled")
    lent = pipeline.kube.kubectl("logs", "pooler")
    assert "tls=TLS" in lent, lent[-2000:]
    pipeline.kube.helm("uninstall", "third", "--wait", "--timeout=3m")
    pipeline.kube.kubectl("delete", "-f", "-", "--wait", "--grace-period=1", given=manifest)


def test_wrong_authority(pipeline: Pipeline) -> None:
    """A server whose certificate nobody vouches for is not spoken to."""
    manifest = json.loads(pipeline.kube.kubectl(
        "create", "job", "--from=cronjob/second-ward-ingest", "ingest-wrong-authority", "--dry-run=client",
        "-o", "json"))
    manifest["spec"]["backoffLimit"] = 0
    pod = manifest["spec"]["template"]["spec"]
    next(each for each in pod["volumes"] if each["name"] == "postgresql-ca")["secret"]["secretName"] = "other-authority"
    pod["containers"][0]["env"].append({"name": "DATABASE_WAIT_SECONDS", "value": "2"})
    pipeline.kube.kubectl("create", "-f", "-", given=json.dumps(manifest))
    outcome = pipeline.kube.outcome("ingest-wrong-authority")
    last = pipeline.kube.logs("job/ingest-wrong-authority")[-1]
    assert outcome == "Failed"
    assert "certificate" in str(last), "the last line does not say why"


def test_external_uninstalled(pipeline: Pipeline) -> None:
    pipeline.kube.helm("uninstall", RELEASE, "--wait", "--timeout=3m")
    pipeline.kube.kubectl("delete", "-f", str(SERVER), "--wait")
