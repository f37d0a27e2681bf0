"""Whether each cell of each mart is what plain Python makes of the source's own answers.

    PYTHONPATH=e2e python3 -m marts.run [--short] [--programs FOLDER] [--project FOLDER]

Starts mock-api with a tidy and with a rough world, lets days pass, and runs migrate → ingest → export → dbt after each.
Before each run it fetches from the v1 API what ingest is going to get, and keeps a history of its own; from that,
expected/ makes all marts anew. Postings and applications go and come back, applications move on, people are forgotten
and taken by retention, summer time begins. All clocks are stopped, so that what was seen when is known exactly.

--short takes three runs of the tidy world and one of the rough one. --project builds with another copy of dbt/.

Exit code: 0 all cells are equal, 1 they are not or a step failed, 128 + n after signal n.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

from marts.builds import Project
from marts.cells import compare
from marts.expected.facts import Facts, Report
from marts.world.clock import Clock
from marts.world.guests import guests
from marts.world.history import History, Reader
from marts.world.play import Play, Turn
from marts.world.stored import Stored
from marts.world.vocabulary import Vocabulary
from marts.world.ways import walk
from marts.world.wire import Tidy
from toolbox import screen
from toolbox.mock import mock
from toolbox.programs import REPOSITORY, Failed, build, in_folder_of_its_own

NAMES = ("mock-api", "migrate", "ingest", "export")
SHOWN = 10
# eight days before summer time begins in Europe
START = datetime(2026, 3, 20, 20, 0, tzinfo=timezone.utc)

FEW_MONTHS = Report(months=4, min_group=7)
ELSEWHERE = Report(zone="America/New_York", min_group=6, months=2, compares_departments=True)
TURNS = (
    Turn(0),
    # 23:00 in UTC is another day in Berlin
    Turn(3),
    Turn(24, report=FEW_MONTHS),
    Turn(48, reads_all=True),
    Turn(24, forget=5),
    # the day that is an hour short, and the night after it
    Turn(96),
    Turn(24, report=ELSEWHERE),
    Turn(1, reads_all=True, retention_days=120),
    Turn(120, retention_days=100, report=FEW_MONTHS),
    Turn(24, reads_all=True, forget=1, retention_days=100),
    # also those whose end was seen, and people of groups of which some were taken
    Turn(24, reads_all=True, forget=9, retention_days=6),
    # nothing is new
    Turn(0),
)
SHORT = {"tidy": (Turn(0), Turn(99, reads_all=True, forget=5), Turn(120, retention_days=120, report=FEW_MONTHS)),
         "rough": (Turn(27),)}
WHOLE = {"tidy": TURNS, "rough": TURNS}


def hold(facts: Facts, project: Project, lake: Path) -> list[str]:
    """A line for each cell that differs."""
    with screen.step("dbt") as done:
        counts = project.build(lake, facts.report)
        models, passed, warned = (counts.get(name) for name in ("models", "tests.passed", "tests.warned"))
        done.text = f"{models} models, {passed} tests passed, {warned} warned"
    with screen.step("marts") as done:
        compared = compare(facts, project.marts(lake))
        verdict = f"{len(compared.found)} differ" if compared.found else "all equal"
        cells, applications = screen.number(compared.cells), screen.number(len(facts.applications))
        done.text = f"{cells} cells of {applications} applications, {verdict}"
    return compared.found


def play(kind: str, turns: Sequence[Turn], programs: dict[str, str], project: Project, work: Path) -> None:
    clock, vocabulary = Clock(START, work), Vocabulary(work)
    settings = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc", "MOCK_WORLD": kind, "MOCK_POSTINGS": "120",
        "MOCK_START": START.isoformat().replace("+00:00", "Z"), **clock.settings,
    }
    reader: Reader = Tidy(vocabulary) if kind == "tidy" else Stored(vocabulary, work / "store.db")
    with mock(programs["mock-api"], settings, work / "mock-api.log") as world:
        guests(world)
        played = Play(programs, world, clock, History(reader), work)
        for number, turn in enumerate(turns, 1):
            screen.heading(f"A {kind} world, run {number} of {len(turns)}: {turn.hours} h later")
            played.pass_time(turn.hours)
            walk(world, number, clock.now)
            found = hold(played.turn(turn), project, played.lake)
            if found:
                more = "" if len(found) <= SHOWN else f"\n  and {len(found) - SHOWN} more"
                raise Failed("marts are not what they have to be:\n  {}{}".format("\n  ".join(found[:SHOWN]), more))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, help="folder with the programs, which are not built then")
    parser.add_argument("--project", type=Path, default=REPOSITORY / "dbt", help="another copy of the dbt project")
    parser.add_argument("--short", action="store_true", help=f"four runs in place of {2 * len(TURNS)}")
    chosen = parser.parse_args(arguments)

    def work(folder: Path) -> bool:
        built = chosen.programs and chosen.programs.resolve()
        programs = {name: str(built / name) for name in NAMES} if built else build()
        for kind, turns in (SHORT if chosen.short else WHOLE).items():
            place = folder / kind
            place.mkdir()
            play(kind, turns, programs, Project(place, chosen.project.resolve()), place)
        return True

    return in_folder_of_its_own("marts", work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
