"""Whether dbt makes the same of a lake and of BigQuery: one store, exported to both, row by row and column by column.

mock-api runs, and migrate → ingest → export → dbt. Then a day passes, everything is read again, so that rows change and
go, and export and dbt run once more. Who ended more than 120 days ago is forgotten, so that there are frozen
ones. A tenth of the records are as other systems write them, and no place may be a wrong one for that. What comes
beside the docs is compared too, and what reports says of it. At the end one value of each relation is changed in
BigQuery, and each has to be found, for a comparison that cannot fail would say nothing.

The emulator knows neither prices nor Google's tokens.
"""

import json
import re
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bigquery.comparison import DATASET, PROJECT, RELATIONS, Relation, Row, differences, rows_of, spoil
from toolbox.mock import MEDIA, mock
from toolbox.programs import REPOSITORY, TOOLS, Failed, last_record, run

HERE = Path(__file__).resolve().parent
VOCABULARY = REPOSITORY / "helm/emply-pipeline/files/vocabulary-for-the-mock.toml"
# records as other systems write them; so many that most of their forms are among them
WORLD = {"MOCK_WORLD": "rough", "MOCK_POSTINGS": "400"}
# on a busy machine the emulator wants a quarter of an hour for what takes it three minutes
BUILD_SECONDS = 1800
# of differences and of wrong places
SHOWN = 5
# Postal codes of the countries that the mock's hospitals are in; a house number is none of them.
CODES = re.compile(r"\d{4,5}|\d{3} \d{2}|\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}")
COUNTRIES = {
    "allemagne", "danmark", "denmark", "deutschland", "germany", "nederland", "netherlands", "schweiz", "switzerland",
    "tyskland", "united kingdom",
}


class Warehouse:
    """One kind of warehouse, filled by export and built by dbt."""

    def __init__(self, name: str, environment: str, docs: Path, work: Path, settings: dict[str, str]) -> None:
        self.name, self.docs, self.work = name, docs, work
        self.bin = TOOLS / environment / "bin"
        if not (self.bin / "dbt").is_file():
            raise Failed(f"no dbt in {self.bin}: run `make tools`")
        # kept, so that the second build does not parse again
        self.target = work / ("target-" + name)
        places = {"DBT_TARGET_PATH": str(self.target), "DBT_LOG_PATH": str(work / "dbt-logs")}
        self.settings = {**settings, **places, "WAREHOUSE_TYPE": name}
        # what export said at the end of each run
        self.exports: list[dict[str, Any]] = []

    def fill(self, export: str) -> None:
        log = self.work / f"export-{self.name}.log"
        run([export], self.settings, log)
        self.exports.append(last_record(log))

    def build(self) -> None:
        """As in a run, with all of dbt's tests."""
        entrypoint = str(REPOSITORY / "dbt" / "entrypoint.py")
        run([str(self.bin / "python"), entrypoint], self.settings, self.work / f"dbt-{self.name}.log", BUILD_SECONDS)

    def dbt(self, *words: str) -> None:
        folder = str(REPOSITORY / "dbt")
        places = ["--project-dir", folder, "--profiles-dir", folder]
        run([str(self.bin / "dbt"), *words, *places], self.settings, self.work / f"dbt-{words[0]}.log", BUILD_SECONDS)


class Lake(Warehouse):
    """Its marts are files; staging is gone with the run's database, so it is made once more, with the columns too that
    only people read."""

    def __init__(self, work: Path, settings: dict[str, str]) -> None:
        self.folder, self.database = work / "lake", work / "staging.duckdb"
        by_hand = {"LAKE_PATH": str(self.folder), "DUCKDB_PATH": str(self.database)}
        super().__init__("lake", "venv-dbt", self.folder / "docs", work, {**settings, **by_hand})
        # nothing writes to it any more
        self.known: dict[Relation, list[Row]] = {}

    def make_staging(self) -> None:
        self.dbt("run", "--select", "staging", "--vars", "for_people: true")

    def read(self, relation: Relation) -> list[Row]:
        if relation not in self.known:
            mart = f"'{self.folder / 'marts' / (relation.name + '.parquet')}'"
            where = mart if relation.is_mart else "main." + relation.name
            reader = [str(self.bin / "python"), str(HERE / "read_lake.py")]
            words = [str(self.database), where, ",".join(relation.key)]
            self.known[relation] = rows_of(run([*reader, *words], self.settings, self.work / "read-lake.log"))
        return self.known[relation]


class BigQuery(Warehouse):
    """All of it is there after a run."""

    def __init__(self, work: Path, settings: dict[str, str], endpoint: str, reader: "subprocess.Popen[str]") -> None:
        self.endpoint, self.reader = endpoint, reader
        docs = work / "docs-bigquery"
        place = {"BIGQUERY_ENDPOINT": endpoint, "BIGQUERY_PROJECT": PROJECT, "BIGQUERY_DATASET": DATASET,
                 "DOCS_PATH": str(docs / "index.html")}
        super().__init__("bigquery", "venv-dbt-bigquery", docs, work, {**settings, **place})

    def read(self, relation: Relation) -> list[Row]:
        assert self.reader.stdin is not None
        assert self.reader.stdout is not None
        print(relation.dataset, relation.name, ",".join(relation.key), file=self.reader.stdin, flush=True)
        rows: list[Row] = json.loads(self.reader.stdout.readline())
        return rows


