"""A PostgreSQL server that crashes when it is told to, and comes back over the same data."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from toolbox import with_postgres
from toolbox.programs import Failed
from toolbox.with_postgres import Account, Server, StartFailed, guard

# the toolbox throws durability away; here it is what is tested. Tables that a crash leaves in pg_temp are swept up by
# autovacuum, which has to come by soon
DURABLE = {
    "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "wal_level": "replica",
    "max_wal_size": "512MB", "autovacuum_naptime": "1s",
}
SQL_SECONDS = 120


class Database(Server):
    """The server; each store is a database of it."""

    def _is_ready(self) -> bool:
        # after a crash the file may still be that of the server before
        with contextlib.suppress(OSError, IndexError, ValueError):
            first = (self.data / "postmaster.pid").read_text().split("\n", 1)[0]
            return self.process is not None and int(first) == self.process.pid and super()._is_ready()
        return False

    def crash(self) -> None:
        """All sessions end in the middle of what they do, and nothing is put in order."""
        self.stop()

    def restart(self) -> None:
        """On the same port; recovers what was committed."""
        if not self._try_port(self.port):
            raise Failed("PostgreSQL did not come back after a crash", self.log)

    def address(self, name: str, port: int | None = None) -> str:
        """What DATABASE_URL takes; by way of another port if one is given."""
        return f"postgres://postgres:{self.password}@127.0.0.1:{port or self.port}/{name}"

    def sql(self, query: str, name: str = "postgres") -> list[list[str]]:
        """The rows of an answer, in the text form of COPY; without one, of a statement."""
        words = [str(self.binaries / "psql"), "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-c", query]
        access = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres", "PGPASSWORD": self.password}
        done = subprocess.run(
            words, env={**os.environ, **access, "PGDATABASE": name}, cwd="/", capture_output=True, text=True,
            timeout=SQL_SECONDS, check=False,
        )
        if done.returncode != 0:
            raise Failed(f"psql could not do `{query[:100]}`: {done.stderr.strip()}", self.log)
        return [line.split("\t") for line in done.stdout.splitlines()]

    def copy(self, query: str, name: str) -> list[list[str]]:
        """The rows of a long answer."""
        return self.sql(f"COPY ({query}) TO STDOUT", name)


@contextlib.contextmanager
def database() -> Iterator[Database]:
    """Server and data are gone when this is left, and also when this process is killed."""
    with_postgres.SERVER_OPTIONS.update(DURABLE)
    work = Path(tempfile.mkdtemp(prefix="emply-crash-postgres-"))
    # the server's account must get through
    work.chmod(0o711)
    server = None
    try:
        with guard(work):
            server = Database(work, Account())
            server.start()
            yield server
    except StartFailed as problem:
        raise Failed(str(problem)) from problem
    finally:
        if server is not None:
            server.stop()
        shutil.rmtree(work, ignore_errors=True)
