r"""Whether dbt makes the same of a lake and of BigQuery: one store, exported to both, row by row and column by column.

    PYTHONPATH=e2e python3 -m toolbox.with_servers bigquery -- \
        python3 -m bigquery.compare_warehouses [--programs FOLDER] [--spoil [NAME]]

Builds the programs (or takes those of FOLDER), starts mock-api and runs migrate → ingest → export → dbt. Then a day
passes, everything is read again, so that rows change and go, and export and dbt run once more, on both. Who ended more
than 120 days ago is forgotten, so that there are frozen ones. A tenth of the records are as other systems write them,
and no place may be a wrong one for that. What comes beside the docs is compared too, and what reports says of it. The
emulator is the one of with_servers.py; it knows neither prices nor Google's tokens.

--spoil then changes one value of each relation in BigQuery, or of the one that is named: each has to be found, for a
comparison that cannot fail would say nothing.

Exit code: 0 all rows are equal (and each spoilt value was found), 1 they are not or a step failed, 128 + n after
signal n.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bigquery.comparison import (
    DATASET,
    PROJECT,
    RELATIONS,
    Relation,
    Row,
    compare,
    is_found,
    judge,
    rows_of,
    spoiling,
    wrong_places,
)
from toolbox import screen
from toolbox.mock import mock
from toolbox.programs import MODULES, REPOSITORY, Failed, build, in_folder_of_its_own, last_record, run, tail

HERE = Path(__file__).resolve().parent
NAMES = ("mock-api", "migrate", "ingest", "export", "reports")
TOOLS = Path(os.environ.get("TOOLS_DIR") or REPOSITORY / ".tools").resolve()
ENTRYPOINT = str(REPOSITORY / "dbt" / "entrypoint.py")
# of what a value is spoilt unless a relation is named
EACH = "each"
MEDIA = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3,6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21"


class Warehouse:
    """One kind of warehouse, filled by export and built by dbt."""

    def __init__(self, name: str, environment: str, work: Path, settings: dict[str, str]) -> None:
        self.name = name
        self.work = work
        self.bin = TOOLS / environment / "bin"
        if not (self.bin / "dbt").is_file():
            raise Failed(f"no dbt in {self.bin}: run `make tools`")
        # kept, so that the second build does not parse again
        target = {"DBT_TARGET_PATH": str(work / ("target-" + name)), "DBT_LOG_PATH": str(work / "dbt-logs")}
        self.settings = {**settings, **target, "WAREHOUSE_TYPE": name}

    def fill(self, export: str) -> None:
        log = self.work / f"export-{self.name}.log"
        with screen.step("export") as done:
            run([export], self.settings, log)
            if last_record(log).get("unlisted"):
                raise Failed(f"the vocabulary for the mock does not list all that its world says: {tail(log)}")
            done.text = f"{screen.number(last_record(log).get('rows'))} rows to {self.name}"
        self.build()

    def build(self) -> None:
        log = self.work / f"dbt-{self.name}.log"
        with screen.step("dbt") as done:
            run([str(self.bin / "python"), ENTRYPOINT], self.settings, log)
            counts = last_record(log)
            models, passed, warned = (counts.get(name) for name in ("models", "tests.passed", "tests.warned"))
            done.text = f"on {self.name}: {models} models built, {passed} tests passed, {warned} warned"

    def rows(self, script: str, python: str, words: Sequence[str]) -> list[Row]:
        log = self.work / f"read-{self.name}.log"
        return rows_of(run([python, str(HERE / script), *words], self.settings, log))


class Lake(Warehouse):
    """Its marts are files; its views are gone with the run's database, so they are made once more."""

    def __init__(self, work: Path, settings: dict[str, str]) -> None:
        self.folder, self.database = work / "lake", work / "views.duckdb"
        by_hand = {"LAKE_PATH": str(self.folder), "DUCKDB_PATH": str(self.database)}
        super().__init__("lake", "venv-dbt", work, {**settings, **by_hand})
        self.docs = self.folder / "docs"

    def make_views(self) -> None:
        folder = str(REPOSITORY / "dbt")
        words = ["run", "--select", "staging", "--project-dir", folder, "--profiles-dir", folder]
        run([str(self.bin / "dbt"), *words], self.settings, self.work / "dbt-views.log")

    def read(self, relation: Relation) -> list[Row]:
        mart = f"'{self.folder / 'marts' / (relation.name + '.parquet')}'"
        where = mart if relation.is_mart else "main." + relation.name
        return self.rows("read_lake.py", str(self.bin / "python"), [str(self.database), where, ",".join(relation.key)])


