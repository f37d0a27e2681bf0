//! What is sent, and what comes of it: the nouns that pipeline, transform and sinks have in common.

use std::collections::BTreeSet;

use anyhow::Context as _;
use arrow_array::RecordBatch;
use tokio::{sync::mpsc, task::JoinHandle};

use crate::{
    checksum::{Checksum, Checksums},
    schema::About,
};

/// A range of changes: after the first number, up to the second. One from 0 on takes the place of all that is there.
pub(crate) type Range = (i64, i64);

/// Year and number of a month.
pub(crate) type Month = (i32, u32);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) range: Range,
    /// Part of the names of a warehouse's jobs; counts up when one has failed, since its name is then used up.
    pub(crate) attempt: i64,
    pub(crate) resumed: bool,
}

impl Load {
    pub(crate) fn is_whole(&self) -> bool {
        self.range.0 == 0
    }
}

#[derive(Debug)]
pub(crate) enum Outcome<T> {
    Sent(T),
    /// A job of the warehouse has failed, and why; under another name it may go well.
    Again(String),
}

impl<T> Outcome<T> {
    pub(crate) fn map<U>(self, of: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Self::Sent(sent) => Outcome::Sent(of(sent)),
            Self::Again(why) => Outcome::Again(why),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) rows: u64,
    pub(crate) removed: u64,
    /// Rows that were read of persons who were forgotten, whether they are among those or not.
    pub(crate) forgotten: u64,
    pub(crate) bytes: u64,
    pub(crate) jobs: u64,
    pub(crate) bytes_billed: u64,
    /// Requests of HTTP, of a whole run.
    pub(crate) requests: u64,
    pub(crate) retries: u64,
}

impl Written {
    pub(crate) fn add(&mut self, other: &Self) {
        // without the requests: those are of the whole run, and counted at its end
        self.rows += other.rows;
        self.removed += other.removed;
        self.forgotten += other.forgotten;
        self.bytes += other.bytes;
        self.jobs += other.jobs;
        self.bytes_billed += other.bytes_billed;
    }

    pub(crate) fn add_of(&mut self, table: &About, other: &Self) {
        // rows by which a warehouse is told of the export itself are none of those that were sent
        let rows = if table.tells_of_exports { 0 } else { other.rows };
        self.add(&Self { rows, ..*other });
    }
}

#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) written: Written,
    /// Of the rows that were sent; none where an earlier run has sent some of them.
    pub(crate) checksums: Option<Checksums>,
}

#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) written: Written,
    /// Of the rows that do not leave the warehouse.
    pub(crate) checksum: Checksum,
    pub(crate) months: BTreeSet<Month>,
}

#[derive(Debug)]
pub(crate) struct Batches {
    rows: mpsc::Receiver<RecordBatch>,
    transforming: JoinHandle<anyhow::Result<Made>>,
}

impl Batches {
    pub(crate) fn new(rows: mpsc::Receiver<RecordBatch>, transforming: JoinHandle<anyhow::Result<Made>>) -> Self {
        Self { rows, transforming }
    }

    /// The next rows; none after the last, and none after a failure, of which [`Self::end`] tells. Blocks its thread.
    pub(crate) fn next(&mut self) -> Option<RecordBatch> {
        self.rows.blocking_recv()
    }

    /// What all of them come to. After an error of reading or transforming, what has come is not all there is: whoever keeps
    /// rows asks for this before they are to be seen.
    pub(crate) async fn end(self) -> anyhow::Result<Made> {
        // a thread that still wants to send is not waited for for ever
        drop(self.rows);
        self.transforming.await.context("making rows of the warehouse has failed")?
    }
}
