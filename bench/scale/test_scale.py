"""What bench/scale says of figures. Run: python3 -m pytest bench."""

import argparse
import sqlite3
from pathlib import Path

import pytest

from scale import growth, run, tables, works
from scale.growth import COPY, DLT, OLD, OURS, READ, Line
from scale.measuring import Held
from scale.one_size import OneSize
from scale.source import BEGINS, START, TICK, KeptWorld
from scale.stores import Store
from scale.works import AGAIN, ALL, CHANGES, DAY, FIRST, HOUR, MARTS, NEEDS, NOTHING, VERIFY
from toolbox.programs import Failed

SIZES = (100_000, 1_000_000, 5_000_000)


def line(
    size: int, work: str, seconds: float, who: str = OURS, peak_mib: float = 20.0, written: int | None = None,
    rows: int | None = None,
) -> Line:
    """A third of the time is our CPU, and another PostgreSQL's."""
    third = seconds / 3
    return Line(size, work, who, seconds, third, third, peak_mib=peak_mib, written=written, rows=rows)


def judged(lines: list[Line]) -> dict[str, bool]:
    """What is judged, by its first words."""
    return {each.judgement.what: each.judgement.held for each in growth.promises(lines) if each.is_judged}


def told(lines: list[Line]) -> dict[str, str]:
    return {each.judgement.what: each.judgement.found for each in growth.promises(lines) if not each.is_judged}


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 1.6])
def test_the_exponent_of_a_power_is_that_power(power: float) -> None:
    assert growth.exponent([(size, 3.0 * size**power) for size in SIZES]) == pytest.approx(power)


def test_with_two_sizes_the_exponent_is_the_slope_between_them() -> None:
    assert growth.exponent([(1_000, 1.0), (10_000, 100.0)]) == pytest.approx(2.0)


def test_the_exponent_of_three_sizes_lies_between_the_slopes() -> None:
    found = growth.exponent([(1_000, 1.0), (10_000, 10.0), (100_000, 1_000.0)])
    assert found is not None
    assert 1.0 < found < 2.0


@pytest.mark.parametrize("points", [[], [(1_000, 1.0)], [(1_000, 1.0), (1_000, 2.0)], [(1_000, 0.0), (10_000, 1.0)]])
def test_one_size_has_no_exponent(points: list[tuple[float, float]]) -> None:
    assert growth.exponent(points) is None


def test_a_work_that_failed_somewhere_grows_by_what_is_left() -> None:
    lines = [line(1_000, DAY, 1.0), line(10_000, DAY, 10.0), Line(100_000, DAY, OURS, failed="exit code 1")]
    assert growth.grows(lines, DAY, OURS, growth.seconds) == pytest.approx(1.0)
    assert growth.grows(lines, DAY, OLD, growth.seconds) is None


def test_rounds_become_the_middle_one_with_the_mean_cpu_and_the_most_memory() -> None:
    rounds = [
        line(1, DAY, 9.0)._replace(ours=1.0, postgres=4.0, peak_mib=20.0, rows=1),
        line(1, DAY, 2.0)._replace(ours=2.0, postgres=5.0, peak_mib=20.0, rows=2),
        line(1, DAY, 3.0)._replace(ours=3.0, postgres=9.0, peak_mib=31.0, rows=3),
    ]
    found = growth.middle(rounds)
    assert (found.seconds, found.ours, found.postgres, found.cpu, found.peak_mib) == (3.0, 2.0, 6.0, 8.0, 31.0)
    assert found.rows == 3


def test_a_round_that_failed_is_what_is_told() -> None:
    assert growth.middle([line(1, DAY, 1.0), Line(1, DAY, OURS, failed="cut off")]).failed == "cut off"


def test_a_floor_has_no_cpu() -> None:
    found = growth.middle([Line(1, FIRST, READ, 2.0), Line(1, FIRST, READ, 1.0)])
    assert (found.seconds, found.cpu, found.peak_mib) == (2.0, None, None)


