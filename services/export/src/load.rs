//! What is sent, and what comes of it: the nouns that pipeline, transform and sinks have in common.

use std::collections::{BTreeSet, HashSet};

use anyhow::Context as _;
use arrow_array::RecordBatch;
use tokio::{sync::mpsc, task::JoinHandle};
use twox_hash::XxHash3_64;

use crate::{
    checksum::{Checksum, Checksums},
    schema::{About, Table},
};

/// A range of changes: after the first number, up to the second.
pub(crate) type Range = (i64, i64);

/// Year and number of a month.
pub(crate) type Month = (i32, u32);

#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) range: Range,
    /// Part of the names of a warehouse's jobs; counts up when one has failed, since its name is then used up.
    pub(crate) attempt: i64,
    pub(crate) resumed: bool,
    pub(crate) kind: LoadKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoadKind {
    /// What has changed. From change 0 on it takes the place of all that is there.
    Changes,
    /// What was sent before and is written anew, in the place of the files that had it.
    Stretch,
}

impl Load {
    /// The changes of a range.
    pub(crate) fn of(range: Range) -> Self {
        Self { range, attempt: 0, resumed: false, kind: LoadKind::Changes }
    }

    pub(crate) fn again(range: Range) -> Self {
        Self { kind: LoadKind::Stretch, ..Self::of(range) }
    }

    /// Whether nothing is there before it.
    pub(crate) fn is_from_the_start(&self) -> bool {
        self.range.0 == 0
    }

    /// Whether it takes the place of all that is there.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_from_the_start() && !self.is_again()
    }

    pub(crate) fn is_again(&self) -> bool {
        self.kind == LoadKind::Stretch
    }
}

/// Changes of a table that were sent before and are to be written anew.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) table: &'static Table,
    pub(crate) range: Range,
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
        self.bytes += other.bytes;
        self.jobs += other.jobs;
        self.bytes_billed += other.bytes_billed;
    }

    pub(crate) fn add_of(&mut self, table: &About, other: &Self) {
        // rows by which a warehouse is told of the export itself are none of those that were sent
        let rows = if table.tells_of_exports() { 0 } else { other.rows };
        self.add(&Self { rows, ..*other });
    }
}

/// Keys that point at persons whose rows were blanked: earlier rows of theirs are to go. As hashes, of which two are the same by
/// so small a chance that what follows, a file that is written anew in vain, need not be feared.
#[derive(Debug, Default)]
pub(crate) struct Forgotten {
    keys: HashSet<u64>,
    are_too_many: bool,
}

/// More are not kept in memory, and then any key may be one of theirs.
const MOST_FORGOTTEN: usize = 200_000;

impl Forgotten {
    pub(crate) fn add(&mut self, key: &str) {
        self.insert(hash_of(key));
    }

    pub(crate) fn add_everybody(&mut self) {
        (self.keys, self.are_too_many) = (HashSet::new(), true);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        if other.are_too_many {
            self.add_everybody();
        }
        other.keys.into_iter().for_each(|key| self.insert(key));
    }

    fn insert(&mut self, key: u64) {
        if self.keys.len() >= MOST_FORGOTTEN {
            self.add_everybody();
        }
        if !self.are_too_many {
            self.keys.insert(key);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty() && !self.are_too_many
    }

    pub(crate) fn may_have(&self, key: &str) -> bool {
        self.are_too_many || (!self.keys.is_empty() && self.keys.contains(&hash_of(key)))
    }
}

fn hash_of(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes())
}

#[derive(Debug, Default)]
pub(crate) struct Loaded {
    pub(crate) written: Written,
    pub(crate) forgotten: Forgotten,
    /// Of the rows that were sent; none where an earlier run has sent some of them.
    pub(crate) checksums: Option<Checksums>,
}

#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) written: Written,
    /// Of all rows that were made. Of a whole load, none leaves the warehouse.
    pub(crate) checksum: Checksum,
    /// Of what is sent for the first time where something was sent before.
    pub(crate) forgotten: Forgotten,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_who_were_forgotten_anybody_may_be_one() {
        let mut forgotten = Forgotten::default();
        assert!(forgotten.is_empty() && !forgotten.may_have("a"));
        forgotten.add("a");
        assert!(!forgotten.is_empty() && forgotten.may_have("a") && !forgotten.may_have("b"));
        let mut many = Forgotten::default();
        (0..=MOST_FORGOTTEN).for_each(|number| many.add(&number.to_string()));
        assert!(many.may_have("b") && many.keys.is_empty());
        forgotten.extend(many);
        assert!(!forgotten.is_empty() && forgotten.may_have("b") && forgotten.keys.is_empty());
    }
}
