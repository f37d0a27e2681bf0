//! An application on the wire.

use domain::CanonicalValue;
use serde::Deserialize;
use serde_json::Value;

use super::value::{Instant, Key, Localization, Status, filled, key, texts};

/// Required are `id` and `created`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Application {
    id: Key,
    number: Option<i64>,
    vacancy_id: Option<String>,
    job_id: Option<i64>,
    candidate_id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    middle_name: Option<String>,
    last_name: Option<String>,
    created: Instant,
    updated: Option<Instant>,
    status: Option<Status>,
    stage: Option<Localization>,
    disqualify_reason: Option<Localization>,
    source: Option<Value>,
}

/// The key of an application, an object, of which nothing else may be readable.
pub fn id_of(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Id {
        id: Key,
    }
    serde_json::from_str::<Id>(json).ok().map(|found| found.id.0)
}

/// The key of the candidate of an application, of which nothing else may be readable.
pub fn candidate_of(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Candidate {
        candidate_id: Key,
    }
    serde_json::from_str::<Candidate>(json).ok().map(|found| found.candidate_id.0)
}

impl From<Application> for domain::Application {
    fn from(wire: Application) -> Self {
        Self {
            id: wire.id.0,
            number: wire.number,
            vacancy_id: key(wire.vacancy_id),
            job_id: wire.job_id,
            candidate_id: key(wire.candidate_id),
            email: filled(wire.email),
            first_name: filled(wire.first_name),
            middle_name: filled(wire.middle_name),
            last_name: filled(wire.last_name),
            created: wire.created.0,
            updated: wire.updated.map(|updated| updated.0),
            status: wire.status.map(|status| status.0),
            stage: texts(wire.stage),
            disqualify_reason: texts(wire.disqualify_reason),
            source: wire.source.and_then(CanonicalValue::of),
        }
    }
}