@pytest.mark.parametrize(("works_of", "limit", "name"), [
    ((FIRST, HOUR, AGAIN, DAY), 64, "Memory of ingest"), ((ALL, NOTHING, CHANGES, VERIFY), 128, "Memory of export"),
])
def test_memory_is_held_in_every_work_at_every_size(works_of: tuple[str, ...], limit: int, name: str) -> None:
    for work in works_of:
        for size in SIZES:
            others = [line(each, other, 1.0, written=0) for each in SIZES for other in works_of]
            assert judged([*others, line(size, work, 1.0, peak_mib=limit, written=0)])[name]
            assert not judged([*others, line(size, work, 1.0, peak_mib=limit + 0.1, written=0)])[name]


def test_memory_of_another_build_is_not_ours() -> None:
    assert judged([line(1, FIRST, 1.0), line(1, FIRST, 1.0, OLD, peak_mib=500.0)])["Memory of ingest"]


@pytest.mark.parametrize("work", [HOUR, AGAIN])
def test_a_row_that_is_written_for_nothing_is_not_held(work: str) -> None:
    what = "Rows written when nothing is new"
    assert judged([line(1, HOUR, 1.0, written=0), line(1, AGAIN, 1.0, written=0), line(1, FIRST, 1.0, written=9)])[what]
    assert not judged([line(1, HOUR, 1.0, written=0), line(2, work, 1.0, written=1)])[what]


@pytest.mark.parametrize(("seconds", "held"), [(6.0, True), (6.01, False), (2.0, True)])
def test_the_largest_first_load_stands_beside_that_of_a_fifth(seconds: float, held: bool) -> None:
    lines = [line(5_000, FIRST, seconds), line(1_000, FIRST, 1.0), line(100, FIRST, 9.0)]
    assert judged(lines)["First load of 5,000"] is held


def test_without_a_fifth_nothing_is_said_of_it() -> None:
    assert "First load of 5,000" not in judged([line(5_000, FIRST, 900.0), line(2_000, FIRST, 1.0)])


def test_a_day_beside_all_is_judged_at_five_million_and_told_elsewhere() -> None:
    lines = [line(100_000, ALL, 1.0), line(100_000, CHANGES, 0.5), line(5_000_000, ALL, 40.0)]
    assert judged([*lines, line(5_000_000, CHANGES, 2.0)])["Export day of 5,000,000"]
    assert not judged([*lines, line(5_000_000, CHANGES, 2.1)])["Export day of 5,000,000"]
    assert told(lines) == {"Export day of 100,000": "0.5000 of exporting all"}


@pytest.mark.parametrize(("seconds", "held"), [(130.0, True), (131.0, False)])
def test_the_source_may_become_slower_and_we_beside_it_by_three_tenths(seconds: float, held: bool) -> None:
    """Twice the reading alone at the smallest, of which 1.3 times are 2.6 at the largest."""
    lines = [
        line(100_000, AGAIN, 2.0), line(100_000, AGAIN, 1.0, READ), line(1_000_000, AGAIN, 90.0),
        line(1_000_000, AGAIN, 10.0, READ), line(5_000_000, AGAIN, seconds), line(5_000_000, AGAIN, 50.0, READ),
    ]
    assert judged(lines)["All again of 5,000,000"] is held
    smaller = [each for each in lines if each.size < 5_000_000]
    assert "All again of 1,000,000" in told(smaller)
    assert "All again of 1,000,000" not in judged(smaller)


def test_a_work_of_ours_that_fails_is_not_held_and_one_of_the_old_build_is_told() -> None:
    failing = Line(5_000_000, FIRST, OLD, failed="ingest ended with exit code 1")
    assert judged([line(5_000_000, FIRST, 1.0), failing]) == {"Memory of ingest": True}
    assert judged([failing._replace(who=OURS)]) == {"First load of 5,000,000": False}


