"""Whether faults that people make in SQL are found, and by what.

    PYTHONPATH=e2e python3 -m marts.faults [--only WORD]

Puts each of the faults of seeded.py into a copy of the dbt project and builds it over made-up lakes: with dbt's
tests, and without them, to hold the marts against those of expected/, until one of the lakes shows it. About half a
minute a fault.

Exit code: 0 each was found by e2e/marts, 1 one was not or a step failed, 128 + n after signal n.
"""

import argparse
import json
import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from marts.builds import PYTHON, Project
from marts.cells import compare
from marts.expected.facts import Facts, Report
from marts.lakes.cases import REPORT as COMPARED
from marts.lakes.cases import cases, left_over
from marts.lakes.chance import REPORT, chance
from marts.lakes.few import few
from marts.lakes.tables import facts_of, write
from marts.seeded import FAULTS, Fault
from toolbox import screen
from toolbox.programs import REPOSITORY, Failed, in_folder_of_its_own, run, tail

SEED = 1
BAD = ("fail", "error", "runtime error")


class Trial:
    """One fault in a project of its own."""

    def __init__(self, fault: Fault, work: Path) -> None:
        self.fault, self.work, self.folder = fault, work, work / "dbt"
        shutil.copytree(REPOSITORY / "dbt", self.folder)
        fault.seed(self.folder)
        self.target = work / "target"
        self.results = self.target / "run_results.json"

    def dbt(self, lake: Path, report: Report, *words: str) -> None:
        settings = {
            "LAKE_PATH": str(lake), "WAREHOUSE_TYPE": "lake", "DUCKDB_PATH": str(self.work / "run.duckdb"),
            "DBT_TARGET_PATH": str(self.target), "DBT_LOG_PATH": str(self.work / "logs"), **report.settings,
        }
        program = str(PYTHON.parent / "dbt")
        places = ["--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        run([program, *words, *places], settings, self.work / "dbt.log")

    def bad(self) -> list[dict[str, str]]:
        """What did not go well in the last run of dbt."""
        results: list[dict[str, str]] = json.loads(self.results.read_text(encoding="utf-8"))["results"]
        return [each for each in results if each["status"] in BAD]

    def tests(self, lake: Path, report: Report) -> str:
        """Which of dbt's tests fail, in words."""
        try:
            self.dbt(lake, report, "build")
        except Failed as problem:
            if not self.results.is_file():
                log = tail(problem.log or self.results)
                raise Failed(f"the project with the fault cannot be read: {log}") from None
            kinds = Counter(each["unique_id"].split(".")[0] for each in self.bad())
            return ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in sorted(kinds.items()))
        return "–"

    def cells(self, lake: Path, facts: Facts) -> int:
        """How many cells are wrong."""
        try:
            self.dbt(lake, facts.report, "run")
        except Failed as problem:
            said = "; ".join(each["message"] for each in self.bad())
            raise Failed(f"{self.fault.says}: {problem}; {said}") from None
        return len(compare(facts, Project(self.work, self.folder).marts(lake)).found)


def try_all(faults: Sequence[Fault], work: Path) -> bool:
    made = {
        "chance": (chance(SEED), REPORT), "few": (few(), REPORT), "cases": (cases(), COMPARED),
        "left over": (left_over(), COMPARED),
    }
    lines = []
    facts = {name: facts_of(*each) for name, each in made.items()}
    for name, (tables, _) in made.items():
        write(tables, work / name, work)
    for number, fault in enumerate(faults):
        with screen.step("fault") as done:
            folder = work / str(number)
            folder.mkdir()
            trial = Trial(fault, folder)
            tests = trial.tests(work / "chance", REPORT)
            cells = next(filter(None, (trial.cells(work / name, facts[name]) for name in made)), 0)
            done.text = fault.says
        lines.append((fault.says, tests, cells))
        shutil.rmtree(folder)
    screen.heading("What found which fault: dbt's own tests, and how many cells of a lake's marts are wrong")
    screen.table(("fault", "dbt", "cells"), lines, widest=56)
    return all(cells for _, _, cells in lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", metavar="WORD", help="faults that say this")
    chosen = parser.parse_args(arguments)

    def work(folder: Path) -> bool:
        found = try_all([fault for fault in FAULTS if chosen.only in fault.says], folder)
        if not found:
            screen.say("\nA fault was not found.")
        return found

    return in_folder_of_its_own("faults", work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
