"""The marts of many applications, made by dbt out of a lake, with what it hands over to `reports`."""

import csv
import io
from pathlib import Path

from toolbox import screen
from toolbox.programs import REPOSITORY, TOOLS, Failed, run
from workplace import venv_bench

LAKE = REPOSITORY / "bench" / "mart_builds" / "lake.py"
BUILD_SECONDS = 1800
# cities and sources, a line each, for a Python that has DuckDB
NAMES = """
import csv, sys, duckdb
for column in ("city", "source"):
    found = duckdb.execute("select distinct %s from read_parquet(?) order by 1" % column, [sys.argv[1]]).fetchall()
    csv.writer(sys.stdout).writerow(name for name, in found)
"""


class Lake:
    """`marts` are Parquet files, `docs` is the folder that is handed over, `data` its part that pages are made of."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.marts, self.docs, self.data = folder / "marts", folder / "docs", folder / "docs" / "data"
        if not (self.data / "export_run.json").is_file():
            raise Failed(f"{folder} is no lake that dbt has built: it has no docs/data/export_run.json")

    def data_bytes(self) -> int:
        return sum(file.stat().st_size for file in self.data.iterdir())

    def names(self, work: Path) -> dict[str, list[str]]:
        """Cities and sources that applications have, in the order of their letters."""
        mart = str(self.marts / "fct_applications_weekly.parquet")
        told = run([str(venv_bench() / "python"), "-c", NAMES, mart], {}, work / "names.log")
        return dict(zip(("city", "source"), csv.reader(io.StringIO(told)), strict=True))


def built(work: Path, applications: int, postings: int) -> Lake:
    """Makes both: the lake as export would leave it, and all that dbt makes of it."""
    folder, log = work / "lake", work / "dbt.log"
    (folder / "marts").mkdir(parents=True)
    with screen.step("lake") as done:
        run([str(venv_bench() / "python"), str(LAKE), str(folder), str(applications), str(postings)], {}, log)
        done.text = f"{screen.number(applications)} applications, {screen.number(postings)} postings"
    settings = {"LAKE_PATH": str(folder), "WAREHOUSE_TYPE": "lake", "TMPDIR": str(work), "LOG_FORMAT": "json"}
    with screen.step("dbt") as done:
        python = TOOLS / "venv-dbt" / "bin" / "python"
        run([str(python), str(REPOSITORY / "dbt" / "entrypoint.py")], settings, log, BUILD_SECONDS)
        done.text = "marts, docs, and data for reports"
    return Lake(folder)