def test_picked_works_bring_what_they_need_in_order() -> None:
    assert works.wanted([]) == tuple(NEEDS)
    assert works.wanted([CHANGES]) == (FIRST, ALL, CHANGES)
    assert works.wanted([DAY, HOUR]) == (FIRST, HOUR, DAY)
    assert works.wanted([MARTS]) == (FIRST, ALL, MARTS)


def test_works_stand_after_what_they_need() -> None:
    order = list(NEEDS)
    assert all(order.index(needed) < order.index(work) for work, needs in NEEDS.items() for needed in needs)


def test_the_command_line_says_what_is_wrong_with_it() -> None:
    assert run.numbers("5000,1000,5000") == [1000, 5000]
    assert run.works("next-hour,export-day") == ["next-hour", "export-day"]
    with pytest.raises(argparse.ArgumentTypeError, match="50 is less than 100 applications"):
        run.numbers("50,1000")
    with pytest.raises(argparse.ArgumentTypeError, match="there is no work next hour; there are first-load, next-hour"):
        run.works("next hour")


def test_what_failed_is_told_in_its_place() -> None:
    lines = [line(1_000, FIRST, 1.0, rows=1_200), Line(1_000, FIRST, OLD, failed="cut off")]
    table = tables.of_size(lines, 1_000)
    ours, old = (row[:4] for row in table.rows)
    assert (ours, old) == (["first load", "ours", "1,200", "1.00"], ["first load", "old", "–", "fails"])
    assert {len(row) for row in table.rows} == {len(table.header)}


def test_growth_and_ratios_have_a_row_for_each_work_and_a_column_for_each_size() -> None:
    lines = [
        each for size in (1_000, 10_000) for each in (
            line(size, FIRST, size / 500), line(size, FIRST, size / 1000, READ), line(size, FIRST, size / 800, OLD),
            line(size, FIRST, size / 2000, COPY), line(size, FIRST, size / 100, DLT), line(size, DAY, 0.5),
        )
    ]
    grown, beside = (tables.growth(lines), tables.ratios(lines))
    assert ["first load", "ours", "2.00", "20.00", "1.00", "1.00"] in grown.rows
    assert ["first load", "read", "1.00", "10.00", "1.00", "1.00"] in grown.rows
    assert ["day", "ours", "0.50", "0.50", "0.00", "0.00"] in grown.rows
    assert {row[0]: row[1] for row in beside.rows} == {
        "first load, ours : read": "2.000", "first load, COPY : ours": "0.250", "first load, dlt : ours": "5.000",
        "first load, ours : old, seconds": "1.600", "first load, ours : old, CPU": "1.600",
    }


def test_one_size_does_not_grow() -> None:
    assert tables.summary([line(1_000, FIRST, 1.0)], {}) == []


def test_bytes_a_row_are_those_of_store_and_lake() -> None:
    [row] = tables.bytes_a_row({1_000: [Held("application", 2_000, 3 << 20, 1 << 20)]}).rows
    assert row == ["1,000", "application", "2,000", "3.0", "1,573", "1.0", "524"]


def test_figures_go_into_their_place_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "sizing.md"
    file.write_text(f"before\n\n{tables.BEGIN}\n\nold\n\n{tables.END}\n\nafter\n", encoding="utf-8")
    text = tables.markdown([tables.of_size([line(1_000, FIRST, 1.0, rows=1_200)], 1_000)], ["a remark"])
    for _ in range(2):
        tables.write_into(file, text)
    written = file.read_text(encoding="utf-8")
    assert written == f"before\n\n{tables.BEGIN}\n\n{text}\n\n{tables.END}\n\nafter\n"
    assert "| work | who | rows | seconds |" in written
    assert "|---|---|--:|--:|" in written
    assert "- a remark" in written


