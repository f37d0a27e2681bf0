//! An application as last seen at the source. Written by ingest.

use domain::{
    Application, Localization,
    cohort::Kind,
    instant::microseconds,
    vocabulary::{ReasonKind, Vocabulary},
};
use sea_orm::entity::prelude::*;

use super::{Seen, from_json};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub number: Option<i64>,
    pub vacancy_id: Option<String>,
    pub job_id: Option<i64>,
    /// The source's key of the person.
    pub candidate_id: Option<String>,
    /// Our key of the person.
    pub candidate_key: String,
    /// SHA-256 of what it says of the person, hex.
    pub candidate_hash: String,
    pub email: Option<String>,
    pub first_name: Option<String>,
    pub middle_name: Option<String>,
    pub last_name: Option<String>,
    /// When it came in, microseconds, as the source said when it was first seen: the partition of a warehouse that it is in
    /// does not change.
    pub created: DateTimeUtc,
    /// The same as the source says it now: by it, it is listed.
    pub created_at_source: DateTimeUtc,
    /// When it was last touched, microseconds.
    pub updated: Option<DateTimeUtc>,
    /// 0 inactive, 1 active; -1 what nobody has named.
    pub status: Option<i32>,
    /// Label of its stage in the preferred language.
    pub stage: Option<String>,
    /// The label by locale, JSON.
    pub stage_localized: Option<String>,
    /// Why it was turned down, in the preferred language.
    pub disqualify_reason: Option<String>,
    /// The reason by locale, JSON.
    pub disqualify_reason_localized: Option<String>,
    /// Where it came from, JSON of unknown shape.
    pub source: Option<String>,
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

impl From<(Application, &str, Seen)> for Model {
    /// The text in the middle is the customer, which is part of some candidates' keys.
    fn from((application, customer, seen): (Application, &str, Seen)) -> Self {
        let content_hash = application.content_hash().into_string();
        let candidate = application.candidate(customer);
        let (candidate_hash, candidate_key) = (candidate.content_hash().into_string(), candidate.key);
        let preferred = |text: &Localization| text.preferred().map(str::to_owned);
        Self {
            candidate_hash,
            candidate_key,
            stage: preferred(&application.stage),
            stage_localized: application.stage.to_json(),
            disqualify_reason: preferred(&application.disqualify_reason),
            disqualify_reason_localized: application.disqualify_reason.to_json(),
            source: application.source.and_then(|source| serde_json::to_string(&source).ok()),
            id: application.id,
            number: application.number,
            vacancy_id: application.vacancy_id,
            job_id: application.job_id,
            candidate_id: application.candidate_id,
            email: application.email,
            first_name: application.first_name,
            middle_name: application.middle_name,
            last_name: application.last_name,
            created: microseconds(application.created),
            created_at_source: microseconds(application.created),
            updated: application.updated.map(microseconds),
            status: application.status,
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
    pub(crate) fn stage_kind(&self, vocabulary: &Vocabulary) -> Kind {
        stage_kind(self.stage.as_deref(), self.stage_localized.as_deref(), vocabulary)
    }

    /// Why it was turned down; a reason that is not listed is another one.
    pub(crate) fn reason_kind(&self, vocabulary: &Vocabulary) -> Option<ReasonKind> {
        let localized: Localization = from_json(self.disqualify_reason_localized.as_deref());
        let mut labels = self.disqualify_reason.as_deref().into_iter().chain(localized.texts()).peekable();
        labels.peek()?;
        Some(vocabulary.reason_by(labels).unwrap_or(ReasonKind::Other))
    }
}

/// What a stage is, by its label in the preferred language and by those of all, as JSON.
pub(super) fn stage_kind(label: Option<&str>, localized: Option<&str>, vocabulary: &Vocabulary) -> Kind {
    let localized: Localization = from_json(localized);
    Kind::of(label.into_iter().chain(localized.texts()), vocabulary)
}
