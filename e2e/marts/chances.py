"""Whether the marts of made-up lakes are right, and stand to each other as they have to.

    PYTHONPATH=e2e python3 -m marts.chances [--short] [--seeds N] [--first SEED] [--project FOLDER]

Some lakes hold what chance would hardly bring; the others are made by chance, out of a seed each, with edges where
days, weeks, groups and windows begin and end. Each cell of each mart has to be what plain Python makes of it.

Then, with the first seed: rows in another order change nothing, a further medium changes the count of media alone,
seven days earlier is a week earlier, and 28 years earlier is the same calendar; whoever is forgotten leaves one less in
each total, and no group that gives anybody away; and a second build writes the same bytes. --short takes one seed and
one person, and leaves out some lakes, the further medium and the days.

Exit code: 0 all holds, 1 something does not or a step failed, 128 + n after signal n.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from marts.builds import Project
from marts.cells import Published, compare
from marts.expected.facts import Report
from marts.lakes.cases import REPORT as COMPARED
from marts.lakes.cases import cases, left_over, nothing, one
from marts.lakes.chance import EDGE, REPORT, chance
from marts.lakes.changes import in_another_medium, shifted, shuffled, without
from marts.lakes.few import few
from marts.lakes.tables import Tables, facts_of, write
from marts.relations import BY_MONTH, later, one_less, one_medium_more, same
from marts.small_groups import given_away
from toolbox import screen
from toolbox.programs import REPOSITORY, Failed, in_folder_of_its_own

SHOWN = 10
WEEK = timedelta(days=7)
# 28 years: after these, all months and weeks begin on the same days again
CYCLE = timedelta(days=10227)
# days and weeks that begin with those of the instants, and a history that is longer than anything there is
UTC = Report(zone="UTC", months=240)
Marts = dict[str, Published]


class Bench:
    """Where lakes are built, each in a folder of its own."""

    def __init__(self, project: Project, work: Path) -> None:
        self.project, self.work, self.count = project, work, 0

    def lake(self, tables: Tables, cuts: Sequence[int] = ()) -> Path:
        self.count += 1
        folder = self.work / f"lake-{self.count}"
        folder.mkdir()
        write(tables, folder, self.work, cuts)
        return folder

    def marts(self, lake: Path, report: Report) -> Marts:
        self.project.build(lake, report)
        return self.project.marts(lake)


def say(what: str, found: Sequence[str]) -> None:
    if found:
        more = "" if len(found) <= SHOWN else f"\n  and {len(found) - SHOWN} more"
        raise Failed("{}:\n  {}{}".format(what, "\n  ".join(found[:SHOWN]), more))


def right(bench: Bench, name: str, tables: Tables, report: Report = REPORT) -> tuple[Path, Marts]:
    """A lake, and its marts, which are as they have to be."""
    with screen.step(name) as done:
        lake = bench.lake(tables, cuts=(200, 900))
        marts = bench.marts(lake, report)
        compared = compare(facts_of(tables, report), marts)
        done.text = f"{screen.number(compared.cells)} cells, {len(compared.found)} differ"
    say(f"the marts of {name} are not what they have to be", compared.found)
    say(f"the marts of {name} give somebody away", given_away(marts, report.min_group))
    return lake, marts


def in_another_order(bench: Bench, seed: int, before: Marts) -> None:
    with screen.step("shuffle"):
        after = bench.marts(bench.lake(shuffled(chance(seed), seed), cuts=(50, 400, 1000)), REPORT)
        say("rows in another order changed marts", same(before, after))


def in_relation(bench: Bench, seed: int, before: Marts) -> None:
    tables = chance(seed)
    with screen.step("medium"):
        after = bench.marts(bench.lake(in_another_medium(tables)), REPORT)
        say("a medium more changed marts", same(before, after, one_medium_more))
    with screen.step("shift"):
        then = bench.marts(bench.lake(tables), UTC)
        for by, without_these in ((-WEEK, BY_MONTH), (-CYCLE, ())):
            now = bench.marts(bench.lake(shifted(tables, by)), UTC)
            say(f"{-by.days} days earlier is not as much earlier", same(then, now, later(by), without_these))


def forget(bench: Bench, seed: int, before: Marts, people: int) -> None:
    """One after the other: the outcomes and the source of the others could just be told of, and cannot any more; then
    somebody of those who are too few already."""
    tables = chance(seed)
    if not tells_of_edge(before):
        raise Failed("nothing is told of the group that is just large enough")
    for number in range(people):
        application = f"{EDGE} {number}"
        with screen.step("forget") as done:
            tables = without(tables, application)
            after = bench.marts(bench.lake(tables), REPORT)
            say(f"forgetting {application} did not lower each total by one", one_less(before, after))
            say(f"forgetting {application} gives somebody away", given_away(after, REPORT.min_group))
            compared = compare(facts_of(tables, REPORT), after)
            say(f"after forgetting {application} marts are not what they have to be", compared.found)
            done.text, before = f"{application}: one less in each total, and no small group is told of", after


def tells_of_edge(marts: Marts) -> bool:
    outcomes = [row["hired"] for row in marts["fct_applications_per_posting"].rows if row["vacancy_id"] == EDGE]
    sources = [row["source"] for row in marts["fct_applications_weekly"].rows if row["department"] == EDGE]
    cities = {row["city"] for row in marts["fct_application_durations"].rows}
    return None not in outcomes and sources == ["Indeed"] and EDGE in cities


def twice(bench: Bench, lake: Path) -> None:
    with screen.step("twice"):
        before = hashes(lake)
        bench.project.build(lake, REPORT)
        after = hashes(lake)
        say("a second build writes other bytes", [name for name in before if before[name] != after.get(name)])


def hashes(lake: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in (lake / "marts").glob("*.parquet")}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="one seed, and not all relations")
    parser.add_argument("--seeds", type=int, default=3, metavar="N", help="how many lakes by chance")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="the first one's seed")
    parser.add_argument("--project", type=Path, default=REPOSITORY / "dbt", help="another copy of the dbt project")
    chosen = parser.parse_args(arguments)

    def work(folder: Path) -> bool:
        bench = Bench(Project(folder, chosen.project.resolve()), folder)
        screen.heading("Made-up lakes")
        seeds = range(chosen.first, chosen.first + (1 if chosen.short else chosen.seeds))
        right(bench, "few", few())
        right(bench, "cases", cases(), COMPARED)
        if not chosen.short:
            right(bench, "nothing", nothing())
            right(bench, "one", one())
            right(bench, "left over", left_over(), COMPARED)
            right(bench, "incomplete", cases(as_of=None), COMPARED)
            right(bench, "compared", chance(chosen.first), Report(months=3, min_group=8, compares_departments=True))
        (lake, marts), *_ = [right(bench, f"seed {seed}", chance(seed)) for seed in seeds]
        screen.heading("Lakes in relation")
        in_another_order(bench, seeds[0], marts)
        if not chosen.short:
            in_relation(bench, seeds[0], marts)
        forget(bench, seeds[0], marts, people=1 if chosen.short else 2)
        twice(bench, lake)
        return True

    return in_folder_of_its_own("chances", work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
