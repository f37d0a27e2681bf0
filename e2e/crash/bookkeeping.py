"""Whether the store's own account is right: the audit, the events, the candidates, the numbers of changes."""

import time
from collections.abc import Sequence

from crash.stage import Stage, Store
from toolbox.programs import Failed

# each gives the rows that should not be
RULES = (
    ("runs still called running", "SELECT trigger FROM sync_run WHERE outcome = 'running'"),
    (
        "runs whose counts do not account for what was fetched",
        ("SELECT trigger, fetched, inserted, updated, unchanged, rejected, suppressed FROM sync_run "
         "WHERE service = 'ingest' AND fetched <> inserted + updated + unchanged + rejected + suppressed"),
    ),
    (
        "runs that have ended and do not say when, or have failed and do not say why",
        ("SELECT trigger, outcome FROM sync_run "
         "WHERE finished_at IS NULL OR (outcome = 'failed') <> (error IS NOT NULL)"),
    ),
    (
        "applications that do not have one first event",
        ("SELECT a.id, count(e.*) FROM application a LEFT JOIN application_event e ON e.application_id = a.id "
         "AND e.from_stage IS NULL AND e.from_status IS NULL GROUP BY a.id HAVING count(e.*) <> 1"),
    ),
    (
        "applications whose last event says something else than they do",
        ("SELECT a.id FROM application a JOIN (SELECT DISTINCT ON (application_id) * FROM application_event "
         "ORDER BY application_id, event_no DESC) e ON e.application_id = a.id "
         "WHERE e.to_stage IS DISTINCT FROM a.stage OR e.to_status IS DISTINCT FROM a.status"),
    ),
    (
        "events without an application",
        ("SELECT e.application_id FROM application_event e LEFT JOIN application a ON a.id = e.application_id "
         "WHERE a.id IS NULL"),
    ),
    (
        "candidates that are there without an application, or are not there with one",
        ("SELECT coalesce(a.key, c.key) "
         "FROM (SELECT DISTINCT candidate_key AS key FROM application WHERE removed_at IS NULL) a "
         "FULL JOIN (SELECT key FROM candidate WHERE removed_at IS NULL) c ON c.key = a.key "
         "WHERE a.key IS NULL OR c.key IS NULL"),
    ),
    (
        "numbers of changes that the counter does not tell",
        ("SELECT highest, value FROM change_counter, (SELECT max(changed_seq) AS highest FROM ("
         "SELECT changed_seq FROM posting UNION ALL SELECT changed_seq FROM application "
         "UNION ALL SELECT changed_seq FROM candidate UNION ALL SELECT changed_seq FROM application_event"
         ") every) of_rows WHERE highest IS DISTINCT FROM value"),
    ),
    ("streams that were left half-way", "SELECT stream FROM sync_cursor WHERE stream LIKE '%/reconciling'"),
    (
        "tables that are left over",
        ("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
         "AND relname ~ '^(stage|touched)_'"),
    ),
)
# a session ends a moment after its client, and autovacuum sweeps up what a crash left
PASSING = (
    "SELECT application_name FROM pg_stat_activity WHERE application_name = 'emply-pipeline ingest' "
    "UNION ALL SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'"
)
PASSING_SECONDS = 60
EXAMPLES = 3


def check(stage: Stage, store: Store) -> None:
    """Fails with what is wrong."""
    for what, query in RULES:
        must_be_none(what, stage.server.sql(query, store.name))
    check_runs(stage, store)
    deadline = time.monotonic() + PASSING_SECONDS
    while rows := stage.server.sql(PASSING, store.name):
        if time.monotonic() > deadline:
            must_be_none("sessions or temporary tables left over", rows)
        time.sleep(0.2)


def check_runs(stage: Stage, store: Store) -> None:
    """The row of each run says what became of it."""
    rows = {row[0]: (row[1], row[2]) for row in stage.server.sql(
        "SELECT trigger, outcome, coalesce(left(error, 60), '') FROM sync_run", store.name)}
    wrong = []
    for trigger, code in store.codes.items():
        if trigger not in rows:
            # hit before it could write one
            is_right = code != 0
        elif code == 0:
            is_right = rows[trigger][0] in ("succeeded", "skipped")
        else:
            # a killed one cannot say why; one that was hit after its last commit had succeeded
            outcome, error = rows[trigger]
            is_right = outcome == "succeeded" or (
                outcome == "failed" and (code > 0 or error.startswith("interrupted")))
        if not is_right:
            wrong.append([trigger, str(code), *rows.get(trigger, ())])
    must_be_none("runs whose row does not say how they ended", wrong)


def must_be_none(what: str, found: Sequence[object]) -> None:
    if found:
        examples = "; ".join(", ".join(each) if isinstance(each, list) else str(each) for each in found[:EXAMPLES])
        raise Failed(f"{what}: {len(found)} ({examples}{'; …' if len(found) > EXAMPLES else ''})")
