#!/usr/bin/env python3
"""Whether the working tree is slower than another commit: both do the same work in turn, and pairs are compared.

    PYTHONPATH=e2e python3 bench/beside.py --old COMMIT                 the whole: `make bench-beside OLD=COMMIT`
    PYTHONPATH=e2e python3 bench/beside.py --old COMMIT --dev --applications 9000 --rounds 2
                                                         quick, to see whether it works; its numbers mean nothing

Needs what e2e/toolbox/setup.py installs, and what it installs with --only venv-bench. All traffic stays on this
machine. Exit code: 0, 1 when something failed or the new build is slower, 2 when it was called wrongly.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pairs import builds, figures
from pairs.cpu import Server
from pairs.works import NEW, OLD, Found, Rounds, Side
from postgres import Database
from toolbox import screen
from workplace import holds, in_folder, measure_beside_peers
from world import World

PROGRAMS = ("ingest", "export")

Executables = dict[str, dict[str, str]]


def find_builds(arguments: argparse.Namespace, work: Path) -> Executables:
    """The programs of both."""
    if arguments.old_programs:
        old = in_folder(Path(arguments.old_programs), builds.PROGRAMS)
    else:
        old = builds.of_commit(arguments.old, arguments.dev)
    if arguments.new_programs:
        new = in_folder(Path(arguments.new_programs), (*builds.PROGRAMS, builds.MOCK))
    else:
        new = builds.of_working_tree(arguments.dev)
    # Whoever builds meanwhile changes nothing of copies. Both are copied, and now: a program's file that was written at
    # another time and in another way lies otherwise in memory, and starts a twentieth faster or slower
    return {name: builds.copied(found, work / ("programs-" + name)) for name, found in ((OLD, old), (NEW, new))}


def measure(arguments: argparse.Namespace, url: str, work: Path) -> bool:
    executables, public = find_builds(arguments, work), Database(url, "public")
    applications, postings = screen.number(arguments.applications), screen.number(arguments.postings)
    screen.heading(f"{applications} applications and {postings} postings, served to both by the new mock-api")
    server = Server(public)
    with World(executables[NEW], work, arguments.postings, arguments.applications).running() as world:
        sides = [Side(name, executables[name], public, world, work) for name in (OLD, NEW)]
        rounds = Rounds(sides, server, world)
        rounds.prepare()
        measured = measure_rounds(rounds, arguments)
    show(measured, rounds.notes)
    return verdict(measured)


def measure_rounds(rounds: Rounds, arguments: argparse.Namespace) -> Found:
    measured: Found = {}
    for program in [arguments.only] if arguments.only else PROGRAMS:
        for number in range(arguments.rounds):
            with screen.step(program) as done:
                found = rounds.ingest(number) if program == "ingest" else rounds.export(number)
                done.text = f"round {number + 1} of {arguments.rounds}: {in_short(found)}"
            for work, pairs in found.items():
                measured.setdefault(work, []).extend(pairs)
    return measured


def in_short(found: Found) -> str:
    shares = {work: figures.ratios(pairs, figures.FIGURES["CPU s"]) for work, pairs in found.items()}
    return ", ".join(f"{work.name} {f'{share.middle:.3f}' if share else '–'}" for work, share in shares.items())


def show(measured: Found, notes: Sequence[str]) -> None:
    screen.heading("What was measured, medians of all pairs; `new/old` is the median of their ratios")
    screen.table(figures.HEADER, figures.lines(measured))
    for note in notes:
        screen.say("Note: " + note)


def verdict(measured: Found) -> bool:
    screen.say("")
    judged = [each for work, pairs in measured.items() for each in figures.judge(work, pairs)]
    # all are shown, also after one that is not held
    found = [holds(*each) for each in judged]
    held = all(found)
    unsure = [work.name for work, pairs in measured.items() if figures.unsure(work, pairs)]
    if unsure:
        text = "The pairs lie too far apart to be sure of %s: an idle machine, or more rounds, would tell more."
        screen.say(text % ", ".join(unsure))
    return held


def parse(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    old = parser.add_mutually_exclusive_group(required=True)
    old.add_argument("--old", metavar="COMMIT", help="what the working tree is compared with")
    old.add_argument("--old-programs", metavar="FOLDER", help="the same, where its programs are built already")
    parser.add_argument("--new-programs", metavar="FOLDER", help="where those of the working tree are built already")
    parser.add_argument("--rounds", type=positive, default=7, metavar="N", help="how often each does each work")
    parser.add_argument("--applications", type=positive, default=100_000, metavar="N", help="applications in the world")
    parser.add_argument("--postings", type=positive, default=1_000, metavar="N", help="vacancies in the world")
    parser.add_argument("--only", choices=PROGRAMS, help="leave the other one out")
    parser.add_argument("--dev", action="store_true", help="the build that tests use, not the release")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args(words)
    if arguments.old is not None:
        commit = builds.full_commit(arguments.old)
        if commit is None:
            parser.error(f"{arguments.old or 'an empty name'} is no commit of this repository")
        arguments.old = commit
    return arguments


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


if __name__ == "__main__":
    sys.exit(measure_beside_peers(__file__, parse(), measure))
