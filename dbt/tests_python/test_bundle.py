"""Marts become files that say the same, whichever warehouse they come from."""

import datetime
import json
import sys
import tarfile
import types
import unittest
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bundle import marts
from bundle.archive import INDEX, archive, publish
from bundle.columns import Mart, write
from bundle.marts import MARTS, write_all
from outcome import RETRY_CANNOT_HELP, RETRY_MAY_HELP, Failed
from test_entrypoint import Entrypoint
from warehouses import BigQuery, Lake

DAY = datetime.date(2026, 2, 2)
INSTANT = datetime.datetime(2026, 3, 29, 1, 30, 0, 250000, datetime.timezone(datetime.timedelta(hours=2)))
ROWS: dict[str, list[tuple[object, ...]]] = {
    "fct_application_durations": [(DAY, "Größe \"1\"", 3, True), (DAY, "A", None, False), (DAY, "A", 2, True)],
    "fct_closed_weekly": [],
    "fct_times_to_hire": [(DAY, None, 1, True)],
    "export_run": [(INSTANT, "r1", 5, False)],
}
KINDS = {name: ("timestamp" if name == "export_run" else "date", "text", "bigint", "boolean") for name in ROWS}
DUCKDB = {"timestamp": "timestamptz", "text": "varchar"}
GOOGLE = {"timestamp": "TIMESTAMP", "date": "DATE", "text": "STRING", "bigint": "INTEGER", "boolean": "BOOLEAN"}


class Client:
    """What of Google's client is asked, and what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_table(self, place: str, **_limits: object) -> Any:
        self.asked.append(place)
        name = place.rsplit(".", 1)[-1]
        schema = [types.SimpleNamespace(name="c%d" % number, field_type=GOOGLE[kind])
                  for number, kind in enumerate(KINDS[name])]
        return types.SimpleNamespace(schema=schema, name=name)

    @staticmethod
    def list_rows(table: Any, **_limits: object) -> Iterator[Any]:
        # in whatever order
        return (types.SimpleNamespace(values=lambda row=row: row) for row in reversed(ROWS[table.name]))


class Files(Entrypoint):
    def filled(self) -> Lake:
        """The lake with the marts."""
        path = self.lake
        (path / "marts").mkdir(parents=True)
        with duckdb.connect() as database:
            for name, rows in ROWS.items():
                columns = ("c%d %s" % (number, DUCKDB.get(kind, kind)) for number, kind in enumerate(KINDS[name]))
                database.execute("create table %s (%s)" % (name, ", ".join(columns)))
                for row in rows:
                    database.execute("insert into %s values (?, ?, ?, ?)" % name, row)
                file = str(path / "marts" / (name + ".parquet")).replace("'", "''")
                database.execute("copy %s to '%s' (format parquet)" % (name, file))
        return Lake({"LAKE_PATH": str(path)}.get, [])

    def test_a_lake(self) -> None:
        files = write_all(self.filled(), self.temporary / "data")
        assert list(files) == ["data/%s.json" % name for name in MARTS]
        durations = json.loads(files["data/fct_application_durations.json"].read_text())
        assert durations == {
            "version": 1, "mart": "fct_application_durations", "rows": 3, "columns": {
                "c0": {"type": "date", "dictionary": ["2026-02-02"], "values": [0, 0, 0]},
                "c1": {"type": "text", "dictionary": ["A", "Größe \"1\""], "values": [0, 0, 1]},
                "c2": {"type": "bigint", "values": [2, None, 3]},
                "c3": {"type": "boolean", "values": [True, False, True]},
            },
        }
        run = json.loads(files["data/export_run.json"].read_text())["columns"]["c0"]
        assert run == {"type": "timestamp", "dictionary": ["2026-03-28T23:30:00.250000Z"], "values": [0]}
        nobody = json.loads(files["data/fct_closed_weekly.json"].read_text())
        assert (nobody["rows"], nobody["columns"]["c1"]["values"]) == (0, [])

    def test_bigquery_gives_the_same_bytes(self) -> None:
        client = Client()
        settings = {"BIGQUERY_PROJECT": "p", "BIGQUERY_DATASET": "emply", "BIGQUERY_ENDPOINT": "http://127.0.0.1:1"}
        bigquery = BigQuery(settings.get, [])
        with mock.patch.multiple(bigquery, client=mock.Mock(return_value=client), retry=mock.Mock()):
            theirs = write_all(bigquery, self.temporary / "theirs")
        ours = write_all(self.filled(), self.temporary / "ours")
        assert list(theirs) == list(ours)
        for name, file in theirs.items():
            assert file.read_bytes() == ours[name].read_bytes()
        assert client.asked == ["p.emply_marts." + name for name in MARTS]

    def test_what_cannot_be_read_says_so(self) -> None:
        lake = self.filled()
        for words, code in (("IO Error: connection reset", RETRY_MAY_HELP), ("403 no", RETRY_CANNOT_HELP)):
            with mock.patch.object(marts, "of_lake", side_effect=duckdb.Error(words)):
                problem = self.unreadable(lake)
            assert "published marts cannot be read: " + words in str(problem)
            assert problem.exit_code == code
        (lake.published() / "fct_closed_weekly.parquet").unlink()
        assert "fct_closed_weekly.parquet" in str(self.unreadable(lake))

    def unreadable(self, lake: Lake) -> Failed:
        try:
            write_all(lake, self.temporary / "data")
        except Failed as problem:
            return problem
        raise AssertionError("it was read")

    def test_they_are_packed_beside_the_page_and_put_beside_it(self) -> None:
        page = self.temporary / "made.html"
        page.write_text("the docs")
        data = self.temporary / "made.json"
        write(Mart("m", {"c": "text"}, [("x",)]), data)
        files = {INDEX: page, "data/m.json": data}
        with tarfile.open(fileobj=BytesIO(archive(files))) as bundle:
            assert bundle.getnames() == [INDEX, "data/m.json"]
        place, temporary, steps = self.temporary / "place" / "page.html", list[Path](), list[str]()
        publish(files, place, temporary, lambda: steps.append("on"))
        assert place.read_text() == "the docs"
        assert (place.parent / "data" / "m.json").read_bytes() == data.read_bytes()
        assert sorted(each.name for each in place.parent.iterdir()) == ["data", "page.html"]
        assert (len(steps), [each.exists() for each in temporary]) == (2, [False, False])


if __name__ == "__main__":
    unittest.main()
