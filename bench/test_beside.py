"""What bench/beside.py says of two builds. Run: python3 -m pytest bench."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import beside
from pairs import builds, cpu, figures
from pairs.figures import Cost, Pair, Work
from pairs.works import Side, in_turn
from toolbox.programs import REPOSITORY, CargoBuild, Failed, built
from workplace import in_folder

WORK = Work("first load", 1, 1)
HOURLY = Work("next hour", 1, 1, most_more_ms=10)


def cost(cpu_seconds: float, wall: float = 1.0) -> Cost:
    """A third of it is ours."""
    return Cost(cpu_seconds / 3, cpu_seconds * 2 / 3, wall, 20.0)


def pairs(*ratios: float) -> list[Pair]:
    return [Pair(cost(3.0), cost(3.0 * ratio)) for ratio in ratios]


def slower_by(*milliseconds: float) -> list[Pair]:
    return [Pair(cost(1.0, 0.250), cost(1.0, 0.250 + more / 1000)) for more in milliseconds]


def test_the_cpu_of_a_cost_is_ours_and_that_of_postgresql() -> None:
    assert Cost(1.5, 2.0, 9.0, 30.0).cpu == 3.5


def test_runs_in_a_row_become_one() -> None:
    runs = [Cost(1.0, 4.0, 3.0, 20.0), Cost(2.0, 5.0, 9.0, 22.0), Cost(3.0, 9.0, 4.0, 21.0)]
    assert figures.mean(runs) == Cost(2.0, 6.0, 4.0, 22.0)


def test_a_ratio_is_that_of_a_pair_not_of_the_medians() -> None:
    measured = [Pair(cost(1.0), cost(2.0)), Pair(cost(10.0), cost(10.0)), Pair(cost(100.0), cost(50.0))]
    found = figures.ratios(measured, figures.FIGURES["CPU s"])
    assert found == pytest.approx((1.0, 0.5, 2.0, 0.5, 2.0))


@pytest.mark.parametrize(("count", "left_out"), [(1, 0), (5, 0), (6, 0), (8, 0), (9, 1), (14, 2), (28, 8)])
def test_of_many_pairs_some_at_each_end_say_nothing_of_the_median(count: int, left_out: int) -> None:
    assert figures.outside(count) == left_out
    found = figures.spread([float(value) for value in range(count)])
    assert (found.low, found.high) == (left_out, count - 1 - left_out)
    assert (found.lowest, found.highest) == (0, count - 1)


def test_pairs_on_both_sides_of_a_limit_leave_it_open() -> None:
    assert figures.unsure(WORK, pairs(1.0, 1.05, 1.2))
    assert not figures.unsure(WORK, pairs(0.9, 1.05, 1.1))
    assert not figures.unsure(WORK, pairs(1.2, 1.3, 1.15))
    assert figures.unsure(HOURLY, slower_by(4.0, 300.0, -2.0))
    assert not figures.unsure(WORK, slower_by(4.0, 300.0, -2.0))


def test_nothing_is_divided_by_nothing() -> None:
    idle = [Pair(Cost(1.0, 0.0, 1.0, 20.0), Cost(1.0, 0.01, 1.0, 20.0))]
    assert figures.ratios(idle, figures.FIGURES["PostgreSQL"]) is None
    assert figures.line(idle, figures.FIGURES["PostgreSQL"])[2:] == ["–"] * 5


@pytest.mark.parametrize(("ratio", "held"), [(0.7, True), (1.0, True), (1.1, True), (1.101, False), (1.5, False)])
def test_a_tenth_more_cpu_is_held_and_no_more(ratio: float, held: bool) -> None:
    assert [each.held for each in figures.judge(WORK, pairs(ratio))] == [held]


def test_the_median_is_judged() -> None:
    [judged] = figures.judge(WORK, pairs(1.02, 9.0, 0.99, 1.05, 3.0))
    assert judged.held
    assert judged.found == "1.050 times the CPU (0.990 to 9.000)"


@pytest.mark.parametrize(("more", "held"), [(-40, True), (10, True), (10.1, False)])
def test_only_a_work_that_says_so_is_held_to_its_milliseconds(more: float, held: bool) -> None:
    assert [each.held for each in figures.judge(HOURLY, slower_by(more))] == [True, held]
    assert [each.held for each in figures.judge(WORK, slower_by(more))] == [True]


def test_the_milliseconds_are_the_median_of_the_pairs() -> None:
    judged = figures.judge(HOURLY, slower_by(4.0, 300.0, -2.0))[1]
    assert (judged.found, judged.held) == ("+4.0 ms (-2.0 to +300.0)", True)


def test_a_build_without_cpu_is_not_held() -> None:
    assert not figures.judge(WORK, [Pair(Cost(0.0, 0.0, 1.0, 20.0), cost(1.0))])[0].held


def test_the_table_has_a_line_for_each_figure_of_each_work() -> None:
    table = figures.lines({WORK: pairs(1.0, 1.2, 1.1), HOURLY: pairs(1.0)})
    assert [line[:2] for line in table[:5]] == [("first load", figure) for figure in figures.FIGURES]
    assert [cell.strip() for cell in table[0][2:]] == ["3.000", "3.300", "1.100", "1.000", "1.200", "1.000", "1.200"]
    assert all(len(line) == len(figures.HEADER) for line in table)


def test_whoever_was_first_comes_second_the_next_time() -> None:
    old, new = object.__new__(Side), object.__new__(Side)
    assert [in_turn([old, new], number) for number in range(3)] == [[old, new], [new, old], [old, new]]


def test_the_name_of_a_process_may_have_spaces_and_brackets() -> None:
    line = "4711 (postgres: a (b) c) S 42 4711 4711 0 -1 4194560 1 2 3 4 130 27 8800 1200 20 0 1 0 99 1 2 3"
    assert cpu.parse_stat(line) == cpu.Stat(parent=42, own=157, waited=10000)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes in /proc")
def test_a_child_is_found_until_it_was_waited_for() -> None:
    # its own children are looked at, since a process with threads has them thread by thread
    script = "import os, sys; pid = os.fork(); pid or os._exit(0); print(pid, flush=True); sys.stdin.read(); os.wait()"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert cpu.children(process.pid) == {child}
        assert cpu.stat(child).parent == process.pid
        assert cpu.stat(process.pid).parent == os.getpid()


def test_kept_programs_are_of_one_commit_one_profile_and_one_compiler() -> None:
    names = {
        builds.kept_name("a" * 40, False, {}),
        builds.kept_name("b" * 40, False, {}),
        builds.kept_name("a" * 40, True, {}),
        builds.kept_name("a" * 40, False, {"RUSTFLAGS": "-C target-cpu=native"}),
    }
    assert len(names) == 4
    assert builds.kept_name("a" * 40, False, {"HOME": "/home/somebody"}) in names


def test_programs_that_are_not_there_are_named(tmp_path: Path) -> None:
    (tmp_path / "ingest").touch(mode=0o755)
    assert in_folder(tmp_path, ["ingest"]) == {"ingest": str(tmp_path / "ingest")}
    with pytest.raises(Failed, match="export is not there"):
        in_folder(tmp_path, ["ingest", "export"])


def test_what_is_kept_already_stays(tmp_path: Path) -> None:
    for name in builds.PROGRAMS:
        (tmp_path / name).write_text("first")
    executables = {name: str(tmp_path / name) for name in builds.PROGRAMS}
    kept = tmp_path / "kept" / "abc"
    builds.keep(executables, kept)
    (tmp_path / "ingest").write_text("second")
    builds.keep(executables, kept)
    assert (kept / "ingest").read_text() == "first"
    assert [entry.name for entry in kept.parent.iterdir()] == ["abc"]


def git(folder: Path, *words: str) -> str:
    somebody = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    done = subprocess.run(["git", *somebody, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "file").write_text("old")
    git(folder, "add", "file")
    git(folder, "commit", "--quiet", "--message", "first")
    (folder / "file").write_text("changed")
    return folder


def test_a_checkout_has_what_was_committed_and_goes_again(repository: Path, tmp_path: Path) -> None:
    with builds.checkout(repository, "HEAD", tmp_path / "tree") as tree:
        assert (tree / "file").read_text() == "old"
    assert not tree.exists()
    assert len(git(repository, "worktree", "list").splitlines()) == 1


def test_a_checkout_goes_also_when_something_fails_in_it(repository: Path, tmp_path: Path) -> None:
    def fail_in_it() -> None:
        with builds.checkout(repository, "HEAD", tmp_path / "tree") as tree:
            (tree / "made").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_in_it()
    assert not (tmp_path / "tree").exists()
    assert len(git(repository, "worktree", "list").splitlines()) == 1


def test_a_checkout_of_no_commit_fails_and_leaves_nothing(repository: Path, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="could not check out"), builds.checkout(repository, "nothing", tmp_path / "tree"):
        pass
    assert not (tmp_path / "tree").exists()


def answer_of(cargo: CargoBuild) -> str:
    return subprocess.run([built(cargo)["program"]], check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(not shutil.which("cargo"), reason="builds a program")
def test_cargo_takes_neither_build_for_the_other(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "target"
    monkeypatch.setenv("CARGO_TARGET_DIR", str(target))
    shutil.copy(REPOSITORY / "rust-toolchain.toml", repository)
    (repository / "Cargo.toml").write_text('[workspace]\nresolver = "3"\nmembers = ["program"]\n')
    (repository / "program" / "src").mkdir(parents=True)
    (repository / "program" / "Cargo.toml").write_text('[package]\nname = "program"\nedition = "2024"\n')
    source = repository / "program" / "src" / "main.rs"
    source.write_text('fn main() { print!("old") }')
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "second")
    source.write_text('fn main() { print!("new") }')
    new = CargoBuild("--offline", folder=repository)
    assert answer_of(new) == "new"
    with builds.checkout(repository, "HEAD", tmp_path / "tree") as tree:
        # older than what was built, so that cargo has no reason to compile it if it takes the one for the other
        os.utime(tree / "program" / "src" / "main.rs", (0, 0))
        old = CargoBuild("--offline", folder=tree, settings=builds.apart(target, tmp_path / "apart"))
        assert answer_of(old) == "old"
    os.utime(source, (0, 0))
    assert answer_of(new) == "new"


@pytest.mark.parametrize(("words", "said"), [
    ([], "--old"),
    (["--old", ""], "an empty name is no commit"),
    (["--old", "no-such-commit"], "no-such-commit is no commit"),
    (["--old", "HEAD", "--old-programs", "folder"], "not allowed with"),
    (["--old-programs", "folder", "--rounds", "0"], "0 is not 1 or more"),
    (["--old-programs", "folder", "--only", "transfer"], "invalid choice"),
])
def test_wrong_use_is_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        beside.parse(words)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
