//! Applications that are no longer where they were.
//!
//! Emply tells of no deletion. A reconcile reads every window again; what a slice lacks is noted in the slice's
//! transaction, so that a reconcile that was cut off goes on where it stood. Only when all slices have been read are the
//! missing ones judged, all together: an application that turned up in another slice is not gone.

use chrono::{DateTime, Utc};
use domain::{Window, instant::microseconds, judge_removals};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait as _, PaginatorTrait as _};

use super::{
    applications,
    commit::{SliceCounts, add_to_run},
    merge,
    parts::{self, EarlierParts},
    staged::Change,
};
use crate::{
    Cursor, Store, StoreError, Writer, cursors, dialect,
    entity::{application, missing_application, sync_cursor},
    sql::{self, execute},
};

/// How a reconcile ends.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Judged<'a> {
    pub run_id: &'a str,
    pub now: DateTime<Utc>,
    pub window: Window,
    /// So many may go, because somebody has looked.
    pub accept_removals: u64,
    /// A mark: where it stands, one of the slices was no evidence. What it had may be what another one lacks, so nothing goes.
    pub unjudged: &'a str,
    /// The mark of a reconcile that has come to its end; set to the window's.
    pub done: &'a str,
    /// The mark of one that is under way; removed.
    pub under_way: &'a str,
}

pub(super) async fn note(
    transaction: &DatabaseTransaction,
    window: &Window,
    (rejected, earlier): (&[String], Option<EarlierParts>),
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let [join, lacks] = match earlier {
        Some(earlier) => {
            dialect::gather_statistics(transaction, &parts::name("application"), &["id"]).await?;
            earlier.lacks::<application::Entity>("a").map(|sql| format!(" {sql}"))
        }
        None => [String::new(), " true".to_owned()],
    };
    // a join, for which SQLite makes an index of the stage; for NOT EXISTS it would go through it again and again
    let missing = format!(
        "INSERT INTO missing_application (application_id, found_at) SELECT a.id, $3 FROM application a \
         LEFT JOIN stage_application s ON s.id = a.id{join} \
         WHERE a.created_at_source >= $1 AND a.created_at_source < $2 AND a.removed_at IS NULL AND s.id IS NULL AND{lacks} \
         ON CONFLICT (application_id) DO NOTHING"
    );
    let (from, to) = (microseconds(window.from), microseconds(window.to));
    execute(transaction, &missing, [from.into(), to.into(), now.into()]).await?;
    // one that an earlier slice lacked may be in this one
    let found = "DELETE FROM missing_application WHERE application_id IN (SELECT id FROM stage_application)";
    execute(transaction, found, []).await?;
    if let Some(EarlierParts { since }) = earlier {
        let found = "DELETE FROM missing_application WHERE application_id IN \
                     (SELECT id FROM read_application UNION ALL SELECT id FROM application WHERE changed_seq > $1)";
        execute(transaction, found, [since.into()]).await?;
    }
    // what could not be read is there all the same
    for key in rejected {
        let unreadable = "DELETE FROM missing_application WHERE application_id = $1";
        execute(transaction, unreadable, [key.as_str().into()]).await?;
    }
    Ok(())
}

pub(super) async fn live(db: &impl ConnectionTrait, window: &Window) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM application \
               WHERE created_at_source >= $1 AND created_at_source < $2 AND removed_at IS NULL";
    let bounds = [window.from, window.to].map(|at| microseconds(at).into());
    sql::count(db, sql, bounds).await
}

pub(super) async fn noted(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(missing_application::Entity::find().count(db).await?)
}

impl Store {
    /// Applications that a reconcile has not found and that were not judged yet.
    pub async fn missing_noted(&self) -> Result<u64, StoreError> {
        noted(&self.db).await
    }

    /// Whether there are more live applications. No more are counted than it takes to say so.
    pub async fn has_more_applications_than(&self, count: u64) -> Result<bool, StoreError> {
        let sql = "SELECT count(*) FROM (SELECT 1 AS one FROM application WHERE removed_at IS NULL LIMIT $1) counted";
        let most = i64::try_from(count).unwrap_or(i64::MAX).saturating_add(1);
        Ok(sql::count(&self.db, sql, [most.into()]).await? > count)
    }
}

impl Writer {
    /// Forgets what an earlier reconcile has noted, removes `finding`, the mark that it could not judge, and puts these cursors
    /// down, wherever they stood.
    pub async fn begin_reconcile(
        &self,
        finding: &str,
        cursors: &[Cursor],
        (run_id, now): (&str, DateTime<Utc>),
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        execute(&transaction, "DELETE FROM missing_application", []).await?;
        cursors::remove(&transaction, finding).await?;
        cursors::put_anywhere(&transaction, cursors, run_id, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Turns the applications that were found nowhere into tombstones, their events and candidates with them, and ends
    /// the reconcile; gives their number. Too many to be believed are an error, and nothing goes.
    pub async fn judge_missing(&self, judged: &Judged<'_>) -> Result<u64, StoreError> {
        let transaction = self.begin().await?;
        let now = microseconds(judged.now);
        let is_unjudged = sync_cursor::Entity::find_by_id(judged.unjudged).one(&*transaction).await?.is_some();
        let missing = if is_unjudged { 0 } else { count(&transaction, judged).await? };
        if missing > 0 {
            let change = Change {
                transaction: &transaction,
                seq: merge::next_change_number(&transaction).await?,
                now,
                observed: now,
            };
            tombstone(&change).await?;
            let counts = SliceCounts { removed: missing, ..SliceCounts::default() };
            add_to_run(&transaction, judged.run_id, &counts).await?;
        }
        execute(&transaction, "DELETE FROM missing_application", []).await?;
        cursors::remove(&transaction, judged.under_way).await?;
        let done = Cursor { stream: judged.done.to_owned(), position: judged.window.to };
        cursors::move_cursor(&transaction, &done, judged.run_id, now).await?;
        transaction.commit().await?;
        Ok(missing)
    }
}

async fn count(transaction: &DatabaseTransaction, judged: &Judged<'_>) -> Result<u64, StoreError> {
    let gone = "SELECT count(*) FROM missing_application m JOIN application a ON a.id = m.application_id \
                WHERE a.removed_at IS NULL";
    let missing = sql::count(transaction, gone, []).await?;
    if missing == 0 {
        return Ok(0);
    }
    // the missing ones are still among these
    let live = live(transaction, &judged.window).await?;
    judge_removals(live.saturating_sub(missing), live, missing, judged.accept_removals)
        .map_err(|judgement| StoreError::MissingApplications { judgement })?;
    Ok(missing)
}

async fn tombstone(change: &Change<'_>) -> Result<(), StoreError> {
    let transaction = change.transaction;
    let whose = "SELECT DISTINCT a.candidate_key FROM application a \
                 JOIN missing_application m ON m.application_id = a.id";
    applications::touch_candidates(change, whose).await?;
    for sql in [
        "UPDATE application SET removed_at = $2, changed_seq = $1 WHERE removed_at IS NULL \
         AND id IN (SELECT application_id FROM missing_application)",
        "UPDATE application_event SET removed_at = $2, changed_seq = $1 WHERE removed_at IS NULL \
         AND application_id IN (SELECT application_id FROM missing_application)",
    ] {
        execute(transaction, sql, [change.seq.into(), change.now.into()]).await?;
    }
    applications::derive_candidates(change).await?;
    applications::tombstone_candidates(change).await
}
