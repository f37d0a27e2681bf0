"""Seconds of CPU, as the kernel counts them: of what this process has run, and of a whole PostgreSQL server."""

import os
import resource
import time
from pathlib import Path
from typing import NamedTuple

# first, since it puts the toolbox on the path
from postgres import Database
from toolbox.programs import Failed

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
# a session ends some milliseconds after its connection has
QUIET_SECONDS = 20
LASTING = (
    "SELECT pid FROM pg_stat_activity "
    "WHERE backend_type NOT IN ('client backend', 'parallel worker', 'autovacuum worker')"
)
# So that nothing but the runs themselves costs anything while one of them is measured: what autovacuum would do, the
# bench does between the runs, and no checkpoint begins in one
CALM = {"autovacuum": "off", "checkpoint_timeout": "1d", "max_wal_size": "8GB"}


class Stat(NamedTuple):
    """Of a process, in ticks: what itself has used, and what its children had that have ended and been waited for."""

    parent: int
    own: int
    waited: int


def parse_stat(text: str) -> Stat:
    """/proc/PID/stat. The name in it may have spaces and brackets, so the fields are counted from its end."""
    fields = text.rpartition(")")[2].split()
    user, system, waited_user, waited_system = map(int, fields[11:15])
    return Stat(int(fields[1]), user + system, waited_user + waited_system)


def stat(pid: int) -> Stat:
    return parse_stat(Path(f"/proc/{pid}/stat").read_text())


def children(pid: int) -> set[int]:
    """Of a process of one thread; also those that have ended and were not waited for yet."""
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def seconds_of_children() -> float:
    """What all that this process has run and waited for has used, with what they have run and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Server:
    """A PostgreSQL server on this machine whom nobody else asks anything. What its processes use is counted as a whole:
    sessions, their helpers, and those that write for them later."""

    def __init__(self, database: Database) -> None:
        with database.cursor() as cursor:
            for name, value in CALM.items():
                cursor.execute(f"ALTER SYSTEM SET {name} = '{value}'")
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute("SELECT pg_backend_pid()")
            # a session is a child of the server's first process
            self.pid = stat(cursor.fetchone()[0]).parent
            cursor.execute(LASTING)
            self.lasting = {int(row[0]) for row in cursor.fetchall()}

    def seconds(self) -> float:
        """All that it has used, once no session is left."""
        self.wait_until_quiet()
        first = stat(self.pid)
        return (first.own + first.waited + sum(stat(pid).own for pid in children(self.pid))) / TICKS_A_SECOND

    def wait_until_quiet(self) -> None:
        deadline = time.monotonic() + QUIET_SECONDS
        while children(self.pid) - self.lasting:
            if time.monotonic() > deadline:
                raise Failed(f"PostgreSQL still has sessions {QUIET_SECONDS} seconds after a run")
            time.sleep(0.005)
