//! By what a person is found.

use std::collections::BTreeSet;

/// Key of the candidate of an application that was forgotten.
pub(super) const NOBODY: &str = "forgotten";

#[derive(Debug, Default)]
pub(super) struct Traces {
    /// Ids of applications, also of such that are not in the store.
    pub(super) applications: BTreeSet<String>,
    /// Keys of the candidates that these made, or that were named.
    pub(super) candidates: BTreeSet<String>,
    /// Of these, those that were found by an address.
    pub(super) found_by_address: BTreeSet<String>,
    /// Keys of candidates whose later applications are not to come in either.
    pub(super) suppressed_candidates: BTreeSet<String>,
    /// Ids that a record or a row of theirs has, folded.
    pub(super) ids: BTreeSet<String>,
    pub(super) addresses: BTreeSet<String>,
    /// First and last names, folded.
    pub(super) called: BTreeSet<String>,
}
