"""Holds `reports figures` against the textbook, against lifelines, and against worlds whose truth is known.

    PYTHONPATH=e2e python3 -m figures.run [--short] [--first SEED] [--worlds N] [--reports FILE]

- Made-up worlds, each asked for with some filter: all that is told equals what exact fractions make of the applications
  themselves (exact.py), to 1e-9.
- The curves equal those of lifelines, to 1e-9. Its median is one step late where a curve is at exactly one half.
- Worlds with known hazards, half of which is not over when they are looked at: the bands of 95 % hold the truth in at
  least 93 of 100.
- Emply's two times to hire are those of plain Python, and do not agree.
- A figure that is spoilt is found.

reports is built here, or FILE is it. TOOLS_DIR holds lifelines (`make tools`). --short takes fewer worlds.

Exit code: 0 all holds, 1 something does not or a step failed, 128 + n after signal n.
"""

import argparse
import copy
import datetime
import json
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from figures import hazards
from figures.differences import CLOSE, differences
from figures.exact import Filter, expected, steps
from figures.worlds import AS_OF, SMALL, Application, chance, write
from toolbox import screen
from toolbox.programs import REPOSITORY, Failed, build, in_folder_of_its_own, run

HERE = Path(__file__).resolve().parent
SHOWN = 10
ALL = Filter()
LEAST_COVERED = Fraction(93, 100)
PYTHON = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve() / "venv-figures" / "bin" / "python"

Told = dict[str, Any]


class Sizes(NamedTuple):
    """How many worlds."""

    chance: int
    known: int


class Reports:
    """The program, over one folder that is written anew for each world."""

    def __init__(self, program: str, work: Path) -> None:
        self.program, self.work, self.bundle = program, work, work / "bundle"
        self.bundle.mkdir()

    def figures(self, applications: Sequence[Application], asked: Filter = ALL) -> Told:
        write(applications, self.bundle)
        words = [self.program, "figures", "--json", "--folder", str(self.bundle), *asked.words()]
        told: Told = json.loads(run(words, {"RUST_LOG": "warn"}, self.work / "reports.log"))
        return told


def say(what: str, found: Sequence[str]) -> None:
    if found:
        raise Failed("{}:\n  {}".format(what, "\n  ".join(found[:SHOWN])))


def some_filter(seed: int, applications: Sequence[Application]) -> Filter:
    """Every third world is asked for as a whole."""
    dice = random.Random(seed)
    if not applications or seed % 3 == 0:
        return ALL
    one = dice.choice(applications)
    days = sorted(AS_OF - datetime.timedelta(dice.randint(0, 200)) for _ in range(2))
    return Filter(
        dice.choice((None, None, one.department)), dice.choice((None, None, one.city)),
        dice.choice((None, None, days[0])), dice.choice((None, None, days[1], AS_OF)),
    )


def by_fractions(reports: Reports, seeds: Sequence[int]) -> None:
    with screen.step("fractions") as done:
        shares = 0
        for seed in seeds:
            applications = chance(seed)
            asked = some_filter(seed, applications)
            if SMALL in (asked.department, asked.city):
                asked = asked._replace(department=None, city=None)
            told = reports.figures(applications, asked)
            wanted = expected(applications, asked)
            say(f"world {seed}, {asked}", list(differences(told, wanted)))
            curve = told["created"]["figures"]
            shares += 2 * len(curve["curve"]) if isinstance(curve, dict) else 0
        done.text = f"{len(seeds)} worlds, {screen.number(shares)} shares, all as exact fractions have them"


def as_steps(told: Told) -> Told:
    """As lifelines_curves.py has them."""
    curve = told["created"]["figures"]["curve"]
    flat: Told = {"day": [step["day"] for step in curve]}
    for name in ("survival", "incidence"):
        flat[name] = [step[name]["value"] for step in curve]
        for border in ("lower", "upper"):
            flat[f"{name}_{border}"] = [step[name][border] for step in curve]
    return flat


def is_border(name: str) -> bool:
    return name.endswith(("_lower", "_upper"))


