"""What the test plays on: mock, database, the lines between them and ingest, and the runs of ingest."""

import datetime
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crash.proxy import Proxy
from toolbox.mock import Mock
from toolbox.postgres import Server
from toolbox.programs import Failed, run, running

CUSTOMER, KEY = "acme", "key-of-the-crash-test-7f31"
MEDIA = ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21")
# of the mock's world before its start, and a little more
DAYS = 182
# the least that ingest takes, a month, everything
NO_LOOKBACK, MONTH, ALL = 1, 720, 87_600
RUN_SECONDS = 300

Process = subprocess.Popen[bytes]


@dataclass
class Store:
    """One database with our schema."""

    name: str
    # how many applications the mock had deleted when it was made
    deleted_before: int
    # exit code of each run, by its trigger
    codes: dict[str, int] = field(default_factory=dict)


@dataclass
class Stage:
    """Everything that is there, and what can be done with it."""

    executables: dict[str, str]
    world: Mock
    server: Server
    source_line: Proxy
    store_line: Proxy
    slice_hours: int
    part_records: int
    work: Path
    runs: int = 0
    stores: int = 0
    # applications, by the mock
    deleted: int = 0
    kept: Store | None = None

    @property
    def log(self) -> Path:
        return self.work / "ingest.log"

    @property
    def full(self) -> Store:
        """The store of the last load."""
        assert self.kept is not None
        return self.kept

    def keep(self, store: Store) -> Store:
        """It is the full one from now on, and that of before is gone."""
        if self.kept is not None:
            self.drop(self.kept)
        self.kept = store
        return store

    def database(self, source: str = "template0") -> str:
        """Makes a database, empty or a copy; gives its name."""
        self.stores += 1
        name = f"store_{self.stores}"
        self.server.sql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        return name

    def new_store(self) -> Store:
        store = Store(self.database(), self.deleted)
        run([self.executables["migrate"]], self.settings(store, "crash", NO_LOOKBACK), self.work / "migrate.log")
        return store

    def copy(self, store: Store) -> Store:
        return Store(self.database(store.name), store.deleted_before, dict(store.codes))

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
            "INGEST_PART_RECORDS": str(self.part_records),
            "INGEST_LOOKBACK_HOURS": str(lookback_hours),
            "LOG_FORMAT": "json",
            "RUN_TRIGGER": trigger,
        }

    def ingest(
        self, store: Store, what: str, lookback_hours: int, by_line: bool = False,
        meanwhile: Callable[[Process], object] = lambda _: None,
    ) -> tuple[int, str | None]:
        """One run; gives its exit code, and what the audit says of it: None when it has no row."""
        self.runs += 1
        trigger = f"{what}-{self.runs}"
        settings = self.settings(store, trigger, lookback_hours, by_line)
        with open(self.log, "ab") as log, running([self.executables["ingest"]], settings, log, log) as process:
            meanwhile(process)
            try:
                code = store.codes[trigger] = process.wait(RUN_SECONDS)
            except subprocess.TimeoutExpired:
                raise Failed(f"ingest did not end within {RUN_SECONDS} seconds", self.log) from None
        rows = self.server.sql(f"SELECT outcome FROM sync_run WHERE trigger = '{trigger}'", store.name)
        return code, rows[0][0] if rows else None

    def good_run(self, store: Store, lookback_hours: int) -> float:
        """One run to its good end; gives its seconds. The lock of a run before may still be held, then the run is
        skipped and another one is to do it."""
        for _ in range(5):
            started = time.monotonic()
            code, outcome = self.ingest(store, "good", lookback_hours)
            if code != 0 or outcome not in ("succeeded", "skipped"):
                told = f"ended with exit code {code}, its row is {outcome}"
                raise Failed(f"a run that nothing was done to {told}", self.log)
            if outcome == "succeeded":
                return time.monotonic() - started
            time.sleep(1)
        raise Failed("five runs in a row were skipped", self.log)

    def time_passes(self, hours: int) -> None:
        answer = self.world.ask(f"/_mock/advance?hours={hours}", "POST")
        self.deleted += answer["applications"]["deleted"]
