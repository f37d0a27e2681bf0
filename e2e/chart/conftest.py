"""Value sets, and programs: Helm, helm-docs and kube-score come from PATH, else Go builds them into TOOLS_DIR."""

import pytest

from chart.chart import VALUE_SETS, Object, program, value_set
from toolbox import go_tools
from toolbox.programs import Failed


def pytest_configure() -> None:
    """Builds what is not there yet: before output is captured, since it takes minutes and says so."""
    try:
        for name in go_tools.TOOLS:
            go_tools.find(name)
    except Failed as problem:
        raise pytest.UsageError(str(problem)) from problem


@pytest.fixture(params=VALUE_SETS)
def set_name(request: pytest.FixtureRequest) -> str:
    """Of each value set."""
    return str(request.param)


@pytest.fixture
def objects(set_name: str) -> list[Object]:
    """All of each value set."""
    return value_set(set_name)


@pytest.fixture
def helm_docs() -> str:
    return program("helm-docs")


@pytest.fixture
def kube_score() -> str:
    return program("kube-score")