def both(told: Told, theirs: Told, name: str) -> Iterator[tuple[int, float, float]]:
    """Day by day, where both have a border: at 0 and 1 nothing can be estimated."""
    for day, one, other in zip(told["day"], told[name], theirs[name], strict=True):
        if one is not None and other is not None and 0 < one < 1:
            yield day, one, other


def unlike(told: Told, theirs: Told) -> Iterator[str]:
    for name in theirs.keys() - {"median"}:
        if is_border(name):
            apart = (each for each in both(told, theirs, name) if abs(each[1] - each[2]) > CLOSE)
            yield from (f"{name} on day {day} is {here!r} and not {there!r}" for day, here, there in apart)
        else:
            yield from differences(told[name], [float(value) for value in theirs[name]], name)


def by_lifelines(reports: Reports, seeds: Sequence[int]) -> None:
    with screen.step("lifelines") as done:
        worlds = [[each for each in chance(seed) if each.days is not None] for seed in seeds]
        worlds = [world for world in worlds if len(world) >= 5]
        asked = reports.work / "worlds.jsonl"
        asked.write_text("".join(json.dumps([(each.days, each.outcome) for each in world]) + "\n" for world in worlds))
        code = "import runpy, sys; sys.stdin = open(sys.argv[1]); runpy.run_path(sys.argv[2], run_name='__main__')"
        words = [str(PYTHON), "-c", code, str(asked), str(HERE / "lifelines_curves.py")]
        answers = run(words, {}, reports.work / "lifelines.log").splitlines()
        late = borders = 0
        for world, answer in zip(worlds, answers, strict=True):
            theirs, told = json.loads(answer), reports.figures(world)
            flat = as_steps(told)
            say("lifelines", list(unlike(flat, theirs)))
            borders += sum(len(list(both(flat, theirs, name))) for name in theirs if is_border(name))
            median = told["created"]["figures"]["median"]["day"]
            is_half = any(step.survival == Fraction(1, 2) for step in steps(world))
            if median != theirs["median"]:
                late += 1
                if not is_half:
                    say("lifelines", [f"the median is {median} and not {theirs['median']}"])
        if not borders:
            raise Failed("lifelines has told no border of a band")
        done.text = f"{len(worlds)} worlds, {screen.number(borders)} borders; its median is late in {late}, at a half"


def holds(share: Told | None, truth: float) -> bool:
    return share is not None and (share["lower"] or 0) <= truth <= (1 if share["upper"] is None else share["upper"])


def covered(told: Told) -> dict[str, bool]:
    figures = told["created"]["figures"]
    until = [step["survival"] for step in figures["curve"] if step["day"] <= hazards.MEDIAN]
    half, median = until[-1] if until else None, figures["median"]
    upper = hazards.LAST if median["upper"] is None else median["upper"]
    return {
        f"half is left on day {hazards.MEDIAN}": holds(half, hazards.survival(hazards.MEDIAN)),
        "median": median["lower"] <= hazards.MEDIAN <= upper,
        **{
            f"hired within {within['days']} days": holds(within["share"], hazards.HIRED_BY[within["days"]])
            for within in figures["hired_within"]
        },
    }


def by_known_hazards(reports: Reports, seeds: Sequence[int]) -> None:
    with screen.step("hazards") as done:
        counts: dict[str, int] = {}
        for seed in seeds:
            for what, is_covered in covered(reports.figures(hazards.world(seed))).items():
                counts[what] = counts.get(what, 0) + is_covered
        done.text = f"{len(seeds)} worlds of {hazards.PEOPLE} people; bands of 95 % hold the truth in"
        done.more = [f"{100 * count / len(seeds):5.1f} %  {what}" for what, count in counts.items()]
    few = [what for what, count in counts.items() if Fraction(count, len(seeds)) < LEAST_COVERED]
    say("a band holds the truth in fewer than 93 of 100 worlds", few)


