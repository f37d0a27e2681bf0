"""Small lakes in the layout that export writes. Every person in them is invented."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

Row = dict[str, object]

INSTANT = "timestamp with time zone"
VERSION = {"changed_seq": "bigint", "row_hash": "varchar"}
TAIL = {"removed": "boolean", "removed_at": INSTANT, **VERSION}
# the Parquet schema of each table, in the order of the columns
SCHEMA = {
    "job_posting": {
        "vacancy_id": "varchar", "media_id": "varchar", "job_id": "bigint", "posting_type": "integer",
        "stage": "integer", "title": "varchar", "title_localized": "varchar", "department_id": "varchar",
        "department": "varchar", "address": "varchar", "street": "varchar", "zip": "varchar", "city": "varchar",
        "country": "varchar", "latitude": "double", "longitude": "double", "created": INSTANT, "edited": INSTANT,
        "deadline": INSTANT, "time_zone": "varchar", "tags": "varchar", "facts": "varchar", "apply_url": "varchar",
        "ad_url": "varchar", "first_seen": INSTANT, **TAIL,
    },
    "application": {
        "application_id": "varchar", "application_number": "varchar", "vacancy_id": "varchar", "job_id": "bigint",
        "candidate_key": "varchar", "created": INSTANT, "updated": INSTANT, "status": "integer", "stage": "varchar",
        "stage_localized": "varchar", "stage_kind": "varchar", "disqualify_reason": "varchar",
        "disqualify_reason_localized": "varchar", "reason_kind": "varchar", "source_name": "varchar",
        "source": "varchar", "first_seen": INSTANT, **TAIL,
    },
    "candidate": {
        "candidate_key": "varchar", "candidate_id": "varchar", "email": "varchar", "first_name": "varchar",
        "middle_name": "varchar", "last_name": "varchar", "first_seen": INSTANT, **TAIL,
    },
    "application_event": {
        "application_id": "varchar", "event_no": "bigint", "vacancy_id": "varchar", "occurred": INSTANT,
        "observed": INSTANT, "previous_observed": INSTANT, "is_first_sight": "boolean", "from_stage": "varchar",
        "to_stage": "varchar", "from_stage_kind": "varchar", "to_stage_kind": "varchar", "from_status": "integer",
        "to_status": "integer", **TAIL,
    },
    "application_month": {
        "group_key": "varchar", "month": "varchar", "department": "varchar", "city": "varchar",
        "furthest_stage_kind": "varchar", "outcome": "varchar", "reason_kind": "varchar", "is_eligible": "boolean",
        "weeks": "bigint", "applications": "bigint", **TAIL,
    },
    # rows of these are never removed
    "posting_event": {
        "vacancy_id": "varchar", "media_id": "varchar", "event_no": "bigint", "event": "varchar",
        "is_first_sight": "boolean", "observed": INSTANT, **VERSION,
    },
    "export_run": {"run_id": "varchar", "started": INSTANT, "as_of": INSTANT, **VERSION},
}


def day(number: int, hour: int = 8) -> str:
    return f"2026-03-{number:02d} {hour:02d}:00:00+00"


def posting(vacancy: str, media: str, seq: int, **more: object) -> Row:
    row: Row = {"vacancy_id": vacancy, "media_id": media, "posting_type": 0, "stage": 1, "title": "Title of " + vacancy}
    row.update(created=day(1), edited=day(1), first_seen=day(1), removed=False, changed_seq=seq)
    return {**row, **more}


def application(name: str, vacancy: str, candidate: str, created: str, seq: int, **more: object) -> Row:
    row: Row = {"application_id": name, "vacancy_id": vacancy, "candidate_key": candidate, "created": created}
    row.update(status=1, stage="New", first_seen=created, removed=False, changed_seq=seq)
    return {**row, **more}


def candidate(key: str, seq: int, **more: object) -> Row:
    return {"candidate_key": key, "first_seen": day(1), "removed": False, "changed_seq": seq, **more}


def event(application_id: str, number: int, seq: int, **more: object) -> Row:
    row: Row = {"application_id": application_id, "event_no": number, "occurred": day(5), "observed": day(6)}
    row["is_first_sight"] = number == 1
    return {**row, "removed": False, "changed_seq": seq, **more}


def frozen(key: str, month: str, applications: int, seq: int, **more: object) -> Row:
    row: Row = {"group_key": key, "month": month, "department": "small groups", "city": "small groups"}
    row.update(furthest_stage_kind="applied", outcome="rejected", reason_kind="employer", is_eligible=True, weeks=1)
    return {**row, "applications": applications, "removed": False, "changed_seq": seq, **more}


def posting_event(vacancy: str, media: str, number: int, observed: str, seq: int, **more: object) -> Row:
    row: Row = {"vacancy_id": vacancy, "media_id": media, "event_no": number, "observed": observed}
    row.update(event="published", is_first_sight=False, changed_seq=seq)
    return {**row, **more}


def export_run(name: str, as_of: str | None, seq: int, **more: object) -> Row:
    return {"run_id": name, "started": as_of or day(1), "as_of": as_of, "changed_seq": seq, **more}


def write(
    lake: Path, table: str, name: str, rows: Sequence[Row], without: Sequence[str] = (), extra: Sequence[str] = ()
) -> None:
    """One change file. `without` leaves columns out, as a release with fewer would, `extra` adds some."""
    columns = {column: kind for column, kind in SCHEMA[table].items() if column not in without}
    columns.update(dict.fromkeys(extra, "varchar"))
    folder = Path(lake) / table / "changes"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as database:
        declared = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        database.execute(f"create table rows ({declared})")
        marks = ", ".join("?" for _ in columns)
        for row in rows:
            whole = {"row_hash": "0123456789abcdef", **row}
            database.execute(f"insert into rows values ({marks})", [whole.get(column) for column in columns])
        file = str(folder / (name + ".parquet")).replace("'", "''")
        database.execute(f"copy rows to '{file}' (format parquet)")


def write_sample(lake: Path) -> None:
    """Three exports: a first one, one with changes and removals, one in which a removed row is back."""
    write(lake, "job_posting", "0-10", [
        posting("v1", "site", 1, title="Nurse", city="Bonn", department="Ward 1"),
        posting("v1", "intranet", 2, title="Nurse (internal)", stage=2, edited=day(20)),
        posting("v2", "site", 3, title="Porter", posting_type=7, deadline=day(28)),
        posting("v3", "site", 4, title="Withdrawn"),
    ], without=["longitude"])
    write(lake, "job_posting", "10-20", [
        posting("v1", "site", 11, title="Senior nurse", city="Köln", department="Ward 1", edited=day(9)),
        posting("v3", "site", 12, title="Withdrawn", removed=True, removed_at=day(10)),
    ], extra=["added_by_a_newer_export"])
    write(lake, "application", "0-10", [
        application("a1", "v1", "c1", day(1), 5),
        application("a2", "v1", "c2", day(2), 6),
        application("a3", "v1", "c1", day(20), 7),
        application("a4", "v1", "c3", day(21), 8),
        application("a5", "nowhere", "c3", day(25), 9),
    ])
    write(lake, "application", "10-20", [
        application("a1", "v1", "c1", day(1), 13, status=0, stage="Rejected", disqualify_reason="Licence"),
        application("a2", "v1", "c2", day(2), 14, removed=True, removed_at=day(10)),
        application("a4", "v1", "c3", day(21), 15, removed=True, removed_at=day(10)),
    ])
    write(lake, "application", "20-30", [application("a4", "v1", "c3", day(21), 21, stage="Back again")])
    write(lake, "candidate", "0-10", [candidate("c1", 5), candidate("c2", 6), candidate("c3", 8)])
    write(lake, "candidate", "10-20", [candidate("c2", 14, removed=True, removed_at=day(10))])
    write(lake, "application_event", "0-10", [])
    write(lake, "application_event", "10-20", [
        event("a1", 1, 13, occurred=day(1), observed=day(1, 20), to_stage="New", to_status=1),
        event("a1", 2, 13, previous_observed=day(4), from_stage="New", to_stage="Rejected", from_status=1, to_status=0),
    ])
    write(lake, "application_month", "0-10", [
        frozen("g1", "2026-02", 4, 5),
        frozen("g2", "2026-02", 2, 6, city="Ulm", department="Ward 9"),
    ])
    write(lake, "application_month", "10-20", [
        frozen("g2", "2026-02", 2, 15, city="Ulm", department="Ward 9", removed=True, removed_at=day(10)),
        frozen("g3", "2026-02", 2, 15, outcome="withdrawn", reason_kind="candidate", is_eligible=False, weeks=None),
    ])
    write(lake, "posting_event", "0-10", [
        posting_event("v1", "site", 1, day(1), 1, is_first_sight=True),
        posting_event("v2", "site", 1, day(2), 3),
        posting_event("v3", "site", 1, day(1), 4, is_first_sight=True),
    ])
    write(lake, "posting_event", "10-20", [posting_event("v3", "site", 2, day(10), 12, event="unpublished")])
    write(lake, "export_run", "0-10", [export_run("r1", None, 10)])
    # one that had failed arrives with the next
    write(lake, "export_run", "10-20", [export_run("r2", day(22), 11), export_run("r3", day(22), 20)])
    write(lake, "export_run", "20-30", [export_run("r4", day(26), 30)])
