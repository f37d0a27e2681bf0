"""Sample lakes through the entrypoint, as the container runs it."""

import datetime
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

sys.path.insert(0, str(Path(__file__).parents[1]))

import entrypoint
from bundle.wanted import MARTS as HANDED_OVER
from outcome import Failed
from sample_lake import SCHEMA, application, candidate, day, event, write, write_sample
from settings import Settings
from warehouses import TABLES, Lake

PROJECT = Path(entrypoint.__file__).parent
MART = "marts/fct_applications_per_posting.parquet"
MODELS = 32
# the key of each mart
MARTS = {
    "export_run": "run_id",
    "dim_date": "date",
    "dim_posting": "vacancy_id",
    "fct_applications_per_posting": "vacancy_id",
    "fct_applications_daily": "date, department, city, source, posting_type",
    "fct_applications_weekly": "week_start, department, city, source, posting_type",
    "fct_sources_weekly": "week_start, source",
    "fct_postings_by_location": "city, country",
    "fct_application_durations": "created_month, department, city, outcome, is_eligible, days, is_frozen",
    "fct_closed_weekly": "week_start, department, outcome, days",
    "fct_times_to_hire": "period, department",
    "fct_stage_durations": "entry_month, stage_kind, exit, days",
    "fct_funnel": "created_month, week_start, department, furthest_stage_kind, outcome, is_frozen",
    "fct_open_applications": "stage_kind, age_band, department",
    "fct_reasons_weekly": "week_start, reason_kind, reason",
    "data_quality": "check_name",
}
OURS = (
    "LAKE_PATH", "DOCS_PATH", "LOG_FORMAT", "WAREHOUSE_TYPE", "DBT_TARGET", "DBT_TARGET_PATH", "DBT_LOG_LEVEL",
    "DUCKDB_MEMORY_LIMIT", "BIGQUERY_PROJECT", "BIGQUERY_DATASET", "BIGQUERY_ENDPOINT", "REPORTS_URL", "REPORTS_TOKEN",
    "REPORT_TIME_ZONE", "REPORT_MIN_GROUP", "REPORT_COMPARE_DEPARTMENTS", "REPORT_HISTORY_MONTHS",
)


class Entrypoint(unittest.TestCase):
    """A folder for each test, and one target folder for all, so that dbt parses once."""

    target: Path

    @classmethod
    def setUpClass(cls) -> None:
        kept = tempfile.TemporaryDirectory(prefix="dbt-test-target-")
        cls.addClassCleanup(kept.cleanup)
        cls.target = Path(kept.name) / "target"

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="dbt-test-")
        self.addCleanup(folder.cleanup)
        self.temporary = Path(folder.name) / "tmp"
        self.temporary.mkdir()
        # a name that a pattern or a quoted text would trip over
        self.lake = Path(folder.name) / "it's a [lake]*"

    def environment(self, **settings: object) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        ours = {"LAKE_PATH": self.lake, "LOG_FORMAT": "json", "DBT_TARGET_PATH": self.target}
        chosen = {name: str(value) for name, value in {**ours, **settings}.items() if value is not None}
        # Python's cache of compiled files is not what the test of a clean project folder is about
        return {**inherited, "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1", **chosen}

    def run_entrypoint(
        self, *words: str, project: Path = PROJECT, **settings: object
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, project / "entrypoint.py", *words], env=self.environment(**settings),
            capture_output=True, text=True, timeout=120, cwd=self.temporary, check=False,
        )

    def assert_ended(self, done: "subprocess.CompletedProcess[str]", exit_code: int, message: str) -> dict[str, Any]:
        """Exit code, and the last line, which says how it ended and is the entrypoint's own. Returns that line."""
        self.assertEqual(done.returncode, exit_code, done.stderr)
        self.assertEqual(done.stdout, "")
        last: dict[str, Any] = json.loads(done.stderr.splitlines()[-1])
        self.assertEqual((last["message"], last["target"]), (message, "dbt"), done.stderr)
        return last

    def mart(self, name: str, columns: str = "*") -> list[tuple[Any, ...]]:
        """In the order of its key; dates as text."""
        file = str(self.lake / "marts" / (name + ".parquet"))
        file = file.replace("'", "''").replace("[", "[[]").replace("*", "[*]")
        with duckdb.connect() as database:
            database.execute("set TimeZone = 'UTC'")
            rows = database.execute(f"select {columns} from '{file}' order by {MARTS[name]}").fetchall()
        return [tuple(str(cell) if isinstance(cell, datetime.date) else cell for cell in row) for row in rows]


