"""Whether export and dbt take the same files with credentials of Google's, in one environment, as they are in one pod.

The files lead to Google's own addresses, as gcloud writes them. A proxy that asks for a password leads from there to
one server, which plays whoever gives tokens, and BigQuery; an authority of the test's own has signed for it.
"""

import base64
import contextlib
import datetime
import http.server
import json
import shutil
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from toolbox.programs import REPOSITORY, TOOLS, environment, run

STS, OAUTH, BIGQUERY = "sts.googleapis.com/v1/token", "oauth2.googleapis.com/token", "bigquery.googleapis.com/"
ACCOUNT = "emply@clinic-data.iam.gserviceaccount.com"
TAKE_ON = f"iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{ACCOUNT}:generateAccessToken"
HOSTS = [address.partition("/")[0] for address in (STS, OAUTH, BIGQUERY, TAKE_ON)]
POOL = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/clusters/providers/clinic"
SUBJECT, PASSWORD = "what-the-cluster-says-of-the-pod", "of-the-proxy"
TABLES = [
    "job_posting", "candidate", "application", "application_event", "posting_event", "application_month", "export_run",
]
Json = dict[str, Any]


class Google(http.server.BaseHTTPRequestHandler):
    """Answers as STS, OAuth, IAM Credentials and BigQuery are documented to, and writes down who asked for what."""

    asked: list[tuple[str, str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
        exchanged = {"token_type": "Bearer", "expires_in": 3600}
        of_sts = {**exchanged, "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"}
        answers = {
            STS: {**of_sts, "access_token": "of-sts"} if parse_qs(body).get("subject_token") == [SUBJECT] else None,
            OAUTH: {**exchanged, "access_token": "of-oauth"},
            TAKE_ON: {"accessToken": "of-account", "expireTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ")},
        }
        self.answer(answers.get(self.address()))

    def do_GET(self) -> None:
        names = [{"projectId": "p", "datasetId": "d", "tableId": name} for name in TABLES]
        tables = [{"kind": "bigquery#table", "tableReference": name} for name in names]
        # a dataset that export finds none of
        is_list = self.address().endswith("/datasets/d/tables")
        self.answer({"kind": "bigquery#tableList", "tables": tables} if is_list else None)

    def address(self) -> str:
        return self.headers["Host"].partition(":")[0] + self.path.partition("?")[0]

    def answer(self, json_: Json | None) -> None:
        self.asked.append((self.address(), self.headers.get("Authorization", "")))
        error = {"error": {"code": 404, "message": "Not found", "errors": [{"reason": "notFound"}]}}
        said = json.dumps(json_ or error).encode()
        self.send_response(200 if json_ else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        pass


class Proxy(socketserver.StreamRequestHandler):
    """Leads to that server, whichever host is asked for."""

    google: tuple[str, int]

    def handle(self) -> None:
        head = list(iter(self.rfile.readline, b"\r\n"))
        wanted = base64.b64encode(b"user:" + PASSWORD.encode())
        if not head[0].startswith(b"CONNECT ") or not any(line.split()[-1] == wanted for line in head):
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            return
        self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with socket.create_connection(self.google) as far:
            there = threading.Thread(target=pass_on, args=(self.connection, far))
            there.start()
            pass_on(far, self.connection)
            there.join()


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """Until one end is over, which ends the other."""
    with contextlib.suppress(OSError):
        while piece := one.recv(65536):
            other.sendall(piece)
    for each in (one, other):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


def federation(folder: Path) -> Json:
    """By `gcloud iam workload-identity-pools create-cred-config`."""
    return {
        "universe_domain": "googleapis.com", "type": "external_account", "audience": POOL,
        "token_url": "https://" + STS,
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "credential_source": {"file": str(folder / "subject"), "format": {"type": "text"}},
    }


def federation_of_account(folder: Path) -> Json:
    """The same with `--service-account`."""
    return {**federation(folder), "service_account_impersonation_url": "https://" + TAKE_ON}


def login(_folder: Path) -> Json:
    """By `gcloud auth application-default login`."""
    return {
        "account": "", "client_id": "id", "client_secret": "c", "refresh_token": "r", "type": "authorized_user",
        "universe_domain": "googleapis.com",
    }


def impersonation(folder: Path) -> Json:
    """The same with `--impersonate-service-account`."""
    return {
        "type": "impersonated_service_account", "service_account_impersonation_url": "https://" + TAKE_ON,
        "source_credentials": login(folder), "delegates": [],
    }


def certificates(folder: Path) -> None:
    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True, timeout=60)

    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=authority", "-keyout",
            "authority.key", "-out", "authority.crt")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=google", "-keyout", "google.key", "-out",
            "google.csr")
    (folder / "names").write_text("subjectAltName=" + ",".join("DNS:" + host for host in HOSTS) + "\n")
    openssl("x509", "-req", "-in", "google.csr", "-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "google.crt")


@contextlib.contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    """Gives the port."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Place:
    """A folder, what of Google's there is beside it, and what that was asked."""

    def __init__(self, folder: Path, proxy: int, asked: list[tuple[str, str]]) -> None:
        self.folder, self.asked = folder, asked
        proxy_url, authority = f"http://user:{PASSWORD}@127.0.0.1:{proxy}", str(folder / "authority.crt")
        self.settings = {
            "DATABASE_URL": f"sqlite://{folder / 'store.db'}?mode=rwc", "PII_KEY": "a-long-random-secret",
            "WAREHOUSE_TYPE": "bigquery", "BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "d", "HOME": str(folder),
            "HTTPS_PROXY": proxy_url, "https_proxy": proxy_url, "SSL_CERT_FILE": authority,
            "REQUESTS_CA_BUNDLE": authority,
            "GOOGLE_APPLICATION_CREDENTIALS": str(folder / "credentials.json"),
        }


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on PATH, and makes the certificates")
    certificates(tmp_path)
    (tmp_path / "subject").write_text(SUBJECT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "google.crt", tmp_path / "google.key")
    asked: list[tuple[str, str]] = []
    google = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Here", (Google,), {"asked": asked}))
    google.socket = context.wrap_socket(google.socket, server_side=True)
    there = type("There", (Proxy,), {"google": google.server_address})
    with serving(google), serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), there)) as proxy:
        yield Place(tmp_path, proxy, asked)


@pytest.mark.parametrize(("kind", "ways", "token"), [
    (federation, [STS], "of-sts"),
    (federation_of_account, [STS, TAKE_ON], "of-account"),
    (login, [OAUTH], "of-oauth"),
    (impersonation, [OAUTH, TAKE_ON], "of-account"),
])
@pytest.mark.parametrize("program", ["export", "dbt"])
def test_a_file_is_taken(
    program: str, kind: Any, ways: list[str], token: str, place: Place, programs: dict[str, str],
) -> None:
    (place.folder / "credentials.json").write_text(json.dumps(kind(place.folder)))
    run([programs["migrate"]], place.settings, place.folder / "migrate.log")
    words = {
        "export": [programs["export"]],
        "dbt": [str(TOOLS / "venv-dbt-bigquery" / "bin" / "python"), str(REPOSITORY / "dbt" / "entrypoint.py")],
    }
    done = subprocess.run(
        [*words[program], "check"], env=environment(place.settings), cwd=place.folder, capture_output=True, text=True,
        timeout=120, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert not [secret for secret in (SUBJECT, PASSWORD, token) if secret in said]
    assert [address for address, _ in place.asked if not address.startswith(BIGQUERY)] == ways
    assert {whose for address, whose in place.asked if address.startswith(BIGQUERY)} == {"Bearer " + token}