def test_a_file_without_a_place_for_figures_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    with pytest.raises(Failed, match=r"figures cannot be written into .*README\.md"):
        tables.write_into(file, "figures")
    file.write_text("nothing here", encoding="utf-8")
    with pytest.raises(Failed, match="has no place for the figures"):
        tables.write_into(file, "figures")
    assert file.read_text(encoding="utf-8") == "nothing here"


def kept_world(folder: Path, program: bytes = b"a program") -> KeptWorld:
    (folder / "mock-api").write_bytes(program)
    return KeptWorld(str(folder / "mock-api"), folder / "kept", folder, 10, 1_000)


def test_another_mock_has_another_world(tmp_path: Path) -> None:
    first, again, other = kept_world(tmp_path), kept_world(tmp_path), kept_world(tmp_path, b"another")
    assert first.kept == again.kept
    assert first.kept != other.kept
    # so that the older one is found and removed when the newer one is made
    assert other.kept.name.startswith(other.stem)
    assert first.kept.name.startswith(other.stem)


def test_a_copy_of_a_kept_world_begins_when_the_world_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = kept_world(tmp_path)
    world.kept.parent.mkdir()
    started = int(BEGINS.timestamp()) * TICK
    with sqlite3.connect(world.kept) as database:
        database.execute("CREATE TABLE world (started INTEGER, shift INTEGER)")
        database.execute("INSERT INTO world VALUES (?, 7)", (started,))
    monkeypatch.setattr("scale.source.time.time", lambda: 2_000_000_000.5)
    world.copy()
    with sqlite3.connect(world.file) as database:
        [[shift]] = database.execute("SELECT shift FROM world")
    assert 2_000_000_000 * TICK + TICK // 2 + shift == started
    with sqlite3.connect(world.kept) as database:
        assert database.execute("SELECT shift FROM world").fetchall() == [(7,)]


class Stuck(Store):
    """A build whose first load never comes to its end."""

    def __init__(self, name: str) -> None:
        self.name, self.is_dropped = name, False

    def read_rest(self) -> tuple[int, float]:
        raise Failed(f"ingest ({self.name}) does not come to the end of the history")

    def drop(self) -> None:
        self.is_dropped = True


class Slow(Stuck):
    """One that comes to it when it is started again."""

    def read_rest(self) -> tuple[int, float]:
        return 2, 513.0


def at_size(*stores: Store) -> OneSize:
    there = object.__new__(OneSize)
    there.size, there.stores, there.notes = 5_000_000, list(stores), []
    return there


def test_another_build_that_cannot_load_is_done_with_and_ours_goes_on() -> None:
    ours, old = Slow(OURS), Stuck(OLD)
    there = at_size(ours, old)
    there.read_rest_of([line(5_000_000, FIRST, 1.0), Line(5_000_000, FIRST, OLD, failed="cut off")])
    assert there.stores == [ours]
    assert (ours.is_dropped, old.is_dropped) == (False, True)
    why = "ingest (old) does not come to the end of the history"
    assert there.notes == [f"5,000,000: the old build does no more works: {why}"]


def test_another_build_that_loads_the_rest_later_stays() -> None:
    there = at_size(Slow(OURS), Slow(OLD))
    there.read_rest_of([line(5_000_000, FIRST, 1.0), Line(5_000_000, FIRST, OLD, failed="cut off")])
    assert [store.name for store in there.stores] == [OURS, OLD]
    assert there.notes == [
        "5,000,000: after its first load had failed, 2 more runs of the old ingest took 513 s for the rest"
    ]


def test_ours_that_cannot_load_is_the_end() -> None:
    with pytest.raises(Failed, match=r"ingest \(ours\) does not come to the end"):
        at_size(Stuck(OURS)).read_rest_of([Line(5_000_000, FIRST, OURS, failed="cut off")])


def test_the_history_begins_a_year_before_the_first_record() -> None:
    assert START == "2024-12-03"
