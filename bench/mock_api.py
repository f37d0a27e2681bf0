#!/usr/bin/env python3
"""The mock beside a plain FastAPI service with the same two endpoints on the same data, and beside nginx with a file.

    PYTHONPATH=e2e python3 bench/mock_api.py                        the whole: `make bench-mock`
    PYTHONPATH=e2e python3 bench/mock_api.py --dev --seconds 1      quick; its numbers mean nothing

Needs wrk and nginx (Debian has packages of these names), and what e2e/toolbox/setup.py installs with --only venv-bench.
All traffic stays on this machine. `--program PATH` takes a mock-api that is built already.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from toolbox import screen
from toolbox.mock import mock
from toolbox.programs import DIRECT, Failed, build, environment, running
from workplace import beside_postgres, exit_code, holds, venv_bench

MEDIUM = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3"
START = "2026-06-01T08:00:00Z"
# a working hour near the end of the world's history
WINDOW = {"from": "2026-05-27T09:00:00Z", "to": "2026-05-27T10:00:00Z"}
# so many over 180 days are 100,000 over 90
APPLICATIONS = 200_000
MANY_APPLICATIONS = 1_000_000
# at once; a list keeps both cores busy with few
CONNECTIONS = {"window": 16, "list": 4}
LIMIT_MIB = 50
LIMIT_FIRST_MS = 100
LEAST_TIMES_FASTAPI = 10
LEAST_OF_NGINX = 0.5
SERVICE = Path(__file__).with_name("peers") / "fastapi_service.py"
# each record has it once, and nothing else has it
FIELD = b'"firstName":'
LIST = "/v1/acme/postings/" + MEDIUM
BY_DATE = "/v1/acme/applications/find-by-date?" + urllib.parse.urlencode(WINDOW)


class Measured(NamedTuple):
    """One line of the result."""

    who: str
    what: str
    per_second: float
    p99: str
    peak_mib: float
    first_ms: float
    is_kept: bool = False


class Streamed(NamedTuple):
    """All applications of a large world, asked for at once."""

    who: str
    records: int
    mib: float
    seconds: float
    peak_mib: float


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def fetch(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"x-api-key": "bench"})
    with DIRECT.open(request, timeout=120) as answer:
        return bytes(answer.read())


@contextlib.contextmanager
def server(words: list[str], settings: dict[str, str], url: str, log: Path) -> Iterator[tuple[int, float]]:
    """A process group that answers at `url`; gives its process id and the milliseconds to its first answer."""
    started = time.monotonic()
    with open(log, "ab") as output, running(words, settings, output, output) as process:
        yield process.pid, until_it_answers(process, url, started, log)


def until_it_answers(process: "subprocess.Popen[bytes]", url: str, started: float, log: Path) -> float:
    while time.monotonic() < started + 120:
        if process.poll() is not None:
            raise Failed(f"{process.args!r} ended with exit code {process.returncode}", log)
        with contextlib.suppress(OSError):
            fetch(url)
            return (time.monotonic() - started) * 1000
        time.sleep(0.002)
    raise Failed(f"no answer at {url}", log)


def peak_mib(group: int) -> float:
    """The most memory that each process of the group ever had, added up."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(status.parent.name)) == group:
                total += int(re.search(r"VmHWM:\s+(\d+)", status.read_text()).group(1))  # type: ignore[union-attr]
    return total / 1024


def load(url: str, connections: int, seconds: int) -> tuple[float, str]:
    """Requests a second, and the time that 99 of 100 stayed below."""
    words = ["wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--latency",
             "--timeout", "30s", "--header", "x-api-key: bench", url]
    said = subprocess.run(words, capture_output=True, text=True, timeout=seconds + 60, check=True).stdout
    if re.search(r"Non-2xx|Socket errors: .*[1-9]", said):
        raise Failed(f"wrk met errors at {url}:\n{said}")
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"^\s+99%\s+(\S+)", said, re.MULTILINE)
    if rate is None or p99 is None or float(rate.group(1)) == 0:
        raise Failed("too few answers to count; give more --seconds. wrk said:\n" + said)
    return float(rate.group(1)), p99.group(1)


def measure(
    who: str, base: str, group: int, first_ms: float, paths: dict[str, str], seconds: int, is_kept: bool = False
) -> list[Measured]:
    found = []
    for what, path in paths.items():
        with screen.step(who) as done:
            load(base + path, CONNECTIONS[what], 1)
            rate, p99 = load(base + path, CONNECTIONS[what], seconds)
            done.text = f"{what}: {screen.number(round(rate))} requests a second"
        found.append(Measured(who, what, rate, p99, peak_mib(group), first_ms, is_kept))
    return found


