//! Gathers the records of a slice and commits them to the store.

mod recognise;

use anyhow::bail;
use chrono::{DateTime, Utc};
use runtime::Final;
use store::{
    Arrival, CommitSlice, Complete, Cursor, Expected, Known, RejectedRecord, Removals, Slice, SliceCounts, Staged,
    Writer,
};

use crate::{
    source::Batches,
    transform::{Arrived, Record},
};

/// Records handed over at once: enough to make the database's round trips cheap, little enough to keep memory small.
pub const BATCH: usize = 500;
/// So many unreadable records never fail a slice: one bad record at night must not stop the others.
const NEVER_TOO_MANY: u64 = 4;

/// What a slice is read for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose<'a> {
    /// The run.
    pub run_id: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// From this share of unreadable records on, the slice is not kept.
    pub max_rejected_ratio: f64,
}

/// Reads a slice to its end, which will mostly have what is expected. `read` reads a record, unless it is told that the
/// store recognises it.
pub async fn read<'w, E, F>(
    writer: &'w Writer,
    batches: Batches<Arrived>,
    expected: Expected,
    read: F,
    purpose: &Purpose<'_>,
) -> anyhow::Result<Intake<'w, E>>
where
    E: Staged,
    F: Fn(Arrived, bool) -> Record<E::Model> + Clone + Send + 'static,
{
    let mut intake = Intake::begin(writer);
    let mut batches = recognise::recognise::<E, F>(writer.lookup(), expected, batches, read);
    while let Some((records, known)) = batches.next().await? {
        intake.add(records, known, purpose).await?;
    }
    intake.judge(purpose.max_rejected_ratio)?;
    Ok(intake)
}

/// A slice that has been read.
#[derive(Debug)]
pub struct Intake<'w, E: Staged> {
    slice: Slice<'w, E>,
    fetched: u64,
    suppressed: u64,
    rejected: u64,
    /// Of these, without a key.
    nameless: u64,
    /// Passed over, though they were asked for.
    unwanted: u64,
    /// Passed over, since they were not asked for.
    outside: u64,
}

/// What is to be written down with a slice.
#[derive(Debug, Default)]
pub struct Ending<'a> {
    /// When the answer came, by the source's clock, where it has told it.
    pub observed: Option<DateTime<Utc>>,
    /// Where streams stand after it.
    pub cursors: Vec<Cursor>,
    /// Set when what it lacks is gone, or may be.
    pub complete: Option<Complete<'a>>,
    /// Set when that cannot be said, or can be said again.
    pub removals: Option<Removals>,
    /// Fingerprints of the records that had been kept aside, of a slice of these.
    pub replayed: Option<&'a [String]>,
}

impl<'w, E: Staged> Intake<'w, E> {
    /// An empty one.
    pub fn begin(writer: &'w Writer) -> Self {
        Self {
            slice: writer.slice::<E>(),
            fetched: 0,
            suppressed: 0,
            rejected: 0,
            nameless: 0,
            unwanted: 0,
            outside: 0,
        }
    }

    /// Records in it, one way or another.
    pub fn fetched(&self) -> u64 {
        self.fetched
    }

    /// Records in it that were not asked for.
    pub fn outside(&self) -> u64 {
        self.outside
    }

    /// Why it says nothing of what it lacks: one of its records cannot even be told from others, or it is not what was asked for.
    pub fn is_no_evidence(&self) -> Option<String> {
        let reasons =
            [(self.nameless, "without a readable key"), (self.outside, "from outside the window that was asked for")];
        let reasons = reasons.iter().filter(|(records, _)| *records > 0);
        let reasons = reasons.map(|(records, what)| format!("{records} records {what}")).collect::<Vec<_>>();
        (!reasons.is_empty()).then(|| reasons.join(", "))
    }

    /// Gives it up, and leaves no trace of it.
    pub async fn abandon(self) -> anyhow::Result<()> {
        Ok(self.slice.abandon().await?)
    }

    /// Commits it: rows, counts and cursor together.
    pub async fn commit(self, purpose: &Purpose<'_>, ending: Ending<'_>) -> anyhow::Result<SliceCounts> {
        let Ending { observed, cursors, complete, removals, replayed } = ending;
        let commit = CommitSlice {
            run_id: purpose.run_id,
            now: purpose.now,
            observed: observed.unwrap_or(purpose.now),
            fetched: self.fetched,
            suppressed: self.suppressed,
            outside: self.unwanted + self.outside,
            cursors,
            complete,
            removals,
            replayed,
        };
        Ok(self.slice.commit(&commit).await?)
    }

    /// Takes what became of records; `known` is what the store has under their keys, as far as that was looked up.
    pub async fn add(
        &mut self,
        batch: Vec<Record<E::Model>>,
        known: Known,
        purpose: &Purpose<'_>,
    ) -> anyhow::Result<()> {
        let (mut rows, mut rejected) = (Vec::with_capacity(batch.len()), Vec::<RejectedRecord>::new());
        let (mut suppressed, mut unwanted, mut outside) = (0, 0, 0);
        for record in batch {
            match record {
                Record::Row(row) => rows.push(Arrival::Row(row)),
                Record::Recognised(key) => rows.push(Arrival::Recognised(key)),
                Record::Rejected(record) => rejected.push(record),
                Record::Suppressed => suppressed += 1,
                Record::Unwanted => unwanted += 1,
                Record::Outside => outside += 1,
            }
        }
        self.fetched += (rows.len() + rejected.len()) as u64 + suppressed + unwanted + outside;
        (self.suppressed, self.unwanted) = (self.suppressed + suppressed, self.unwanted + unwanted);
        self.outside += outside;
        self.rejected += rejected.len() as u64;
        self.nameless += rejected.iter().filter(|record| record.key.is_none()).count() as u64;
        for record in &rejected {
            tracing::warn!(stream = record.stream, reason = record.reason, "a record cannot be read; it is kept aside");
        }
        self.slice.reject(rejected, purpose.run_id, purpose.now).await?;
        Ok(self.slice.add_looked_up(known, rows).await?)
    }

    #[expect(clippy::cast_precision_loss, reason = "a ratio of counts")]
    fn judge(&self, max_ratio: f64) -> anyhow::Result<()> {
        let ratio = self.rejected as f64 / (self.fetched as f64).max(1.0);
        if self.rejected > NEVER_TOO_MANY && ratio > max_ratio {
            let (rejected, fetched) = (self.rejected, self.fetched);
            bail!(Final::new(format!(
                "{rejected} of {fetched} records cannot be read, more than INGEST_MAX_REJECTED_RATIO allows; nothing of \
                 this slice was kept. The warnings above say what is wrong with them"
            )));
        }
        Ok(())
    }
}