class Build(Entrypoint):
    def test_the_sample_lake(self) -> None:
        write_sample(self.lake)
        before = sorted(PROJECT.rglob("*"))
        summary = self.assert_ended(self.run_entrypoint(), 0, "succeeded")

        # warned of: an application to a vacancy without a posting, and a posting type without a known meaning
        self.assertEqual((summary["models"], summary["tests.warned"], summary["tests.failed"]), (MODELS, 2, 0))
        self.assertGreater(summary["tests.passed"], 300)
        self.assertEqual(sorted(file.stem for file in (self.lake / "marts").iterdir()), sorted(MARTS))
        self.assert_postings()
        self.assert_days()
        self.assert_outcomes()
        page = (self.lake / "docs/index.html").read_text()
        self.assertIn("fct_applications_per_posting", page)
        self.assertIn("one row per vacancy", page)
        self.assert_beside_the_docs()
        # nothing is left behind, neither in the project, which may be read-only, nor in the temporary folder
        self.assertEqual(sorted(PROJECT.rglob("*")), before)
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assert_described()
        self.assert_second_run_is_the_same()

    def assert_postings(self) -> None:
        columns = (
            "vacancy_id, title, city, media, is_published, applications, active_applications, "
            "disqualified_applications, candidates, first_application_at, last_application_on, "
            "applications_last_7_days, applications_last_28_days, is_removed, rank"
        )
        self.assertEqual(self.mart("fct_applications_per_posting", columns), [
            # a5's, whose vacancy nobody has posted
            ("none", "none", None, 0, False, 1, None, None, 1, "2026-03-25 08:00:00+00:00", "2026-03-25", 1, 1, False,
             None),
            # a1 changed, a2 was removed, a3 stayed, a4 was removed and came back; too few to tell what became of them
            ("v1", "Senior nurse", "Köln", 2, True, 3, None, None, 2, "2026-03-01 08:00:00+00:00", "2026-03-21", 2, 3,
             False, 1),
            # never applied for; v3 was withdrawn, and is still counted
            ("v2", "Porter", None, 1, True, 0, 0, 0, 0, None, None, 0, 0, False, 2),
            ("v3", "Withdrawn", None, 1, False, 0, 0, 0, 0, None, None, 0, 0, True, 2),
        ])
        self.assertEqual(self.mart("dim_posting", "vacancy_id, published_on, is_published_on_exact, days_online"), [
            ("none", None, None, 0),
            ("v1", "2026-03-01", False, 26),
            ("v2", "2026-03-02", True, 25),
            ("v3", "2026-03-01", False, 10),
        ])
        self.assertEqual(self.mart("fct_postings_by_location"), [
            ("Köln", "none", 1, 1, 3, 3, 1),
            ("none", "none", 1, 2, 1, 1, None),
        ])

    def assert_days(self) -> None:
        columns = "run_id, as_of_on, time_zone, history_begins_on, min_group, compares_departments"
        expected = ("r4", "2026-03-26", "Europe/Berlin", "2023-04-01", 5, False)
        self.assertEqual(self.mart("export_run", columns), [expected])
        # from the first application on
        days = self.mart("dim_date", "date, iso_week, is_full_week")
        self.assertEqual((len(days), days[0], days[-1]), (26, ("2026-03-01", 9, True), ("2026-03-26", 13, False)))
        weeks = "week_start, is_full_week, department, city, source, posting_type, applications"
        self.assertEqual(self.mart("fct_applications_weekly", weeks), [
            ("2026-02-23", True, "Ward 1", "Köln", "small groups", "job", 1),
            ("2026-03-02", True, "none", "none", "none", "none", 0),
            ("2026-03-09", True, "none", "none", "none", "none", 0),
            ("2026-03-16", True, "Ward 1", "Köln", "small groups", "job", 2),
            ("2026-03-23", False, "none", "none", "small groups", "none", 1),
        ])
        self.assertEqual(self.mart("fct_sources_weekly"), [
            ("2026-02-23", "small groups", 1), ("2026-03-16", "small groups", 2), ("2026-03-23", "small groups", 1),
        ])
        daily = self.mart("fct_applications_daily", "date, applications")
        self.assertEqual([row for row in daily if row[1]], [
            ("2026-03-01", 1), ("2026-03-20", 1), ("2026-03-21", 1), ("2026-03-25", 1),
        ])
        self.assertEqual(len(daily), len(days))
        quality = {name: (value, share) for name, value, share in self.mart("data_quality")}
        self.assertEqual(quality["applications"], (4, 1000))
        self.assertEqual(quality["applications_with_unknown_vacancy"], (1, 250))
        self.assertEqual(quality["applications_without_history"], (3, 750))
        self.assertEqual(quality["postings_removed"], (1, None))

    def assert_beside_the_docs(self) -> None:
        """What figures are computed from is what was published."""
        beside = {file.stem: json.loads(file.read_text()) for file in (self.lake / "docs/data").iterdir()}
        build = beside.pop("build")
        warned = build.pop("warned")
        assert build.pop("finished").startswith("20")
        assert build == {"version": 1, "outcome": "succeeded", "error": None, "failed": []}
        assert warned[0] == "source_freshness_warehouse_export_run"
        assert len(warned) == 3
        assert sorted(beside) == sorted(wanted.mart for wanted in HANDED_OVER)
        for name, mart in beside.items():
            assert (mart["version"], mart["mart"]) == (2, name)
        for name in ("fct_application_durations", "fct_times_to_hire", "dim_posting", "fct_funnel", "data_quality"):
            assert beside[name]["rows"] == len(self.mart(name))
        assert beside["export_run"]["columns"]["as_of_on"]["dictionary"] == ["2026-03-26"]

    def assert_outcomes(self) -> None:
        few = "small groups"
        self.assertEqual(self.mart("fct_application_durations"), [
            # of February six that are frozen, in one group since; of March four, of whom nothing may be told
            ("2026-02-01", few, few, "rejected", True, 10, True, 4),
            ("2026-02-01", few, few, "withdrawn", False, None, True, 2),
            ("2026-03-01", few, few, "too few", False, None, False, 4),
        ])
        self.assertEqual(self.mart("fct_funnel", "week_start, outcome, is_frozen, applications"), [
            (None, "rejected", True, 4),
            (None, "withdrawn", True, 2),
            ("2026-02-23", "too few", False, 1),
            ("2026-03-16", "too few", False, 2),
            ("2026-03-23", "too few", False, 1),
        ])
        # a1's, which came about on the fifth, between two readings; of one nothing is told
        self.assertEqual(self.mart("fct_closed_weekly"), [("2026-03-02", few, "too few", None, 1)])
        self.assertEqual(self.mart("fct_reasons_weekly"), [("2026-03-02", "too few", "too few", 1)])
        self.assertEqual(self.mart("fct_stage_durations"), [("2026-03-01", "unlisted", "too few", None, 1)])
        self.assertEqual(self.mart("fct_open_applications"), [
            ("unlisted", "0-7", few, 3),
        ])
        self.assertEqual(self.mart("fct_times_to_hire"), [
            (period, "all", 0, None, None, None) for period in ("history", "last_28_days", "last_365_days")
        ])

    def assert_described(self) -> None:
        """Each table's columns are the documented ones, and each has a description."""
        manifest = json.loads((self.target / "manifest.json").read_text())
        catalog = json.loads((self.target / "catalog.json").read_text())
        models = {key: node for key, node in manifest["nodes"].items() if key.startswith("model.")}
        sources = manifest["sources"]
        self.assertEqual({source["name"] for source in sources.values()}, set(SCHEMA))
        self.assertEqual(sorted(SCHEMA), list(TABLES))
        for key, node in {**models, **sources}.items():
            with self.subTest(key):
                described = [name for name, column in node["columns"].items() if column["description"]]
                self.assertEqual(described, list(node["columns"]))
                self.assertIn("Grain:", node["description"])
                if key in models:
                    self.assertEqual(described, list(catalog["nodes"][key]["columns"]))
        for source in sources.values():
            self.assertEqual(list(source["columns"]), list(SCHEMA[source["name"]]))

    def assert_second_run_is_the_same(self) -> None:
        first = {name: self.mart(name) for name in MARTS}
        self.assert_ended(self.run_entrypoint(), 0, "succeeded")
        self.assertEqual({name: self.mart(name) for name in MARTS}, first)

    def test_a_lake_without_rows(self) -> None:
        for table in SCHEMA:
            write(self.lake, table, "0-0", [])
        docs = self.lake / "elsewhere" / "page.html"
        summary = self.assert_ended(self.run_entrypoint(DOCS_PATH=docs), 0, "succeeded")
        self.assertEqual((summary["models"], summary["tests.warned"], summary["tests.failed"]), (MODELS, 0, 0))
        self.assertEqual(self.mart("fct_applications_per_posting", "vacancy_id, applications"), [("none", 0)])
        self.assertEqual(self.mart("fct_postings_by_location", "city, applications"), [("none", 0)])
        for name in sorted(MARTS.keys() - {
            "fct_applications_per_posting", "fct_postings_by_location", "dim_posting", "data_quality",
            "fct_times_to_hire",
        }):
            self.assertEqual(self.mart(name), [], name)
        self.assertEqual({row[2] for row in self.mart("fct_times_to_hire")}, {0})
        self.assertEqual({row[1] for row in self.mart("data_quality")}, {0})
        self.assertTrue(docs.is_file())
        self.assertFalse((self.lake / "docs").exists())

    def test_what_is_chosen_is_obeyed(self) -> None:
        write_sample(self.lake)
        # three o'clock in the night of Berlin, and the evening before in New York
        write(self.lake, "application", "30-40", [
            application(f"late {number}", "v1", f"late {number}", day(24, 2), 31, source_name="Site")
            for number in range(6)
        ])
        write(self.lake, "candidate", "30-40", [candidate(f"late {number}", 31) for number in range(6)])
        summary = self.assert_ended(self.run_entrypoint(
            REPORT_TIME_ZONE="America/New_York", REPORT_MIN_GROUP="7", REPORT_HISTORY_MONTHS="1",
            REPORT_COMPARE_DEPARTMENTS="true",
        ), 0, "succeeded")
        self.assertEqual(summary["tests.failed"], 0)
        columns = "time_zone, history_begins_on, min_group, compares_departments"
        self.assertEqual(self.mart("export_run", columns), [("America/New_York", "2026-03-01", 7, True)])
        daily = self.mart("fct_applications_daily", "date, source, applications")
        self.assertIn(("2026-03-23", "small groups", 6), daily)
        told = self.mart("fct_applications_per_posting", "vacancy_id, applications, active_applications")
        self.assertIn(("v1", 9, 8), told)

    def test_a_failing_test_keeps_what_was_published(self) -> None:
        write_sample(self.lake)
        for place in (MART, "docs/index.html"):
            (self.lake / place).parent.mkdir()
            (self.lake / place).write_text("the last good one")
        # only one mart asks for this table, and not for that column
        write(self.lake, "application_event", "30-40", [event("a3", 1, 31, occurred=None)])
        summary = self.assert_ended(self.run_entrypoint(), 2, "failed")
        self.assertEqual(summary["tests.failed"], 1)
        self.assertIn("source_not_null_warehouse_application_event_occurred", summary["error"])
        for place in (MART, "docs/index.html"):
            self.assertEqual((self.lake / place).read_bytes(), b"the last good one")
        build = json.loads((self.lake / "docs/data/build.json").read_text())
        self.assertEqual((build["outcome"], build["error"]), ("failed", summary["error"]))
        self.assertEqual(build["failed"], ["source_not_null_warehouse_application_event_occurred"])

    def test_a_candidate_that_is_missing_fails(self) -> None:
        write_sample(self.lake)
        write(self.lake, "application", "30-40", [application("a9", "v1", "nobody", day(3), 31)])
        summary = self.assert_ended(self.run_entrypoint(), 2, "failed")
        self.assertEqual(summary["tests.failed"], 1)
        self.assertIn("candidate_key", summary["error"])

    def test_a_file_that_is_not_parquet(self) -> None:
        write_sample(self.lake)
        (self.lake / "candidate/changes/30-40.parquet").write_text("cut off")
        last = self.assert_ended(self.run_entrypoint(), 1, "failed")
        self.assertIn("30-40.parquet", last["error"])
        self.assertFalse((self.lake / MART).exists())

    def test_a_warehouse_that_does_not_answer(self) -> None:
        with mock.patch.object(Lake, "most_seconds", 0.1):
            dbt = entrypoint.Dbt(Settings({"LAKE_PATH": str(self.lake)}), self.temporary)
            with self.assertRaisesRegex(Failed, "did not end within") as problem:
                dbt.build_and_document()
        self.assertEqual(problem.exception.exit_code, 1)


