"""A backup's script with PostgreSQL's own programs, against a server."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from chart.test_backup import script
from toolbox.postgres import Account, Server

TABLES = """create table posting (title text); insert into posting select 'nurse' from generate_series(1, 1000);
create table suppression (pseudonym text, kind text, suppressed_at timestamptz, key_fingerprint text);
insert into suppression values ('abc', 'email', '2026-01-01 12:00:00+02', 'f');"""


class Databases:
    """A server whose user `emply` may read all databases but `locked_away`."""

    def __init__(self, work: Path) -> None:
        self.server = Server(work, Account())
        self.server.start()
        self.ask("postgres", "create role emply login password 'emply'")
        for name in ("first", "locked_away", "third"):
            self.ask("postgres", f"create database {name}")
            self.ask(name, TABLES)
            if name != "locked_away":
                self.ask(name, "grant select on all tables in schema public to emply")

    def environment(self, user: str, password: str) -> dict[str, str]:
        path = f"{self.server.binaries}:{os.environ['PATH']}"
        return {"PATH": path, "PGHOST": "127.0.0.1", "PGPORT": str(self.server.port), "PGUSER": user,
                "PGPASSWORD": password}

    def ask(self, database: str, statement: str) -> str:
        words = ["psql", "-XqtA", "-v", "ON_ERROR_STOP=1", "-c", statement, database]
        env = self.environment("postgres", self.server.password)
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=60, check=True).stdout

    def back_up(self, volume: Path, *names: str, before: str = "") -> "subprocess.CompletedProcess[str]":
        """`before`: what a shell does before, in a namespace where it may mount."""
        shell, text = script()
        words = [*shell, before + text.replace("/backup", str(volume))]
        if before:
            words = ["unshare", "--map-root-user", "--mount", *words]
        env = {**self.environment("emply", "emply"), "DATABASES": " ".join(names), "KEEP": "1", "JOB": ""}
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    work = tmp_path_factory.mktemp("server")
    # PostgreSQL runs as another user than root, who must get through
    for folder in (work, *work.parents[:2]):
        folder.chmod(0o711)
    made = Databases(work)
    yield made
    made.server.stop()


def test_one_that_may_not_be_read_keeps_no_other(databases: Databases, tmp_path: Path) -> None:
    older = [tmp_path / f"{name}-20250101T000000Z.dump" for name in ("first", "locked_away")]
    for file in older:
        file.write_text("an older dump")
    done = databases.back_up(tmp_path, "first", "locked_away", "third", "not_there")
    assert done.returncode == 1
    assert "permission denied for table" in done.stderr, done.stderr
    assert "FAIL locked_away: " in done.stderr, done.stderr
    assert done.stderr.splitlines()[-1] == "FAIL without a dump: locked_away not_there"
    dumps = {file.name.partition("-")[0]: file for file in tmp_path.glob("*.dump")}
    assert sorted(dumps) == ["first", "locked_away", "third"]
    assert (dumps["locked_away"], older[0].exists(), list(tmp_path.glob("*.part"))) == (older[1], False, [])
    (written,) = tmp_path.glob("third-*.suppressed.csv")
    assert written.read_text().splitlines()[1] == "abc,email,2026-01-01 10:00:00+00,f"
    # and it can be restored
    databases.ask("postgres", "create database again")
    words = ["pg_restore", "--exit-on-error", "--no-owner", "--dbname=again", str(dumps["third"])]
    env = databases.environment("postgres", databases.server.password)
    subprocess.run(words, env=env, timeout=60, check=True)
    assert databases.ask("again", "select count(*) from posting").strip() == "1000"


def test_a_full_volume_is_told_and_the_older_dumps_stay(databases: Databases, tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=64k none {tmp_path} || exit 77\n"
    databases.ask("third", "drop table if exists noise; create table noise as select md5(n::text) "
                           "from generate_series(1, 50000) n; grant select on noise to emply")
    before = mount + """echo older > /backup/third-20250101T000000Z.dump; cd /backup
trap 'ls /backup' EXIT
"""
    done = databases.back_up(tmp_path, "third", "first", before=before.replace("/backup", str(tmp_path)))
    if done.returncode in (77, 127) or "unshare" in done.stderr:
        pytest.skip("unshare or mount is missing or not allowed here")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "FAIL third: the volume of the backups is full" in done.stderr, done.stderr
    there = done.stdout.splitlines()
    assert "third-20250101T000000Z.dump" in there
    assert not [name for name in there if name.endswith(".part")]
    # the room that the failed one took is there for the next
    assert [name for name in there if name.startswith("first-") and name.endswith(".dump")], done.stderr
