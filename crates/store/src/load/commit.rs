//! How a slice is committed, and what is counted then.

use std::ops::AddAssign;

use chrono::{DateTime, Utc};
use domain::Window;
use sea_orm::DatabaseTransaction;

use crate::{Cursor, StoreError, cursors, sql::execute};

/// What became of the records of a slice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct SliceCounts {
    pub fetched: u64,
    pub inserted: u64,
    /// Of these, known and changed.
    pub updated: u64,
    /// Of these, known and the same, or in the slice a second time.
    pub unchanged: u64,
    /// Rows that are gone from a complete list.
    pub removed: u64,
    /// Of the records, kept aside.
    pub rejected: u64,
    /// Of the records, left out by an erasure.
    pub suppressed: u64,
    /// Of the records, passed over: they are not within the window that was asked for.
    pub outside: u64,
}

impl AddAssign for SliceCounts {
    fn add_assign(&mut self, other: Self) {
        let Self { fetched, inserted, updated, unchanged, removed, rejected, suppressed, outside } = other;
        self.fetched += fetched;
        self.inserted += inserted;
        self.updated += updated;
        self.unchanged += unchanged;
        self.removed += removed;
        self.rejected += rejected;
        self.suppressed += suppressed;
        self.outside += outside;
    }
}

/// A list that is complete: what it lacks is gone.
#[derive(Debug, Clone, Copy)]
pub struct CompleteList<'a> {
    /// The medium it is of.
    pub media_id: &'a str,
    /// So many may go, because somebody has looked.
    pub accept_removals: u64,
}

/// How a slice is to be committed.
#[derive(Debug, Clone, Default)]
pub struct CommitSlice<'a> {
    /// The run it belongs to.
    pub run_id: &'a str,
    /// When it was asked for, by our clock.
    pub now: DateTime<Utc>,
    /// Now, by the source's clock: when its answer came.
    pub observed: DateTime<Utc>,
    /// Records the source gave, counted where they were read.
    pub fetched: u64,
    /// Of these, left out by an erasure.
    pub suppressed: u64,
    /// Of these, passed over: they are not within the window that was asked for.
    pub outside: u64,
    /// Where its streams stand after it.
    pub cursors: Vec<Cursor>,
    /// Set when what the slice lacks is gone, or may be.
    pub complete: Option<Complete<'a>>,
    /// Set when it should be so, and could not be said; or can be said again.
    pub removals: Option<Removals>,
    /// Set when the slice is of records that had been kept aside: their fingerprints.
    pub replayed: Option<&'a [String]>,
}

impl<'a> CommitSlice<'a> {
    /// Of a slice of which nothing else is to be written down than its rows, from a source whose clock is like ours.
    pub fn of(run_id: &'a str, now: DateTime<Utc>, fetched: u64) -> Self {
        Self { run_id, now, observed: now, fetched, ..Self::default() }
    }
}

/// In what way a slice is complete.
#[derive(Debug, Clone, Copy)]
pub enum Complete<'a> {
    /// It is all postings of a medium: what it lacks is gone.
    List(CompleteList<'a>),
    /// It is all applications created within, and more: what it lacks is noted, and judged when all slices have been read.
    Window {
        /// What it is complete of.
        window: Window,
        /// What was asked for, in which all of its records lie; not smaller.
        asked: Window,
    },
}

/// Whether it can be said of something what is gone of it. That it cannot is kept under a mark, with the time since when.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Removals {
    Unjudged {
        mark: String,
        /// Of what, and why; for the run's row.
        why: String,
    },
    Judged {
        /// The mark, which is removed.
        mark: String,
    },
}

impl Removals {
    pub(super) async fn note(
        &self,
        transaction: &DatabaseTransaction,
        run_id: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (mark, why) = match self {
            Self::Judged { mark } => return cursors::remove(transaction, mark).await,
            Self::Unjudged { mark, why } => (mark, why),
        };
        // since when: what stands there already is not written over
        let since = Cursor { stream: mark.clone(), position: now };
        cursors::put_down(transaction, &since, run_id, now).await?;
        let sql = "UPDATE sync_run SET unjudged = CASE WHEN unjudged IS NULL THEN $1 ELSE unjudged || '; ' || $1 END \
                   WHERE id = $2";
        execute(transaction, sql, [why.as_str().into(), run_id.into()]).await?;
        Ok(())
    }
}

pub(crate) async fn add_to_run(
    transaction: &DatabaseTransaction,
    run_id: &str,
    counts: &SliceCounts,
) -> Result<(), StoreError> {
    let sql = "UPDATE sync_run SET fetched = fetched + $1, inserted = inserted + $2, updated = updated + $3, \
               unchanged = unchanged + $4, removed = removed + $5, rejected = rejected + $6, \
               suppressed = suppressed + $7, outside = outside + $8 WHERE id = $9";
    let SliceCounts { fetched, inserted, updated, unchanged, removed, rejected, suppressed, outside } = *counts;
    let counts = [fetched, inserted, updated, unchanged, removed, rejected, suppressed, outside];
    let values = counts.iter().map(|count| i64::try_from(*count).unwrap_or(i64::MAX).into());
    execute(transaction, sql, values.chain([run_id.into()])).await?;
    Ok(())
}
