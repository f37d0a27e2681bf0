"""Marts become files that say the same, whichever warehouse they come from."""

import datetime
import itertools
import json
import os
import shutil
import tarfile
import types
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import duckdb
import pytest

from bundle import marts
from bundle.archive import INDEX, archive, publish
from bundle.columns import Mart, shortest, write
from bundle.marts import write_all
from bundle.wanted import MARTS
from outcome import RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed
from warehouses import BigQuery, Lake

GOLDEN = Path(__file__).resolve().parents[2] / "services/reports/tests/bundle/data"
DAY = datetime.date(2026, 2, 2)
INSTANT = datetime.datetime(2026, 3, 29, 1, 30, 0, 250000, datetime.timezone(datetime.timedelta(hours=2)))


class Table(NamedTuple):
    """Type by name, in another order than the bundle has, and rows in whatever order."""

    columns: dict[str, str]
    rows: Sequence[tuple[object, ...]]


def days_before(count: int) -> datetime.date:
    return DAY - datetime.timedelta(days=count)


PLACE = {"department": "text", "city": "text"}
VOLUMES = {**PLACE, "source": "text", "posting_type": "text", "applications": "bigint"}
TABLES = {
    "fct_application_durations": Table(
        {"created_month": "date", **PLACE, "outcome": "text", "is_eligible": "boolean", "days": "bigint",
         "is_frozen": "boolean", "applications": "bigint"},
        [
            (DAY, "Größe \"1\"", "Bonn", "hired", True, 3, False, 1),
            (DAY, "A", "Bonn", "hired", False, None, False, 1),
            (DAY, "A", "Bonn", "hired", True, 2, False, 1),
        ],
    ),
    "fct_closed_weekly": Table(
        {"week_start": "date", "department": "text", "outcome": "text", "days": "bigint", "closed": "bigint"},
        [(DAY, "A", "too few", None, 2), (days_before(7), "A", "hired", 30, 5), (DAY, "A", "rejected", 3, 5)],
    ),
    "fct_times_to_hire": Table(
        {"period": "text", "department": "text", "hires": "bigint", "jobs": "bigint",
         "mean_over_candidates_millidays": "bigint", "mean_over_jobs_millidays": "bigint"},
        [("history", "all", 5, 1, 30_000, 30_000), ("last_28_days", "all", 0, None, None, None)],
    ),
    "dim_date": Table(
        {"date": "date", "iso_year": "bigint", "iso_week": "bigint", "week_start": "date", "month_start": "date",
         "is_full_week": "boolean"},
        [(days_before(each), 2026, 5, days_before(7), DAY, True) for each in range(1, 8)]
        + [(DAY, 2026, 6, DAY, DAY, False)],
    ),
    "fct_applications_weekly": Table(
        {"week_start": "date", "iso_year": "bigint", "iso_week": "bigint", "is_full_week": "boolean", **VOLUMES},
        [
            (days_before(7), 2026, 5, True, "none", "none", "none", "none", 0),
            (DAY, 2026, 6, False, "A", "Bonn", "Site", "job", 7),
            (days_before(14), 2026, 4, True, "A", "Bonn", "Site", "job", 7),
        ],
    ),
    "fct_sources_weekly": Table(
        {"week_start": "date", "source": "text", "applications": "bigint"},
        [(DAY, "Site", 7), (days_before(7), "small groups", 2), (days_before(7), "Site", 6)],
    ),
    "fct_applications_daily": Table(
        {"date": "date", **VOLUMES},
        [
            (days_before(each), "A", "Bonn", "Site", "job", count)
            for each, count in ((0, 2), (1, 0), (59, 3), (60, 4), (-1, 5))
        ],
    ),
    "dim_posting": Table(
        {"vacancy_id": "text", "job_id": "bigint", "posting_type": "text", "title": "text", **PLACE, "country": "text",
         "deadline_on": "date", "is_published": "boolean", "is_removed": "boolean", "published_on": "date",
         "is_published_on_exact": "boolean", "days_online": "bigint"},
        [
            ("secret-1", 1, "job", "Nurse", "A", "Bonn", "DE", None, True, False, DAY, True, 9),
            ("none", None, "none", "none", "none", "none", "none", None, False, False, None, None, 0),
            ("secret-2", 2, "job", "Nurse", "A", "Bonn", "DE", None, True, False, DAY, True, 9),
        ],
    ),
    "fct_applications_per_posting": Table(
        {"vacancy_id": "text", "applications": "bigint", "applications_last_28_days": "bigint", "rank": "bigint"},
        [("secret-2", 4, 1, 1), ("secret-1", 4, 1, 1), ("none", 3, 0, None)],
    ),
    "fct_funnel": Table(
        {"created_month": "date", "week_start": "date", "department": "text", "furthest_stage_kind": "text",
         "outcome": "text", "is_frozen": "boolean", "applications": "bigint"},
        [(DAY, None, "A", "offer", "hired", True, 2), (DAY, days_before(7), "all", "too few", "too few", False, 3)],
    ),
    "fct_open_applications": Table(
        {"stage_kind": "text", "age_band": "text", "department": "text", "applications": "bigint"},
        [],
    ),
    "fct_reasons_weekly": Table(
        {"week_start": "date", "reason_kind": "text", "reason": "text", "closed": "bigint"},
        [(DAY, "employer", "Too far away", 9)],
    ),
    "data_quality": Table(
        {"check_name": "text", "value": "bigint", "share_per_mille": "bigint"},
        [("applications", 9, 1000), ("change_gap_hours_p50", 3, None)],
    ),
    "export_run": Table(
        {"run_id": "text", "started_at": "timestamp", "as_of": "timestamp", "as_of_on": "date", "time_zone": "text",
         "history_begins_on": "date", "min_group": "bigint", "compares_departments": "boolean"},
        [("secret-run", INSTANT, INSTANT, DAY, "Europe/Berlin", DAY, 5, False)],
    ),
}
DUCKDB = {"timestamp": "timestamptz", "text": "varchar"}
GOOGLE = {"timestamp": "TIMESTAMP", "date": "DATE", "text": "STRING", "bigint": "INTEGER", "boolean": "BOOLEAN"}


