"""Sample lakes through the entrypoint, as the container runs it."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pytest

import entrypoint
from bundle.wanted import MARTS as HANDED_OVER
from outcome import PROJECT, Failed
from settings import Settings
from tests_python.conftest import MARTS, Place, copy_of_project, ended
from tests_python.sample_lake import SCHEMA, application, candidate, day, event, write, write_sample
from warehouses import TABLES, Lake

MART = "marts/fct_applications_per_posting.parquet"
MODELS = 32
FEW = "small groups"


class Built(NamedTuple):
    """The sample lake after a run: its last line, what dbt has written down, and what was in the project before."""

    place: Place
    summary: dict[str, Any]
    manifest: dict[str, Any]
    catalog: dict[str, Any]
    before: list[Path]
    after: list[Path]

    def mart(self, name: str, columns: str = "*") -> list[tuple[Any, ...]]:
        return self.place.mart(name, columns)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    folder = tmp_path_factory.mktemp("sample")
    project = copy_of_project(folder / "dbt")
    place = Place(folder, folder / "target", project)
    try:
        write_sample(place.lake)
        before = sorted(project.rglob("*"))
        summary = ended(place.run(), 0, "succeeded")
        written = (place.target / name for name in ("manifest.json", "catalog.json"))
        manifest, catalog = (json.loads(file.read_text()) for file in written)
        yield Built(place, summary, manifest, catalog, before, sorted(project.rglob("*")))
    finally:
        place.end()


def test_the_sample_lake(built: Built) -> None:
    summary = built.summary
    # warned of: an application to a vacancy without a posting, and a posting type without a known meaning
    assert (summary["models"], summary["tests.warned"], summary["tests.failed"]) == (MODELS, 2, 0)
    tests = [node for node in built.manifest["nodes"].values() if node["resource_type"] == "test"]
    # and no unit test
    assert summary["tests.passed"] == len(tests) - summary["tests.warned"] > 250
    assert sorted(file.stem for file in (built.place.lake / "marts").iterdir()) == sorted(MARTS)
    page = (built.place.lake / "docs/index.html").read_text()
    assert "fct_applications_per_posting" in page
    assert "one row per vacancy" in page


def test_nothing_is_left_behind(built: Built) -> None:
    """Neither in the project, which may be read-only, nor in the temporary folder."""
    assert built.after == built.before
    assert list(built.place.temporary.iterdir()) == []


def test_postings(built: Built) -> None:
    columns = (
        "vacancy_id, title, city, media, is_published, applications, active_applications, "
        "disqualified_applications, candidates, first_application_at, last_application_on, "
        "applications_last_7_days, applications_last_28_days, is_removed, rank"
    )
    assert built.mart("fct_applications_per_posting", columns) == [
        # a5's, whose vacancy nobody has posted
        ("none", "none", None, 0, False, 1, None, None, 1, "2026-03-25 08:00:00+00:00", "2026-03-25", 1, 1, False,
         None),
        # a1 changed, a2 was removed, a3 stayed, a4 was removed and came back; too few to tell what became of them
        ("v1", "Senior nurse", "Köln", 2, True, 3, None, None, 2, "2026-03-01 08:00:00+00:00", "2026-03-21", 2, 3,
         False, 1),
        # never applied for; v3 was withdrawn, and is still counted
        ("v2", "Porter", None, 1, True, 0, 0, 0, 0, None, None, 0, 0, False, 2),
        ("v3", "Withdrawn", None, 1, False, 0, 0, 0, 0, None, None, 0, 0, True, 2),
    ]
    assert built.mart("dim_posting", "vacancy_id, published_on, is_published_on_exact, days_online") == [
        ("none", None, None, 0),
        ("v1", "2026-03-01", False, 26),
        ("v2", "2026-03-02", True, 25),
        ("v3", "2026-03-01", False, 10),
    ]
    assert built.mart("fct_postings_by_location") == [
        ("Köln", "none", 1, 1, 3, 3, 1),
        ("none", "none", 1, 2, 1, 1, None),
    ]


def test_days(built: Built) -> None:
    columns = "run_id, as_of_on, time_zone, history_begins_on, min_group, compares_departments"
    expected = ("r4", "2026-03-26", "Europe/Berlin", "2023-04-01", 5, False)
    assert built.mart("export_run", columns) == [expected]
    # from the first application on
    days = built.mart("dim_date", "date, iso_week, is_full_week")
    assert (len(days), days[0], days[-1]) == (26, ("2026-03-01", 9, True), ("2026-03-26", 13, False))
    weeks = "week_start, is_full_week, department, city, source, posting_type, applications"
    assert built.mart("fct_applications_weekly", weeks) == [
        ("2026-02-23", True, "Ward 1", "Köln", FEW, "job", 1),
        ("2026-03-02", True, "none", "none", "none", "none", 0),
        ("2026-03-09", True, "none", "none", "none", "none", 0),
        ("2026-03-16", True, "Ward 1", "Köln", FEW, "job", 2),
        ("2026-03-23", False, "none", "none", FEW, "none", 1),
    ]
    assert built.mart("fct_sources_weekly") == [
        ("2026-02-23", FEW, 1), ("2026-03-16", FEW, 2), ("2026-03-23", FEW, 1),
    ]
    daily = built.mart("fct_applications_daily", "date, applications")
    assert [row for row in daily if row[1]] == [
        ("2026-03-01", 1), ("2026-03-20", 1), ("2026-03-21", 1), ("2026-03-25", 1),
    ]
    assert len(daily) == len(days)
    quality = {name: (value, share) for name, value, share in built.mart("data_quality")}
    assert quality["applications"] == (4, 1000)
    assert quality["applications_with_unknown_vacancy"] == (1, 250)
    assert quality["applications_without_history"] == (3, 750)
    assert quality["postings_removed"] == (1, None)


def test_what_lies_beside_the_docs(built: Built) -> None:
    """What figures are computed from is what was published."""
    beside = {file.stem: json.loads(file.read_text()) for file in (built.place.lake / "docs/data").iterdir()}
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
        assert beside[name]["rows"] == len(built.mart(name))
    assert beside["export_run"]["columns"]["as_of_on"]["dictionary"] == ["2026-03-26"]


def test_outcomes(built: Built) -> None:
    assert built.mart("fct_application_durations") == [
        # of February six that are frozen, in one group since; of March four, of whom nothing may be told
        ("2026-02-01", FEW, FEW, "rejected", True, 10, True, 4),
        ("2026-02-01", FEW, FEW, "withdrawn", False, None, True, 2),
        ("2026-03-01", FEW, FEW, "too few", False, None, False, 4),
    ]
    assert built.mart("fct_funnel", "week_start, outcome, is_frozen, applications") == [
        (None, "rejected", True, 4),
        (None, "withdrawn", True, 2),
        ("2026-02-23", "too few", False, 1),
        ("2026-03-16", "too few", False, 2),
        ("2026-03-23", "too few", False, 1),
    ]
    # a1's, which came about on the fifth, between two readings; of one nothing is told
    assert built.mart("fct_closed_weekly") == [("2026-03-02", FEW, "too few", None, 1)]
    assert built.mart("fct_reasons_weekly") == [("2026-03-02", "too few", "too few", 1)]
    assert built.mart("fct_stage_durations") == [("2026-03-01", "unlisted", "too few", None, 1)]
    assert built.mart("fct_open_applications") == [
        ("unlisted", "0-7", FEW, 3),
    ]
    assert built.mart("fct_times_to_hire") == [
        (period, "all", 0, None, None, None) for period in ("history", "last_28_days", "last_365_days")
    ]


def test_columns_are_the_documented_ones(built: Built) -> None:
    """Of each table, and each has a description."""
    models = {key: node for key, node in built.manifest["nodes"].items() if key.startswith("model.")}
    sources = built.manifest["sources"]
    assert {source["name"] for source in sources.values()} == set(SCHEMA)
    assert sorted(SCHEMA) == list(TABLES)
    tables = {**models, **sources}
    assert [key for key, node in tables.items() if "Grain:" not in node["description"]] == []
    described = {key: [name for name, column in node["columns"].items() if column["description"]]
                 for key, node in tables.items()}
    assert described == {key: list(node["columns"]) for key, node in tables.items()}
    # what only people read, in BigQuery, is not in the lake's tables
    made = {key: [name for name in described[key] if not node["columns"][name]["meta"].get("for_people")]
            for key, node in models.items()}
    assert made == {key: list(built.catalog["nodes"][key]["columns"]) for key in models}
    assert {source["name"]: list(source["columns"]) for source in sources.values()} == {
        name: list(columns) for name, columns in SCHEMA.items()}


def test_dbts_unit_tests(place: Place) -> None:
    """By hand, as README has it; a run of the entrypoint leaves them out."""
    write_sample(place.lake)
    (place.lake / "marts").mkdir()
    made = place.temporary / "by-hand"
    places = {"DBT_TARGET_PATH": made, "DBT_LOG_PATH": made, "DUCKDB_PATH": place.temporary / "by-hand.duckdb"}
    words = ("build", "--exclude-resource-type", "test", "--project-dir", PROJECT, "--profiles-dir", PROJECT)
    running = place.start(Path(sys.executable).parent / "dbt", *words, **places)
    out, said = running.communicate(timeout=600)
    assert running.returncode == 0, out + said
    results, manifest = (json.loads((made / name).read_text()) for name in ("run_results.json", "manifest.json"))
    ended_well = [each["unique_id"] for each in results["results"] if each["status"] == "pass"]
    assert sorted(ended_well) == sorted(manifest["unit_tests"])


def test_a_second_run_is_the_same(built: Built) -> None:
    first = {name: built.mart(name) for name in MARTS}
    ended(built.place.run(), 0, "succeeded")
    assert {name: built.mart(name) for name in MARTS} == first


def test_a_lake_without_rows(place: Place) -> None:
    for table in SCHEMA:
        write(place.lake, table, "0-0", [])
    docs = place.lake / "elsewhere" / "page.html"
    summary = ended(place.run(DOCS_PATH=docs), 0, "succeeded")
    assert (summary["models"], summary["tests.warned"], summary["tests.failed"]) == (MODELS, 0, 0)
    assert place.mart("fct_applications_per_posting", "vacancy_id, applications") == [("none", 0)]
    assert place.mart("fct_postings_by_location", "city, applications") == [("none", 0)]
    others = MARTS.keys() - {
        "fct_applications_per_posting", "fct_postings_by_location", "dim_posting", "data_quality", "fct_times_to_hire",
    }
    assert {name: place.mart(name) for name in others} == {name: [] for name in others}
    assert {row[2] for row in place.mart("fct_times_to_hire")} == {0}
    assert {row[1] for row in place.mart("data_quality")} == {0}
    assert docs.is_file()
    assert not (place.lake / "docs").exists()


def test_what_is_chosen_is_obeyed(place: Place) -> None:
    write_sample(place.lake)
    # three o'clock in the night of Berlin, and the evening before in New York
    write(place.lake, "application", "30-40", [
        application(f"late {number}", "v1", f"late {number}", day(24, 2), 31, source_name="Site")
        for number in range(6)
    ])
    write(place.lake, "candidate", "30-40", [candidate(f"late {number}", 31) for number in range(6)])
    summary = ended(place.run(
        REPORT_TIME_ZONE="America/New_York", REPORT_MIN_GROUP="7", REPORT_HISTORY_MONTHS="1",
        REPORT_COMPARE_DEPARTMENTS="true",
    ), 0, "succeeded")
    assert summary["tests.failed"] == 0
    columns = "time_zone, history_begins_on, min_group, compares_departments"
    assert place.mart("export_run", columns) == [("America/New_York", "2026-03-01", 7, True)]
    daily = place.mart("fct_applications_daily", "date, source, applications")
    assert ("2026-03-23", "small groups", 6) in daily
    told = place.mart("fct_applications_per_posting", "vacancy_id, applications, active_applications")
    assert ("v1", 9, 8) in told


def test_a_failing_test_keeps_what_was_published(place: Place) -> None:
    write_sample(place.lake)
    for file in (MART, "docs/index.html"):
        (place.lake / file).parent.mkdir()
        (place.lake / file).write_text("the last good one")
    # only one mart asks for this table, and not for that column
    write(place.lake, "application_event", "30-40", [event("a3", 1, 31, occurred=None)])
    summary = ended(place.run(), 2, "failed")
    assert summary["tests.failed"] == 1
    assert "source_not_null_warehouse_application_event_occurred" in summary["error"]
    for file in (MART, "docs/index.html"):
        assert (place.lake / file).read_bytes() == b"the last good one"
    build = json.loads((place.lake / "docs/data/build.json").read_text())
    assert (build["outcome"], build["error"]) == ("failed", summary["error"])
    assert build["failed"] == ["source_not_null_warehouse_application_event_occurred"]


def test_a_candidate_that_is_missing_fails(place: Place) -> None:
    write_sample(place.lake)
    write(place.lake, "application", "30-40", [application("a9", "v1", "nobody", day(3), 31)])
    summary = ended(place.run(), 2, "failed")
    assert summary["tests.failed"] == 1
    assert "candidate_key" in summary["error"]


def test_a_file_that_is_not_parquet(place: Place) -> None:
    write_sample(place.lake)
    (place.lake / "candidate/changes/30-40.parquet").write_text("cut off")
    last = ended(place.run(), 1, "failed")
    assert "30-40.parquet" in last["error"]
    assert not (place.lake / MART).exists()


def test_a_warehouse_that_does_not_answer(place: Place) -> None:
    with mock.patch.object(Lake, "most_seconds", 0.1):
        dbt = entrypoint.Dbt(Settings({"LAKE_PATH": str(place.lake)}), place.temporary)
        with pytest.raises(Failed, match="did not end within") as problem:
            dbt.build_and_document()
    assert problem.value.exit_code == 1


def test_all_faults_are_said_at_once(place: Place) -> None:
    done = place.run(LAKE_PATH=" ", LOG_FORMAT="xml", WAREHOUSE_TYPE="papyrus")
    assert done.returncode == 2
    for name in ("LAKE_PATH", "LOG_FORMAT", "WAREHOUSE_TYPE"):
        assert name in done.stderr
    assert "xml" not in done.stderr


@pytest.mark.parametrize("words", [[], ["check"]])
def test_what_bigquery_needs_is_named(place: Place, words: list[str]) -> None:
    done = place.run(*words, LAKE_PATH=None, WAREHOUSE_TYPE="bigquery")
    assert done.returncode == 2
    for name in ("BIGQUERY_PROJECT is not set", "BIGQUERY_DATASET is not set"):
        assert name in done.stdout + done.stderr
    assert "LAKE_PATH" not in done.stdout + done.stderr


def test_a_lake_that_is_a_file(place: Place) -> None:
    place.lake.write_text("")
    assert "not a folder" in ended(place.run(), 2, "failed")["error"]


def test_docs_that_are_a_folder(place: Place) -> None:
    write_sample(place.lake)
    done = place.run(DOCS_PATH=place.temporary)
    assert "DOCS_PATH" in ended(done, 2, "failed")["error"]


def test_a_lake_that_is_not_there_yet(place: Place) -> None:
    last = ended(place.run(), 1, "failed")
    assert "run export first" in last["error"]
    assert not place.lake.exists()


def test_a_table_without_a_file(place: Place) -> None:
    write_sample(place.lake)
    for file in (place.lake / "candidate/changes").iterdir():
        file.unlink()
    last = ended(place.run(), 1, "failed")
    assert "table candidate" in last["error"]
    assert "table application" not in last["error"]


def test_check_writes_nothing(place: Place) -> None:
    done = place.run("check")
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "ok    settings")
    write_sample(place.lake)
    before = sorted(place.lake.rglob("*"))
    done = place.run("check")
    said = f"ok    settings\nok    report: Europe/Berlin, 36 months, groups of 5\nok    lake: {place.lake}\n"
    said += "ok    reports: none, since REPORTS_URL is not set\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, said, "")
    assert sorted(place.lake.rglob("*")) == before
    assert place.run("check", LAKE_PATH=None).returncode == 2


def test_text_for_people(place: Place) -> None:
    done = place.run(LOG_FORMAT="text")
    assert done.returncode == 1
    assert re.match(r"\S+ ERROR failed error=", done.stderr.splitlines()[-1])
