"""What becomes of a lake when something is done to it of which is known what it does to the marts."""

import random
from datetime import datetime, timedelta

from marts.lakes.tables import Row, Tables, latest

# what is left of an event
EVENT = ("event_no", "occurred", "observed", "is_first_sight")
OTHER_MEDIUM = "zz-another-medium"


def shuffled(tables: Tables, seed: int) -> Tables:
    """The same rows in another order."""
    chance = random.Random(seed)
    return {table: chance.sample(rows, len(rows)) for table, rows in tables.items()}


def in_another_medium(tables: Tables) -> Tables:
    """Each posting, with all that happened to it, in a medium more: that of its vacancy that comes first by its name,
    so that nothing speaks for a vacancy that did not before."""
    first: dict[str, str] = {}
    for row in tables["job_posting"]:
        first[row["vacancy_id"]] = min(first.get(row["vacancy_id"], row["media_id"]), row["media_id"])

    def with_copies(rows: list[Row]) -> list[Row]:
        copies = [{**row, "media_id": OTHER_MEDIUM} for row in rows if row["media_id"] == first[row["vacancy_id"]]]
        return rows + copies

    copied = ("job_posting", "posting_event")
    return {table: with_copies(rows) if table in copied else rows for table, rows in tables.items()}


def shifted(tables: Tables, by: timedelta) -> Tables:
    """All that happened, so much later; months as far as they are others then."""
    def later(column: str, value: object) -> object:
        if column == "month":
            return (datetime.fromisoformat(f"{value}-15") + by).strftime("%Y-%m")
        return value + by if isinstance(value, datetime) else value

    return {
        table: [{column: later(column, value) for column, value in row.items()} for row in rows]
        for table, rows in tables.items()
    }


def without(tables: Tables, application_id: str) -> Tables:
    """The application, its events and its candidate are gone, as after `ingest forget`: by newer versions that know
    nothing any more."""
    seq = max(row["changed_seq"] for rows in tables.values() for row in rows)
    gone = next(row for row in latest(tables, "application") if row["application_id"] == application_id)
    then = max(row["started"] for row in tables["export_run"])
    found = dict(tables)
    for table, column in (
        ("application", "application_id"), ("application_event", "application_id"), ("candidate", "candidate_key"),
    ):
        kept = [column, *(EVENT if table == "application_event" else ("first_seen",))]
        kept += ["candidate_key", "created"] if table == "application" else []
        tombstones = []
        for row in latest(tables, table):
            if row[column] == gone[column]:
                seq += 1
                blank = {name: row[name] for name in kept}
                tombstones.append({**blank, "removed": True, "removed_at": then, "changed_seq": seq})
        found[table] = tables[table] + tombstones
    # an export tells of it
    last = max(tables["export_run"], key=lambda row: int(row["changed_seq"]))
    found["export_run"] = [*tables["export_run"], {**last, "run_id": "after forgetting", "changed_seq": seq + 1}]
    return found
