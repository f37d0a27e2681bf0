//! A posting on the wire.

use chrono::{DateTime, Utc};
use domain::{CanonicalValue, instant, zone};
use serde::{Deserialize, de::IgnoredAny};

use super::{
    Remarks,
    fact::JobData,
    free::Free,
    remarks::REPEATED,
    scalar::{Code, Flag, Real, Whole},
    value::{Instant, Key, LocalInstant, Localization, Perhaps, Shape, Text, key, text, texts},
};

/// Required are `vacancyId`, `mediaId`, `title`, `created` and `edited`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Posting {
    vacancy_id: Key,
    media_id: Key,
    job_id: Perhaps<Whole>,
    application_form_id: Perhaps<Text>,
    advertisements: Perhaps<Vec<Perhaps<Advertisement>>>,
    /// It has to be there, and may say nothing.
    #[serde(deserialize_with = "Perhaps::deserialize")]
    title: Perhaps<Localization>,
    content: Perhaps<Localization>,
    r#type: Perhaps<Code>,
    created: Instant,
    edited: Instant,
    #[serde(rename = "deadlineUTC")]
    deadline_utc: Perhaps<LocalInstant>,
    deadline: Perhaps<LocalInstant>,
    deadline_text: Perhaps<Localization>,
    location: Perhaps<Location>,
    department: Perhaps<Department>,
    tags: Perhaps<Vec<Free>>,
    data: Perhaps<Vec<Perhaps<JobData>>>,
    /// A person whom nobody here has to know: neither read nor kept, as [`without_persons`](super::without_persons) sees to.
    #[serde(rename = "projectManagerUserId")]
    _project_manager_user_id: Option<IgnoredAny>,
    #[serde(rename = "projectManagerFullName")]
    _project_manager_full_name: Option<IgnoredAny>,
    template_id: Perhaps<Text>,
    template_title: Perhaps<Localization>,
    apply_url: Perhaps<Localization>,
    ad_url: Perhaps<Localization>,
    external_application_url: Perhaps<Text>,
    time_zone: Perhaps<Text>,
    stage: Perhaps<Code>,
}

/// A text of a posting.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Advertisement {
    title: Perhaps<Localization>,
    content: Perhaps<Localization>,
    is_default: Perhaps<Flag>,
}

/// Where the work is.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub struct Location {
    address: Perhaps<Text>,
    latitude: Perhaps<Real>,
    longitude: Perhaps<Real>,
}

/// Whose vacancy it is.
#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub struct Department {
    id: Perhaps<Text>,
    title: Perhaps<Localization>,
}

impl Shape for Advertisement {}
impl Shape for Location {}
impl Shape for Department {}

/// Words that sibling resources have for numbers here.
const TYPE: [(&str, i32); 2] = [("job", 0), ("talentPool", 1)];
const STAGE: [(&str, i32); 2] = [("published", 1), ("unpublished", 2)];

impl From<Advertisement> for domain::Advertisement {
    fn from(wire: Advertisement) -> Self {
        let is_default = wire.is_default.0.is_some_and(|Flag(is_default)| is_default);
        Self { title: texts(wire.title), content: texts(wire.content), is_default }
    }
}

impl Location {
    fn read(self, remarks: &mut Remarks) -> domain::Location {
        let degrees = |given: Perhaps<Real>| given.0.map(|Real(degrees)| degrees);
        let (mut latitude, mut longitude) = (degrees(self.latitude), degrees(self.longitude));
        let is_on_earth = |degrees: Option<f64>, most: f64| degrees.is_none_or(|degrees| degrees.abs() <= most);
        // where 0 and 0 meet is the sea, and what systems write for no place
        let is_nowhere = latitude == Some(0.0) && longitude == Some(0.0);
        if is_nowhere || !is_on_earth(latitude, 90.0) || !is_on_earth(longitude, 180.0) {
            remarks.add("location", "coordinates that are no place, left out");
            (latitude, longitude) = (None, None);
        }
        domain::Location { address: text(self.address), latitude, longitude }
    }
}

impl From<Department> for domain::Department {
    fn from(wire: Department) -> Self {
        Self { id: key(&wire.id), title: texts(wire.title) }
    }
}

impl Posting {
    /// What it says, and what of it was not taken as it came.
    pub fn read(self) -> (domain::Posting, Remarks) {
        let mut remarks = Remarks::default();
        let (time_zone, deadline) = self.deadline(&mut remarks);
        let tags = self.tags.0.unwrap_or_default();
        if tags.iter().any(|tag| tag.repeats > 0) {
            remarks.add("tags", REPEATED);
        }
        let (advertisements, facts) = (self.advertisements.0.unwrap_or_default(), self.data.0.unwrap_or_default());
        let posting = domain::Posting {
            vacancy_id: self.vacancy_id.0,
            media_id: self.media_id.0,
            job_id: remarks.whole("jobId", &self.job_id),
            application_form_id: key(&self.application_form_id),
            posting_type: remarks.code("type", &self.r#type, &TYPE),
            stage: remarks.code("stage", &self.stage, &STAGE),
            title: texts(self.title),
            content: texts(self.content),
            advertisements: advertisements.into_iter().filter_map(|ad| ad.0).map(Into::into).collect(),
            created: self.created.0,
            edited: self.edited.0,
            deadline,
            deadline_text: texts(self.deadline_text),
            location: self.location.0.map(|location| location.read(&mut remarks)),
            department: self.department.0.map(Into::into),
            tags: tags.into_iter().filter_map(|tag| CanonicalValue::of(tag.value)).collect(),
            facts: facts.into_iter().filter_map(|fact| fact.0).map(|fact| fact.read(&mut remarks)).collect(),
            template_id: key(&self.template_id),
            template_title: texts(self.template_title),
            apply_url: texts(self.apply_url),
            ad_url: texts(self.ad_url),
            external_application_url: text(self.external_application_url),
            time_zone,
        };
        (posting, remarks)
    }

    /// The tenant's zone as IANA calls it, and the deadline.
    fn deadline(&self, remarks: &mut Remarks) -> (Option<String>, Option<DateTime<Utc>>) {
        let zone = self.time_zone.0.as_ref().and_then(|Text(name)| zone::parse(name));
        if zone.is_none() && self.time_zone.0.is_some() {
            remarks.add("timeZone", "no zone that is known, left out; a local deadline is taken as UTC");
        }
        let in_utc = self.deadline_utc.0.as_ref().map(|deadline| deadline.resolve(None));
        let local = self.deadline.0.as_ref().map(|deadline| deadline.resolve(zone));
        let deadline = in_utc.and_then(instant::meant).or_else(|| local.and_then(instant::meant));
        if deadline.is_none() && (in_utc.is_some() || local.is_some()) {
            remarks.add("deadline", "a year that stands for none, left out");
        }
        (zone.map(|zone| zone.name().to_owned()), deadline)
    }
}