class WrongThings(Entrypoint):
    def test_all_faults_are_said_at_once(self) -> None:
        done = self.run_entrypoint(LAKE_PATH=" ", LOG_FORMAT="xml", WAREHOUSE_TYPE="papyrus")
        self.assertEqual(done.returncode, 2)
        for name in ("LAKE_PATH", "LOG_FORMAT", "WAREHOUSE_TYPE"):
            self.assertIn(name, done.stderr)
        self.assertNotIn("xml", done.stderr)

    def test_what_bigquery_needs_is_named(self) -> None:
        every: tuple[tuple[str, ...], ...] = ((), ("check",))
        for words in every:
            done = self.run_entrypoint(*words, LAKE_PATH=None, WAREHOUSE_TYPE="bigquery")
            self.assertEqual(done.returncode, 2)
            for name in ("BIGQUERY_PROJECT is not set", "BIGQUERY_DATASET is not set"):
                self.assertIn(name, done.stdout + done.stderr)
            self.assertNotIn("LAKE_PATH", done.stdout + done.stderr)

    def test_a_lake_that_is_a_file(self) -> None:
        self.lake.write_text("")
        self.assertIn("not a folder", self.assert_ended(self.run_entrypoint(), 2, "failed")["error"])

    def test_docs_that_are_a_folder(self) -> None:
        write_sample(self.lake)
        done = self.run_entrypoint(DOCS_PATH=self.temporary)
        self.assertIn("DOCS_PATH", self.assert_ended(done, 2, "failed")["error"])

    def test_a_lake_that_is_not_there_yet(self) -> None:
        last = self.assert_ended(self.run_entrypoint(), 1, "failed")
        self.assertIn("run export first", last["error"])
        self.assertFalse(self.lake.exists())

    def test_a_table_without_a_file(self) -> None:
        write_sample(self.lake)
        for file in (self.lake / "candidate/changes").iterdir():
            file.unlink()
        last = self.assert_ended(self.run_entrypoint(), 1, "failed")
        self.assertIn("table candidate", last["error"])
        self.assertNotIn("table application", last["error"])

    def test_check_writes_nothing(self) -> None:
        done = self.run_entrypoint("check")
        self.assertEqual((done.returncode, done.stdout.splitlines()[0]), (1, "ok    settings"))
        write_sample(self.lake)
        before = sorted(self.lake.rglob("*"))
        done = self.run_entrypoint("check")
        said = f"ok    settings\nok    report: Europe/Berlin, 36 months, groups of 5\nok    lake: {self.lake}\n"
        said += "ok    reports: none, since REPORTS_URL is not set\n"
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, said, ""))
        self.assertEqual(sorted(self.lake.rglob("*")), before)
        self.assertEqual(self.run_entrypoint("check", LAKE_PATH=None).returncode, 2)

    def test_text_for_people(self) -> None:
        done = self.run_entrypoint(LOG_FORMAT="text")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr.splitlines()[-1], r"^\S+ ERROR failed error=")


if __name__ == "__main__":
    unittest.main()
