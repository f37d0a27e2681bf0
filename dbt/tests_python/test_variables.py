"""Any text in any variable: the entrypoint ends with 0, 1 or 2, says what is wrong in lines of its own, and no secret.

A case that fails prints its seed; `SETTINGS_SEED=17` tells that one again, and `SETTINGS_CASES` says how many are told.
"""

import http.server
import json
import os
import random
import re
import socket
import subprocess
import sys
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest

import entrypoint
import variables
import warehouses
from outcome import DONE, PROJECT, RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed, Signals
from settings import Settings
from tests_python.conftest import Serve

OWN = re.findall(r"^    ([A-Z_]{4,}) +\w", entrypoint.__doc__, re.MULTILINE)
OTHERS = (
    *variables.PROXIES, *variables.BUNDLES, "NO_PROXY", "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR", "HOME",
    "GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "GOOGLE_API_USE_MTLS_ENDPOINT", "GCE_METADATA_TIMEOUT",
    "CLOUDSDK_CONFIG", "RUST_LOG", "TZ", "DUCKDB_PATH", "DBT_LOG_PATH", "DBT_PROFILES_DIR", "DBT_PROJECT_DIR",
    "DBT_EMPTY", "DBT_THREADS", "DBT_WRITE_JSON", "DBT_EXCLUDE_RESOURCE_TYPES", "DBT_ENV_SECRET_TOKEN", "DBT_VARS",
)
SIGNS = "/#?@%:\\\"' \n\r\t&=;+$,[]{}<>|^`~!*()"
EDGES = (
    "", " ", "0", "1", "-1", "00", "+5", "3.5", "1e999", "NaN", "65536", "18446744073709551616", "9" * 40, "true",
    "none", "http://", "http://[", "http://[::1]:9", "http://h:99999", "http://h:0", "http://h:x",
    "http://" + "a" * 300, "http://a..b", "http://127.0.0.1:9", "https://127.0.0.1:9/a/", "http://127.0.0.1:9/ä",
    "http://127.0.0.1:9/a b", "http://ä.example", "HTTP://127.0.0.1:9", "http://127.0.0.1:9#", "http://127.0.0.1:9?",
    "http:/\\127.0.0.1", "http:127.0.0.1", "ftp://h", "socks5h://p", "mailto:a@b", "file:///", "/", ".", "..", "~",
    "/dev/null", "/nowhere", "/proc/self/environ", "a" * 300, "/proc/self/mem", "//", "a/../b", "-", "--help", "$(x)",
    "{{ x }}", "{% x %}", "lake", "bigquery", "papyrus", "json", "text", "auto", "debug", "WARN", "trace", "1GB",
    "80%", "0GB", "1 GB x", "512MiB", "1e3MB", "EU", "a-b", "[]", "{}", "null", "äöü", "日本", "\ufeffx", "\u202ex",
    "\udcff", "*", "*.example.org", "10.0.0.0/99", "\x1b[2J", "\x7f",
)


class Echo(http.server.BaseHTTPRequestHandler):
    """Says what it was asked with, as a debug page does."""

    def do_GET(self) -> None:
        said = json.dumps({"error": f"{self.headers['Authorization']} {self.path}"}).encode()
        self.send_response(401)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_words: object) -> None:
        pass


class Secret:
    """Two parts that are found in whatever form it is printed, with signs before, between and behind them."""

    def __init__(self, chance: random.Random) -> None:
        self.parts = [f"hush{chance.randrange(10**7):07d}" for _ in range(2)]
        before, between, behind = (chance.choice(["", chance.choice(SIGNS)]) for _ in range(3))
        self.text = before + self.parts[0] + between + self.parts[1] + behind


def anything(chance: random.Random) -> str:
    kind, edge = chance.randrange(6), chance.choice(EDGES)
    if kind < 3:
        return edge
    if kind == 3:
        return edge + chance.choice(SIGNS) + edge
    if kind == 4:
        return "".join(chance.choice(SIGNS + "abc01") for _ in range(chance.randrange(1, 40)))
    return "x" * chance.randrange(1, 20_000)


