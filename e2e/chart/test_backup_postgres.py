"""A backup's script with PostgreSQL's own programs, against a server."""

import os
import subprocess
from pathlib import Path

import pytest

from chart.test_backup import script
from toolbox.postgres import Server

TABLES = """create table posting (title text); insert into posting select 'nurse' from generate_series(1, 1000);
create table suppression (pseudonym text, kind text, suppressed_at timestamptz, key_fingerprint text);
insert into suppression values ('abc', 'email', '2026-01-01 12:00:00+02', 'f');"""


class Databases:
    """Those of a server whose user `emply` may read all but `locked_away`."""

    def __init__(self, server: Server) -> None:
        self.server = server
        server.sql("create role emply login password 'emply'")
        server.sql("create role third_reports")
        for name in ("first", "locked_away", "third"):
            server.sql(f"create database {name}")
            server.sql(TABLES, name)
            if name != "locked_away":
                server.sql("grant select on all tables in schema public to emply", name)
        server.sql("grant select on posting to third_reports", "third")

    def back_up(self, volume: Path, *names: str, before: str = "") -> "subprocess.CompletedProcess[str]":
        """`before`: what a shell does before, in a namespace where it may mount."""
        shell, text = script()
        words = [*shell, before + text.replace("/backup", str(volume))]
        if before:
            words = ["unshare", "--map-root-user", "--mount", *words]
        env = {"PATH": f"{self.server.binaries}:{os.environ['PATH']}", "PGHOST": "127.0.0.1",
               "PGPORT": str(self.server.port), "PGUSER": "emply", "PGPASSWORD": "emply",
               "DATABASES": " ".join(names), "KEEP": "1", "JOB": "", "TMPDIR": str(volume.parent)}
        return subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def databases(postgres: Server) -> Databases:
    return Databases(postgres)


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
    # and it can be restored, also where the roles are others
    databases.server.sql("drop owned by third_reports", "third")
    databases.server.sql("drop role third_reports")
    databases.server.sql("create database again")
    databases.server.run("pg_restore", "--exit-on-error", "--no-owner", "--dbname=again", str(dumps["third"]))
    assert databases.server.sql("select count(*) from posting", "again") == [["1000"]]


def test_a_full_volume_is_told_and_the_older_dumps_stay(databases: Databases, tmp_path: Path) -> None:
    mount = f"mount -t tmpfs -o size=64k none {tmp_path} || exit 77\n"
    databases.server.sql("drop table if exists noise; create table noise as select md5(n::text) "
                         "from generate_series(1, 50000) n; grant select on noise to emply", "third")
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
