//! An application on the wire.

use chrono::{DateTime, Utc};
use domain::{CanonicalValue, instant};
use serde::Deserialize;

use super::{
    members,
    scalar::{Code, REPEATED, Remarks, Whole},
    value::{Free, IfReadable, Instant, Key, LocalInstant, Localization, Perhaps, Text, key, text, texts},
};

/// What of an application is read in passing, before anybody knows whether the rest is wanted: what tells it from others, and
/// whether it was asked for. What cannot be read is absent; whether that is an error is found out when the record is read.
#[derive(Debug, Deserialize)]
pub(crate) struct ApplicationKeyFields {
    #[serde(default)]
    id: IfReadable<Key>,
    #[serde(default)]
    created: IfReadable<Instant>,
}

impl ApplicationKeyFields {
    pub(crate) fn read(&self) -> Option<(&str, DateTime<Utc>)> {
        Some((&self.id.0.as_ref()?.0, self.created.0.as_ref()?.0))
    }
}

/// Required are `id` and `created`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Application {
    id: Key,
    number: Perhaps<Whole>,
    vacancy_id: Perhaps<Text>,
    job_id: Perhaps<Whole>,
    candidate_id: Perhaps<Text>,
    email: Perhaps<Text>,
    first_name: Perhaps<Text>,
    middle_name: Perhaps<Text>,
    last_name: Perhaps<Text>,
    created: Instant,
    updated: Perhaps<LocalInstant>,
    status: Perhaps<Code>,
    stage: Perhaps<Localization>,
    disqualify_reason: Perhaps<Localization>,
    source: Perhaps<Free>,
}

/// Words of `status` on sibling resources.
const STATUS: [(&str, i32); 2] = [("inactive", 0), ("active", 1)];

/// The key of an application, an object, of which nothing else may be readable.
pub(crate) fn id_of(json: &str) -> Option<String> {
    members::last(json, "id")
}

pub(crate) fn candidate_of(json: &str) -> Option<String> {
    members::last(json, "candidateId")
}

impl Application {
    pub(crate) fn read(self) -> (domain::Application, Remarks) {
        let mut remarks = Remarks::default();
        let updated = self.updated.0.map(|updated| updated.resolve(None));
        if updated.is_some_and(|updated| instant::meant(updated).is_none()) {
            remarks.add("updated", "a year that stands for none, left out");
        }
        let source = self.source.0.unwrap_or_default();
        if source.repeats > 0 {
            remarks.add("source", REPEATED);
        }
        let application = domain::Application {
            id: self.id.0,
            number: remarks.whole("number", &self.number),
            vacancy_id: key(&self.vacancy_id),
            job_id: remarks.whole("jobId", &self.job_id),
            candidate_id: key(&self.candidate_id),
            email: text(self.email),
            first_name: text(self.first_name),
            middle_name: text(self.middle_name),
            last_name: text(self.last_name),
            created: self.created.0,
            updated: updated.and_then(instant::meant),
            status: remarks.code("status", &self.status, &STATUS),
            stage: texts(self.stage),
            disqualify_reason: texts(self.disqualify_reason),
            source: CanonicalValue::of(source.value),
        };
        (application, remarks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Option<(String, DateTime<Utc>)> {
        let fields = serde_json::from_str::<ApplicationKeyFields>(json).ok()?;
        fields.read().map(|(id, created)| (id.to_owned(), created))
    }

    #[test]
    fn key_fields_of_an_application_are_read_as_it_is() {
        let created = "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().unwrap();
        let json =
            r#"{"stage":{"id":"x"},"created":"2026-01-01T01:00:00+01:00","id":" \u0041-1 ","data":[{"id":"y"}]}"#;
        assert_eq!(read(json), Some(("a-1".to_owned(), created)));
    }

    #[test]
    fn what_cannot_be_read_is_absent() {
        for json in [
            r#"{"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":"1"}"#,
            r#"{"id":null,"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":1e999,"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":["1"],"created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":" ","created":"2026-01-01T00:00:00Z"}"#,
            r#"{"id":"1","created":"yesterday"}"#,
            r#"{"id":"1","created":"2026-01-01T00:00:00Z","id":"2"}"#,
        ] {
            assert_eq!(read(json), None, "{json}");
        }
    }
}