class Filled(NamedTuple):
    """Both warehouses after both days, and what ingest counted on the second."""

    lake: Lake
    bigquery: BigQuery
    reconciled: dict[str, Any]


@pytest.fixture(scope="module")
def reader(emulator: str, google_python: str) -> Iterator["subprocess.Popen[str]"]:
    """read_table.py, to be asked by lines; it ends when nobody can ask any more."""
    words = [google_python, str(HERE / "read_table.py"), emulator, PROJECT]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started


@pytest.fixture(scope="module")
def filled(programs: dict[str, str], work: Path, emulator: str, reader: "subprocess.Popen[str]") -> Filled:
    create = {**WORLD, "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc"}
    with mock(programs["mock-api"], create, work / "mock-api.log") as world:
        settings = {
            "DATABASE_URL": f"sqlite://{work / 'store.db'}", "EMPLY_API_KEY": "any-key", "EMPLY_CUSTOMER": "acme",
            "EMPLY_BASE_URL": world.url, "EMPLY_MEDIA_IDS": ",".join(MEDIA), "EMPLY_CLOCK": "own",
            "INGEST_LOOKBACK_HOURS": "1440", "INGEST_RETENTION_DAYS": "120",
            "LOG_FORMAT": "json", "RUN_TRIGGER": "test", "PII_KEY": secrets.token_hex(32), "TMPDIR": str(work),
            "VOCABULARY_FILE": str(VOCABULARY),
        }
        lake, bigquery = Lake(work, settings), BigQuery(work, settings, emulator, reader)
        run([programs["migrate"]], settings, work / "migrate.log")
        run([programs["ingest"]], settings, work / "ingest.log")
        for warehouse in (lake, bigquery):
            warehouse.fill(programs["export"])
        # so that the second day finds tables; without dbt's tests, which take the emulator minutes. The lake's marts
        # are made anew each time
        bigquery.dbt("run")
        world.ask("/_mock/advance?hours=24", "POST")
        run([programs["ingest"], "--reconcile"], settings, work / "ingest.log")
        for warehouse in (lake, bigquery):
            warehouse.fill(programs["export"])
            warehouse.build()
    lake.make_staging()
    return Filled(lake, bigquery, last_record(work / "ingest.log"))


each_relation = pytest.mark.parametrize("relation", RELATIONS, ids=lambda relation: relation.name)


def test_there_is_something_to_merge(filled: Filled) -> None:
    assert filled.reconciled["updated"] > 0
    assert filled.reconciled["removed"] > 0


def test_the_vocabulary_lists_all_that_the_world_says(filled: Filled) -> None:
    for warehouse in (filled.lake, filled.bigquery):
        assert [each.get("unlisted") for each in warehouse.exports if each.get("unlisted")] == []


@each_relation
def test_rows_are_equal(filled: Filled, relation: Relation) -> None:
    assert differences(relation, filled.lake.read(relation), filled.bigquery.read(relation))[:SHOWN] == []


@each_relation
def test_places_are_right(filled: Filled, relation: Relation) -> None:
    assert wrong_places(filled.lake.read(relation))[:SHOWN] == []


def wrong_places(rows: list[Row]) -> list[str]:
    """One line for each city that is a postal code or a country, code that is none, and country that is not a code."""
    found = []
    for row in rows:
        city, code, country = row.get("city"), row.get("postal_code"), row.get("country")
        if city is not None and (re.search(r"\d", city) or city.lower() in COUNTRIES):
            found.append(f"has a city {city!r}")
        if code is not None and not CODES.fullmatch(code):
            found.append(f"has a postal code {code!r}")
        # none is what marts call a country that is not known
        if country not in (None, "none") and not re.fullmatch("[A-Z]{2}", country):
            found.append(f"has a country {country!r}")
    return found


def test_what_comes_beside_the_docs_is_the_same_bytes(filled: Filled) -> None:
    """All that reports computes from, but for the run of export, of which there were two."""
    ours, theirs = ({file.name: file.read_bytes() for file in (each.docs / "data").iterdir()}
                    for each in (filled.lake, filled.bigquery))
    assert "export_run.json" in ours
    # how a build ended is of that build alone
    names = (ours.keys() | theirs.keys()) - {"export_run.json", "build.json"}
    assert sorted(name for name in names if ours.get(name) != theirs.get(name)) == []


def test_reports_says_the_same(filled: Filled, programs: dict[str, str], work: Path) -> None:
    words, log = [programs["reports"], "figures", "--json", "--folder"], work / "reports.log"
    ours, theirs = (run([*words, str(each.docs)], {}, log) for each in (filled.lake, filled.bigquery))
    assert ours == theirs


# the emulator takes minutes for them
@pytest.mark.long
def test_dbts_unit_tests(filled: Filled) -> None:
    """Of the lake they are among dbt's own tests."""
    filled.bigquery.dbt("test", "--select", "test_type:unit")
    results, manifest = (
        json.loads((filled.bigquery.target / name).read_text()) for name in ("run_results.json", "manifest.json")
    )
    # hooks are among the results, and succeed
    passed = [each["unique_id"] for each in results["results"] if each["status"] == "pass"]
    assert sorted(passed) == sorted(manifest["unit_tests"])


@each_relation
def test_a_spoilt_value_is_found(filled: Filled, relation: Relation) -> None:
    spoil(filled.bigquery.endpoint, relation)
    found = differences(relation, filled.lake.read(relation), filled.bigquery.read(relation))
    assert len(found) == 1, found[:SHOWN]
