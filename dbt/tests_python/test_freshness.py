"""How old the data is, said at the end of a run that does not fail for it."""

import datetime
import json
from pathlib import Path
from typing import Any

from freshness import FILE, Freshness, freshness
from tests_python.conftest import Place, ended
from tests_python.sample_lake import Row, day, export_run, write, write_sample

CRITERIA = {"warn_after": {"count": 36, "period": "hour"}, "error_after": {"count": 3, "period": "day"}}
OLD = "the last export began %d hours ago, more than %d: see why export has not run"


def last_line(place: Place, *runs: Row) -> dict[str, Any]:
    write_sample(place.lake)
    for file in (place.lake / "export_run/changes").iterdir():
        file.unlink()
    write(place.lake, "export_run", "30-40", runs)
    return ended(place.run(), 0, "succeeded")


def test_an_export_of_this_morning(place_of_models: Place) -> None:
    started = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=2, minutes=30)
    last = last_line(place_of_models, export_run("r5", day(26), 40, started=started.isoformat()))
    assert (last["level"], last["export.age_hours"], last.get("warning")) == ("INFO", 2, None)


def test_no_export_has_said_when_it_ran(place_of_models: Place) -> None:
    last = last_line(place_of_models)
    assert (last["level"], last["export.age_hours"]) == ("WARN", None)
    assert last["warning"] == "no export has said yet when it ran"
    assert (place_of_models.lake / "marts/export_run.parquet").is_file()


def found_by_dbt(target: Path, **found: object) -> Freshness | None:
    (target / FILE).write_text(json.dumps({"results": [{"criteria": CRITERIA, **found}]}))
    return freshness(target)


def test_hours_are_whole_ones_that_have_passed(tmp_path: Path) -> None:
    assert found_by_dbt(tmp_path, status="pass", max_loaded_at_time_ago_in_s=7199.9) == Freshness(1, None)


def test_more_than_the_first_limit(tmp_path: Path) -> None:
    found = found_by_dbt(tmp_path, status="warn", max_loaded_at_time_ago_in_s=40.5 * 3600)
    assert found == Freshness(40, OLD % (40, 36))


def test_a_limit_in_days_is_said_in_hours(tmp_path: Path) -> None:
    found = found_by_dbt(tmp_path, status="error", max_loaded_at_time_ago_in_s=100 * 3600.0)
    assert found == Freshness(100, OLD % (100, 72))


def test_what_could_not_be_told_is_nothing(tmp_path: Path) -> None:
    assert freshness(tmp_path) is None
    assert found_by_dbt(tmp_path, status="runtime error", error="no such table") is None
    (tmp_path / FILE).write_text("cut off")
    assert freshness(tmp_path) is None