def hide(chance: random.Random, secret: Secret, echo: str, folder: Path) -> dict[str, str]:
    """A setting with the secret in it."""
    text, coded, nobody = secret.text, quote(secret.text, safe=""), "127.0.0.1:9"
    account = {"type": "service_account", "private_key": text, "client_email": text, "token_uri": "http://" + nobody}
    key = json.dumps(account)
    file = folder / "key.json"
    file.write_text(key)
    google = {"WAREHOUSE_TYPE": "bigquery", "BIGQUERY_ENDPOINT": "https://" + nobody}
    reports = {"REPORTS_URL": echo, "REPORTS_TOKEN": text}
    proxied = {"REPORTS_URL": f"http://{nobody}", "REPORTS_TOKEN": "t"}
    return chance.choice([
        reports,
        {"REPORTS_TOKEN": text},
        {**reports, "REPORTS_URL": f"http://user:{text}@{nobody}"},
        {**reports, "REPORTS_URL": f"https://{text}@{nobody}"},
        {**reports, "REPORTS_URL": f"http://user:{coded}@{nobody}"},
        {**reports, "REPORTS_URL": f"http://{nobody}/?token={text}"},
        {**reports, "REPORTS_URL": f"http://{nobody}#{text}"},
        {**proxied, "HTTP_PROXY": f"http://user:{text}@{nobody}"},
        {**proxied, "http_proxy": f"http://user:{coded}@{nobody}"},
        {**proxied, "http_proxy": f"http://{text}@{nobody}", "HTTP_PROXY": "http://p"},
        {**google, "https_proxy": f"http://user:{coded}@{nobody}"},
        {**google, "https_proxy": f"http://{coded}:{coded}@{nobody}"},
        {"ALL_PROXY": f"user:{text}@{nobody}"},
        {**google, "GOOGLE_APPLICATION_CREDENTIALS": text},
        {**google, "GOOGLE_APPLICATION_CREDENTIALS": key},
        {**google, "GOOGLE_APPLICATION_CREDENTIALS": str(file)},
        {**google, "BIGQUERY_ENDPOINT": f"http://user:{text}@{nobody}"},
        {**google, "BIGQUERY_ENDPOINT": f"https://{coded}@{nobody}"},
        {"DBT_ENV_SECRET_TOKEN": text, "DBT_VARS": text},
    ])


def resolve(real: object) -> object:
    """Nobody is asked for a name."""
    def ours(host: object, *words: object, **more: object) -> object:
        if host not in ("127.0.0.1", b"127.0.0.1"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        assert callable(real)
        return real(host, *words, **more)

    return ours


class World:
    """A folder with a lake, and a server that says what it was asked with."""

    def __init__(self, folder: Path, echo: str) -> None:
        self.folder, self.echo, self.lake = folder, echo, folder / "lake"
        for table in warehouses.TABLES:
            (self.lake / table / "changes").mkdir(parents=True)
            (self.lake / table / "changes/0-0.parquet").write_text("")

    def case(self, chance: random.Random) -> tuple[list[str], dict[str, str], Secret]:
        settings = {
            "LAKE_PATH": str(self.lake), "TMPDIR": str(self.folder), "HOME": str(self.folder), "BIGQUERY_PROJECT": "p",
            "BIGQUERY_DATASET": "d", "LOG_FORMAT": chance.choice(["json", "text"]), "NO_GCE_CHECK": "true",
            "WAREHOUSE_TYPE": chance.choice(["lake", "lake", "bigquery"]), "BIGQUERY_ENDPOINT": "http://127.0.0.1:9",
            "PATH": "/usr/bin:/bin",
        }
        secret = Secret(chance)
        if chance.random() < 0.6:
            settings.update(hide(chance, secret, self.echo, self.folder))
        for _ in range(chance.choice([0, 1, 1, 2, 3])):
            name = chance.choice([*OWN, *OTHERS])
            # a path that this test would have to clean up is not its subject
            settings[name] = anything(chance).replace("\0", "")
        return chance.choice([["check"], []]), settings, secret


@pytest.fixture
def world(tmp_path: Path, serve: Serve, monkeypatch: pytest.MonkeyPatch) -> World:
    # a relative path among the made-up settings leads into it, not into the tree
    monkeypatch.chdir(tmp_path)
    return World(tmp_path, serve(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)))


