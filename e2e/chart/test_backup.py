"""What a backup leaves on its volume, with programs in the database's stead that write a line."""

import os
import subprocess
from pathlib import Path

import pytest

from chart.chart import pod_named, value_set

KEEP = 2
PROGRAMS = {
    "pg_dump": """database=; for word; do
    case $word in --file=*) echo dump > "${word#--file=}";; *) database=$word;; esac
done
[ ! -e broken ] && [ ! -e "broken_$database" ]""",
    "pg_restore": "true",
    "date": "cat now",
    "psql": """[ ! -e away ]
case "$*" in
    *to_regclass*of_the_mock) echo f;;
    *to_regclass*) echo t;;
    *COPY*suppression*csv*)
        [ "$PGTZ $PGDATESTYLE" = "UTC ISO" ]
        echo pseudonym,kind,suppressed_at,key_fingerprint
        [ ! -e cut ];;
esac""",
}


def script() -> tuple[list[str], str]:
    """The shell, and what it runs."""
    *shell, text = pod_named(value_set("everything"), "emply-backup").containers[0]["command"]
    return shell, text


class Machine:
    """A folder with those programs and the volume."""

    def __init__(self, home: Path) -> None:
        self.home, self.volume = home, home / "backup"
        self.volume.mkdir()
        (home / "bin").mkdir()
        for name, text in PROGRAMS.items():
            program = home / "bin" / name
            program.write_text(f"#!/bin/sh\nset -eu\n{text}\n")
            program.chmod(0o755)

    def back_up(self, now: str, *databases: str, job: str = "") -> "subprocess.CompletedProcess[str]":
        """`now` is of January 2026, as DAY or DAYThhmmss."""
        day, _, time = now.partition("T")
        (self.home / "now").write_text(f"202601{day}T{time or '024100'}Z\n")
        shell, text = script()
        env = {"PATH": f"{self.home / 'bin'}:{os.environ['PATH']}", "DATABASES": " ".join(databases),
               "KEEP": str(KEEP), "JOB": job, "TMPDIR": str(self.home)}
        return subprocess.run([*shell, text.replace("/backup", str(self.volume))], env=env, cwd=self.home,
                              capture_output=True, text=True, timeout=60, check=False)

    def there(self) -> list[str]:
        return sorted(each.name for each in self.volume.iterdir() if not each.name.startswith("."))

    def dumps(self) -> list[str]:
        return [name.removesuffix(".dump") for name in self.there() if name.endswith(".dump")]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_list_of_whom_it_forgot_lies_beside_each_dump(machine: Machine) -> None:
    done = machine.back_up("01", "emply", "emply_clinic_a")
    assert done.returncode == 0, done.stderr
    assert machine.there() == [
        "emply-20260101T024100Z.dump", "emply-20260101T024100Z.suppressed.csv",
        "emply_clinic_a-20260101T024100Z.dump", "emply_clinic_a-20260101T024100Z.suppressed.csv"]
    header = (machine.volume / "emply-20260101T024100Z.suppressed.csv").read_text()
    assert header == "pseudonym,kind,suppressed_at,key_fingerprint\n"
    assert f"kept {machine.volume}/emply-20260101T024100Z.dump, 5 bytes" in done.stdout


def test_a_database_that_forgets_nobody_is_fine(machine: Machine) -> None:
    done = machine.back_up("01", "of_the_mock")
    assert (done.returncode, machine.there()) == (0, ["of_the_mock-20260101T024100Z.dump"]), done.stderr


def test_dump_and_list_go_together(machine: Machine) -> None:
    for day in ("01", "02", "03", "04"):
        done = machine.back_up(day, "emply")
    assert machine.there() == [f"emply-202601{day}T024100Z.{kind}"
                               for day in ("03", "04") for kind in ("dump", "suppressed.csv")]
    assert f"removed {machine.volume}/emply-20260102T024100Z.dump" in done.stdout


def test_a_dump_from_before_there_were_lists_goes_too(machine: Machine) -> None:
    (machine.volume / "emply-20250101T000000Z.dump").write_text("dump")
    for day in ("01", "02"):
        done = machine.back_up(day, "emply")
    assert done.returncode == 0, done.stderr
    assert "emply-20250101T000000Z.dump" not in machine.there()


@pytest.mark.parametrize("accident", ["broken", "away", "cut"])
def test_what_is_not_whole_is_not_kept(machine: Machine, accident: str) -> None:
    (machine.home / accident).touch()
    done = machine.back_up("01", "emply")
    assert (done.returncode, machine.there()) == (1, []), done.stderr
    (machine.home / accident).unlink()
    # what a pod that was killed has left goes with the next
    (machine.volume / "emply-20260101T000000Z.dump.part").touch()
    assert machine.back_up("01", "emply").returncode == 0
    assert [name.partition(".")[2] for name in machine.there()] == ["dump", "suppressed.csv"]


def test_one_that_fails_keeps_no_other_and_loses_nothing(machine: Machine) -> None:
    assert machine.back_up("01", "first", "second", "third").returncode == 0
    (machine.home / "broken_second").touch()
    for day in ("02", "03", "04"):
        done = machine.back_up(day, "first", "second", "third")
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == "FAIL without a dump: second"
    assert machine.dumps() == ["first-20260103T024100Z", "first-20260104T024100Z", "second-20260101T024100Z",
                               "third-20260103T024100Z", "third-20260104T024100Z"]


def test_a_retry_makes_what_is_missing_only(machine: Machine) -> None:
    (machine.home / "broken_second").touch()
    for hour in range(5):
        assert machine.back_up(f"01T0{hour}0000", "first", "second", job="a").returncode == 1
    (machine.home / "broken_second").unlink()
    done = machine.back_up("01T060000", "first", "second", job="a")
    assert done.returncode == 0, done.stderr
    assert f"kept {machine.volume}/first-20260101T000000Z.dump before" in done.stdout
    assert machine.dumps() == ["first-20260101T000000Z", "second-20260101T060000Z"]
    # and not what another Job has made, on the same day or not
    assert machine.back_up("01T070000", "first", "second", job="b").returncode == 0
    assert len(machine.dumps()) == 4
    # what is not there any more is made again
    (machine.volume / "first-20260101T070000Z.dump").unlink()
    assert machine.back_up("01T080000", "first", job="b").returncode == 0
    assert "first-20260101T080000Z" in machine.dumps()


def test_days_are_counted_and_not_dumps(machine: Machine) -> None:
    for now in ("01", "02", "02T090000", "03", "03T090000", "03T100000"):
        assert machine.back_up(now, "emply").returncode == 0
    assert machine.dumps() == [f"emply-202601{time}Z" for time in (
        "02T024100", "02T090000", "03T024100", "03T090000", "03T100000")]


def test_a_clock_that_was_put_back_does_not_take_the_new_one(machine: Machine) -> None:
    for day in ("20", "21", "22"):
        machine.back_up(day, "emply")
    assert machine.back_up("05", "emply").returncode == 0
    assert "emply-20260105T024100Z" in machine.dumps()


def test_a_database_whose_name_begins_the_same_has_its_own_days(machine: Machine) -> None:
    (machine.volume / "emply-old-20250101T000000Z.dump").touch()
    for day in ("01", "02", "03"):
        machine.back_up(day, "emply")
    assert "emply-old-20250101T000000Z" in machine.dumps()