class Client:
    """What of Google's client is asked, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str]]] = []

    @staticmethod
    def get_table(place: str, **_limits: object) -> Any:
        name = place.removeprefix("p.emply_marts.")
        schema = [types.SimpleNamespace(name=column, field_type=GOOGLE[kind])
                  for column, kind in TABLES[name].columns.items()]
        return types.SimpleNamespace(schema=schema, name=name)

    def list_rows(self, table: Any, selected_fields: list[Any], **_limits: object) -> Iterator[Any]:
        names = [field.name for field in selected_fields]
        self.asked.append((table.name, names))
        columns, rows = TABLES[table.name]
        places = [list(columns).index(name) for name in names]
        # in the order of the table, and rows in whatever order
        assert places == sorted(places)
        return (types.SimpleNamespace(values=lambda row=row: tuple(row[place] for place in places))
                for row in reversed(rows))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """The lake with the marts; its name is one that a pattern or a quoted text would trip over."""
    path = tmp_path / "it's a [lake]*"
    (path / "marts").mkdir(parents=True)
    with duckdb.connect() as database:
        for name, (columns, rows) in TABLES.items():
            typed = ", ".join(f"{column} {DUCKDB.get(kind, kind)}" for column, kind in columns.items())
            database.execute(f"create table {name} ({typed})")
            for row in rows:
                database.execute(f"insert into {name} values ({', '.join('?' for _ in row)})", row)
            file = str(path / "marts" / (name + ".parquet")).replace("'", "''")
            database.execute(f"copy {name} to '{file}' (format parquet)")
    return Lake({"LAKE_PATH": str(path)}.get, [])


@pytest.fixture
def files(lake: Lake, tmp_path: Path) -> dict[str, Any]:
    """What each file has, by its mart."""
    files = write_all(lake, tmp_path / "data")
    assert list(files) == [f"data/{wanted.mart}.json" for wanted in MARTS]
    return {file.stem: json.loads(file.read_text()) for file in files.values()}


def test_a_lake(files: dict[str, Any]) -> None:
    assert files["fct_application_durations"] == {
        "version": 2, "mart": "fct_application_durations", "rows": 3, "columns": {
            "is_frozen": {"type": "boolean", "runs": [False, 3]},
            "is_eligible": {"type": "boolean", "runs": [False, 1, True, 2]},
            "outcome": {"type": "text", "dictionary": ["hired"], "runs": [0, 3]},
            "applications": {"type": "bigint", "runs": [1, 3]},
            "city": {"type": "text", "dictionary": ["Bonn"], "runs": [0, 3]},
            "department": {"type": "text", "dictionary": ["A", "Größe \"1\""], "steps": [0, 0, 1]},
            "created_month": {"type": "date", "dictionary": ["2026-02-02"], "runs": [0, 3]},
            "days": {"type": "bigint", "values": [None, 2, 3]},
        },
    }
    run = files["export_run"]["columns"]["as_of"]
    assert run == {"type": "timestamp", "dictionary": ["2026-03-28T23:30:00.250000Z"], "steps": [0]}
    nobody = files["fct_open_applications"]
    assert (nobody["rows"], nobody["columns"]["department"]["runs"]) == (0, [])


def test_reports_reads_what_is_written(lake: Lake, tmp_path: Path) -> None:
    """Its tests read these very bytes. Where they are to change: EMPLY_WRITE_GOLDEN=1 writes them anew."""
    files = write_all(lake, tmp_path / "data")
    if os.environ.get("EMPLY_WRITE_GOLDEN"):
        GOLDEN.mkdir(parents=True, exist_ok=True)
        for file in files.values():
            shutil.copyfile(file, GOLDEN / file.name)
    assert sorted(each.name for each in GOLDEN.iterdir()) == sorted(file.name for file in files.values())
    for file in files.values():
        assert file.read_bytes() == (GOLDEN / file.name).read_bytes(), file.name


def test_what_says_nothing_stays_out(files: dict[str, Any]) -> None:
    assert rows_of(files["dim_date"]) == [("2026-01-26", 2026, 5, True), ("2026-02-02", 2026, 6, False)]
    weekly = rows_of(files["fct_applications_weekly"])
    assert [row[-1] for row in weekly] == ["2026-01-19", "2026-02-02"]
    # of sixty days up to as_of_on, those on which something came
    daily = rows_of(files["fct_applications_daily"])
    assert [row[-2:] for row in daily] == [(2, "2026-02-02"), (3, days_before(59).isoformat())]


def test_postings_are_joined_and_have_no_id(files: dict[str, Any]) -> None:
    assert "secret" not in json.dumps(files)
    # two that are alike stay two
    nurse = ("job", "A", "Bonn", "DE", False, True, True, "2026-02-02", None, 9, "Nurse", 1, 4, 1)
    none = ("none", "none", "none", "none", False, False, None, None, None, 0, "none", None, 3, 0)
    assert rows_of(files["dim_posting"]) == [nurse, nurse, none]


def test_vacancies_that_are_published_meanwhile(lake: Lake, tmp_path: Path) -> None:
    with duckdb.connect() as database:
        file = lake.published() / "fct_applications_per_posting.parquet"
        database.execute("create table one as select 'x' vacancy_id, 1 applications, 1 applications_last_28_days, "
                         "1 rank; alter table one alter applications type bigint; "
                         "alter table one alter applications_last_28_days type bigint; "
                         "alter table one alter rank type bigint")
        database.execute("copy one to '{}' (format parquet)".format(str(file).replace("'", "''")))
    problem = unreadable(tmp_path, lake)
    assert "tell of different vacancies" in str(problem)
    assert problem.exit_code == RETRY_MAY_HELP


def test_bigquery_gives_the_same_bytes(lake: Lake, tmp_path: Path) -> None:
    client = Client()
    theirs = write_all(bigquery(client), tmp_path / "theirs")
    ours = write_all(lake, tmp_path / "ours")
    assert list(theirs) == list(ours)
    for name, file in theirs.items():
        assert file.read_bytes() == ours[name].read_bytes()
    # no column is listed that is not wanted
    assert ("dim_date", ["iso_year", "iso_week", "week_start", "is_full_week"]) in client.asked
    assert not any("run_id" in names for _, names in client.asked)


def test_a_column_that_is_missing_in_bigquery(tmp_path: Path) -> None:
    fewer = Table({"check_name": "text", "value": "bigint"}, [])
    with mock.patch.dict(TABLES, data_quality=fewer):
        problem = unreadable(tmp_path, bigquery(Client()))
    assert "the mart data_quality has no column share_per_mille" in str(problem)

def bigquery(client: Client) -> BigQuery:
    settings = {"BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "emply", "BIGQUERY_ENDPOINT": "http://127.0.0.1:1"}
    warehouse = BigQuery(settings.get, [])
    warehouse.client = mock.Mock(return_value=client)  # type: ignore[method-assign]
    warehouse.retry = mock.Mock()  # type: ignore[method-assign]
    return warehouse


@pytest.mark.parametrize(("words", "code"), [
    ("IO Error: connection reset", RETRY_MAY_HELP), ("403 no", RETRY_CANNOT_HELP),
])
def test_what_cannot_be_read_says_so(lake: Lake, tmp_path: Path, words: str, code: int) -> None:
    with mock.patch.object(marts.LakeMarts, "read", side_effect=duckdb.Error(words)):
        problem = unreadable(tmp_path, lake)
    assert "published marts cannot be read: " + words in str(problem)
    assert problem.exit_code == code


def test_a_mart_that_is_missing_is_named(lake: Lake, tmp_path: Path) -> None:
    (lake.published() / "fct_closed_weekly.parquet").unlink()
    assert "fct_closed_weekly.parquet" in str(unreadable(tmp_path, lake))


def unreadable(folder: Path, warehouse: Lake | BigQuery) -> Failed:
    with pytest.raises(Failed) as problem:
        write_all(warehouse, folder / "data")
    return problem.value


def test_they_are_packed_beside_the_page_and_put_beside_it(tmp_path: Path) -> None:
    page = tmp_path / "made.html"
    page.write_text("the docs")
    data = tmp_path / "made.json"
    write(Mart("m", {"c": "text"}, [("x",)]), data)
    files = {INDEX: page, "data/m.json": data}
    with tarfile.open(fileobj=BytesIO(archive(files))) as bundle:
        assert bundle.getnames() == [INDEX, "data/m.json"]
    place, temporary, steps = tmp_path / "place" / "page.html", list[Path](), list[str]()
    publish(files, place, temporary, lambda: steps.append("on"))
    assert place.read_text() == "the docs"
    assert (place.parent / "data" / "m.json").read_bytes() == data.read_bytes()
    assert sorted(each.name for each in place.parent.iterdir()) == ["data", "page.html"]
    assert (len(steps), [each.exists() for each in temporary]) == (2, [False, False])


@pytest.mark.parametrize(("values", "expected"), [
    ([], '"runs":[]'),
    ([7, 7, 7, 7], '"runs":[7,4]'),
    ([None, None, None, 1], '"runs":[null,3,1,1]'),
    ([100, 101, 103, 102], '"steps":[100,1,2,-1]'),
    ([1, 2, None, 1], '"values":[1,2,null,1]'),
    ([True, False, True, False], '"values":[true,false,true,false]'),
    ([0, 9, 1, 8], '"values":[0,9,1,8]'),
])
def test_a_column_is_written_in_the_shortest_way(values: list[Any], expected: str) -> None:
    assert shortest(values) == expected


def test_rows_are_sorted_and_texts_by_their_code_points(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    rows = [("ä", 1), (None, 2), ("Z", 3), ("a", None), ("a", -5)]
    write(Mart("m", {"c": "text", "d": "bigint"}, rows), file)
    assert rows_of(json.loads(file.read_text())) == [("Z", 3), ("a", -5), ("a", None), ("ä", 1), (None, 2)]


def rows_of(mart: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Of a file, as its format is described, and not by what has written it."""
    columns = [values_of(column) for column in mart["columns"].values()]
    assert all(len(column) == mart["rows"] for column in columns)
    return list(zip(*columns, strict=True))


def values_of(column: dict[str, Any]) -> list[Any]:
    if "runs" in column:
        runs = column["runs"]
        values = [value for value, times in zip(runs[::2], runs[1::2], strict=True) for _ in range(times)]
    elif "steps" in column:
        values = list(itertools.accumulate(column["steps"]))
    else:
        values = column["values"]
    dictionary = column.get("dictionary")
    return values if dictionary is None else [None if each is None else dictionary[each] for each in values]
