//! A slice on its way into the store, and what is counted of it.

use anyhow::bail;
use chrono::{DateTime, Utc};
use runtime::Final;
use store::{CommitSlice, Recognition, RejectedRecord, RowOf, Slice, SliceCounts, Staged, Writer};

/// So many unreadable records never fail a slice: one bad record at night must not stop the others.
const NEVER_TOO_MANY: u64 = 4;

/// What became of the records of a batch, with their places in the slice.
pub(crate) struct Batch<E: Staged> {
    pub(crate) known: Recognition<E>,
    pub(crate) fetched: u64,
    /// Keys of those that came before, byte for byte.
    pub(crate) unchanged: Vec<(u64, [String; 2])>,
    pub(crate) rows: Vec<(u64, RowOf<E>)>,
    pub(crate) rejected: Vec<(u64, RejectedRecord)>,
    pub(crate) counts: PassedOver,
}

impl<E: Staged> Batch<E> {
    pub(crate) fn of(known: Recognition<E>, fetched: u64) -> Self {
        let counts = PassedOver::default();
        Self { known, fetched, unchanged: Vec::new(), rows: Vec::new(), rejected: Vec::new(), counts }
    }
}

/// Records that do not become rows although they can be read.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PassedOver {
    pub(crate) suppressed: u64,
    /// Passed over, though they were asked for.
    pub(crate) unwanted: u64,
    /// Passed over, since they were not asked for.
    pub(crate) outside: u64,
}

pub(crate) struct Load<'w, E: Staged> {
    slice: Slice<'w, E>,
    run_id: &'w str,
    pub(crate) now: DateTime<Utc>,
    pub(crate) fetched: u64,
    rejected: u64,
    /// Of these, without a key.
    nameless: u64,
    counts: PassedOver,
    /// Of parts that are committed already.
    committed: SliceCounts,
}

impl<'w, E: Staged> Load<'w, E> {
    pub(crate) fn begin(writer: &'w Writer, run_id: &'w str, now: DateTime<Utc>) -> Self {
        Self {
            slice: writer.slice::<E>(),
            run_id,
            now,
            fetched: 0,
            rejected: 0,
            nameless: 0,
            counts: PassedOver::default(),
            committed: SliceCounts::default(),
        }
    }

    /// Records that are not committed yet.
    pub(crate) fn uncommitted(&self) -> u64 {
        self.fetched - self.committed.fetched
    }

    pub(crate) fn outside(&self) -> u64 {
        self.counts.outside
    }

    pub(crate) async fn stage(&mut self, batch: Batch<E>) -> anyhow::Result<()> {
        let Batch { known, fetched, unchanged, rows, rejected, counts } = batch;
        self.fetched += fetched;
        self.counts.suppressed += counts.suppressed;
        self.counts.unwanted += counts.unwanted;
        self.counts.outside += counts.outside;
        let rejected: Vec<RejectedRecord> = rejected.into_iter().map(|(_, record)| record).collect();
        self.rejected += rejected.len() as u64;
        for record in &rejected {
            self.nameless += u64::from(record.key.is_none());
            tracing::warn!(stream = record.stream, reason = record.reason, "a record cannot be read; it is kept aside");
        }
        // with the slice, and not at once: of a slice that is not committed nothing is kept
        self.slice.reject(rejected, self.run_id, self.now).await?;
        Ok(self.slice.stage(known, unchanged, rows).await?)
    }

    #[expect(clippy::cast_precision_loss, reason = "a ratio of counts")]
    pub(crate) fn judge(&self, max_rejected_ratio: f64) -> anyhow::Result<()> {
        let ratio = self.rejected as f64 / (self.fetched as f64).max(1.0);
        if self.rejected > NEVER_TOO_MANY && ratio > max_rejected_ratio {
            let (rejected, fetched) = (self.rejected, self.fetched);
            let kept = match self.committed.fetched {
                0 => "nothing of this slice was kept".to_owned(),
                committed => format!("of this slice the first {committed} were kept"),
            };
            bail!(Final::new(format!(
                "{rejected} of {fetched} records cannot be read, more than INGEST_MAX_REJECTED_RATIO allows; {kept}. The warnings \
                 above say what is wrong with them"
            )));
        }
        Ok(())
    }

    /// Why it says nothing of what it lacks: one of its records cannot even be told from others, or it is not what was asked for.
    pub(crate) fn no_evidence(&self) -> Option<String> {
        let reasons = [
            (self.nameless, "without a readable key"),
            (self.counts.outside, "from outside the window that was asked for"),
        ];
        let reasons = reasons.iter().filter(|(records, _)| *records > 0);
        let reasons = reasons.map(|(records, what)| format!("{records} records {what}")).collect::<Vec<_>>();
        (!reasons.is_empty()).then(|| reasons.join(", "))
    }

    /// Gives it up, and leaves no trace of it.
    pub(crate) async fn abandon(self) -> anyhow::Result<()> {
        Ok(self.slice.abandon().await?)
    }

    /// How it is committed when nothing else is to be written down than its rows.
    pub(crate) fn plain_commit<'a>(&self) -> CommitSlice<'a>
    where
        'w: 'a,
    {
        let (PassedOver { suppressed, unwanted, outside }, committed) = (self.counts, &self.committed);
        let commit = CommitSlice::of(self.run_id, self.now, self.uncommitted());
        let (suppressed, outside) = (suppressed - committed.suppressed, unwanted + outside - committed.outside);
        CommitSlice { suppressed, outside, ..commit }
    }

    /// Commits what has come until now, while more is to come; gives the number of its records.
    pub(crate) async fn commit_part(&mut self, observed: DateTime<Utc>) -> anyhow::Result<u64> {
        let commit = CommitSlice { observed, ..self.plain_commit() };
        let counts = self.slice.commit_part(&commit).await?;
        self.committed += counts;
        Ok(counts.fetched)
    }

    /// Commits what is not committed yet; gives the counts of all.
    pub(crate) async fn commit(self, commit: &CommitSlice<'_>) -> anyhow::Result<SliceCounts> {
        let mut counts = self.committed;
        counts += self.slice.commit(commit).await?;
        Ok(counts)
    }
}