class BigQuery(Warehouse):
    """All of it is there after a run."""

    def __init__(self, work: Path, settings: dict[str, str]) -> None:
        endpoint, reader = (os.environ.get("TEST_BIGQUERY_" + name) for name in ("ENDPOINT", "PYTHON"))
        if not endpoint or not reader:
            raise Failed("TEST_BIGQUERY_ENDPOINT or TEST_BIGQUERY_PYTHON is not set: start this by with_servers.py")
        self.endpoint, self.reader = endpoint, reader
        place = {"BIGQUERY_ENDPOINT": self.endpoint, "BIGQUERY_PROJECT": PROJECT, "BIGQUERY_DATASET": DATASET}
        super().__init__("bigquery", "venv-dbt-bigquery", work,
                         {**settings, **place, "DOCS_PATH": str(work / "docs-bigquery" / "index.html")})
        self.docs = work / "docs-bigquery"

    def read(self, relation: Relation) -> list[Row]:
        words = [self.endpoint, PROJECT, relation.dataset, relation.name, ",".join(relation.key)]
        return self.rows("read_table.py", self.reader, words)

    def spoil(self, relation: Relation) -> None:
        code = (
            "import sys; from bigquery.read_table import ONCE, connect\n"
            "connect(*sys.argv[1:3]).query(sys.argv[3], job_retry=None, **ONCE).result(job_retry=None, **ONCE)"
        )
        words = [self.reader, "-c", code, self.endpoint, PROJECT, spoiling(relation)]
        run(words, {**self.settings, **MODULES}, self.work / "spoil.log")


def compare_all(lake: Lake, bigquery: BigQuery) -> None:
    """Prints how many rows were equal; fails with the first differences."""
    screen.heading("Row by row, column by column")
    compared, misplaced = [], []
    lake.make_views()
    for relation in RELATIONS:
        with screen.step("compare") as done:
            rows = lake.read(relation)
            compared.append(compare(relation, rows, bigquery.read(relation)))
            done.text = str(compared[-1])
        misplaced += [f"{relation.name} {line}" for line in wrong_places(rows)]
    judge(compared, misplaced)


def compare_files(lake: Lake, bigquery: BigQuery, reports: str) -> None:
    """What reports computes from is the same bytes, but for the run of export, of which there were two; and so is what
    it says."""
    screen.heading("What comes beside the docs")
    with screen.step("files") as done:
        ours, theirs = ({file.name: file.read_bytes() for file in (each.docs / "data").iterdir()}
                        for each in (lake, bigquery))
        done.text = f"{len(ours)} files, {screen.number(sum(map(len, ours.values())))} bytes"
    # how a build ended is of that build alone
    names = (ours.keys() | theirs.keys()) - {"export_run.json", "build.json"}
    unlike = sorted(name for name in names if ours.get(name) != theirs.get(name))
    if unlike or "export_run.json" not in ours:
        raise Failed(f"other marts came with the docs of the lake than with those of BigQuery: {', '.join(unlike)}")
    with screen.step("figures") as done:
        told = [run([reports, "figures", "--json", "--folder", str(each.docs)], {}, each.work / "reports.log")
                for each in (lake, bigquery)]
        done.text = f"{len(told[0])} characters, alike"
    if told[0] != told[1]:
        raise Failed(f"reports says other things of the lake than of BigQuery:\n  {told[0]}\n  {told[1]}")


