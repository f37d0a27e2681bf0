"""A lake as rows in memory: what is written of it, and what is to be known of it."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from marts.expected.facts import Application, Event, Facts, Frozen, Posting, Report, Run, Sight, Stand
from tests_python.sample_lake import SCHEMA

Row = dict[str, Any]
# rows by table; a row is there once for each of its versions
Tables = dict[str, list[Row]]
KEYS = {
    "job_posting": ("vacancy_id", "media_id"), "application": ("application_id",), "candidate": ("candidate_key",),
    "application_event": ("application_id", "event_no"), "posting_event": ("vacancy_id", "media_id", "event_no"),
    "export_run": ("run_id",), "application_month": ("group_key",),
}


def latest(tables: Tables, table: str) -> list[Row]:
    """The version of each row with the highest number, removed ones too."""
    found: dict[tuple[Any, ...], Row] = {}
    for row in tables[table]:
        key = tuple(row[column] for column in KEYS[table])
        if key not in found or found[key]["changed_seq"] < row["changed_seq"]:
            found[key] = row
    return list(found.values())


def facts_of(tables: Tables, report: Report) -> Facts:
    postings = [
        Posting(
            row["vacancy_id"], row["media_id"], row.get("job_id"), row.get("posting_type"), row.get("stage"),
            row["title"], row.get("department_id"), row.get("department"), row.get("city"), row.get("country"),
            row["created"], row["edited"], row.get("deadline"), row["first_seen"], row["removed"],
        )
        for row in latest(tables, "job_posting")
    ]
    sights = [
        Sight(row["vacancy_id"], row["media_id"], row["event_no"], row["event"] == "published", row["is_first_sight"],
              row["observed"])
        for row in latest(tables, "posting_event")
    ]
    events = events_of(tables)
    applications = [
        Application(
            row.get("vacancy_id"), row["candidate_key"], row["created"], row.get("status"), row.get("stage"),
            row.get("stage_kind"), row.get("disqualify_reason"), row.get("reason_kind"), row.get("source_name"),
            row["first_seen"], tuple(events[row["application_id"]]),
        )
        for row in latest(tables, "application") if not row["removed"]
    ]
    frozen = [
        Frozen(
            date.fromisoformat(row["month"] + "-01"), row["department"], row["city"], row["furthest_stage_kind"],
            row["outcome"], row["reason_kind"], row["is_eligible"], row.get("weeks"), row["applications"],
        )
        for row in latest(tables, "application_month") if not row["removed"]
    ]
    last = max(tables["export_run"], key=lambda row: (int(row["changed_seq"]), row["started"]), default=None)
    of_run = Run(last["run_id"], last["started"], last["as_of"]) if last else None
    return Facts(postings, sights, applications, of_run, report, frozen)


def events_of(tables: Tables) -> dict[str, list[Event]]:
    """By application, in their order."""
    found: dict[str, list[Event]] = defaultdict(list)
    for row in sorted(latest(tables, "application_event"), key=lambda row: int(row["event_no"])):
        if not row["removed"]:
            before, after = (Stand(row.get(side + "_stage"), row.get(side + "_stage_kind"), row.get(side + "_status"))
                             for side in ("from", "to"))
            found[row["application_id"]].append(Event(
                row["event_no"], row["occurred"], row["observed"], row.get("previous_observed"), row["is_first_sight"],
                before, after,
            ))
    return found


def write(tables: Tables, lake: Path, cuts: Sequence[int] = ()) -> None:
    """Change files as export names them, one more for each number of a change after which it was cut."""
    ends = [0, *cuts, max((row["changed_seq"] for rows in tables.values() for row in rows), default=0) + 1]
    (lake / "marts").mkdir(parents=True, exist_ok=True)
    read = lake / "rows.json"
    with duckdb.connect() as database:
        database.execute("set TimeZone = 'UTC'")
        for table, rows in tables.items():
            folder = lake / table / "changes"
            folder.mkdir(parents=True)
            for after, up_to in pairwise(ends):
                within = [row for row in rows if after < row["changed_seq"] <= up_to]
                lines = [json.dumps({"row_hash": "0123456789abcdef", **row}, default=str) for row in within]
                read.write_text("\n".join(lines), encoding="utf-8")
                types = json.dumps(SCHEMA[table]).replace('"', "'")
                database.execute(
                    f"copy (select * from read_json('{read}', columns = {types}, format = 'newline_delimited')) "
                    f"to '{folder / f'{after}-{up_to}'}.parquet' (format parquet)"
                )
    read.unlink()
