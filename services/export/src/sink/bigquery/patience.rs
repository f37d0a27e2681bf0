//! How long BigQuery is waited for.

use std::time::Duration;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// Without a byte for this long a call has failed.
    pub(super) answer: Duration,
    /// What all calls together may wait between tries.
    pub(super) tries: Duration,
    /// An access token. Whoever gives them is asked once in any case.
    pub(super) token: Duration,
}

impl Patience {
    /// Of a run. A pod's metadata server may not answer in its first minute.
    pub(crate) const OF_A_RUN: Self =
        Self { answer: Duration::from_mins(1), tries: Duration::from_mins(5), token: Duration::from_mins(1) };
    /// For somebody who waits for the answer: each thing is tried once.
    pub(crate) const OF_A_PERSON: Self =
        Self { answer: Duration::from_secs(8), tries: Duration::ZERO, token: Duration::ZERO };
}
