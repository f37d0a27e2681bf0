"""Plays the days of a made-up customer: the mock's world moves on, our clock with it, and the pipeline runs."""

import contextlib
import json
import secrets
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from marts.expected.facts import Facts, Report, Run
from marts.world.guests import guests
from marts.world.history import History, Reader
from marts.world.stored import Stored
from marts.world.vocabulary import Vocabulary
from marts.world.ways import walk
from marts.world.wire import MEDIA, Tidy, Wire
from toolbox.mock import Mock, mock
from toolbox.programs import DIRECT, Failed, last_record, run

# eight days before summer time begins in Europe
START = datetime(2026, 3, 20, 20, 0, tzinfo=timezone.utc)
CUSTOMER = "acme"
BEGINNING = datetime(2020, 1, 1, tzinfo=timezone.utc)
LOOKBACK = timedelta(hours=48)
# what retention counts by, which is the pipeline's own, however marts are set
COUNTED = Report()
# ingest asks for a little more than the window on both sides
MARGIN = timedelta(minutes=1)
SOURCE = Path(__file__).with_name("stopped_clock.c")


class Clock:
    """`settings` let a program believe in it. Wants a C compiler, as the whole workspace does, and Linux."""

    def __init__(self, now: datetime, work: Path) -> None:
        self.now = now
        self.library = work / "stopped_clock.so"
        words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(self.library), str(SOURCE)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Failed(f"the clock that can be stopped could not be compiled: {done.stderr.strip()}")

    @property
    def settings(self) -> dict[str, str]:
        return {"LD_PRELOAD": str(self.library), "STOPPED_CLOCK": str(int(self.now.timestamp()))}


class Turn(NamedTuple):
    """What happens before the marts are looked at once more, after so many hours. `forget` is how many people ask to be
    forgotten after ingest has run; `retention_days` is how long closed applications are kept."""

    hours: int
    reads_all: bool = False
    forget: int = 0
    retention_days: int | None = None
    report: Report = Report()


class Play:
    """The pipeline of one customer, and what can be known of it."""

    def __init__(self, programs: dict[str, str], world: Mock, clock: Clock, history: History, work: Path) -> None:
        self.programs, self.world, self.clock, self.history, self.work = programs, world, clock, history, work
        self.lake, self.cursor = work / "lake", BEGINNING
        self.settings = {
            "DATABASE_URL": f"sqlite://{work / 'store.db'}", "EMPLY_API_KEY": "any-key", "EMPLY_CUSTOMER": CUSTOMER,
            "EMPLY_BASE_URL": world.url, "EMPLY_MEDIA_IDS": ",".join(MEDIA), "INGEST_START": "2020-01-01",
            "INGEST_LOOKBACK_HOURS": str(int(LOOKBACK.total_seconds() // 3600)),
            # only when it is told to
            "INGEST_RECONCILE_HOURS": "8760", "LOG_FORMAT": "json", "RUN_TRIGGER": "test",
            "PII_KEY": secrets.token_hex(32), "TMPDIR": str(work), "VOCABULARY_FILE": str(Vocabulary(work).file),
            "WAREHOUSE_TYPE": "lake", "LAKE_PATH": str(self.lake), "REPORT_TIME_ZONE": COUNTED.zone,
            "REPORT_MIN_GROUP": str(COUNTED.min_group),
        }
        self.start("migrate")

    def start(self, program: str, *words: str, **settings: str) -> dict[str, Any]:
        """Its last line."""
        log = self.work / f"{program}.log"
        run([self.programs[program], *words], {**self.settings, **self.clock.settings, **settings}, log)
        return last_record(log)

    def pass_time(self, hours: int) -> None:
        if hours:
            self.world.ask(f"/_mock/advance?hours={hours}", "POST")
            self.clock.now += timedelta(hours=hours)

    def turn(self, it: Turn) -> Facts:
        """The pipeline runs."""
        now = self.clock.now
        lists, applications, since = self.answers(it)
        self.start("ingest", *(["--reconcile"] if it.reads_all else []))
        for medium, records in lists.items():
            self.history.list_of(medium, records, now)
        self.history.answer(applications, now, since)
        self.cursor = now
        if it.retention_days is not None:
            self.retain(it.retention_days)
        self.forget(it.forget)
        return self.export(it.report)

    def answers(self, it: Turn) -> tuple[dict[str, list[Wire]], list[Wire], datetime | None]:
        """What ingest is going to get, and since when that was created where it does not ask for all."""
        is_all = it.reads_all or self.cursor == BEGINNING
        since = BEGINNING if is_all else self.cursor - LOOKBACK - MARGIN
        lists = {medium: self.get("postings/" + medium) for medium in MEDIA}
        window = {"from": since.isoformat(), "to": (self.clock.now + MARGIN).isoformat()}
        found = self.get("applications/find-by-date?" + urllib.parse.urlencode(window))
        return lists, found, None if is_all else since

    def get(self, path: str) -> list[Wire]:
        request = urllib.request.Request(f"{self.world.url}/v1/{CUSTOMER}/{path}", headers={"x-api-key": "any"})
        try:
            with DIRECT.open(request, timeout=60) as answer:
                found: list[Wire] = json.loads(answer.read().decode("utf-8-sig"))
                return found
        except (OSError, ValueError) as problem:
            raise Failed(f"mock-api, asked for {path}: {problem}") from problem

    def retain(self, days: int) -> None:
        """By a run of its own, in the same instant: what the one before has read can be looked at in the store until
        then. It reads the same again."""
        self.history.retain(self.clock.now - timedelta(days=days), COUNTED)
        self.start("ingest", INGEST_RETENTION_DAYS=str(days))

    def forget(self, how_many: int) -> None:
        """Those who are known longest."""
        chosen = list(self.history.applications)[:how_many]
        if chosen:
            words = [word for each in chosen for word in ("--application", each)]
            self.start("ingest", "forget", *words)
            self.history.forget(chosen, COUNTED)

    def export(self, report: Report) -> Facts:
        counts = self.start("export")
        spans = counts.get("spans") or [{}]
        run_id = str(counts.get("run.id") or spans[0].get("run.id"))
        # the last record of all that the mock was asked for
        return self.history.facts(report, Run(run_id, self.clock.now, self.cursor))


class Played:
    """A world whose runs are played one after the other, as far as they are asked for."""

    def __init__(self, play: Play, turns: tuple[Turn, ...]) -> None:
        self.play, self.turns, self.count = play, turns, 0
        self.is_broken = False

    def facts(self, number: int) -> Facts:
        """What is known after this run."""
        if self.is_broken:
            pytest.skip("an earlier run did not come to its end")
        assert self.count < number, "runs are played in their order"
        self.is_broken = True
        for turn in self.turns[self.count:number]:
            self.count += 1
            self.play.pass_time(turn.hours)
            walk(self.play.world, self.count, self.play.clock.now)
            facts = self.play.turn(turn)
        self.is_broken = False
        return facts


@contextlib.contextmanager
def playing(kind: str, turns: tuple[Turn, ...], programs: dict[str, str], work: Path) -> Iterator[Played]:
    clock, vocabulary = Clock(START, work), Vocabulary(work)
    settings = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc", "MOCK_WORLD": kind, "MOCK_POSTINGS": "120",
        "MOCK_START": START.isoformat().replace("+00:00", "Z"), **clock.settings,
    }
    reader: Reader = Tidy(vocabulary) if kind == "tidy" else Stored(vocabulary, work / "store.db")
    with mock(programs["mock-api"], settings, work / "mock-api.log") as world:
        guests(world)
        yield Played(Play(programs, world, clock, History(reader), work), turns)
