"""dbt's marts of a lake beside pandas: how fast, with how much memory, and whether that grows as the lake does.

    PYTHONPATH=e2e:bench python3 -m mart_builds.run                                     the whole: `make bench-marts`
    PYTHONPATH=e2e:bench python3 -m mart_builds.run --applications 20000 --postings 300 quick, to see whether it works

Makes a lake directly as export would leave it, once with all applications and once with a tenth. What dbt's models take
is what dbt says of them (run_results.json), their sum; pandas makes the same marts out of the same files, reading
included, starting and importing not; every cell of both is equal, or nothing counts. Memory is that of the entrypoint
and all that it starts, tests and docs included. Judged are memory and growth; ratios are shown.

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench. Exit code: 0, 1 when something
failed or something promised is not held.
"""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from process import Spent, spend
from toolbox import screen
from toolbox.programs import REPOSITORY, TOOLS, run
from workplace import exit_code, holds, venv_bench

HERE = Path(__file__).resolve().parent
DBT = REPOSITORY / "dbt"
ZONE, LEAST, MONTHS = "Europe/Berlin", "5", "36"
LIMIT_MIB = 768
LIMIT_GROWTH = 12
ROUNDS = 3


class Measured(NamedTuple):
    """Seconds: all models added up, from the first's start to the last's end, and pandas; peak memory of a whole run
    and of pandas."""

    applications: int
    models: float
    wall: float
    slowest: str
    pandas: float
    build: Spent
    pandas_mib: float
    cells: int


class Lake:
    """A lake, and what is measured over it."""

    def __init__(self, work: Path, applications: int, postings: int) -> None:
        self.work, self.applications = work / str(applications), applications
        self.lake, self.folder = self.work / "lake", self.work / "pandas"
        for folder in (self.lake / "marts", self.folder):
            folder.mkdir(parents=True)
        self.log = self.work / "bench.log"
        self.python, self.dbt = str(venv_bench() / "python"), TOOLS / "venv-dbt" / "bin"
        self.settings = {
            "LAKE_PATH": str(self.lake), "WAREHOUSE_TYPE": "lake", "TMPDIR": str(self.work), "LOG_FORMAT": "json",
            "DBT_TARGET_PATH": str(self.work / "target"), "REPORT_TIME_ZONE": ZONE, "REPORT_MIN_GROUP": LEAST,
            "REPORT_HISTORY_MONTHS": MONTHS,
        }
        with screen.step("lake") as done:
            run([self.python, str(HERE / "lake.py"), str(self.lake), str(applications), str(postings)], {}, self.log)
            done.text = f"{screen.number(applications)} applications, {screen.number(postings)} postings"

    def spend(self, words: list[str], settings: dict[str, str]) -> Spent:
        return spend(words, settings, self.work, self.work / "printed", self.log)

    def build(self) -> Spent:
        """As in a run: tests and docs included."""
        with screen.step("build") as done:
            spent = self.spend([str(self.dbt / "python"), str(DBT / "entrypoint.py")], self.settings)
            done.text = f"all models and tests in {spent.seconds:.1f} s with {spent.peak_mib:.0f} MiB"
        return spent

    def models(self) -> tuple[float, float, str]:
        """Without tests, so that no model waits for any."""
        database = self.work / "models.duckdb"
        words = [str(self.dbt / "dbt"), "run", "--project-dir", str(DBT), "--profiles-dir", str(DBT)]
        settings = {**self.settings, "DUCKDB_PATH": str(database), "DBT_LOG_PATH": str(self.work / "logs")}
        with screen.step("models") as done:
            self.spend(words, settings)
            database.unlink()
            results = json.loads((self.work / "target" / "run_results.json").read_text(encoding="utf-8"))["results"]
            ran = [each for each in results if each["unique_id"].startswith("model.")]
            spans = [times(each) for each in ran if each["timing"]]
            wall = (max(end for _, end in spans) - min(start for start, _ in spans)).total_seconds()
            total = sum(each["execution_time"] for each in ran)
            slowest = max(ran, key=lambda each: float(each["execution_time"]))
            said = f"{slowest['unique_id'].rsplit('.', 1)[-1]} {slowest['execution_time']:.2f} s"
            done.text = f"{total:.2f} s, the longest {said}"
        return total, wall, said

    def pandas(self) -> tuple[float, float]:
        words = [self.python, str(HERE / "by_pandas.py"), str(self.lake), str(self.folder), ZONE, LEAST, MONTHS]
        with screen.step("pandas") as done:
            spent = self.spend(words, {"PYTHONPATH": str(HERE.parent)})
            seconds = float((self.work / "printed").read_text())
            done.text = f"{seconds:.2f} s with {spent.peak_mib:.0f} MiB"
        return seconds, spent.peak_mib

    def same(self) -> int:
        """How many cells are equal: all, or it fails."""
        with screen.step("compare") as done:
            words = [self.python, str(HERE / "same.py"), str(self.lake / "marts"), str(self.folder)]
            cells = int(run(words, {}, self.work / "same.log"))
            done.text = f"{screen.number(cells)} cells, all equal"
        return cells

    def measure(self) -> Measured:
        build = self.build()
        rounds = [(self.models(), self.pandas()) for _ in range(ROUNDS)]
        (total, wall, slowest), (seconds, mib) = min(each for each, _ in rounds), min(each for _, each in rounds)
        return Measured(self.applications, total, wall, slowest, seconds, build, mib, self.same())


