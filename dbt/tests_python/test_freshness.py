"""How old the data is, said at the end of a run that does not fail for it."""

import datetime
import json
import sys
import unittest
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from freshness import FILE, Freshness, freshness
from sample_lake import Row, day, export_run, write, write_sample
from test_entrypoint import Entrypoint

CRITERIA = {"warn_after": {"count": 36, "period": "hour"}, "error_after": {"count": 3, "period": "day"}}
OLD = "the last export began %d hours ago, more than %d: see why export has not run"


class Ages(Entrypoint):
    """Two builds, since each takes seconds: one of what is fresh, one of what is an error to dbt."""

    def last_line(self, *runs: Row) -> dict[str, Any]:
        write_sample(self.lake)
        for file in (self.lake / "export_run/changes").iterdir():
            file.unlink()
        write(self.lake, "export_run", "30-40", runs)
        return self.assert_ended(self.run_entrypoint(), 0, "succeeded")

    def test_of_this_morning(self) -> None:
        started = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2, minutes=30)
        last = self.last_line(export_run("r5", day(26), 40, started=started.isoformat()))
        assert (last["level"], last["export.age_hours"], last.get("warning")) == ("INFO", 2, None)

    def test_no_export_has_said_when_it_ran(self) -> None:
        last = self.last_line()
        assert (last["level"], last["export.age_hours"]) == ("WARN", None)
        assert last["warning"] == "no export has said yet when it ran"
        assert (self.lake / "marts/export_run.parquet").is_file()


class WhatDbtFound(Entrypoint):
    def told(self, **found: object) -> Freshness | None:
        (self.temporary / FILE).write_text(json.dumps({"results": [{"criteria": CRITERIA, **found}]}))
        return freshness(self.temporary)

    def test_hours_are_whole_ones_that_have_passed(self) -> None:
        assert self.told(status="pass", max_loaded_at_time_ago_in_s=7199.9) == Freshness(1, None)

    def test_more_than_the_first_limit(self) -> None:
        assert self.told(status="warn", max_loaded_at_time_ago_in_s=40.5 * 3600) == Freshness(40, OLD % (40, 36))

    def test_a_limit_in_days_is_said_in_hours(self) -> None:
        found = self.told(status="error", max_loaded_at_time_ago_in_s=100 * 3600.0)
        assert found == Freshness(100, OLD % (100, 72))

    def test_what_could_not_be_told_is_nothing(self) -> None:
        assert freshness(self.temporary) is None
        assert self.told(status="runtime error", error="no such table") is None
        (self.temporary / FILE).write_text("cut off")
        assert freshness(self.temporary) is None


if __name__ == "__main__":
    unittest.main()
