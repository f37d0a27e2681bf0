//! An application: somebody wants a post.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{CanonicalValue, ContentHash, Localization, instant};

/// One application as the source describes it. Only `id` and `created` are sure to be there.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Application {
    /// Its key, a GUID in Emply.
    pub id: String,
    /// The running number that people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// The posting's vacancy; applications do not know the medium.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vacancy_id: Option<String>,
    /// The short number of the vacancy, which people see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_id: Option<i64>,
    /// The source's key of the person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[serde(serialize_with = "instant::serialize")]
    pub created: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "instant::serialize_some")]
    pub updated: Option<DateTime<Utc>>,
    /// 0 inactive, 1 active; -1 what nobody has named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<i32>,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub stage: Localization,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub disqualify_reason: Localization,
    /// Where it came from; the shape is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<CanonicalValue>,
}

impl Application {
    /// Says whether two versions are the same.
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of(self)
    }
}
