//! Rows of the store, as far as a slice has to know them.

use std::collections::HashMap;

use super::raw_hash::are_of_one_form;

/// By the first part of their key: a posting's vacancy may stand on several media.
pub(super) type Rows = HashMap<String, Vec<StoredRow>>;

#[derive(Debug)]
pub(super) struct StoredRow {
    /// The second part of its key.
    pub(super) second: String,
    pub(super) content_hash: String,
    pub(super) raw_hash: String,
    pub(super) is_removed: bool,
}

pub(super) fn stored<'a>(rows: &'a Rows, [first, second]: [&str; 2]) -> Option<&'a StoredRow> {
    rows.get(first)?.iter().find(|row| row.second == second)
}

/// What a row that is to be merged is to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowChange {
    /// It has none of this key.
    New,
    Changed,
    Revived,
    Same,
    /// It has the same content, in a row of another form: other columns may have been made of it.
    OtherForm,
}

impl RowChange {
    pub(super) fn of(stored: Option<&StoredRow>, content_hash: &str, raw_hash: &str) -> Self {
        match stored {
            None => Self::New,
            Some(row) if row.is_removed => Self::Revived,
            Some(row) if row.content_hash != content_hash => Self::Changed,
            Some(row) if are_of_one_form(raw_hash, &row.raw_hash) => Self::Same,
            Some(_) => Self::OtherForm,
        }
    }
}

/// What tells a row from others, and a version of it from others.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Its key; the second part is empty where a key has one.
    pub key: [&'a str; 2],
    /// SHA-256 of its content, hex.
    pub content_hash: &'a str,
}
