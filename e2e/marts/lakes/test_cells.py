"""Each cell of each mart of made-up lakes is what plain Python makes of it; a second build writes the same bytes."""

from hashlib import sha256
from pathlib import Path

from marts.conftest import differences
from marts.lakes.conftest import Built, Lakes
from marts.lakes.tables import facts_of


def test_marts_are_what_they_have_to_be(built: Built) -> None:
    assert differences(facts_of(built.tables, built.report), built.marts) == []


def test_a_second_build_writes_the_same_bytes(lakes: Lakes) -> None:
    built = lakes["chance"]
    before = hashes(built.lake)
    lakes.project.build(built.lake, built.report)
    assert before
    assert hashes(built.lake) == before


def hashes(lake: Path) -> dict[str, str]:
    return {file.name: sha256(file.read_bytes()).hexdigest() for file in (lake / "marts").glob("*.parquet")}
