"""A whole run of dbt over a large lake, within what its pod has: memory, and room for what it writes meanwhile.

    PYTHONPATH=e2e:bench python3 -m mart_builds.whole                                       five million applications
    PYTHONPATH=e2e:bench python3 -m mart_builds.whole --applications 20000 --postings 300   does it work?
    PYTHONPATH=e2e:bench python3 -m mart_builds.whole --lake FOLDER                         of a lake that is there

Makes a lake directly as export would leave it, and runs the entrypoint over it with default settings: all models,
tests, docs, and the marts that become data. Says what that took, and what lay in TMPDIR when most did: DuckDB's file,
and what it had no memory for.

Needs what e2e/toolbox/setup.py installs, and to make a lake what it installs with --only venv-bench. Exit code: 0, 1
when something failed or a limit is not held.
"""

import argparse
import sys
from pathlib import Path

from mart_builds.run import DBT, LEAST, MONTHS, ZONE
from mart_builds.scratch import Scratch
from pairs.cpu import seconds_of_children
from process import Watch, watched
from toolbox import screen
from toolbox.programs import TOOLS, run
from workplace import exit_code, holds, venv_bench

MIB = 2**20
# of the chart's values: resources.dbt.limits.memory, warehouse.tmpSize
LIMIT_MIB, SCRATCH_MIB = 1024, 4096


def build(lake: Path, work: Path) -> tuple[float, float, Watch, Scratch]:
    """Seconds, those of CPU, and who has looked at its memory and at what it wrote."""
    temporary = work / "tmp"
    temporary.mkdir()
    settings = {
        "LAKE_PATH": str(lake), "DOCS_PATH": str(work / "docs" / "index.html"), "TMPDIR": str(temporary),
        "LOG_FORMAT": "json", "REPORT_TIME_ZONE": ZONE, "REPORT_MIN_GROUP": LEAST, "REPORT_HISTORY_MONTHS": MONTHS,
    }
    words = [str(TOOLS / "venv-dbt" / "bin" / "python"), str(DBT / "entrypoint.py")]
    before = seconds_of_children()
    with screen.step("build") as done, Scratch(temporary) as scratch:
        seconds, watch = watched(words, settings, work, work / "printed", work / "bench.log")
        done.text = f"{seconds:.1f} s"
    return seconds, seconds_of_children() - before, watch, scratch


def made_lake(arguments: argparse.Namespace, work: Path) -> Path:
    if arguments.lake:
        return Path(arguments.lake).resolve()
    lake, script = work / "lake", Path(__file__).with_name("lake.py")
    with screen.step("lake") as done:
        numbers = [str(arguments.applications), str(arguments.postings)]
        run([str(venv_bench() / "python"), str(script), str(lake), *numbers], {}, work / "bench.log", 3600)
        done.text = f"{screen.number(arguments.applications)} applications"
    return lake


def measure(arguments: argparse.Namespace, work: Path) -> bool:
    seconds, cpu, watch, scratch = build(made_lake(arguments, work), work)
    screen.heading("A whole run: models, tests, docs and data")
    header = ("seconds", "CPU s", "MiB at once", "MiB, each its most", "written MiB", "DuckDB's file", "spilt")
    written = (scratch.most, scratch.most_of_file, scratch.most_spilt)
    screen.table(header, [[
        f"{seconds:7.1f}", f"{cpu:5.1f}", f"{watch.at_once_mib():11.0f}", f"{watch.peak_mib():18.0f}",
        *(f"{each / MIB:6.0f}" for each in written),
    ]])
    return all([
        holds("Memory at one moment", f"{watch.at_once_mib():.0f} MiB", f"at most {LIMIT_MIB} MiB",
              watch.at_once_mib() <= LIMIT_MIB),
        holds("Written meanwhile", f"{scratch.most / MIB:.0f} MiB", f"at most {SCRATCH_MIB} MiB",
              scratch.most <= SCRATCH_MIB * MIB),
    ])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=5_000_000, metavar="N", help="in the lake")
    parser.add_argument("--postings", type=int, default=10_000, metavar="N", help="vacancies in it")
    parser.add_argument("--lake", metavar="FOLDER", help="a lake that is there")
    arguments = parser.parse_args()
    return exit_code(lambda work: measure(arguments, work))


if __name__ == "__main__":
    sys.exit(main())
