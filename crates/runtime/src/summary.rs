//! What a run counted.

use opentelemetry::{KeyValue, global};

/// The counts of one run, as its summary line and its metrics show them. `None` is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Summary {
    /// Set when there was a reason not to work, for example another run at work.
    pub skipped: Option<String>,
    /// Records read from the source.
    pub fetched: Option<u64>,
    pub inserted: Option<u64>,
    /// Records that were known and had changed.
    pub updated: Option<u64>,
    /// Records that were known and had not changed.
    pub unchanged: Option<u64>,
    pub removed: Option<u64>,
    /// Records that could not be read and were kept aside.
    pub rejected: Option<u64>,
    /// Records left out on purpose, by an erasure.
    pub suppressed: Option<u64>,
    /// Records passed over, since they are not within the window that was asked for.
    pub outside: Option<u64>,
    /// Labels that are not listed in the vocabulary, and do not leave for that or leave as something else.
    pub unlisted: Option<u64>,
    pub rows: Option<u64>,
    pub bytes: Option<u64>,
    pub requests: Option<u64>,
    pub retries: Option<u64>,
}

impl Summary {
    fn counts(&self) -> [(&'static str, Option<u64>); 13] {
        [
            ("fetched", self.fetched),
            ("inserted", self.inserted),
            ("updated", self.updated),
            ("unchanged", self.unchanged),
            ("removed", self.removed),
            ("rejected", self.rejected),
            ("suppressed", self.suppressed),
            ("outside", self.outside),
            ("unlisted", self.unlisted),
            ("rows", self.rows),
            ("bytes", self.bytes),
            ("requests", self.requests),
            ("retries", self.retries),
        ]
    }

    /// Adds the counts to the process's metrics (`run.records`, by `kind`).
    pub(crate) fn record(&self) {
        let counter = global::meter("runtime").u64_counter("run.records").build();
        for (kind, count) in self.counts() {
            if let Some(count) = count {
                counter.add(count, &[KeyValue::new("kind", kind)]);
            }
        }
    }
}
