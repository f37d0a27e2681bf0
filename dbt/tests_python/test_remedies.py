"""Which failures another run can help with, as words, results and exceptions of dbt tell it."""

import errno
import os
import shutil
import sys
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1]))

import remedies
from entrypoint import Counts
from outcome import PROJECT, RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed
from sample_lake import write_sample
from test_entrypoint import Entrypoint
from warehouses import Lake


class Words(Entrypoint):
    def test_what_passes(self) -> None:
        for said in (
            "503 POST https://bigquery.googleapis.com/: Service Unavailable",
            "403 Quota exceeded: Your project exceeded quota for free query bytes scanned",
            "Access Denied: 403 Exceeded rate limits: too many table update operations, reason: rateLimitExceeded",
            "HTTPSConnectionPool(host='x', port=443): Max retries exceeded with url: /",
            "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))",
            "Operation did not complete within the designated timeout of 600 seconds.",
            "IO Error: Could not write file: No space left on device",
            "Could not serialize access to table due to concurrent update",
            "something that nobody has seen yet",
        ):
            with self.subTest(said):
                assert remedies.of_words(said) == (RETRY_MAY_HELP, None)

    def test_what_stays(self) -> None:
        for said, way_out in (
            ("403 Access Denied: Table p:d.t: User does not have permission", "roles"),
            ("401 GET https://x: Request is missing required authentication credential", "roles"),
            ("('invalid_grant: Invalid grant: account not found', {})", "credentials"),
            ("IO Error: Cannot open file: Permission denied", "owner"),
            ("IO Error: Cannot open file: Read-only file system", "LAKE_PATH"),
            ("Out of Memory Error: could not allocate block of size 256.0 KiB", "DUCKDB_MEMORY_LIMIT"),
            ("Query exceeded limit for bytes billed: 1. 10485760 or higher required.", "BIGQUERY_MAX_BYTES_BILLED"),
            ("IO Error: Trying to read a database file with version number 99, but we can only read", "DuckDB"),
        ):
            with self.subTest(said):
                code, found = remedies.of_words(said)
                assert code == RETRY_CANNOT_HELP
                assert way_out in (found or "")

    def test_what_the_system_says(self) -> None:
        for number, code in (
            (errno.ENOSPC, RETRY_MAY_HELP),
            (errno.EIO, RETRY_MAY_HELP),
            (errno.ENOENT, RETRY_MAY_HELP),
            (errno.EACCES, RETRY_CANNOT_HELP),
            (errno.EROFS, RETRY_CANNOT_HELP),
            (errno.ENOTDIR, RETRY_CANNOT_HELP),
        ):
            with self.subTest(os.strerror(number)):
                assert remedies.of_exception(OSError(number, os.strerror(number)))[0] == code

    def test_a_bug_of_dbt_may_pass(self) -> None:
        assert remedies.of_exception(AttributeError("x"))[0] == RETRY_MAY_HELP

    def test_a_lake_that_may_not_be_read(self) -> None:
        lake = Lake(lambda _name: "/lake", [])
        with mock.patch.object(Path, "is_dir", side_effect=PermissionError(errno.EACCES, "Permission denied")):
            code, (said,) = lake.look()
        assert code == RETRY_CANNOT_HELP
        assert "change the owner" in said


class Results(Entrypoint):
    def ended(self, *results: tuple[str, str]) -> Failed:
        entries = [
            {"unique_id": f"model.emply_pipeline.m{at}", "status": status, "message": message}
            for at, (status, message) in enumerate(results)
        ]
        return Counts(entries).failure()

    def test_the_network_fails_no_model_for_good(self) -> None:
        away = ("error", "503 GET https://x: Service Unavailable")
        assert self.ended(away, away, ("skipped", "")).exit_code == RETRY_MAY_HELP

    def test_one_that_stays_is_enough(self) -> None:
        away, wrong = ("error", "Connection reset by peer"), ("error", "Binder Error: no column x")
        assert self.ended(away, wrong).exit_code == RETRY_CANNOT_HELP
        assert self.ended(away, ("fail", "Got 3 results")).exit_code == RETRY_CANNOT_HELP

    def test_the_way_out_is_named(self) -> None:
        failed = self.ended(("error", "403 Access Denied: Dataset p:d"))
        assert failed.exit_code == RETRY_CANNOT_HELP
        assert "see the roles" in str(failed)


