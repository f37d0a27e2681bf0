"""Which failures another run can help with, as words, results and exceptions of dbt tell it."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

import remedies
from outcome import RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed
from tests_python.conftest import Place, copy_of_models, ended
from tests_python.sample_lake import write_sample
from warehouses import Lake


@pytest.mark.parametrize("said", [
    "503 POST https://bigquery.googleapis.com/: Service Unavailable",
    "403 Quota exceeded: Your project exceeded quota for free query bytes scanned",
    "Access Denied: 403 Exceeded rate limits: too many table update operations, reason: rateLimitExceeded",
    "HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: /",
    "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
    "Operation did not complete within the designated timeout of 600 seconds.",
    "IO Error: Could not write file: No space left on device",
    "Could not serialize access to table due to concurrent update",
    "something that nobody has seen yet",
])
def test_what_passes(said: str) -> None:
    assert remedies.of_words(said) == (RETRY_MAY_HELP, None)


@pytest.mark.parametrize(("said", "way_out"), [
    ("403 Access Denied: Table p:d.t: User does not have permission", "roles"),
    ("401 GET https://x: Request is missing required authentication credential", "roles"),
    ("('invalid_grant: Invalid grant: account not found', {})", "credentials"),
    ("IO Error: Cannot open file: Permission denied", "owner"),
    ("IO Error: Cannot open file: Read-only file system", "LAKE_PATH"),
    ("Out of Memory Error: could not allocate block of size 256.0 KiB", "DUCKDB_MEMORY_LIMIT"),
    ("Query exceeded limit for bytes billed: 1. 10485760 or higher required.", "BIGQUERY_MAX_BYTES_BILLED"),
    ("IO Error: Trying to read a database file with version number 99, but we can only read", "DuckDB"),
])
def test_what_stays(said: str, way_out: str) -> None:
    code, found = remedies.of_words(said)
    assert code == RETRY_CANNOT_HELP
    assert way_out in (found or "")


@pytest.mark.parametrize(("name", "code"), [
    ("ENOSPC", RETRY_MAY_HELP), ("EIO", RETRY_MAY_HELP), ("ENOENT", RETRY_MAY_HELP),
    ("EACCES", RETRY_CANNOT_HELP), ("EROFS", RETRY_CANNOT_HELP), ("ENOTDIR", RETRY_CANNOT_HELP),
])
def test_what_the_system_says(name: str, code: int) -> None:
    number = getattr(errno, name)
    assert remedies.of_exception(OSError(number, os.strerror(number)))[0] == code


def test_a_bug_of_dbt_may_pass() -> None:
    assert remedies.of_exception(AttributeError("x"))[0] == RETRY_MAY_HELP


def test_a_lake_that_may_not_be_read() -> None:
    lake = Lake(lambda _name: "/lake", [])
    with mock.patch.object(Path, "is_dir", side_effect=PermissionError(errno.EACCES, "Permission denied")):
        code, (said,) = lake.look()
    assert code == RETRY_CANNOT_HELP
    assert "change the owner" in said


def failure(*results: tuple[str, str]) -> Failed:
    entries = [
        {"unique_id": f"model.emply_pipeline.m{at}", "status": status, "message": message}
        for at, (status, message) in enumerate(results)
    ]
    return remedies.Counts(entries).failure()


def test_the_network_fails_no_model_for_good() -> None:
    away = ("error", "503 GET https://x: Service Unavailable")
    assert failure(away, away, ("skipped", "")).exit_code == RETRY_MAY_HELP


def test_one_that_stays_is_enough() -> None:
    away, wrong = ("error", "Connection reset by peer"), ("error", "Binder Error: no column x")
    assert failure(away, wrong).exit_code == RETRY_CANNOT_HELP
    assert failure(away, ("fail", "Got 3 results")).exit_code == RETRY_CANNOT_HELP


def test_the_way_out_is_named() -> None:
    failed = failure(("error", "403 Access Denied: Dataset p:d"))
    assert failed.exit_code == RETRY_CANNOT_HELP
    assert "see the roles" in str(failed)


class Project:
    """A copy of the project, over the sample lake."""

    def __init__(self, folder: Path) -> None:
        self.folder = copy_of_models(folder / "dbt")
        # a target of its own, or dbt would read what it has parsed of another project
        self.place = Place(folder, folder / "target", self.folder)
        write_sample(self.place.lake)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))

    def must_say(self, *words: str, **more: Any) -> None:
        """Of a run that another one cannot help."""
        last = ended(self.place.run(**more), 2, "failed")
        for word in words:
            assert word in last["error"]
        assert last["exit_code"] == 2


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    it = Project(tmp_path)
    yield it
    it.place.end()


def test_a_release_of_dbt_that_it_does_not_take(project: Project) -> None:
    project.edit("dbt_project.yml", '[">=1.11.0", "<1.12.0"]', '[">=1.12.0", "<1.13.0"]')
    project.must_say("dbt-core is 1.11.", "takes >=1.12.0, <1.13.0", "what dbt/requirements/lake.lock names")
    done = project.place.run("check")
    assert done.returncode == 2
    assert "takes >=1.12.0" in done.stdout


@pytest.mark.parametrize(("file", "old", "new", "words"), [
    pytest.param(
        "dbt_project.yml", '[">=1.11.0", "<1.12.0"]', '\n  - ">=1.12.0"',
        ["This version of dbt is not supported", "install what dbt/requirements/lake.lock"],
        id="dbt says by itself that it is not taken",
    ),
    pytest.param(
        "dbt_project.yml", "model-paths: [models]", "model-paths: [models",
        ["Syntax error near line 8", "correct what is named"], id="a project that cannot be read",
    ),
    pytest.param("profiles.yml", "emply_pipeline:", "another:", ["Could not find profile", "dbt/profiles.yml"],
                 id="a profile that is missing"),
    pytest.param("profiles.yml", "type: duckdb", "type: papyrus", ["papyrus"], id="an adapter that nobody knows"),
])
def test_a_file_that_was_edited(project: Project, file: str, old: str, new: str, words: list[str]) -> None:
    project.edit(file, old, new)
    project.must_say(*words)


@pytest.mark.parametrize(("file", "text", "words"), [
    pytest.param("packages.yml", "packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n",
                 ["the project needs no packages"], id="a package that is not installed"),
    pytest.param("models/marts/wrong.sql", "select * from {{ ref('nobody') }}",
                 ["nobody", "correct the file that is named"], id="a model that cannot be compiled"),
    pytest.param("models/marts/wrong.sql", "select {{ 1", ["correct the file that is named"],
                 id="a model that cannot be read"),
    pytest.param("models/staging/wrong.sql", "select nothing from {{ ref('stg_candidates') }}",
                 ["models or tests failed: wrong", "Binder Error"], id="a model that the database refuses"),
])
def test_a_file_that_was_added(project: Project, file: str, text: str, words: list[str]) -> None:
    (project.folder / file).write_text(text)
    project.must_say(*words)


def test_too_little_memory(project: Project) -> None:
    project.must_say("raise DUCKDB_MEMORY_LIMIT", DUCKDB_MEMORY_LIMIT="1MB")


def test_a_folder_for_what_dbt_makes_that_is_a_file(project: Project) -> None:
    file = project.place.temporary.parent / "file"
    file.write_text("")
    project.must_say("name another place", DBT_TARGET_PATH=file / "target")
