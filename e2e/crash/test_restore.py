"""A dump is restored while ingest, export and transfer go on from day to day. Then nothing is read, sent or told
the board until somebody has said what only people know; and in the end the board has each ad once."""

import random

import pytest

from crash.compare import compare
from crash.restore import A_DAY, HELD, Restore
from crash.stage import ALL, Stage

# the dump is made on one of so many days
DAYS = 4
# who was forgotten: nobody, as a backup writes it
LIST = "pseudonym,kind,suppressed_at,key_fingerprint\n"


@pytest.fixture
def moment(chance: random.Random) -> str:
    """After this program the dump is made."""
    return chance.choice(["ingest", "export", "transfer"])


def test_after_a_restore_each_ad_is_there_once(stage: Stage, chance: random.Random, moment: str) -> None:
    story = Restore(stage)
    story.days(1 + chance.randrange(DAYS))
    stage.time_passes(A_DAY)
    file = None
    for program in ("ingest", "export", "transfer"):
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
