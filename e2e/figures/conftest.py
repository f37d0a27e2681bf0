"""Which worlds there are (--seed is that of the first one), what reports makes of them, and what lifelines does."""

import json
from pathlib import Path

import pytest

from figures.reports import Reports, Told
from figures.worlds import followed
from toolbox.programs import TOOLS, Failed, run


def seeds(config: pytest.Config, few: int, many: int) -> list[int]:
    first = 1 if config.option.seed is None else config.option.seed
    return list(range(first, first + (few if config.option.short else many)))


def seeds_of_curves(config: pytest.Config) -> list[int]:
    """Of fewer people no curve is told."""
    return [seed for seed in seeds(config, 150, 1500) if len(followed(seed)) >= 5]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", seeds(metafunc.config, 150, 1500))
    if "seed_of_a_curve" in metafunc.fixturenames:
        metafunc.parametrize("seed_of_a_curve", seeds_of_curves(metafunc.config))
    if "seed_of_hires" in metafunc.fixturenames:
        metafunc.parametrize("seed_of_hires", seeds(metafunc.config, 50, 50))


@pytest.fixture
def seeds_of_hires(pytestconfig: pytest.Config) -> list[int]:
    return seeds(pytestconfig, 50, 50)


@pytest.fixture(scope="session")
def seeds_of_known_hazards(pytestconfig: pytest.Config) -> list[int]:
    return seeds(pytestconfig, 100, 1000)


@pytest.fixture(scope="session")
def reports(programs: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Reports:
    return Reports(programs["reports"], tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def lifelines(pytestconfig: pytest.Config, work: Path) -> dict[int, Told]:
    """What lifelines makes of the curves of all worlds that have one, by their seeds."""
    python = TOOLS / "venv-figures" / "bin" / "python"
    if not python.is_file():
        raise Failed(f"no lifelines in {python.parents[1]}: run `make tools`")
    of, asked = seeds_of_curves(pytestconfig), work / "worlds.jsonl"
    worlds = [[(each.days, each.outcome) for each in followed(seed)] for seed in of]
    asked.write_text("".join(json.dumps(world) + "\n" for world in worlds))
    script = str(Path(__file__).with_name("lifelines_curves.py"))
    answers = run([str(python), script, str(asked)], {}, work / "lifelines.log").splitlines()
    return {seed: json.loads(answer) for seed, answer in zip(of, answers, strict=True)}