class Bench:
    """One run: the same world on both databases, and its answers in the peer's tables and nginx's file."""

    def __init__(self, program: str, postgres: str, work: Path, seconds: int) -> None:
        self.program, self.postgres, self.work, self.seconds = program, postgres, work, seconds
        self.python = venv_bench()
        self.both = {"window": BY_DATE, "list": LIST}

    def settings(self, url: str, port: int = 0) -> dict[str, str]:
        return {"MOCK_DATABASE_URL": url, "MOCK_START": START, "MOCK_POSTINGS": "1700", "LOG_FORMAT": "json",
                "MOCK_APPLICATIONS": str(APPLICATIONS), "MOCK_LISTEN": f"127.0.0.1:{port}", "RUST_LOG": "warn"}

    def make_worlds(self, urls: dict[str, str]) -> dict[str, int]:
        """Seeds both, and hands all answers of one to the peer. Gives what the two answers hold."""
        for name, url in urls.items():
            settings, log = {**self.settings(url), "RUST_LOG": "info"}, self.work / f"seed-{name}.log"
            with mock(self.program, settings, log, 600) as world:
                screen.say(f"  the world on {name} is made")
                paths = {**self.both, "all": "/v1/acme/applications/find-by-date?from=2020-01-01"}
                answers = {each: fetch(world.url + path) for each, path in paths.items()}
        (self.work / "list.json").write_bytes(answers["list"])
        with open(self.work / "peer.ndjson", "w") as lines:
            lines.writelines(
                json.dumps({"table": "peer_posting", "key": MEDIUM, "body": record}) + "\n"
                for record in json.loads(answers["list"])
            )
            lines.writelines(
                json.dumps({"table": "peer_application", "key": record["created"], "body": record}) + "\n"
                for record in json.loads(answers["all"])
            )
        subprocess.run([str(self.python / "python"), str(SERVICE), "load", str(self.work / "peer.ndjson")],
                       env=environment({"PEER_DATABASE_URL": self.postgres}), check=True, timeout=300)
        counts = {what: len(json.loads(answers[what])) for what in ("window", "list")}
        return {"records in the window": counts["window"], "postings": counts["list"],
                "bytes of the list": len(answers["list"])}

    def of_the_mock(self, name: str, url: str, is_kept: bool) -> list[Measured]:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        settings = self.settings(url, port)
        if not is_kept:
            settings["MOCK_CACHE_BYTES"] = "0"
        who = f"mock-api, {name}{'' if is_kept else ', nothing kept'}"
        with server([self.program], settings, base + BY_DATE, self.work / "mock.log") as (group, first):
            return measure(who, base, group, first, self.both, self.seconds, is_kept)

    def of_many(self, name: str, url: str) -> Streamed:
        """A world of many applications, whose answer is read as it comes."""
        settings = self.settings(url, port := free_port())
        seed = [self.program, "seed", "--applications", str(MANY_APPLICATIONS)]
        with screen.step("seeding") as done:
            subprocess.run(seed, env=environment(settings), check=True, timeout=600, stderr=subprocess.DEVNULL)
            done.text = f"{screen.number(MANY_APPLICATIONS)} applications on {name}"
        base = f"http://127.0.0.1:{port}"
        path = base + "/v1/acme/applications/find-by-date?from=2020-01-01&to=2027-01-01"
        with server([self.program], settings, base + BY_DATE, self.work / "mock.log") as (group, _):
            started, records, length, tail = time.monotonic(), 0, 0, b""
            request = urllib.request.Request(path, headers={"x-api-key": "bench"})
            with DIRECT.open(request, timeout=600) as answer:
                while piece := answer.read(1 << 20):
                    # what is cut in two by the end of a piece is counted with the next one
                    text = tail + piece
                    records += text.count(FIELD)
                    tail, length = text[1 - len(FIELD):], length + len(piece)
            return Streamed(name, records, length / (1 << 20), time.monotonic() - started, peak_mib(group))

    def of_fastapi(self) -> list[Measured]:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        # as many workers as the mock has
        words = [str(self.python / "uvicorn"), "fastapi_service:app", "--app-dir", str(SERVICE.parent),
                 "--port", str(port), "--workers", "2", "--no-access-log", "--log-level", "warning"]
        settings = {"PEER_DATABASE_URL": self.postgres}
        with server(words, settings, base + BY_DATE, self.work / "peer.log") as (group, first):
            return measure("FastAPI", base, group, first, self.both, self.seconds)

    def of_nginx(self) -> list[Measured]:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        configuration = self.work / "nginx.conf"
        configuration.write_text(
            f"daemon off; worker_processes 2; error_log stderr; pid {self.work}/nginx.pid;\n"
            "events { worker_connections 256; }\n"
            f"http {{ access_log off; sendfile on; default_type application/json; root {self.work};\n"
            f"  client_body_temp_path {self.work}/b; proxy_temp_path {self.work}/p; fastcgi_temp_path {self.work}/f;\n"
            f"  uwsgi_temp_path {self.work}/u; scgi_temp_path {self.work}/s;\n"
            f"  server {{ listen 127.0.0.1:{port}; }} }}\n")
        # its workers are another user, who has to come in
        self.work.chmod(0o755)
        words = ["nginx", "-c", str(configuration)]
        with server(words, {}, base + "/list.json", self.work / "nginx.log") as (group, first):
            return measure("nginx, a file", base, group, first, {"list": "/list.json"}, self.seconds)


