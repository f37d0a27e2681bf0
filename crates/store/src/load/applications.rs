//! What is particular about applications: they leave events, and candidates are derived from them.

use domain::{Window, instant::microseconds};
use sea_orm::{ConnectionTrait as _, Value};

use super::{
    readings, stage,
    staged::{Change, Merged, Staged},
};
use crate::{
    StoreError, dialect,
    entity::application,
    recognition::{Identity, Keyed},
    sql::{execute, is_empty},
};

impl Keyed for application::Entity {
    type Expected = Window;
    const TABLE: &'static str = "application";
    const KEY: &'static [&'static str] = &["id"];

    fn expected(of: &Window) -> (&'static str, Vec<Value>) {
        let bounds = [of.from, of.to].map(|at| microseconds(at).into());
        // in their order, so that they are looked up by it
        ("created_at_source >= $1 AND created_at_source < $2 ORDER BY created_at_source", bounds.into())
    }

    fn identity(row: &application::Model) -> Identity<'_> {
        Identity { key: [&row.id, ""], content_hash: &row.content_hash }
    }

    fn raw_hash(row: &application::Model) -> &str {
        &row.raw_hash
    }
}

impl Staged for application::Entity {
    const VERSION: &'static str = "coalesce(updated, created_at_source)";
    const VERSION_COLUMNS: &'static [&'static str] = &["updated", "created_at_source"];
    const FROZEN: Option<&'static str> = Some("created");

    async fn merge(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
        if merged.revived > 0 {
            revive_events(change).await?;
        }
        // a part is small beside what it is merged into, and each of its rows has one there at most
        dialect::go_by_index(change.transaction).await?;
        // events and candidates are told by what the rows were, so both are looked at before these are written over
        leave_events(change, merged).await?;
        if merged.updated == 0 && is_empty(change.transaction, "candidate").await? {
            stage::upsert::<Self>(change, merged).await?;
            return derive_new_candidates(change, "true").await;
        }
        note_candidates(change, merged).await?;
        stage::upsert::<Self>(change, merged).await?;
        // who is known has been looked up already
        derive_new_candidates(change, "candidate_key NOT IN (SELECT candidate_key FROM touched_candidate)").await?;
        derive_candidates(change).await?;
        if merged.updated > 0 {
            // an application may have gone over to another person
            tombstone_candidates(change).await?;
        }
        Ok(())
    }
}

async fn revive_events(change: &Change<'_>) -> Result<(), StoreError> {
    // the history of an application that has come back is true again; of one that was blanked there is none
    let sql = "UPDATE application_event SET removed_at = NULL, changed_seq = $1 WHERE removed_at IS NOT NULL \
               AND application_id IN \
               (SELECT t.id FROM application t JOIN stage_application s ON s.id = t.id WHERE t.content_hash <> '')";
    execute(change.transaction, sql, [change.seq.into()]).await?;
    Ok(())
}

/// One event for each application that is new, has come back, or has another stage or status.
async fn leave_events(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
    let mut values = vec![change.seq.into(), change.observed.into()];
    // with nothing to compare with there is no join: SQLite would go through all that is there for each row, whatever the
    // condition is. And in the order of their keys, rows are written in two thirds of the time
    let events = if merged.updated > 0 {
        let earlier = readings::earlier(change).await?;
        let last_read = earlier.last_read("t", &mut values);
        let is_same_stage = dialect::has_same_labels(
            change.transaction.get_database_backend(),
            "t.stage_localized",
            "s.stage_localized",
        );
        // how a stage is called in more or fewer locales is no move
        let before = |column| format!("CASE WHEN {is_same_stage} THEN s.{column} ELSE t.{column} END");
        // where only what we make of the content is another, nothing has happened
        format!(
            "{with} SELECT s.id, $1, s.vacancy_id, CASE WHEN {IS_UNKNOWN} THEN s.created ELSE coalesce(s.updated, $2) END, \
             $2, CASE WHEN {IS_UNKNOWN} THEN NULL ELSE {last_read} END, {IS_UNKNOWN}, \
             {stage}, {stage_localized}, s.stage, s.stage_localized, t.status, s.status, NULL, $1 \
             FROM stage_application s LEFT JOIN application t ON t.id = s.id \
             WHERE t.id IS NULL OR t.removed_at IS NOT NULL OR t.content_hash <> s.content_hash \
             AND (t.stage IS DISTINCT FROM s.stage AND NOT ({is_same_stage}) OR t.status IS DISTINCT FROM s.status) \
             ORDER BY s.id",
            with = earlier.with(),
            stage = before("stage"),
            stage_localized = before("stage_localized"),
        )
    } else {
        "SELECT s.id, $1, s.vacancy_id, s.created, $2, NULL, true, NULL, NULL, s.stage, s.stage_localized, NULL, s.status, \
         NULL, $1 FROM stage_application s ORDER BY s.id"
            .to_owned()
    };
    let sql = format!(
        "INSERT INTO application_event (application_id, event_no, vacancy_id, occurred, observed, previous_observed, \
         is_first_sight, from_stage, from_stage_localized, to_stage, to_stage_localized, from_status, to_status, removed_at, \
         changed_seq) {events}"
    );
    execute(change.transaction, &sql, values).await?;
    Ok(())
}