def times(result: dict[str, Any]) -> tuple[datetime, datetime]:
    """When a model began and ended."""
    it = next(each for each in result["timing"] if each["name"] == "execute")
    begun, ended = (datetime.fromisoformat(it[name].replace("Z", "+00:00")) for name in ("started_at", "completed_at"))
    return begun, ended


def measure(arguments: argparse.Namespace, work: Path) -> bool:
    sizes = (arguments.applications // 10, arguments.applications)
    found = []
    for size in sizes:
        screen.heading(f"{screen.number(size)} applications")
        postings = max(10, arguments.postings * size // arguments.applications)
        found.append(Lake(work, size, postings).measure())
    screen.heading(f"What was measured: the best of {ROUNDS}")
    header = ("applications", "models s", "wall s", "pandas s", "x", "build s", "build MiB", "pandas MiB", "cells")
    screen.table(header, [
        [
            each.applications, f"{each.models:8.2f}", f"{each.wall:6.2f}", f"{each.pandas:8.2f}",
            f"{each.pandas / each.models:5.2f}", f"{each.build.seconds:7.1f}", f"{each.build.peak_mib:9.0f}",
            f"{each.pandas_mib:10.0f}", each.cells,
        ]
        for each in found
    ])
    small, large = found
    growth = large.models / small.models
    of_models, of_wall = large.pandas / large.models, large.pandas / large.wall
    screen.say(f"\npandas takes {of_models:.2f} times as long as the models added up, {of_wall:.2f} times as long as "
               "all together.")
    return all([
        holds("Memory of a whole build", f"{large.build.peak_mib:.0f} MiB", f"at most {LIMIT_MIB} MiB",
              large.build.peak_mib <= LIMIT_MIB),
        holds("Ten times the applications", f"{growth:.1f} times the seconds", f"at most {LIMIT_GROWTH} times",
              growth <= LIMIT_GROWTH),
    ])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=1_000_000, metavar="N", help="in the large lake")
    parser.add_argument("--postings", type=int, default=5_000, metavar="N", help="vacancies in it")
    arguments = parser.parse_args()
    for python in (venv_bench() / "python", TOOLS / "venv-dbt" / "bin" / "python"):
        if not python.exists():
            screen.say(f"bench: no {python}; run `make tools`, `python3 e2e/toolbox/setup.py --only venv-bench`")
            return 1
    return exit_code(lambda work: measure(arguments, work))


if __name__ == "__main__":
    sys.exit(main())
