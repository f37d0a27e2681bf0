"""What the test plays on: mock, database, the lines between them and ingest, and the runs of ingest."""

import contextlib
import datetime
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from crash.database import Database
from crash.proxy import Proxy
from toolbox.mock import Mock
from toolbox.programs import Failed, readable, run, running

CUSTOMER, KEY = "acme", "key-of-the-crash-test-7f31"
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
# of the mock's world before its start, and a little more
DAYS = 182
# the least that ingest takes, a month, everything
NO_LOOKBACK, MONTH, ALL = 1, 720, 87_600
RUN_SECONDS = 300
# somebody's name before the @, which the shown address of a database does not have
EMAIL = re.compile(r"[\w.%+-]@[\w-]")


class Store:
    """One database with our schema, empty at first."""

    def __init__(self, name: str) -> None:
        self.name = name
        # applications that the mock has deleted since
        self.deleted = 0
        # exit code of each run, by its trigger
        self.codes: dict[str, int] = {}


class Stage:
    """Everything that is there, and what can be done with it."""

    def __init__(
        self, executables: dict[str, str], world: Mock, server: Database, source_line: Proxy, store_line: Proxy,
        slice_hours: int, work: Path,
    ) -> None:
        self.executables = executables
        self.world = world
        self.server = server
        self.source_line = source_line
        self.store_line = store_line
        self.slice_hours = slice_hours
        self.work = work
        self.log = work / "ingest.log"
        self.runs = 0
        self.stores = 0

    def new_store(self) -> Store:
        self.stores += 1
        store = Store(f"store_{self.stores}")
        self.server.sql(f'CREATE DATABASE "{store.name}"')
        run([self.executables["migrate"]], self.settings(store, "crash", NO_LOOKBACK), self.work / "migrate.log")
        return store

    def drop(self, store: Store) -> None:
        self.server.sql(f'DROP DATABASE "{store.name}" WITH (FORCE)')

    def settings(self, store: Store, trigger: str, lookback_hours: int, by_line: bool = False) -> dict[str, str]:
        # the store remembers the address of its source, so that line is never left
        port = self.store_line.port if by_line else None
        start = datetime.datetime.now(datetime.timezone.utc).date() - datetime.timedelta(days=DAYS)
        return {
            "DATABASE_URL": self.server.address(store.name, port),
            "DATABASE_WAIT_SECONDS": "5",
            "EMPLY_BASE_URL": f"http://127.0.0.1:{self.source_line.port}",
            "EMPLY_API_KEY": KEY,
            "EMPLY_CUSTOMER": CUSTOMER,
            "EMPLY_CLOCK": "own",
            "EMPLY_MEDIA_IDS": ",".join(MEDIA),
            "EMPLY_TIMEOUT_SECONDS": "20",
            "EMPLY_MAX_RETRY_SECONDS": "10",
            "INGEST_START": start.isoformat(),
            "INGEST_SLICE_HOURS": str(self.slice_hours),
            "INGEST_LOOKBACK_HOURS": str(lookback_hours),
            "LOG_FORMAT": "json",
            "RUN_TRIGGER": trigger,
        }

    def next_trigger(self, what: str) -> str:
        """Names a run, so that its row can be found."""
        self.runs += 1
        return f"{what}-{self.runs}"

    @contextlib.contextmanager
    def ingest(self, settings: dict[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
        with open(self.log, "ab") as log, running([self.executables["ingest"]], settings, log, log) as process:
            yield process

    def wait(self, process: "subprocess.Popen[bytes]") -> int:
        try:
            return process.wait(RUN_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failed(f"ingest did not end within {RUN_SECONDS} seconds", self.log) from None

    def outcome(self, store: Store, trigger: str) -> str | None:
        """What the audit says of a run; None when it has no row."""
        rows = self.server.sql(f"SELECT outcome FROM sync_run WHERE trigger = '{trigger}'", store.name)
        return rows[0][0] if rows else None

    def good_run(self, store: Store, lookback_hours: int) -> float:
        """One run to its good end; gives its seconds. The lock of a run before may still be held, then the run is
        skipped and another one is to do it."""
        for _ in range(5):
            trigger = self.next_trigger("good")
            started = time.monotonic()
            with self.ingest(self.settings(store, trigger, lookback_hours)) as process:
                code = store.codes[trigger] = self.wait(process)
            outcome = self.outcome(store, trigger)
            if code != 0 or outcome not in ("succeeded", "skipped"):
                told = f"ended with exit code {code}, its row is {outcome}"
                raise Failed(f"a run that nothing was done to {told}", self.log)
            if outcome == "succeeded":
                return time.monotonic() - started
            time.sleep(1)
        raise Failed("five runs in a row were skipped", self.log)

    def time_passes(self, store: Store, hours: int) -> None:
        answer = self.world.ask(f"/_mock/advance?hours={hours}", "POST")
        store.deleted += answer["applications"]["deleted"]

    def search_log(self) -> int:
        """Nothing that is secret or somebody's may be in the log, and nothing of a program that fell over. Gives its
        lines."""
        lines = self.log.read_text(errors="replace").splitlines()
        for number, line in enumerate(lines):
            if EMAIL.search(line):
                raise Failed(f"ingest logged what looks like an e-mail address: {line[:300]}")
            if KEY in line:
                raise Failed(f"ingest logged the key: {line[:300]}")
            if "panicked" in line:
                around = "\n".join(readable(each) for each in lines[max(0, number - 3):number + 4])
                raise Failed(f"ingest panicked:\n{around}")
        return len(lines)