class WrongProject(Entrypoint):
    """Each in a copy of the project."""

    def setUp(self) -> None:
        super().setUp()
        self.copy = self.temporary.parent / "dbt"
        shutil.copytree(PROJECT, self.copy, ignore=shutil.ignore_patterns("tests_python", "__pycache__"))
        write_sample(self.lake)

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.copy / name).read_text()
        assert old in text
        (self.copy / name).write_text(text.replace(old, new))

    def must_say(self, code: int, *words: str, **more: object) -> None:
        # a target of its own, or dbt would read what it has parsed of another project
        last = self.assert_ended(self.run_entrypoint(project=self.copy, DBT_TARGET_PATH=None, **more), code, "failed")
        for word in words:
            assert word in last["error"]
        assert last["exit_code"] == code

    def test_a_release_of_dbt_that_it_does_not_take(self) -> None:
        self.edit("dbt_project.yml", '[">=1.11.0", "<1.12.0"]', '[">=1.12.0", "<1.13.0"]')
        self.must_say(2, "dbt-core is 1.11.", "takes >=1.12.0, <1.13.0", "what dbt/requirements/lake.lock names")
        done = self.run_entrypoint("check", project=self.copy)
        assert done.returncode == 2
        assert "takes >=1.12.0" in done.stdout

    def test_dbt_says_it_by_itself(self) -> None:
        self.edit("dbt_project.yml", '[">=1.11.0", "<1.12.0"]', '\n  - ">=1.12.0"')
        self.must_say(2, "This version of dbt is not supported", "install what dbt/requirements/lake.lock")

    def test_a_project_that_cannot_be_read(self) -> None:
        self.edit("dbt_project.yml", "model-paths: [models]", "model-paths: [models")
        self.must_say(2, "Syntax error near line 8", "correct what is named")

    def test_a_profile_that_is_missing(self) -> None:
        self.edit("profiles.yml", "emply_pipeline:", "another:")
        self.must_say(2, "Could not find profile", "dbt/profiles.yml")

    def test_an_adapter_that_nobody_knows(self) -> None:
        self.edit("profiles.yml", "type: duckdb", "type: papyrus")
        self.must_say(2, "papyrus")

    def test_a_package_that_is_not_installed(self) -> None:
        (self.copy / "packages.yml").write_text("packages:\n  - package: dbt-labs/dbt_utils\n    version: 1.3.0\n")
        self.must_say(2, "the project needs no packages")

    def test_a_model_that_cannot_be_compiled(self) -> None:
        (self.copy / "models/marts/wrong.sql").write_text("select * from {{ ref('nobody') }}")
        self.must_say(2, "nobody", "correct the file that is named")

    def test_a_model_that_cannot_be_read(self) -> None:
        (self.copy / "models/marts/wrong.sql").write_text("select {{ 1")
        self.must_say(2, "correct the file that is named")

    def test_a_model_that_the_database_refuses(self) -> None:
        (self.copy / "models/staging/wrong.sql").write_text("select nothing from {{ ref('stg_candidates') }}")
        self.must_say(2, "models or tests failed: wrong", "Binder Error")

    def test_too_little_memory(self) -> None:
        self.must_say(2, "raise DUCKDB_MEMORY_LIMIT", DUCKDB_MEMORY_LIMIT="1MB")

    def test_a_folder_for_what_dbt_makes_that_is_a_file(self) -> None:
        (self.temporary.parent / "file").write_text("")
        done = self.run_entrypoint(project=self.copy, DBT_TARGET_PATH=self.temporary.parent / "file" / "target")
        assert "name another place" in self.assert_ended(done, 2, "failed")["error"]


if __name__ == "__main__":
    unittest.main()
