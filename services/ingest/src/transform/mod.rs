//! A record of theirs becomes a noun of ours, or is rejected with a reason, or is left out because its person was forgotten, or
//! since it was not asked for. Nothing here waits, and the same record comes out the same.

mod left_out;
mod noted;
mod reason;
mod scope;
mod suppression;
pub mod wire;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::{Application, Posting};
use serde::Deserialize;

pub(crate) use left_out::{LeftOut, Rejected};
pub(crate) use noted::{Counts, Noted};
pub(crate) use scope::Scope;
pub(crate) use suppression::Suppression;

pub(crate) const POSTING: &str = "posting";
pub(crate) const APPLICATION: &str = "application";

#[derive(Debug, Clone)]
pub(crate) struct Transform {
    pub(crate) customer: String,
    pub(crate) suppression: Arc<Suppression>,
    pub(crate) noted: Arc<Noted>,
}

impl Transform {
    /// Reads a posting of a medium's list; which medium's is not known of one that was kept aside.
    pub(crate) fn posting(&self, json: &str, listed_by: Option<&str>) -> Result<Posting, LeftOut> {
        let read = self.parse::<wire::Posting>(json, POSTING, |json| wire::key_of_posting(json, listed_by));
        let (wire, _) = read.map_err(|rejected| {
            LeftOut::Rejected(Rejected { payload: wire::without_persons(json).into_owned(), ..rejected })
        })?;
        let (mut posting, mut remarks) = wire.read();
        if let Some(medium) = listed_by.filter(|medium| *medium != posting.media_id) {
            remarks.0.push(("mediaId", "another medium than the one whose list it is in, which counts"));
            medium.clone_into(&mut posting.media_id);
        }
        self.noted.remark(POSTING, &remarks);
        Ok(posting)
    }

    /// Reads an application; which ones were asked for is not known of one that was kept aside.
    pub(crate) fn application(&self, json: &str, scope: Option<&Scope>) -> Result<Application, LeftOut> {
        let (application, remarks) = match self.parse::<wire::Application>(json, APPLICATION, wire::id_of) {
            // settled: of two members with one name only the last was read, and the first may name them
            Ok((_, true)) if self.names_somebody_forgotten(json) => return Err(LeftOut::Suppressed),
            Ok((wire, _)) => wire.read(),
            Err(rejected) if self.is_suppressed(&rejected) => return Err(LeftOut::Suppressed),
            Err(rejected) => return Err(LeftOut::Rejected(rejected)),
        };
        scope.map_or(Ok(()), |scope| scope.check(application.created))?;
        self.noted.remark(APPLICATION, &remarks);
        let is_suppressed = !self.suppression.is_empty()
            && (self.suppression.holds(&application.id)
                || self.suppression.holds(&application.candidate(&self.customer).key));
        if is_suppressed { Err(LeftOut::Suppressed) } else { Ok(application) }
    }

    /// Whether an application that came before, byte for byte, still is to be a row.
    pub(crate) fn unchanged_application(
        &self,
        id: &str,
        created: DateTime<Utc>,
        scope: Option<&Scope>,
    ) -> Result<(), LeftOut> {
        scope.map_or(Ok(()), |scope| scope.check(created))?;
        if self.suppression.holds(id) { Err(LeftOut::Suppressed) } else { Ok(()) }
    }

    /// Whether one that cannot be read is of somebody who is to stay forgotten, as far as that can be told.
    fn is_suppressed(&self, rejected: &Rejected) -> bool {
        let holds = |key: &str| self.suppression.holds(key);
        if self.suppression.is_empty() {
            return false;
        }
        let of_key = || rejected.key.as_ref().is_some_and(|key| holds(key));
        let of_candidate = || wire::candidate_of(&rejected.payload).is_some_and(|id| holds(&format!("id:{id}")));
        of_key() || of_candidate() || self.names_somebody_forgotten(&rejected.payload)
    }

    /// Whether an id of somebody who is to stay forgotten stands anywhere in it.
    fn names_somebody_forgotten(&self, json: &str) -> bool {
        let holds = |key: &str| self.suppression.holds(key);
        !self.suppression.is_empty() && wire::words(json).any(|word| holds(&word) || holds(&format!("id:{word}")))
    }

    fn parse<T: for<'de> Deserialize<'de>>(
        &self,
        json: &str,
        stream: &'static str,
        key: impl FnOnce(&str) -> Option<String>,
    ) -> Result<(T, bool), Rejected> {
        // serde would read an array as a record whose fields are not named
        let is_array = json.trim_start().starts_with('[');
        let reason = match self.read(json, stream) {
            Ok(record) if !is_array => return Ok(record),
            Ok(_) => reason::of::<T>(json, stream),
            Err(reason) => reason,
        };
        let key = if is_array { None } else { key(json) };
        Err(Rejected { stream, key, reason, payload: json.to_owned() })
    }

    /// As it came, or else, which is told, with what serde does not take settled.
    fn read<T: for<'de> Deserialize<'de>>(&self, json: &str, stream: &str) -> Result<(T, bool), String> {
        // what a parser takes and no database keeps; most have no such letters, escaped or not
        let holds_nul = json.contains("\\u0000") && wire::holds_nul(json);
        if !holds_nul && let Ok(record) = self.deserialize(json, stream) {
            return Ok((record, false));
        }
        let Some(settled) = wire::settled(json) else { return Err(reason::of::<T>(json, stream)) };
        let record = self.deserialize(&settled.json, stream).map_err(|_| reason::of::<T>(&settled.json, stream))?;
        self.noted.settled(stream, &settled);
        Ok((record, true))
    }

    fn deserialize<T: for<'de> Deserialize<'de>>(&self, json: &str, stream: &str) -> serde_json::Result<T> {
        let mut unknown = Vec::new();
        let mut json = serde_json::Deserializer::from_str(json);
        let record = serde_ignored::deserialize(&mut json, |path| unknown.push(path.to_string()))?;
        json.end()?;
        if !unknown.is_empty() {
            self.noted.unknown(stream, unknown);
        }
        Ok(record)
    }
}
