"""A release that brings neither its own PostgreSQL nor its own secrets: all are there already, and TLS is demanded."""

import json
import secrets
import subprocess
import tempfile
from pathlib import Path

from cluster.kube import ask
from cluster.pipeline import CHART, Pipeline

SERVER = Path(__file__).with_name("external_postgresql.yaml")
RELEASE, CUSTOMER, DATABASE = "second", "ward", "emply_ward"
HBA = "local all all trust\nhostssl all all all scram-sha-256\n"
VALUES = {
    "generateSecrets": False,
    "customers": {"default": None, CUSTOMER: {
        "existingSecret": "ward-secrets", "settings": {"INGEST_START": "2020-01-01", "PII_MODE": "drop"}}},
    "mock": {"postings": 20, "applications": 200},
    "postgresql": {
        "enabled": False, "user": "somebody", "existingSecret": "external-database",
        "external": {"host": "external-postgresql", "port": 6432},
        "tls": {"mode": "verify-full", "caSecret": "authority"}},
    # the Service's port is not its pod's, and a policy sees the pod's
    "networkPolicy": {"extraEgress": [{
        "to": [{"podSelector": {"matchLabels": {"app": "external-postgresql"}}}],
        "ports": [{"protocol": "TCP", "port": 5432}]}]},
}


def certificates(folder: Path) -> None:
    """An authority with a certificate for the server, and another authority that has signed nothing."""
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)

    for name in ("authority", "other"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=" + name,
                "-keyout", name + ".key", "-out", name + ".crt")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=external-postgresql", "-keyout", "server.key",
            "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=DNS:external-postgresql\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "server.crt")
    (folder / "pg_hba.conf").write_text(HBA)


def make_secrets(pipeline: Pipeline, folder: Path) -> None:
    def secret(name: str, *words: str) -> None:
        pipeline.kube.kubectl("create", "secret", "generic", name, *words)

    def literal(name: str) -> str:
        return f"--from-literal={name}={secrets.token_hex(24)}"

    secret("external-database", literal("password"))
    secret("ward-secrets", literal("EMPLY_API_KEY"), literal("PII_KEY"), literal("REPORTS_TOKEN"))
    files = ("server.crt", "server.key", "pg_hba.conf")
    secret("external-postgresql", *(f"--from-file={folder / name}" for name in files))
    for name, file in (("authority", "authority.crt"), ("other-authority", "other.crt")):
        secret(name, f"--from-file=ca.crt={folder / file}")


def helm(pipeline: Pipeline, verb: str, *words: str) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(VALUES, file)
        file.flush()
        return pipeline.kube.helm(verb, RELEASE, CHART, *pipeline.values, "--values", file.name, *words, "--wait",
                                 "--timeout=5m")


def count(pipeline: Pipeline, table: str) -> int:
    query = f"select count(*) from {table} where removed_at is null"
    words = ("exec", "external-postgresql", "--", "psql", "-U", "somebody", "-d", DATABASE, "-qtAc", query)
    return int(pipeline.kube.kubectl(*words))


def test_external(pipeline: Pipeline, work: Path) -> None:
    certificates(work)
    make_secrets(pipeline, work)
    pipeline.kube.kubectl("apply", "-f", str(SERVER))
    pipeline.kube.kubectl("wait", "--for=condition=Ready", "pod/external-postgresql", "--timeout=120s")
    helm(pipeline, "install")
    assert pipeline.kube.outcome(pipeline.job("first-run", RELEASE)) == "Complete"
    with pipeline.kube.forward("second-mock-api", 8000) as address:
        world = json.loads(ask(address + "/_mock/world")[2])
    wanted = (sum(world["postings"]["listed"].values()), world["applications"]["total"])
    assert (count(pipeline, "posting"), count(pipeline, "application")) == wanted


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
