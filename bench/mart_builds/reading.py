"""How a lake is read by pandas: only the columns that are needed, texts of few kinds as categories."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow.parquet as pq

NONE, SMALL = "none", "small groups"
DAY = pd.Timedelta(days=1)
Frame = Any


class Report(NamedTuple):
    """How the report is set."""

    zone: str
    least: int
    months: int


class Period(NamedTuple):
    """Up to when there is something to tell, and from when."""

    as_of_on: Any
    begins: Any


def read(lake: Path, table: str, columns: list[str], categories: tuple[str, ...] = ()) -> Frame:
    files = pq.read_table(lake / table / "changes", columns=columns, read_dictionary=list(categories))
    return files.to_pandas(split_blocks=True, self_destruct=True)


def latest(rows: Frame, key: list[str]) -> Frame:
    """The last version of each row."""
    if rows["changed_seq"].is_monotonic_increasing:
        return rows.drop_duplicates(key, keep="last")
    return rows.sort_values("changed_seq", kind="stable").drop_duplicates(key, keep="last")


def civil(instants: Any, report: Report) -> Any:
    """Dates, as instants at midnight without a zone."""
    return instants.dt.tz_convert(report.zone).dt.tz_localize(None).dt.normalize()
