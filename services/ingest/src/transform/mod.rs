//! A record of theirs becomes a row of ours, or is rejected with a reason, or is left out because its person was forgotten.

mod arrived;
mod noted;
mod reason;
mod scope;
mod suppression;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use store::{
    RejectedRecord,
    entity::{Seen, application, posting},
};

use crate::source::wire;

pub use arrived::{Arrived, FORM, Marks, form_of_applications};
pub use noted::{Counts, Noted};
pub use scope::Scope;
use scope::Standing;
pub use suppression::Suppression;

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
    /// It was asked for with what is wanted, and is not.
    Unwanted,
    /// It was not asked for: the answer reaches further.
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
    /// What was noticed on the way.
    pub noted: Arc<Noted>,
}

impl Transform {
    /// Reads a posting of a medium's list, unless the store recognises it.
    pub fn posting(&self, arrived: Arrived, is_recognised: bool, listed_by: Option<&str>) -> Record<posting::Model> {
        if is_recognised && let Some(marks) = arrived.marks {
            return Record::Recognised(marks.key);
        }
        let kept = |json: &str| wire::without_persons(json).into_owned();
        match self.parse::<wire::Posting>(&arrived.json, "posting", |json| wire::key_of_posting(json, listed_by)) {
            Ok((wire, _)) => {
                let (mut posting, mut remarks) = wire.read();
                if let Some(medium) = listed_by.filter(|medium| *medium != posting.media_id) {
                    remarks.0.push(("mediaId", "another medium than the one whose list it is in, which counts"));
                    medium.clone_into(&mut posting.media_id);
                }
                self.noted.remark("posting", &remarks);
                let seen = Seen { raw: kept(&arrived.json), ..self.seen(arrived) };
                Record::Row(Box::new((posting, seen).into()))
            }
            Err(rejected) => Record::Rejected(RejectedRecord { payload: kept(&rejected.payload), ..rejected }),
        }
    }

    /// Reads an application, unless the store recognises it; one that was not asked for is passed over.
    pub fn application(
        &self,
        arrived: Arrived,
        is_recognised: bool,
        scope: Option<&Scope>,
    ) -> Record<application::Model> {
        if is_recognised && let Some(marks) = arrived.marks {
            let passed_over = scope.zip(marks.created).and_then(|(scope, created)| passed_over(scope, created));
            return match passed_over {
                Some(record) => record,
                None if self.suppression.holds(&marks.key[0]) => Record::Suppressed,
                None => Record::Recognised(marks.key),
            };
        }
        let (application, remarks) = match self.parse::<wire::Application>(&arrived.json, "application", wire::id_of) {
            Ok((_, true)) if self.names_somebody_forgotten(&arrived.json) => return Record::Suppressed,
            Ok((wire, _)) => wire.read(),
            Err(rejected) if self.is_suppressed(&rejected) => return Record::Suppressed,
            Err(rejected) => return Record::Rejected(rejected),
        };
        if let Some(record) = scope.and_then(|scope| passed_over(scope, application.created)) {
            return record;
        }
        self.noted.remark("application", &remarks);
        let row: application::Model = (application, self.customer.as_str(), self.seen(arrived)).into();
        if self.suppression.holds(&row.id) || self.suppression.holds(&row.candidate_key) {
            return Record::Suppressed;
        }
        Record::Row(Box::new(row))
    }

    /// Whether one that cannot be read is of somebody who is to stay forgotten, as far as that can be told: an id of theirs stands
    /// anywhere in it.
    fn is_suppressed(&self, rejected: &RejectedRecord) -> bool {
        let holds = |key: &str| self.suppression.holds(key);
        if self.suppression.is_empty() {
            return false;
        }
        let of_fingerprint = || rejected.key.is_none() && holds(&rejected.fingerprint());
        let of_key = || rejected.key.as_ref().is_some_and(|key| holds(key));
        let of_candidate = || wire::candidate_of(&rejected.payload).is_some_and(|id| holds(&format!("id:{id}")));
        of_key() || of_fingerprint() || of_candidate() || self.names_somebody_forgotten(&rejected.payload)
    }

    /// Whether an id of somebody who is to stay forgotten stands anywhere in it.
    fn names_somebody_forgotten(&self, json: &str) -> bool {
        let holds = |key: &str| self.suppression.holds(key);
        !self.suppression.is_empty() && wire::words(json).any(|word| holds(&word) || holds(&format!("id:{word}")))
    }

    fn seen(&self, arrived: Arrived) -> Seen {
        Seen { raw: arrived.json, hash: arrived.hash, at: self.at }
    }

    fn parse<T: for<'de> Deserialize<'de>>(
        &self,
        json: &str,
        stream: &str,
        key: impl FnOnce(&str) -> Option<String>,
    ) -> Result<(T, bool), RejectedRecord> {
        let reason = match self.read(json, stream) {
            Ok(record) if !reason::is_array(json) => return Ok(record),
            Ok(_) => reason::of::<T>(json, stream),
            Err(reason) => reason,
        };
        // of a list, serde would take the first element for it
        let key = if reason::is_array(json) { None } else { key(json) };
        Err(RejectedRecord { stream: stream.to_owned(), key, reason, payload: json.to_owned() })
    }

    /// As it came, or else, which is told, with what serde does not take settled.
    fn read<T: for<'de> Deserialize<'de>>(&self, json: &str, stream: &str) -> Result<(T, bool), String> {
        // what a parser takes and no database keeps
        if !wire::holds_nul(json)
            && let Ok(record) = self.noted.read(json, stream)
        {
            return Ok((record, false));
        }
        let Some(settled) = wire::settled(json) else { return Err(reason::of::<T>(json, stream)) };
        let record = self.noted.read(&settled.json, stream).map_err(|_| reason::of::<T>(&settled.json, stream))?;
        self.noted.settled(stream, &settled);
        Ok((record, true))
    }
}

/// An application that is not to become a row.
fn passed_over<M>(scope: &Scope, created: DateTime<Utc>) -> Option<Record<M>> {
    match scope.standing(created) {
        Standing::Wanted => None,
        Standing::Unwanted => Some(Record::Unwanted),
        Standing::Outside => Some(Record::Outside),
    }
}

#[cfg(test)]
mod as_others_write;
#[cfg(test)]
mod tests;