def seeds(cases: int) -> list[int]:
    one = os.environ.get("SETTINGS_SEED")
    return [int(one)] if one else list(range(cases))


def assert_well(words: list[str], code: int, out: str, said: str, secret: Secret) -> None:
    assert code in (DONE, RETRY_MAY_HELP, RETRY_CANNOT_HELP), code
    assert "Traceback" not in out + said, said
    assert "a defect" not in out + said, out + said
    for part in secret.parts:
        assert part not in out + said, out + said
    if words:
        assert said == "", said
        lines = out.splitlines()
        assert lines
        assert all(re.match(r"(ok  |warn|FAIL)  [\w ]+(: \S|$)", line) for line in lines), out
        assert any(line.startswith("FAIL") for line in lines) == (code != DONE), out
    else:
        assert out == "", out
        assert " failed " in said.splitlines()[-1] or json.loads(said.splitlines()[-1])["message"] == "failed", said


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if every adapter were."""
    monkeypatch.setattr("importlib.metadata.version", lambda _name: "1.11.2")


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("seed", seeds(int(os.environ.get("SETTINGS_CASES", "600"))))
def test_in_process(
    world: World, seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words, settings, secret = world.case(random.Random(seed))
    monkeypatch.setattr(entrypoint.Dbt, "build_and_document", mock.Mock(side_effect=Failed(1, "not built")))
    monkeypatch.setattr("socket.getaddrinfo", resolve(socket.getaddrinfo))
    monkeypatch.setattr(warehouses, "LOOK_SECONDS", 0.1)
    # nobody comes whom it could be told that the build has failed
    monkeypatch.setattr(entrypoint, "PATIENCE_AFTER_FAILURE_SECONDS", 0)
    monkeypatch.setattr(entrypoint, "signals", Signals())
    with mock.patch.dict(os.environ, settings, clear=True):
        code = entrypoint.main(words)
    assert_well(words, code, *capsys.readouterr(), secret)


@pytest.mark.parametrize("seed", seeds(20))
def test_as_processes(world: World, seed: int) -> None:
    _, settings, secret = world.case(random.Random(seed + 1_000_000))
    words = ["check"]
    # of other hosts a name would be looked for, which takes its time
    hosts, ours = ("REPORTS_URL", "BIGQUERY_ENDPOINT", *variables.PROXIES), (world.echo, "hush", "127.0.0.1:9")
    settings = {
        name: value for name, value in settings.items() if name not in hosts or any(text in value for text in ours)
    }
    done = subprocess.run(
        [sys.executable, PROJECT / "entrypoint.py", *words], env=settings, cwd=world.folder, capture_output=True,
        timeout=60, check=False,
    )
    out, said = (text.decode(errors="backslashreplace") for text in (done.stdout, done.stderr))
    assert_well(words, done.returncode, out, said, secret)


@pytest.mark.usefixtures("installed")
def test_each_wrong_setting_has_a_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {
        "LOG_FORMAT": "xml", "DBT_LOG_LEVEL": "loud", "DUCKDB_MEMORY_LIMIT": "-1", "DBT_TARGET_PATH": "/tmp/a?b",
        "TMPDIR": "/nowhere", "REPORTS_URL": "http://user@h", "REPORTS_TOKEN": "a\nb", "HTTPS_PROXY": "p q",
        "SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "/:/no", "DOCS_PATH": "/", "REPORT_TIME_ZONE": "Atlantis",
        "REPORT_MIN_GROUP": "4", "REPORT_COMPARE_DEPARTMENTS": "maybe", "REPORT_HISTORY_MONTHS": "0",
    }
    with mock.patch.dict(os.environ, {**wrong, "LAKE_PATH": str(world.lake)}, clear=True):
        assert entrypoint.main(["check"]) == RETRY_CANNOT_HELP
    out, _ = capsys.readouterr()
    named = [line.removeprefix("FAIL  settings: ").split()[0] for line in out.splitlines()]
    assert sorted(named) == sorted(wrong), out


def test_what_dbt_would_read_besides_is_told_and_not_passed_on(world: World) -> None:
    told = {"DBT_EMPTY": "1", "DBT_ENGINE_EMPTY": "1", "DBT_EXCLUDE_RESOURCE_TYPES": "test", "DUCKDB_PATH": "x"}
    token = {"REPORTS_URL": world.echo, "REPORTS_TOKEN": "a-long-random-secret"}
    with mock.patch.dict(os.environ, {**told, **token, "LAKE_PATH": "/nowhere"}, clear=True):
        settings = Settings(os.environ)
        environment = entrypoint.Dbt(settings, world.folder).environment
    assert [warning.split()[0] for warning in settings.warnings] == sorted(told)
    assert not {*told, *token} & environment.keys() - {"DUCKDB_PATH"}
    assert environment["DUCKDB_PATH"].startswith(str(world.folder))


@pytest.mark.parametrize("text", [
    "http://h", "https://h:8080/a/", "http://[::1]:80", "http://emply-reports", "http://a.b.", "http://a_b",
])
def test_what_is_a_base(text: str) -> None:
    assert variables.base_url(text) is None


@pytest.mark.parametrize("text", [
    "ftp://h", "h", "//h", "http://", "http://u@h", "http://:p@h", "http://h?", "http://h#", "http://h/?a",
    "http://h:0", "http://h:99999", "http://h b", "http://h\n", "http://a..b", "http://[::g]", "http://h\\@x", "http://ä",
])
def test_what_is_no_base(text: str) -> None:
    assert variables.base_url(text)


@pytest.mark.parametrize("text", ["http://p:3128", "https://u:p%40@p:3128/", "http://u@p"])
def test_what_is_a_proxy(text: str) -> None:
    assert variables.proxy(text) is None


@pytest.mark.parametrize("text", [
    "p:3128", "socks5://p", "http://u:p@q@p", "http://u:p/q@h", "http://u:p#q@h", "http://p/a", "http://p\n",
])
def test_what_is_no_proxy(text: str) -> None:
    assert variables.proxy(text)


def test_what_is_a_token() -> None:
    assert variables.token("a b\t~!\"'#?@%:\\") is None


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "ä", "日", "a\x00b", "a\x7f"])
def test_what_is_no_token(text: str) -> None:
    assert variables.token(text)


@pytest.mark.parametrize("text", ["1MB", "512mb", "1.5GB", "2GiB", "1 TB", "1G"])
def test_what_is_a_size(text: str) -> None:
    assert variables.size(text) is None


@pytest.mark.parametrize("text", [
    "-1", "none", "80%", "1024", "1 GB x", "1e3MB", "0GB", "1KB", "99999999TB", "1iB", "GB",
])
def test_what_is_no_size(text: str) -> None:
    assert variables.size(text)


@pytest.mark.parametrize(("url", "networks", "is_in"), [
    ("http://10.1.2.3:8080", "10.0.0.0/8", True),
    ("http://10.1.2.3:8080", "reports, 10.1.2.3", True),
    ("http://[2001:db8::7]:8080/", "10.0.0.0/8,2001:db8::/32", True),
    ("http://11.1.2.3", "10.0.0.0/8", False),
    ("http://10.example.org", "10.0.0.0/8", False),
    ("http://10.1.2.3", "", False),
])
def test_an_address_is_in_a_network_or_not(url: str, networks: str, is_in: bool) -> None:
    assert variables.is_in_a_network(url, networks) is is_in


CHART_TABLE = "LAKE_PATH=lake; REPORTS_TOKEN=REPORTS_TOKEN of Secret a; DBT_*=customers.a.settings"


@pytest.mark.parametrize(("message", "told"), [
    ("the disk is full", ""),
    ("LAKE_PATH is no folder, LAKE_PATH", " (in the chart, LAKE_PATH is lake)"),
    ("is REPORTS_TOKEN right?", " (in the chart, REPORTS_TOKEN is REPORTS_TOKEN of Secret a)"),
    ("unset DBT_THREADS", " (in the chart, DBT_THREADS is customers.a.settings.DBT_THREADS)"),
    ("DBT_ and MY_LAKE_PATH", ""),
])
def test_each_setting_of_a_message_is_told_with_its_value(message: str, told: str) -> None:
    assert variables.with_chart_values(message, {variables.CHART_VALUES: CHART_TABLE}) == message + told
    assert variables.with_chart_values(message, {}) == message
