#!/usr/bin/env python3
"""Holds marts that dbt has published against those of by_pandas.py, cell by cell.

    $TOOLS_DIR/venv-bench/bin/python bench/mart_builds/same.py MARTS FOLDER

Exit code: 0 all cells are equal, 1 some are not; the first of each mart are on standard error.
"""

import sys
from pathlib import Path
from typing import Any

import pandas as pd

KEYS = {
    "export_run": ["run_id"], "dim_date": ["date"], "dim_posting": ["vacancy_id"],
    "fct_applications_per_posting": ["vacancy_id"],
    "fct_applications_daily": ["date", "department", "city", "source", "posting_type"],
    "fct_applications_weekly": ["week_start", "department", "city", "source", "posting_type"],
    "fct_sources_weekly": ["week_start", "source"],
    "fct_postings_by_location": ["city", "country"], "data_quality": ["check_name"],
    "fct_application_durations": [
        "created_month", "department", "city", "outcome", "is_eligible", "days", "is_frozen"],
    "fct_closed_weekly": ["week_start", "department", "outcome", "days"],
    "fct_stage_durations": ["entry_month", "stage_kind", "exit", "days"],
    "fct_funnel": ["created_month", "week_start", "department", "furthest_stage_kind", "outcome", "is_frozen"],
    "fct_open_applications": ["stage_kind", "age_band", "department"],
    "fct_reasons_weekly": ["week_start", "reason_kind", "reason"],
    "fct_times_to_hire": ["period", "department"],
}


def read(file: Path, key: list[str], columns: list[str] | None) -> Any:
    """As texts, so that what has no value is the same whatever type it has not."""
    frame = pd.read_parquet(file)
    for column in frame:
        values = frame[column]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            frame[column] = values.dt.tz_convert("UTC").astype("datetime64[us, UTC]")
        elif values.dtype == object and len(values.dropna()) and hasattr(values.dropna().iloc[0], "isoformat"):
            frame[column] = pd.to_datetime(values).astype("datetime64[us]")
        elif pd.api.types.is_datetime64_dtype(values):
            frame[column] = values.astype("datetime64[us]")
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            frame[column] = values.astype("Int64")
    return frame.set_index(key).sort_index().astype("str").fillna("–")[columns or slice(None)]


def main(arguments: list[str]) -> int:
    marts, folder = map(Path, arguments)
    differ = cells = 0
    for name, key in KEYS.items():
        wanted = read(folder / (name + ".parquet"), key, None)
        found = read(marts / (name + ".parquet"), key, list(wanted.columns))
        cells += wanted.size
        if not wanted.index.equals(found.index):
            differ += 1
            print(f"{name}: other keys: {wanted.index.symmetric_difference(found.index)[:5]}", file=sys.stderr)
            continue
        other = wanted.compare(found, result_names=("pandas", "dbt"))
        if len(other):
            differ += 1
            print(f"{name}: {len(other)} rows differ\n{other.head().T}", file=sys.stderr)
    print(cells)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
