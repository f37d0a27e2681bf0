//! A posting as last seen at the source. Written by ingest.

use domain::{Advertisement, Fact, Localization, PREFERRED, Posting, Texts, Wording, instant::microseconds};
use sea_orm::entity::prelude::*;

use super::{Seen, from_json, json_list};

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "posting")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub vacancy_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub media_id: String,
    pub job_id: Option<i64>,
    pub application_form_id: Option<String>,
    /// 0 a job, 1 a talent pool; -1 what nobody has named.
    pub posting_type: Option<i32>,
    /// 1 published, 2 unpublished, others exist; -1 what nobody has named.
    pub stage: Option<i32>,
    /// The title that speaks for it in the preferred languages, as [`Wording`] chooses it.
    pub title: String,
    pub title_localized: Option<String>,
    /// Text by locale, JSON, HTML.
    pub content_localized: Option<String>,
    pub advertisements: Option<String>,
    /// When it was made, microseconds.
    pub created: DateTimeUtc,
    /// When it was last changed, microseconds.
    pub edited: DateTimeUtc,
    /// Until when one may apply.
    pub deadline: Option<DateTimeUtc>,
    /// The deadline in words, by locale, JSON.
    pub deadline_text: Option<String>,
    pub department_id: Option<String>,
    /// Its name in the preferred language.
    pub department: Option<String>,
    /// One line as it came: `street, zip, city[, country]`, or whatever somebody typed.
    pub address: Option<String>,
    /// From the address, as [`domain::place`] tells it: street and number, and what else stands before the postal code.
    pub street: Option<String>,
    /// From the address: postal code, without the country before it.
    pub zip: Option<String>,
    /// From the address: one town.
    pub city: Option<String>,
    /// From the address, where it tells one: ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    pub tags: Option<String>,
    /// The tenant's own facts, JSON.
    pub facts: Option<String>,
    /// The template it was made from.
    pub template_id: Option<String>,
    /// Its title in the preferred language.
    pub template_title: Option<String>,
    /// Where to apply, in the preferred language.
    pub apply_url: Option<String>,
    /// Where the ad is, in the preferred language.
    pub ad_url: Option<String>,
    /// Where to apply when it is not with the source.
    pub external_application_url: Option<String>,
    /// The tenant's zone, as IANA names it.
    pub time_zone: Option<String>,
    /// The record as it came, JSON.
    pub raw: String,
    pub content_hash: String,
    /// What it is recognised by when it comes like this again, as [`RawHash`](crate::RawHash) writes it.
    pub raw_hash: String,
    pub first_seen: DateTimeUtc,
    pub removed_at: Option<DateTimeUtc>,
    pub changed_seq: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl From<(Posting, Seen)> for Model {
    fn from((posting, seen): (Posting, Seen)) -> Self {
        let content_hash = posting.content_hash().into_string();
        let preferred = |text: &Localization| text.preferred().map(str::to_owned);
        let texts = Texts { ads: &posting.advertisements, title: &posting.title, content: &posting.content };
        let title = Wording::of(&texts, &PREFERRED).title.unwrap_or_default();
        let place = posting.location.as_ref().map(domain::Location::place).unwrap_or_default();
        let coordinates = posting.location.as_ref().map(|at| (at.latitude, at.longitude));
        Self {
            title,
            title_localized: posting.title.to_json(),
            content_localized: posting.content.to_json(),
            advertisements: json_list(&posting.advertisements),
            deadline_text: posting.deadline_text.to_json(),
            department: posting.department.as_ref().and_then(|department| preferred(&department.title)),
            department_id: posting.department.and_then(|department| department.id),
            address: posting.location.and_then(|location| location.address),
            street: place.street,
            zip: place.zip,
            city: place.city,
            country: place.country.map(|code| code.to_string()),
            latitude: coordinates.and_then(|(latitude, _)| latitude),
            longitude: coordinates.and_then(|(_, longitude)| longitude),
            tags: json_list(&posting.tags),
            facts: json_list(&posting.facts),
            template_title: preferred(&posting.template_title),
            apply_url: preferred(&posting.apply_url),
            ad_url: preferred(&posting.ad_url),
            vacancy_id: posting.vacancy_id,
            media_id: posting.media_id,
            job_id: posting.job_id,
            application_form_id: posting.application_form_id,
            posting_type: posting.posting_type,
            stage: posting.stage,
            created: microseconds(posting.created),
            edited: microseconds(posting.edited),
            deadline: posting.deadline.map(microseconds),
            template_id: posting.template_id,
            external_application_url: posting.external_application_url,
            time_zone: posting.time_zone,
            raw: seen.raw,
            raw_hash: seen.hash.to_string(),
            content_hash,
            first_seen: microseconds(seen.at),
            removed_at: None,
            changed_seq: 0,
        }
    }
}

impl Model {
    pub fn titles(&self) -> Localization {
        from_json(self.title_localized.as_deref())
    }

    pub fn contents(&self) -> Localization {
        from_json(self.content_localized.as_deref())
    }

    pub fn ads(&self) -> Vec<Advertisement> {
        from_json(self.advertisements.as_deref())
    }

    /// The title and the text that speak for it in these languages.
    pub fn wording(&self, languages: &[impl AsRef<str>]) -> Wording {
        Wording::of(&Texts { ads: &self.ads(), title: &self.titles(), content: &self.contents() }, languages)
    }

    pub fn known_facts(&self) -> Vec<Fact> {
        from_json(self.facts.as_deref())
    }
}
