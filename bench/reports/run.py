"""Our dashboard beside the same charts by Superset, over the marts of a million applications: how fast, how large.

    export PYTHONPATH=e2e:bench
    python3 -m reports.run                                     the whole: `make bench-reports`
    python3 -m reports.run --lake FOLDER --programs FOLDER     over a lake that dbt has built, with built programs
    python3 -m reports.run --applications 20000 --postings 300 --requests 40 --dev
                                                               quick, to see whether it works

dbt makes the marts. Superset reads them as Parquet by DuckDB; `reports` gets what dbt hands over. Both are asked for
pages that are filtered, one server after the other. A page of Superset is all its charts, by its chart data API.

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench and --only venv-superset. All
traffic stays on this machine. Exit code: 0, 1 when something failed or something promised is not held.
"""

import argparse
import sys
from pathlib import Path

from reports import superset_server
from reports.charts import FUNNEL
from reports.dashboard import PAGE, Reports
from reports.judging import Kinds, Ours, Pages, Theirs, hold_against_each_other, show, verdict
from reports.questions import Question, World, by_city, by_period, many, world
from reports.superset_server import THREADS
from reports.warehouse import Lake, built
from toolbox import screen
from toolbox.programs import TOOLS, Failed
from workplace import exit_code, find_programs, takes_programs, venv_bench

PROGRAMS = ("reports", "migrate")
# so often ours are asked what Superset is: a page of few milliseconds once says little
AGAIN = 10
# there are no more periods
MOST_PAGES = 5


def of_superset(work: Path, lake: Lake, found: World, kinds: Kinds) -> Theirs:
    """Of each kind of page all questions one chart after the other, and as many at once as a browser would; then all
    of them once more, which are kept by then."""
    folder = work / "superset"
    folder.mkdir()
    superset_server.set_up(folder)
    with superset_server.superset(folder, lake.marts, found) as (server, watch):
        cold = server.page(Question(weeks=None), 1, force=True)
        # no month of the lake has ended to nine tenths, so both ask for a funnel and have none
        empty = [name for name, rows in cold.rows.items() if not rows and name != FUNNEL]
        if empty:
            raise Failed(f"charts of Superset have no rows: {', '.join(empty)}")
        measured = []
        for kind, questions in kinds.items():
            with screen.step("ask") as done:
                for force in (True, False):
                    for at_once in (1, THREADS):
                        pages = [server.page(each, at_once, force) for each in questions]
                        measured.append(Pages(kind, at_once, force, pages))
                done.text = f"{len(questions)} pages {kind}, {len(measured[-1].pages[0].rows)} charts each"
        return Theirs(cold, measured, server.scripts(), watch.peak_mib())


def of_reports(arguments: argparse.Namespace, work: Path, lake: Lake, found: World, kinds: Kinds) -> Ours:
    folder = work / "reports"
    folder.mkdir()
    service = Reports(find_programs(arguments, PROGRAMS), folder, arguments.page)
    service.hand_over(lake.docs)
    questions = many(found, arguments.requests)
    with service.started(questions[0]) as (asker, watch, start):
        with screen.step("ask") as done:
            measured = {each: service.ask(asker, questions, each) for each in (1, THREADS)}
            done.text = f"{len(questions)} different pages, twice"
        with screen.step("ask") as done:
            same = {kind: service.ask(asker, asked * AGAIN, 1) for kind, asked in kinds.items()}
            weeks = [service.weeks(asker, asked) for each in kinds.values() for asked in each]
            done.text = f"what Superset is asked, {AGAIN} times"
        style, peak_mib = service.style(asker), watch.peak_mib()
        return Ours(start, measured, same, style, peak_mib, lake.data_bytes(), weeks)


def measure(arguments: argparse.Namespace, work: Path) -> bool:
    screen.heading("The marts")
    if arguments.lake:
        lake = Lake(Path(arguments.lake).resolve())
    else:
        lake = built(work, arguments.applications, arguments.postings)
    found = world(lake.data, lake.names(work))
    pages = arguments.pages or MOST_PAGES
    kinds = {"of a city": by_city(found, pages), "of all": by_period(pages)}
    screen.heading("reports")
    ours = of_reports(arguments, work, lake, found, kinds)
    theirs = None
    if arguments.pages:
        screen.heading("Superset")
        theirs = of_superset(work, lake, found, kinds)
        hold_against_each_other(ours, theirs)
    screen.heading("What was measured")
    show(ours, theirs)
    return verdict(ours, theirs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applications", type=int, default=1_000_000, metavar="N", help="in the lake")
    parser.add_argument("--postings", type=int, default=5_000, metavar="N", help="vacancies in it")
    parser.add_argument("--lake", metavar="FOLDER", help="one that dbt has built already, instead of a new one")
    parser.add_argument("--requests", type=int, default=400, metavar="N", help="different pages of ours")
    parser.add_argument("--pages", type=int, default=MOST_PAGES, metavar="N",
                        help="of Superset, of each kind and each way, at most 5; 0 leaves it out")
    parser.add_argument("--page", default=PAGE, metavar="PATH", help="of ours, where another one stands in for it")
    takes_programs(parser)
    arguments = parser.parse_args()
    needed = [venv_bench() / "python", TOOLS / "venv-dbt" / "bin" / "python"]
    for python in [*needed, superset_server.programs() / "python"][:3 if arguments.pages else 2]:
        if not python.exists():
            screen.say(f"bench: no {python}; run `make tools`, `python3 e2e/toolbox/setup.py --only venv-bench` and "
                       "the same with `--only venv-superset`")
            return 1
    return exit_code(lambda work: measure(arguments, work))


if __name__ == "__main__":
    sys.exit(main())
