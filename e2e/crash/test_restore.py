"""A dump is restored while ingest, export and transfer go on from day to day. Then nothing is read, sent or told
the board until somebody has said what only people know; and in the end the board has each ad once."""

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from crash.compare import compare
from crash.stage import ALL, Stage, Store
from toolbox.programs import REPOSITORY, Failed, environment

PII_KEY = "a key of the crash test, long enough"
# hours between two runs
A_DAY = 24
SECONDS = 300
HELD = "the store is not where it was"
# the dump is made on one of so many days
DAYS = 4
# who was forgotten: nobody, as a backup writes it
LIST = "pseudonym,kind,suppressed_at,key_fingerprint\n"
PROGRAMS = ("ingest", "export", "transfer")


class Restore:
    """One store, its lake and the board."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.store = stage.new_store()
        self.lake = stage.work / "lake"
        # ads of accidents before, of which this store knows nothing
        self.others = {listing["id"] for listing in self.listings()}

    def settings(self) -> dict[str, str]:
        mapping = REPOSITORY / "services" / "transfer" / "mapping.example.toml"
        return {
            **self.stage.settings(self.store, "restore", ALL),
            "PII_KEY": PII_KEY, "LAKE_PATH": str(self.lake), "BOARD_BASE_URL": self.stage.world.url,
            "BOARD_EMAIL": "jobs@example.org", "BOARD_PASSWORD": "any", "BOARD_MODE": "create",
            "TRANSFER_MAPPING_FILE": str(mapping),
        }

    def run(self, program: str, *arguments: str, code: int = 0, says: str = "", text: str = "") -> str:
        """Runs it to its end, which is to be this; gives what it printed."""
        settings = {name: value for name, value in self.settings().items() if belongs(name, program)}
        done = subprocess.run(
            [self.stage.executables[program], *arguments], env=environment(settings), input=text, capture_output=True,
            text=True, timeout=SECONDS, check=False,
        )
        with open(self.stage.log, "a") as log:
            log.write(done.stderr)
        if done.returncode != code or says not in done.stderr:
            told = f"ended with {done.returncode}, not with {code} and the words `{says}`"
            raise Failed(f"{' '.join([program, *arguments])} {told}", self.stage.log)
        return done.stdout

    def listings(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.stage.world.ask("/_mock/board/listings")
        return found

    def ads(self) -> dict[str, list[str]]:
        """Of each vacancy the ids that the board has on view."""
        found: dict[str, list[str]] = {}
        for listing in self.listings():
            if listing["published"] and listing["id"] not in self.others:
                found.setdefault(listing["job"]["ref"], []).append(listing["id"])
        return found

    def days(self, count: int) -> None:
        for _ in range(count):
            self.stage.time_passes(A_DAY)
            for program in PROGRAMS:
                self.run(program)

    def dump(self) -> Path:
        file = self.stage.work / "store.dump"
        self.stage.server.run("pg_dump", "--format=custom", "--file", str(file), "--dbname", self.store.name)
        return file

    def restore(self, file: Path) -> None:
        """Into a new database, as docs/backup.md says."""
        before, self.store = self.store, Store(self.stage.database(), self.store.deleted_before)
        words = ("--exit-on-error", "--no-owner", "--dbname", self.store.name, str(file))
        self.stage.server.run("pg_restore", *words)
        self.stage.drop(before)
        self.run("migrate")

    def must_be_held(self, has_changes: bool) -> None:
        before = self.listings()
        # an export that has nothing to send sends nobody
        for program in ("ingest", "transfer", *(["export"] if has_changes else [])):
            self.run(program, code=2, says=HELD)
        if self.listings() != before:
            raise Failed("the board was told something in a store that was restored")

    def must_be_there_once(self) -> None:
        ads = self.ads()
        if not ads:
            raise Failed("the board has no ads")
        twice = [vacancy for vacancy, ids in ads.items() if len(ids) > 1]
        if twice:
            raise Failed(f"the board has ads twice: {', '.join(twice[:3])}")
        listings = json.loads(self.run("transfer", "listings", "--json"))
        published = {each["vacancy_id"]: each["listing_id"] for each in listings if each["state"] == "published"}
        if published != {vacancy: ids[0] for vacancy, ids in ads.items()}:
            raise Failed("the ledger and the board differ")

    def ask_the_board(self) -> None:
        """Writes down what the board has and the ledger does not know, as somebody does who has looked there."""
        known = {listing["listing_id"] for listing in json.loads(self.run("transfer", "listings", "--json"))}
        new = {vacancy: ids[0] for vacancy, ids in self.ads().items() if ids[0] not in known}
        for vacancy, listing in new.items():
            self.run("transfer", "resolve", vacancy, "--on-view", listing)


def belongs(name: str, program: str) -> bool:
    """Whether a program reads this setting: each is given its own, as the chart does."""
    of = {
        "migrate": (), "ingest": ("EMPLY_", "INGEST_", "PII_"), "export": ("PII_", "LAKE_"),
        "transfer": ("BOARD_", "TRANSFER_"),
    }
    return name.startswith(("DATABASE_", "LOG_", "RUN_", *of[program]))


@pytest.fixture
def moment(chance: random.Random) -> str:
    """After this program the dump is made."""
    return chance.choice(PROGRAMS)


def test_after_a_restore_each_ad_is_there_once(stage: Stage, chance: random.Random, moment: str) -> None:
    story = Restore(stage)
    story.days(1 + chance.randrange(DAYS))
    stage.time_passes(A_DAY)
    file = None
    for program in PROGRAMS:
        story.run(program)
        file = story.dump() if program == moment else file
    story.days(2)
    story.must_be_there_once()
    assert file is not None
    story.restore(file)
    story.must_be_held(has_changes=moment == "ingest")
    story.run("ingest", "forget", "--suppressed", "-", text=LIST)
    story.run("ingest")
    # the warehouse is ahead of a store that was restored, so it begins anew
    story.lake = stage.work / "lake-after"
    story.run("export")
    story.run("transfer", code=2, says=HELD)
    story.ask_the_board()
    story.run("transfer", "--board-asked")
    story.must_be_there_once()
    story.days(2)
    story.must_be_there_once()
    stage.good_run(story.store, ALL)
    compare(stage, story.store)
    stage.drop(story.store)
