//! Our tables, one file each. A row is a `Model`; how a record becomes a row stands beside it. Rows are joined by hand, so no
//! entity has relations.
//!
//! In all of them `content_hash` is SHA-256 of the canonical form, hex; `first_seen` is when we first saw it; `removed_at` is
//! since when it is gone: a tombstone; `changed_seq` is the number of the transaction that last changed the row.

#![expect(missing_docs, reason = "a column has a doc where its name does not say all")]

pub mod application;
pub mod application_event;
pub mod board_attachment;
pub mod board_listing;
pub mod candidate;
pub mod change_counter;
mod export;
mod frozen;
pub mod missing_application;
pub mod posting;
pub mod posting_event;
pub mod rejected_record;
pub mod source;
pub mod suppression;
pub mod sync_cursor;
pub mod sync_run;

use chrono::{DateTime, Utc};
use serde::{Serialize, de::DeserializeOwned};

use crate::RawHash;
pub use export::{cursor as export_cursor, run as export_run};
pub use frozen::application_month;

/// A record as it came, and when.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The record's JSON, byte for byte.
    pub raw: String,
    /// What it is to be recognised by when it comes like this again.
    pub hash: RawHash,
    pub at: DateTime<Utc>,
}

/// JSON text for a column; `None` for a list without items.
fn json_list<T: Serialize>(items: &[T]) -> Option<String> {
    if items.is_empty() { None } else { serde_json::to_string(items).ok() }
}

fn from_json<T: DeserializeOwned + Default>(text: Option<&str>) -> T {
    // only we write these columns
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
