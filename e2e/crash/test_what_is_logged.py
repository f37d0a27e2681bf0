"""What ingest has logged in all runs of the other tests, which come before, or of those that nothing happened to."""

import re

import pytest

from crash.stage import KEY, Stage
from toolbox.programs import readable

# somebody's name before the @, which the shown address of a database does not have
EMAIL = re.compile(r"[\w.%+-]@[\w-]")

pytestmark = pytest.mark.usefixtures("pace")


@pytest.fixture
def lines(stage: Stage) -> list[str]:
    return stage.log.read_text(errors="replace").splitlines()


def test_nothing_that_looks_like_an_email_address(lines: list[str]) -> None:
    assert [line[:300] for line in lines if EMAIL.search(line)] == []


def test_no_key(lines: list[str]) -> None:
    assert [line[:300] for line in lines if KEY in line] == []


def test_no_panic(lines: list[str]) -> None:
    panics = [number for number, line in enumerate(lines) if "panicked" in line]
    around = [[readable(each) for each in lines[max(0, number - 3):number + 4]] for number in panics]
    assert around == []


def test_there_is_something(lines: list[str]) -> None:
    assert len(lines) > 1