/// Of an application that was blanked, nothing is known that could be compared with.
const IS_UNKNOWN: &str = "(t.id IS NULL OR t.content_hash = '')";

/// Of whom nothing was known, nothing is known but what stands in the temporary table.
async fn derive_new_candidates(change: &Change<'_>, is_new: &str) -> Result<(), StoreError> {
    let latest = format!(
        "INSERT INTO candidate (key, candidate_id, email, first_name, middle_name, last_name, content_hash, \
         first_seen, removed_at, changed_seq) \
         SELECT candidate_key, candidate_id, email, first_name, middle_name, last_name, candidate_hash, $2, NULL, $1 \
         FROM (SELECT candidate_key, candidate_id, email, first_name, middle_name, last_name, candidate_hash, \
         row_number() OVER (PARTITION BY candidate_key \
         ORDER BY coalesce(updated, created_at_source) DESC, id DESC) AS place FROM stage_application s \
         WHERE {is_new}) ranked WHERE place = 1"
    );
    execute(change.transaction, &latest, [change.seq.into(), change.now.into()]).await?;
    Ok(())
}

async fn note_candidates(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
    let known = "SELECT DISTINCT candidate_key FROM stage_application s \
                 WHERE EXISTS (SELECT 1 FROM candidate k WHERE k.key = s.candidate_key)";
    if merged.updated == 0 {
        return touch_candidates(change, known).await;
    }
    let before = "SELECT t.candidate_key FROM application t JOIN stage_application s ON s.id = t.id";
    touch_candidates(change, &format!("{known} UNION {before}")).await
}

pub(crate) async fn touch_candidates(change: &Change<'_>, whose: &str) -> Result<(), StoreError> {
    execute(change.transaction, "DROP TABLE IF EXISTS touched_candidate", []).await?;
    execute(change.transaction, &format!("CREATE TEMPORARY TABLE touched_candidate AS {whose}"), []).await?;
    Ok(dialect::gather_statistics(change.transaction, "touched_candidate", &["candidate_key"]).await?)
}

/// A candidate is what the latest of its live applications says.
pub(crate) async fn derive_candidates(change: &Change<'_>) -> Result<(), StoreError> {
    // of two that were touched at the same time the id decides, so that it is always the same one; who says the same as before is
    // not written, and is no change. Each is looked up by the index of their keys: as a join, without statistics of a table that has just
    // been filled, PostgreSQL would compare every application, or everybody, with each (it takes one row in 200 to have no `removed_at`)
    let latest = "INSERT INTO candidate (key, candidate_id, email, first_name, middle_name, last_name, content_hash, \
                  first_seen, removed_at, changed_seq) \
                  SELECT a.candidate_key, a.candidate_id, a.email, a.first_name, a.middle_name, a.last_name, a.candidate_hash, \
                  $2, NULL, $1 FROM (SELECT DISTINCT candidate_key FROM touched_candidate) c JOIN application a ON a.id = \
                  (SELECT l.id FROM application l WHERE l.candidate_key = c.candidate_key AND l.removed_at IS NULL \
                  ORDER BY coalesce(l.updated, l.created_at_source) DESC, l.id DESC LIMIT 1) \
                  WHERE a.candidate_hash IS DISTINCT FROM (SELECT k.content_hash FROM candidate k \
                  WHERE k.key = c.candidate_key AND k.removed_at IS NULL) \
                  ON CONFLICT (key) DO UPDATE SET candidate_id = excluded.candidate_id, email = excluded.email, \
                  first_name = excluded.first_name, middle_name = excluded.middle_name, last_name = excluded.last_name, \
                  content_hash = excluded.content_hash, removed_at = NULL, changed_seq = excluded.changed_seq";
    execute(change.transaction, latest, [change.seq.into(), change.now.into()]).await?;
    Ok(())
}

pub(crate) async fn tombstone_candidates(change: &Change<'_>) -> Result<(), StoreError> {
    let gone = "UPDATE candidate SET removed_at = $2, changed_seq = $1 WHERE removed_at IS NULL \
                AND key IN (SELECT candidate_key FROM touched_candidate) AND NOT EXISTS \
                (SELECT 1 FROM application a WHERE a.candidate_key = candidate.key AND a.removed_at IS NULL)";
    execute(change.transaction, gone, [change.seq.into(), change.now.into()]).await?;
    Ok(())
}