def run(program: str, work: Path, seconds: int) -> bool:
    postgres = os.environ["TEST_DATABASE_URL"]
    urls = {"PostgreSQL": postgres, "SQLite": f"sqlite://{work / 'mock.db'}?mode=rwc"}
    screen.heading("mock-api beside FastAPI with asyncpg, and nginx")
    bench = Bench(program, postgres, work, seconds)
    holds = bench.make_worlds(urls)
    kept = (True, False)
    results = [each for is_kept in kept for name, url in urls.items() for each in bench.of_the_mock(name, url, is_kept)]
    results += [*bench.of_fastapi(), *bench.of_nginx()]
    # the mock makes databases that are not there
    urls = {"PostgreSQL": urllib.parse.urlsplit(postgres)._replace(path="/many").geturl(),
            "SQLite": f"sqlite://{work / 'many.db'}?mode=rwc"}
    streamed = [bench.of_many(name, url) for name, url in urls.items()]
    show(results, holds)
    show_many(streamed)
    return verdict(results, streamed)


def peers(results: list[Measured]) -> tuple[dict[str, float], float]:
    """Requests a second of FastAPI, by answer, and of nginx."""
    fastapi = {each.what: each.per_second for each in results if each.who == "FastAPI"}
    return fastapi, next(each.per_second for each in results if each.who.startswith("nginx"))


def show(results: list[Measured], holds: dict[str, int]) -> None:
    fastapi, nginx = peers(results)
    screen.heading(", ".join(f"{screen.number(value)} {name}" for name, value in holds.items()))
    header = ("who", "answer", "requests/s", "p99", "x FastAPI", "x nginx", "peak MiB", "first answer ms")
    screen.table(header, [
        [
            each.who, each.what, round(each.per_second), each.p99, f"{each.per_second / fastapi[each.what]:6.1f}",
            f"{each.per_second / nginx:6.2f}" if each.what == "list" else "", f"{each.peak_mib:7.1f}",
            f"{each.first_ms:6.0f}",
        ]
        for each in results
    ])


def show_many(streamed: list[Streamed]) -> None:
    screen.heading(f"{screen.number(MANY_APPLICATIONS)} applications in one answer")
    screen.table(("mock-api on", "records", "MiB", "seconds", "peak MiB"), [
        [each.who, each.records, round(each.mib), f"{each.seconds:6.1f}", f"{each.peak_mib:7.1f}"] for each in streamed
    ])


def verdict(results: list[Measured], streamed: list[Streamed]) -> bool:
    fastapi, nginx = peers(results)
    kept = [each for each in results if each.is_kept]
    mocks = [each for each in results if each.who.startswith("mock-api")]
    highest = max([each.peak_mib for each in mocks] + [each.peak_mib for each in streamed])
    slowest = min(each.per_second / fastapi[each.what] for each in kept)
    of_nginx = min(each.per_second for each in kept if each.what == "list") / nginx
    first = max(each.first_ms for each in mocks)
    lost = [each.who for each in streamed if each.records != MANY_APPLICATIONS]
    screen.say("")
    held = [
        holds("Peak memory of the mock", f"{highest:.1f} MiB", f"at most {LIMIT_MIB} MiB", highest <= LIMIT_MIB),
        holds("Beside FastAPI", f"{slowest:.1f} times", f"at least {LEAST_TIMES_FASTAPI}",
              slowest >= LEAST_TIMES_FASTAPI),
        holds("List beside nginx", f"{of_nginx:.2f}", f"at least {LEAST_OF_NGINX:.1f}", of_nginx >= LEAST_OF_NGINX),
        holds("First answer", f"{first:.0f} ms", f"at most {LIMIT_FIRST_MS} ms", first <= LIMIT_FIRST_MS),
        holds("Large answer", "whole" if not lost else "not whole on " + ", ".join(lost), "whole", not lost),
    ]
    return all(held)


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=8, help="how long each line is measured")
    parser.add_argument("--dev", action="store_true", help="the build that tests use, not the release")
    parser.add_argument("--program", help="a mock-api that is built already")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> int:
    arguments = parse()
    missing = [name for name in ("wrk", "nginx") if shutil.which(name) is None]
    if missing:
        screen.say(f"bench: {' and '.join(missing)} is not on PATH; Debian has a package of that name")
        return 1
    if not arguments.inside:
        beside_postgres(__file__, sys.argv[1:])
    return exit_code(lambda work: run(program(arguments), work, arguments.seconds))


def program(arguments: argparse.Namespace) -> str:
    return str(arguments.program or build(*([] if arguments.dev else ["--release"]))["mock-api"])


if __name__ == "__main__":
    sys.exit(main())
