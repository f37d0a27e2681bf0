//! A record of theirs becomes a row of ours, or is rejected with a reason.

mod reason;

use chrono::{DateTime, Utc};
use domain::Window;
use serde::Deserialize;
use serde_json::value::RawValue;
use store::{
    RejectedRecord,
    entity::{Seen, application, posting},
};

use crate::source::wire;

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Record<M> {
    /// A row for the store.
    Row(Box<M>),
    /// It does not keep the contract.
    Rejected(RejectedRecord),
    /// It was not asked for: the answer reaches further than the window.
    Outside,
}

/// Reads a posting.
pub fn posting(raw: &RawValue, at: DateTime<Utc>) -> Record<posting::Model> {
    match parse::<wire::Posting>(raw, "posting") {
        Ok(wire) => Record::Row(Box::new((wire.into(), seen(raw, at)).into())),
        Err(rejected) => Record::Rejected(rejected),
    }
}

/// Reads an application; one that was not created within the window is passed over.
pub fn application(raw: &RawValue, at: DateTime<Utc>, customer: &str, window: &Window) -> Record<application::Model> {
    let application: domain::Application = match parse::<wire::Application>(raw, "application") {
        Ok(wire) => wire.into(),
        Err(rejected) => return Record::Rejected(rejected),
    };
    if !window.contains(application.created) {
        return Record::Outside;
    }
    Record::Row(Box::new((application, customer, seen(raw, at)).into()))
}

fn seen(raw: &RawValue, at: DateTime<Utc>) -> Seen {
    Seen { raw: raw.get().to_owned(), at }
}

fn parse<T: for<'de> Deserialize<'de>>(raw: &RawValue, stream: &str) -> Result<T, RejectedRecord> {
    let json = raw.get();
    let reason = match serde_json::from_str(json) {
        Ok(_) if holds_nul(json) => format!("{stream}: holds the character NUL, which a database cannot keep"),
        Ok(record) if !reason::is_array(json) => return Ok(record),
        _ => reason::of::<T>(json, stream),
    };
    Err(RejectedRecord { stream: stream.to_owned(), key: wire::id_of(json), reason, payload: json.to_owned() })
}

/// Whether a text in it has the escape for NUL. After an odd number of backslashes `u0000` is one.
fn holds_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json.as_bytes()[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        before % 2 == 0
    })
}

#[cfg(test)]
mod tests;
