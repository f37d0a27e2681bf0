//! A posting: a vacancy, advertised in a medium.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::{CanonicalValue, ContentHash, Localization, Location, instant};

/// One posting as the source describes it. Its key is (`vacancy_id`, `media_id`).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Posting {
    /// The vacancy; applications refer to it.
    pub vacancy_id: String,
    pub media_id: String,
    /// The short number of the vacancy, which people see.
    pub job_id: Option<i64>,
    pub application_form_id: Option<String>,
    /// 0 a job, 1 a talent pool; -1 what nobody has named.
    pub posting_type: Option<i32>,
    /// 1 published, 2 unpublished, others exist; -1 what nobody has named.
    pub stage: Option<i32>,
    pub title: Localization,
    /// HTML, which the source seldom gives.
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub content: Localization,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advertisements: Vec<Advertisement>,
    #[serde(serialize_with = "instant::serialize")]
    pub created: DateTime<Utc>,
    #[serde(serialize_with = "instant::serialize")]
    pub edited: DateTime<Utc>,
    /// Until when one may apply; absent for talent pools and open ends.
    #[serde(serialize_with = "instant::serialize_some")]
    pub deadline: Option<DateTime<Utc>>,
    /// The deadline as people write it.
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub deadline_text: Localization,
    pub location: Option<Location>,
    pub department: Option<Department>,
    /// Tags, whose shape the source does not promise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<CanonicalValue>,
    /// What else the tenant tells, each with its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    pub template_id: Option<String>,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub template_title: Localization,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub apply_url: Localization,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub ad_url: Localization,
    /// Where to apply when it is not with the source.
    pub external_application_url: Option<String>,
    /// The tenant's zone, as IANA names it; absent where it has a name that is not known.
    pub time_zone: Option<String>,
}

/// One wording of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Advertisement {
    #[serde(default, skip_serializing_if = "Localization::is_empty")]
    pub title: Localization,
    /// Text, HTML, perhaps with entities.
    #[serde(default, skip_serializing_if = "Localization::is_empty")]
    pub content: Localization,
    /// Whether it is the one to show.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_default: bool,
}

/// The part of the tenant that has the vacancy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Department {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Localization::is_empty")]
    pub title: Localization,
}

/// A fact of the tenant's own, such as the working hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Key of the kind of fact.
    pub id: String,
    /// What the kind is called.
    #[serde(default, skip_serializing_if = "Localization::is_empty")]
    pub title: Localization,
    /// What it says: one text, or the choices made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<FactValue>,
    /// What it says when its kind is not known, kept as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<CanonicalValue>,
}

/// A text, or a choice with its key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactValue {
    /// Key of the choice; a text has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What people read of it.
    pub text: Localization,
}

impl Posting {
    /// Says whether two versions are the same.
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of(self)
    }
}
