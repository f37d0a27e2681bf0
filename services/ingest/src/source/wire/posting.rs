//! A posting on the wire.

use domain::{CanonicalValue, zone};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::{
    fact::JobData,
    value::{Instant, Key, LocalInstant, Localization, filled, key, texts},
};

/// Required are `vacancyId`, `mediaId`, `title`, `created` and `edited`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Posting {
    vacancy_id: Key,
    media_id: Key,
    job_id: Option<i64>,
    application_form_id: Option<String>,
    advertisements: Option<Vec<Advertisement>>,
    title: Localization,
    content: Option<Localization>,
    r#type: Option<i32>,
    created: Instant,
    edited: Instant,
    #[serde(rename = "deadlineUTC")]
    deadline_utc: Option<Instant>,
    deadline: Option<LocalInstant>,
    deadline_text: Option<Localization>,
    location: Option<Location>,
    department: Option<Department>,
    tags: Option<Vec<Value>>,
    data: Option<Vec<JobData>>,
    /// A person whom nobody here has to know: neither read nor kept, as [`without_persons`](super::without_persons) sees to.
    #[serde(rename = "projectManagerUserId")]
    _project_manager_user_id: Option<IgnoredAny>,
    #[serde(rename = "projectManagerFullName")]
    _project_manager_full_name: Option<IgnoredAny>,
    template_id: Option<String>,
    template_title: Option<Localization>,
    apply_url: Option<Localization>,
    ad_url: Option<Localization>,
    external_application_url: Option<String>,
    time_zone: Option<String>,
    stage: Option<i32>,
}

/// A text of a posting.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Advertisement {
    title: Option<Localization>,
    content: Option<Localization>,
    is_default: Option<bool>,
}

/// Where the work is.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub struct Location {
    address: Option<String>,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

/// Whose vacancy it is.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub struct Department {
    id: Option<String>,
    title: Option<Localization>,
}

impl From<Advertisement> for domain::Advertisement {
    fn from(wire: Advertisement) -> Self {
        Self { title: texts(wire.title), content: texts(wire.content), is_default: wire.is_default.unwrap_or_default() }
    }
}

impl From<Location> for domain::Location {
    fn from(wire: Location) -> Self {
        Self { address: filled(wire.address), latitude: wire.latitude, longitude: wire.longitude }
    }
}

impl From<Department> for domain::Department {
    fn from(wire: Department) -> Self {
        Self { id: key(wire.id), title: texts(wire.title) }
    }
}

impl From<Posting> for domain::Posting {
    fn from(wire: Posting) -> Self {
        let tenant_zone = wire.time_zone.as_deref().and_then(zone::parse);
        let local_deadline = wire.deadline.map(|deadline| deadline.resolve(tenant_zone));
        Self {
            vacancy_id: wire.vacancy_id.0,
            media_id: wire.media_id.0,
            job_id: wire.job_id,
            application_form_id: key(wire.application_form_id),
            posting_type: wire.r#type,
            stage: wire.stage,
            title: wire.title.into(),
            content: texts(wire.content),
            advertisements: wire.advertisements.unwrap_or_default().into_iter().map(Into::into).collect(),
            created: wire.created.0,
            edited: wire.edited.0,
            deadline: wire.deadline_utc.map(|deadline| deadline.0).or(local_deadline),
            deadline_text: texts(wire.deadline_text),
            location: wire.location.map(Into::into),
            department: wire.department.map(Into::into),
            tags: wire.tags.unwrap_or_default().into_iter().filter_map(CanonicalValue::of).collect(),
            facts: wire.data.unwrap_or_default().into_iter().map(Into::into).collect(),
            template_id: key(wire.template_id),
            template_title: texts(wire.template_title),
            apply_url: texts(wire.apply_url),
            ad_url: texts(wire.ad_url),
            external_application_url: filled(wire.external_application_url),
            time_zone: filled(wire.time_zone),
        }
    }
}