def spoil_each(lake: Lake, bigquery: BigQuery, name: str) -> None:
    """Fails with the relations of which nobody would notice that they differ."""
    screen.heading("One value spoilt, relation by relation")
    unseen = []
    for relation in RELATIONS:
        if name not in (EACH, relation.name):
            continue
        with screen.step("spoil") as done:
            bigquery.spoil(relation)
            compared = compare(relation, lake.read(relation), bigquery.read(relation))
            done.text = str(compared)
        if not is_found(compared):
            unseen.append(f"{relation.name}: {compared.found or 'nothing was found'}")
    if unseen:
        raise Failed("a spoilt value was not found, or more than that:\n  {}".format("\n  ".join(unseen)))


def ingest(program: str, settings: dict[str, str], work: Path, *words: str) -> dict[str, Any]:
    with screen.step("ingest") as done:
        run([program, *words], settings, work / "ingest.log")
        counts = last_record(work / "ingest.log")
        named = ("inserted", "updated", "removed")
        done.text = ", ".join(f"{screen.number(counts.get(name, 0))} {name}" for name in named)
    return counts


def play(programs: dict[str, str], work: Path, spoil: str | None) -> None:
    # records as other systems write them; so many that most of their forms are among them
    create = {
        "MOCK_DATABASE_URL": f"sqlite://{work / 'mock.db'}?mode=rwc", "MOCK_WORLD": "rough", "MOCK_POSTINGS": "400",
    }
    with mock(programs["mock-api"], create, work / "mock-api.log") as world:
        settings = {
            "DATABASE_URL": f"sqlite://{work / 'store.db'}", "EMPLY_API_KEY": "any-key", "EMPLY_CUSTOMER": "acme",
            "EMPLY_BASE_URL": world.url, "EMPLY_MEDIA_IDS": MEDIA, "EMPLY_CLOCK": "own",
            "INGEST_LOOKBACK_HOURS": "1440", "INGEST_RETENTION_DAYS": "120",
            "LOG_FORMAT": "json", "RUN_TRIGGER": "test", "PII_KEY": secrets.token_hex(32), "TMPDIR": str(work),
            "VOCABULARY_FILE": str(REPOSITORY / "helm/emply-pipeline/files/vocabulary-for-the-mock.toml"),
        }
        lake, bigquery = Lake(work, settings), BigQuery(work, settings)
        screen.heading("Everything is new")
        run([programs["migrate"]], settings, work / "migrate.log")
        ingest(programs["ingest"], settings, work)
        for warehouse in (lake, bigquery):
            warehouse.fill(programs["export"])
        screen.heading("A day later, everything is read again")
        world.ask("/_mock/advance?hours=24", "POST")
        counts = ingest(programs["ingest"], settings, work, "--reconcile")
        if not counts.get("updated") or not counts.get("removed"):
            raise Failed("nothing was changed or removed: the warehouses have nothing to merge")
        for warehouse in (lake, bigquery):
            warehouse.fill(programs["export"])
        compare_all(lake, bigquery)
        compare_files(lake, bigquery, programs["reports"])
        if spoil:
            spoil_each(lake, bigquery, spoil)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=Path, help="folder with the programs, which are not built then")
    parser.add_argument("--spoil", nargs="?", const=EACH, choices=[EACH, *(each.name for each in RELATIONS)],
                        metavar="NAME", help="then change one value, to see that it is found")
    chosen = parser.parse_args(arguments)

    def work(folder: Path) -> bool:
        built = chosen.programs and chosen.programs.resolve()
        programs = {name: str(built / name) for name in NAMES} if built else build()
        play(programs, folder, chosen.spoil)
        return True

    return in_folder_of_its_own("compare_warehouses", work)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
