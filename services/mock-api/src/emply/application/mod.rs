//! An application on the wire, and how it is made from a row. [`rows`] reads these.

pub(super) mod rows;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Localization, dates};
use crate::{
    database::application,
    example::example,
    world::{
        catalogue::{LANGUAGES, Language, SOURCES},
        random::identifier_of,
    },
};

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!(example(include_str!("../../../tests/golden/application.json"))))]
pub(crate) struct Application {
    /// GUID of the application.
    pub(crate) id: String,
    /// Running number.
    #[schema(required)]
    pub(crate) number: Option<i64>,
    /// GUID of the vacancy; null when nobody has assigned it to one.
    #[schema(required)]
    pub(crate) vacancy_id: Option<String>,
    #[schema(required)]
    pub(crate) email: Option<String>,
    #[schema(required)]
    pub(crate) first_name: Option<String>,
    #[schema(required)]
    pub(crate) last_name: Option<String>,
    #[schema(required)]
    pub(crate) middle_name: Option<String>,
    /// When it came in: ISO 8601, up to seven fractional digits; without a zone it is UTC.
    #[schema(example = "2026-05-20T09:14:03.1234567Z")]
    pub(crate) created: String,
    /// When it last changed; as `created`.
    #[schema(example = "2026-05-21T07:00:00Z")]
    pub(crate) updated: String,
    /// 0 inactive, 1 active.
    #[schema(example = 1)]
    pub(crate) status: i32,
    /// Short number of the vacancy.
    pub(crate) job_id: i32,
    /// GUID of the person, if the system knows one.
    #[schema(required)]
    pub(crate) candidate_id: Option<String>,
    /// Label of the stage.
    #[schema(required)]
    pub(crate) stage: Option<Localization>,
    /// Why it was turned down.
    #[schema(required)]
    pub(crate) disqualify_reason: Option<Localization>,
    /// Where the person heard of the vacancy; the shape is not known.
    #[schema(required, value_type = Option<Object>)]
    pub(crate) source: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Vacancy {
    pub(super) vacancy_id: String,
    pub(super) job_id: i32,
}

impl Application {
    pub(super) fn new(row: application::Model, vacancy: Option<Vacancy>) -> Self {
        let odd = row.id % 2 == 1;
        let mut names = row.candidate_name.as_deref().unwrap_or_default().splitn(3, ", ").map(str::to_owned);
        let last_name = names.next().filter(|name| !name.is_empty());
        Self {
            number: (row.id % 250 != 249).then_some(row.id + 1),
            job_id: vacancy.as_ref().map_or(0, |vacancy| vacancy.job_id),
            vacancy_id: vacancy.filter(|_| !row.unsolicited).map(|vacancy| vacancy.vacancy_id),
            email: row.email,
            last_name,
            first_name: names.next(),
            middle_name: names.next(),
            created: dates::write(row.date_applied, odd),
            updated: dates::write(row.updated, odd),
            status: row.status,
            candidate_id: row.candidate_id,
            stage: (row.id % 100 != 99).then(|| label(row.id, |language| &language.stages, row.stage)),
            disqualify_reason: row.disqualify_reason.map(|reason| label(row.id, |language| &language.reasons, reason)),
            source: row.source.and_then(|source| source_of(row.id, source)),
            id: row.guid,
        }
    }
}

/// A label in the tenant's languages. Every application shows another choice of them in another order, as the
/// user's settings had it; a few show none.
fn label(id: i64, words: impl Fn(&'static Language) -> &'static [&'static str], index: i32) -> Localization {
    static LANGUAGES_USED: &[Language] = &LANGUAGES;
    if id % 200 == 17 {
        return Localization::default();
    }
    let index = usize::try_from(index).unwrap_or_default();
    let count = usize::try_from(id % 3).unwrap_or_default() + 1;
    let languages = LANGUAGES_USED.iter().rev().take(count);
    let values = languages.filter_map(|language| Some((language.locale, (*words(language).get(index)?).to_owned())));
    Localization::new(values).reversed_if(id % 4 == 1)
}

fn source_of(id: i64, source: i32) -> Option<Value> {
    let name = *SOURCES.get(usize::try_from(source).ok()?)?;
    let title = Localization::new([("en-GB", name.to_owned())]);
    // nothing is known of the real shape, so two of them appear
    Some(match id % 5 {
        0 => json!({"type": source, "name": name}),
        _ => json!({"id": identifier_of(name), "title": title}),
    })
}
