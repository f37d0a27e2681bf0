"""What a backup leaves on its volume, with programs in the database's stead that write a line."""

import os
import subprocess
from pathlib import Path

import pytest

from chart import of_kind, pod_of, value_set

KEEP = 2
PROGRAMS = {
    "pg_dump": 'for word; do case $word in --file=*) echo dump > "${word#--file=}";; esac; done; [ ! -e broken ]',
    "pg_restore": "true",
    # each call is a second later, so that no two dumps are called the same
    "date": 'echo x >> clock; printf "20260101T%06dZ\\n" "$(wc -l < clock)"',
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


class Machine:
    """A folder with those programs and the volume."""

    def __init__(self, home: Path) -> None:
        self.home, self.volume = home, home / "backup"
        self.volume.mkdir()
        (home / "bin").mkdir()
        for name, text in PROGRAMS.items():
            program = home / "bin" / name
            program.write_text("#!/bin/sh\nset -eu\n%s\n" % text)
            program.chmod(0o755)

    def back_up(self, *databases: str) -> "subprocess.CompletedProcess[str]":
        pod = pod_of(of_kind(value_set("everything"), "CronJob")["emply-backup"])
        assert pod is not None
        *shell, script = pod.containers[0]["command"]
        env = {"PATH": "%s:%s" % (self.home / "bin", os.environ["PATH"]), "DATABASES": " ".join(databases),
               "KEEP": str(KEEP)}
        return subprocess.run([*shell, script.replace("/backup", str(self.volume))], env=env, cwd=self.home,
                              capture_output=True, text=True, timeout=60, check=False)

    def there(self) -> list[str]:
        return sorted(each.name for each in self.volume.iterdir())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_list_of_whom_it_forgot_lies_beside_each_dump(machine: Machine) -> None:
    done = machine.back_up("emply", "emply_clinic_a")
    assert done.returncode == 0, done.stderr
    assert machine.there() == [
        "emply-20260101T000001Z.dump", "emply-20260101T000001Z.suppressed.csv",
        "emply_clinic_a-20260101T000002Z.dump", "emply_clinic_a-20260101T000002Z.suppressed.csv"]
    header = (machine.volume / "emply-20260101T000001Z.suppressed.csv").read_text()
    assert header == "pseudonym,kind,suppressed_at,key_fingerprint\n"
    assert "kept %s/emply-20260101T000001Z.dump, 5 bytes" % machine.volume in done.stdout


def test_a_database_that_forgets_nobody_is_fine(machine: Machine) -> None:
    done = machine.back_up("of_the_mock")
    assert (done.returncode, machine.there()) == (0, ["of_the_mock-20260101T000001Z.dump"]), done.stderr


def test_dump_and_list_go_together(machine: Machine) -> None:
    for _ in range(KEEP + 2):
        done = machine.back_up("emply")
    assert machine.there() == ["emply-20260101T%06dZ.%s" % (second, kind)
                               for second in (3, 4) for kind in ("dump", "suppressed.csv")]
    assert "removed %s/emply-20260101T000002Z.dump" % machine.volume in done.stdout


def test_a_dump_from_before_there_were_lists_goes_too(machine: Machine) -> None:
    (machine.volume / "emply-20250101T000000Z.dump").write_text("dump")
    for _ in range(KEEP):
        done = machine.back_up("emply")
    assert done.returncode == 0, done.stderr
    assert "emply-20250101T000000Z.dump" not in machine.there()


@pytest.mark.parametrize("accident", ["broken", "away", "cut"])
def test_what_is_not_whole_is_not_kept(machine: Machine, accident: str) -> None:
    (machine.home / accident).touch()
    assert machine.back_up("emply").returncode != 0
    assert not [name for name in machine.there() if not name.endswith(".part")]
    (machine.home / accident).unlink()
    # and what was left half done goes with the next
    assert machine.back_up("emply").returncode == 0
    assert [name.partition(".")[2] for name in machine.there()] == ["dump", "suppressed.csv"]
