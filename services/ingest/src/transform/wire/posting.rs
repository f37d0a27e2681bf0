//! A posting on the wire.

use chrono::{DateTime, Utc};
use domain::{CanonicalValue, FactValue, instant, zone};
use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;

use super::{
    members,
    scalar::{Code, Flag, REPEATED, Real, Remarks, Whole},
    value::{Free, IfReadable, Instant, Key, LocalInstant, Localization, Perhaps, Shape, Text, key, text, texts},
};

/// What of a posting is read in passing, before anybody knows whether the rest is wanted: what tells it from others.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostingKeyFields {
    #[serde(default)]
    vacancy_id: IfReadable<Key>,
    #[serde(default)]
    media_id: IfReadable<Key>,
}

impl PostingKeyFields {
    pub(crate) fn key(&self) -> Option<[&str; 2]> {
        Some([&self.vacancy_id.0.as_ref()?.0, &self.media_id.0.as_ref()?.0])
    }
}

/// Vacancy and medium, with a space between, of an object of which nothing else may be readable; the medium is the list's.
pub(crate) fn key_of_posting(json: &str, listed_by: Option<&str>) -> Option<String> {
    let vacancy_id = members::last(json, "vacancyId")?;
    let media_id = listed_by.map(str::to_owned).or_else(|| members::last(json, "mediaId"))?;
    Some(format!("{vacancy_id} {media_id}"))
}

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

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct Advertisement {
    title: Perhaps<Localization>,
    content: Perhaps<Localization>,
    is_default: Perhaps<Flag>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
pub struct Location {
    address: Perhaps<Text>,
    latitude: Perhaps<Real>,
    longitude: Perhaps<Real>,
}

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
    pub(crate) fn read(self) -> (domain::Posting, Remarks) {
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

    fn deadline(&self, remarks: &mut Remarks) -> (Option<String>, Option<DateTime<Utc>>) {
        let zone = self.time_zone.0.as_ref().and_then(|Text(name)| zone::parse(name));
        if zone.is_none() && self.time_zone.0.is_some() {
            remarks.add("timeZone", "no zone that is known, left out; a local deadline is taken as UTC");
        }
        let in_utc = self.deadline_utc.0.as_ref().map(|deadline| deadline.resolve(None));
        let local = self.deadline.0.as_ref().map(|deadline| deadline.resolve(zone));
        // the one in UTC does not depend on what zone is known
        let deadline = in_utc.and_then(instant::meant).or_else(|| local.and_then(instant::meant));
        if deadline.is_none() && (in_utc.is_some() || local.is_some()) {
            remarks.add("deadline", "a year that stands for none, left out");
        }
        (zone.map(|zone| zone.name().to_owned()), deadline)
    }
}

/// `{jobDetailsId, title, valueType, value}`; the shape of `value` depends on `valueType`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", expecting = "an object")]
pub struct JobData {
    job_details_id: Perhaps<Text>,
    title: Perhaps<Localization>,
    value_type: Perhaps<Free>,
    value: Perhaps<Free>,
}

#[derive(Debug, Deserialize)]
pub struct Choice {
    id: Perhaps<Text>,
    title: Perhaps<Localization>,
}

impl Shape for JobData {}
impl Shape for Choice {}

impl JobData {
    pub(super) fn read(self, remarks: &mut Remarks) -> domain::Fact {
        let Free { value, repeats } = self.value.0.unwrap_or_default();
        if repeats > 0 {
            remarks.add("data.[].value", REPEATED);
        }
        let kind = self.value_type.0.unwrap_or_default().value;
        let known = match kind.as_i64().or_else(|| kind.as_str()?.trim().parse().ok()) {
            Some(0) => text_of(&value),
            Some(1) => choices_of(&value),
            _ => None,
        };
        let other = if known.is_none() { CanonicalValue::of(value) } else { None };
        // without a key, it is known by its title
        let id = key(&self.job_details_id).unwrap_or_default();
        domain::Fact { id, title: texts(self.title), values: known.unwrap_or_default(), other }
    }
}

fn text_of(value: &Value) -> Option<Vec<FactValue>> {
    // an object of another shape is kept as it is
    if value.as_object().is_some_and(|members| !members.is_empty() && !members.contains_key("localization")) {
        return None;
    }
    let wire: Perhaps<Localization> = Deserialize::deserialize(value).ok()?;
    let text = texts(wire);
    Some(if text.is_empty() { Vec::new() } else { vec![FactValue { id: None, text }] })
}

fn choices_of(value: &Value) -> Option<Vec<FactValue>> {
    let wire: Perhaps<Vec<Perhaps<Choice>>> = Deserialize::deserialize(value).ok()?;
    let choices = wire.0.unwrap_or_default().into_iter().filter_map(|choice| choice.0);
    Some(choices.map(|choice| FactValue { id: key(&choice.id), text: texts(choice.title) }).collect())
}

#[cfg(test)]
mod tests {
    use domain::Fact;
    use serde_json::json;

    use super::*;

    #[test]
    fn key_fields_of_a_posting_are_read_as_it_is() {
        let json = r#"{"mediaId":"M","vacancyId":"V","id":7}"#;
        let fields = serde_json::from_str::<PostingKeyFields>(json).unwrap();
        assert_eq!(fields.key(), Some(["v", "m"]));
    }

    fn fact(value_type: i64, value: &Value) -> Fact {
        let wire = json!({"jobDetailsId": "F", "title": null, "valueType": value_type, "value": value});
        serde_json::from_value::<JobData>(wire).unwrap().read(&mut Remarks::default())
    }

    #[test]
    fn known_kinds_are_read_and_others_kept() {
        let text = json!({"localization": [{"locale": "de-DE", "value": "München"}]});
        assert_eq!(fact(0, &text).values[0].text.preferred(), Some("München"));
        let choices = fact(1, &json!([{"id": "A", "title": text}, {"id": null, "title": null}]));
        assert_eq!((choices.values.len(), choices.values[0].id.as_deref(), choices.other), (2, Some("a"), None));
        for (value_type, value) in
            [(7, json!({"from": 1})), (0, json!("plain")), (0, json!({"foo": 1})), (1, json!({"id": "A"}))]
        {
            let kept = fact(value_type, &value);
            assert_eq!((kept.values.len(), kept.other), (0, CanonicalValue::of(value)));
        }
        assert_eq!(fact(7, &Value::Null).other, None);
    }
}
