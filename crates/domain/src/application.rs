//! An application: somebody wants a post.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_with::skip_serializing_none;

use crate::{CanonicalValue, ContentHash, Localization, instant};

/// One application as the source describes it. Only `id` and `created` are sure to be there.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Application {
    /// Its key, a GUID in Emply.
    pub id: String,
    /// The running number that people see.
    pub number: Option<i64>,
    /// The posting's vacancy; applications do not know the medium.
    pub vacancy_id: Option<String>,
    /// The short number of the vacancy, which people see.
    pub job_id: Option<i64>,
    /// The source's key of the person.
    pub candidate_id: Option<String>,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    #[serde(serialize_with = "instant::serialize")]
    pub created: DateTime<Utc>,
    #[serde(serialize_with = "instant::serialize_some")]
    pub updated: Option<DateTime<Utc>>,
    /// 0 inactive, 1 active; -1 what nobody has named.
    pub status: Option<i32>,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub stage: Localization,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub disqualify_reason: Localization,
    /// Where it came from; the shape is not known.
    pub source: Option<CanonicalValue>,
}

impl Application {
    /// Says whether two versions are the same.
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of(self)
    }
}