def by_emply(reports: Reports, seeds: Sequence[int]) -> None:
    """Emply's Overview has the mean of the jobs' means, its report the mean over candidates, by plain Python."""
    with screen.step("emply") as done:
        compared = disagree = 0
        for seed in seeds:
            applications = chance(seed)
            hires = reports.figures(applications)["times_to_hire"]
            for row in hires["of"]:
                if row["period"] != "history" or row["means"] == "too few":
                    continue
                jobs: dict[str, list[int]] = {}
                for each in applications:
                    if each.outcome == "hired" and each.department == row["department"] and each.days is not None:
                        jobs.setdefault(each.vacancy, []).append(each.days)
                days = [day for job in jobs.values() for day in job]
                over_candidates = Fraction(sum(days), len(days))
                over_jobs = sum((Fraction(sum(job), len(job)) for job in jobs.values()), Fraction(0)) / len(jobs)
                means = row["means"]
                for name, truth in (("over_jobs", over_jobs), ("over_candidates", over_candidates)):
                    # two roundings down to thousandths
                    if not -1e-9 <= float(truth) - means[name] < 0.002:
                        say(f"world {seed}", [f"{name} is {means[name]} and not {float(truth)}"])
                compared += 1
                disagree += means["over_jobs"] != means["over_candidates"]
        if not disagree:
            raise Failed("Emply's two agree everywhere: these worlds tell nothing")
        done.text = f"{compared} groups by plain Python; Emply's two disagree in {disagree}"


def spoilt(told: Told) -> Iterator[tuple[str, Told]]:
    """The same with one thing wrong, as a fault in the program would have it."""
    changes: dict[str, Callable[[Told], object]] = {
        "a share is off by a millionth": lambda figures: figures["curve"][-1]["incidence"].update(
            value=figures["curve"][-1]["incidence"]["value"] + 1e-6),
        "those that are open come first": lambda figures: figures["curve"][1].update(
            at_risk=figures["curve"][1]["at_risk"] - 1),
        "the median is a step late": lambda figures: figures["median"].update(day=figures["median"]["day"] + 1),
        "a day is lost": lambda figures: figures["curve"].pop(0),
        "a border is not told": lambda figures: figures["hired_within"][0]["share"].update(upper=None),
    }
    for what, change in changes.items():
        wrong = copy.deepcopy(told)
        change(wrong["created"]["figures"])
        yield what, wrong


def by_spoiling(reports: Reports) -> None:
    with screen.step("spoiling") as done:
        applications = hazards.world(1)
        told, wanted = reports.figures(applications), expected(applications, ALL)
        say("before anything was spoilt", list(differences(told, wanted)))
        unseen = [what for what, wrong in spoilt(told) if not list(differences(wrong, wanted))]
        say("nobody would notice", unseen)
        done.text = "each of 5 wrong figures is found"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--short", action="store_true", help="fewer worlds")
    parser.add_argument("--first", type=int, default=1, metavar="SEED", help="of the first world (1)")
    parser.add_argument("--worlds", type=int, metavar="N", help="made-up worlds (150 or 1500)")
    parser.add_argument("--reports", metavar="FILE", help="the program; built here without it")
    arguments = parser.parse_args()
    sizes = Sizes(150, 100) if arguments.short else Sizes(1500, 1000)
    seeds = range(arguments.first, arguments.first + (arguments.worlds or sizes.chance))

    def work(folder: Path) -> bool:
        if not PYTHON.is_file():
            raise Failed(f"no lifelines in {PYTHON.parents[1]}: run `make tools`")
        reports = Reports(arguments.reports or build()["reports"], folder)
        screen.heading("Figures of made-up worlds")
        by_fractions(reports, seeds)
        by_lifelines(reports, seeds)
        by_emply(reports, list(islice(seeds, 50)))
        by_spoiling(reports)
        screen.heading("Figures of worlds whose truth is known")
        by_known_hazards(reports, range(arguments.first, arguments.first + sizes.known))
        return True

    return in_folder_of_its_own("figures", work)


if __name__ == "__main__":
    sys.exit(main())
