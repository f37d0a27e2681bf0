//! A record of theirs becomes a row of ours, or is rejected with a reason, or is left out because its person was forgotten.

mod arrived;
mod reason;
mod suppression;
mod unknown;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::Window;
use serde::Deserialize;
use store::{
    RejectedRecord,
    entity::{Seen, application, posting},
};

use crate::source::wire;

pub use arrived::{Arrived, FORM, Marks};
pub use suppression::Suppression;
pub use unknown::UnknownFields;

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Record<M> {
    /// A row for the store.
    Row(Box<M>),
    /// The store has it, made of the same bytes; its key.
    Recognised([String; 2]),
    /// It does not keep the contract.
    Rejected(RejectedRecord),
    /// Its person was forgotten.
    Suppressed,
    /// It was not asked for: the answer reaches further than the window.
    Outside,
}

/// How records become rows.
#[derive(Debug, Clone)]
pub struct Transform {
    /// When they were read.
    pub at: DateTime<Utc>,
    /// Whose they are; part of some candidates' keys.
    pub customer: String,
    /// Who is to stay forgotten.
    pub suppression: Arc<Suppression>,
    /// What they hold that the contract does not name.
    pub unknown: Arc<UnknownFields>,
}

impl Transform {
    /// Reads a posting, unless the store recognises it.
    pub fn posting(&self, arrived: Arrived, is_recognised: bool) -> Record<posting::Model> {
        if is_recognised && let Some(marks) = arrived.marks {
            return Record::Recognised(marks.key);
        }
        let kept = |json: &str| wire::without_persons(json).into_owned();
        match self.parse::<wire::Posting>(&arrived.json, "posting", wire::key_of_posting) {
            Ok(wire) => {
                let seen = Seen { raw: kept(&arrived.json), ..self.seen(arrived) };
                Record::Row(Box::new((wire.into(), seen).into()))
            }
            Err(rejected) => Record::Rejected(RejectedRecord { payload: kept(&rejected.payload), ..rejected }),
        }
    }

    /// Reads an application, unless the store recognises it; one that was not created within the window is passed over.
    pub fn application(
        &self,
        arrived: Arrived,
        is_recognised: bool,
        window: Option<&Window>,
    ) -> Record<application::Model> {
        if is_recognised && let Some(marks) = arrived.marks {
            return match marks {
                marks if marks.is_outside(window) => Record::Outside,
                marks if self.suppression.holds(&marks.key[0]) => Record::Suppressed,
                marks => Record::Recognised(marks.key),
            };
        }
        let application: domain::Application =
            match self.parse::<wire::Application>(&arrived.json, "application", wire::id_of) {
                Ok(wire) => wire.into(),
                Err(rejected) if self.is_suppressed(&rejected) => return Record::Suppressed,
                Err(rejected) => return Record::Rejected(rejected),
            };
        if window.is_some_and(|window| !window.contains(application.created)) {
            return Record::Outside;
        }
        let row: application::Model = (application, self.customer.as_str(), self.seen(arrived)).into();
        if self.suppression.holds(&row.id) || self.suppression.holds(&row.candidate_key) {
            return Record::Suppressed;
        }
        Record::Row(Box::new(row))
    }

    /// Whether one that cannot be read is of somebody who is to stay forgotten, as far as that can be told.
    fn is_suppressed(&self, rejected: &RejectedRecord) -> bool {
        let holds = |key: &str| self.suppression.holds(key);
        let is_of_candidate = || wire::candidate_of(&rejected.payload).is_some_and(|id| holds(&format!("id:{id}")));
        match &rejected.key {
            Some(id) => holds(id) || is_of_candidate(),
            None => holds(&rejected.fingerprint()) || is_of_candidate(),
        }
    }

    fn seen(&self, arrived: Arrived) -> Seen {
        Seen { raw: arrived.json, hash: arrived.hash, at: self.at }
    }

    fn parse<T: for<'de> Deserialize<'de>>(
        &self,
        json: &str,
        stream: &str,
        key: fn(&str) -> Option<String>,
    ) -> Result<T, RejectedRecord> {
        let reason = match self.unknown.note(json, stream) {
            Ok(_) if holds_nul(json) => format!("{stream}: holds the character NUL, which a database cannot keep"),
            Ok(record) if !reason::is_array(json) => return Ok(record),
            _ => reason::of::<T>(json, stream),
        };
        // of a list, serde would take the first element for it
        let key = if reason::is_array(json) { None } else { key(json) };
        Err(RejectedRecord { stream: stream.to_owned(), key, reason, payload: json.to_owned() })
    }
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
