//! An application on the wire.

use domain::{CanonicalValue, instant};
use serde::Deserialize;

use super::{
    Remarks,
    free::Free,
    members,
    remarks::REPEATED,
    scalar::{Code, Whole},
    value::{Instant, Key, LocalInstant, Localization, Perhaps, Text, key, text, texts},
};

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
pub fn id_of(json: &str) -> Option<String> {
    members::last(json, "id")
}

/// The key of the candidate of an application, of which nothing else may be readable.
pub fn candidate_of(json: &str) -> Option<String> {
    members::last(json, "candidateId")
}

impl Application {
    /// What it says, and what of it was not taken as it came.
    pub fn read(self) -> (domain::Application, Remarks) {
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
