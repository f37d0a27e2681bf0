"""The dbt project, as tests build it over a lake. Wants the Python that dbt is installed for."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from marts.expected.facts import Report
from toolbox.programs import REPOSITORY, run


class Project:
    """The dbt project; what it needs to remember between two builds is below `work`."""

    def __init__(self, work: Path) -> None:
        self.work = work

    def build(self, lake: Path, report: Report) -> None:
        """By the entrypoint, as in a run. Fails where one of dbt's own tests does."""
        settings = {
            "LAKE_PATH": str(lake), "WAREHOUSE_TYPE": "lake", "LOG_FORMAT": "json", "TMPDIR": str(self.work),
            # kept, so that the second build does not parse again
            "DBT_TARGET_PATH": str(self.work / "dbt-target"), **report.settings,
        }
        run([sys.executable, str(REPOSITORY / "dbt" / "entrypoint.py")], settings, self.work / "dbt.log")


@pytest.fixture(scope="session")
def project(work: Path) -> Project:
    return Project(work)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: left out where --short is asked for")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out: Sequence[pytest.Item] = [
        item for item in items if config.option.short and item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
