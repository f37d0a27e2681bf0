//! Why a record does not become a row.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LeftOut {
    Rejected(Rejected),
    Suppressed,
    /// It was asked for with what is wanted, and is not.
    Unwanted,
    /// It was not asked for: the answer reaches further.
    Outside,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rejected {
    pub(crate) stream: &'static str,
    /// Its key, if at least that can be read; of a posting, vacancy and medium with a space between.
    pub(crate) key: Option<String>,
    /// What is wrong, without its values: `posting.title: missing`.
    pub(crate) reason: String,
    /// The record as far as it is kept.
    pub(crate) payload: String,
}
