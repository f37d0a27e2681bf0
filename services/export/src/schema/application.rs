//! Applications: one row for each version.

use store::{Changing, entity::application};

use super::{
    CHANGED_SEQ, Cell, Class, Column, FIRST_SEEN, Kind, REMOVED, REMOVED_AT, ROW_HASH, Table, optional, required,
};
use crate::transform::Persons;

/// Applications: one row for each version.
pub struct Application;

impl Table for Application {
    type Source = application::Entity;
    const NAME: &'static str = "application";
    const DESCRIPTION: &'static str =
        "Applications. One row for each. Ids and numbers are pseudonyms unless PII_MODE=keep.";
    const KEY: &'static [&'static str] = &["application_id"];
    const PARTITION: Option<&'static str> = Some("created");
    const COLUMNS: &'static [Column] = &[
        required("application_id", Kind::Text, "The application, the key; a pseudonym unless PII_MODE=keep.")
            .class(Class::Pseudonym)
            .distinct(),
        optional(
            "application_number",
            Kind::Text,
            "Number that people quote; a pseudonym or null unless PII_MODE=keep.",
        )
        .class(Class::Pseudonym)
        .distinct(),
        optional(
            "vacancy_id",
            Kind::Text,
            "The vacancy applied for. It may have no posting; null for unsolicited applications.",
        ),
        optional("job_id", Kind::BigInt, "The source's number of the job behind the vacancy."),
        required("candidate_key", Kind::Text, "The candidate who applied, key of `candidate`.")
            .class(Class::Pseudonym)
            .distinct(),
        required("created", Kind::Instant, "When the application was made (UTC).").distinct(),
        optional("updated", Kind::Instant, "When the application last changed at the source (UTC).").distinct(),
        optional("status", Kind::Int, "0 inactive, 1 active."),
        optional("stage", Kind::Text, "Stage of the process in the preferred locale."),
        optional("stage_localized", Kind::Text, "Stage in every locale, a JSON object of locale to text."),
        optional(
            "disqualify_reason",
            Kind::Text,
            "Why the application was turned down, in the preferred locale; null when it was not.",
        ),
        optional("source", Kind::Text, "Where the application came from, as the source names it.")
            .class(Class::Personal),
        FIRST_SEEN,
        REMOVED,
        REMOVED_AT,
        CHANGED_SEQ,
        ROW_HASH,
    ];

    fn is_forgotten(row: &<Self::Source as Changing>::Row<'_>) -> bool {
        row.is_forgotten
    }

    fn row<'a>(source: &<Self::Source as Changing>::Row<'a>, persons: &Persons) -> Vec<Cell<'a>> {
        vec![
            persons.key(source.id).into(),
            persons.detail(source.number.map(|number| number.to_string())).into(),
            source.vacancy_id.into(),
            source.job_id.into(),
            persons.key(source.candidate_key).into(),
            source.created.into(),
            source.updated.into(),
            source.status.into(),
            source.stage.into(),
            source.stage_localized.into(),
            source.disqualify_reason.into(),
            persons.name(source.source).into(),
            source.first_seen.into(),
            source.removed_at.is_some().into(),
            source.removed_at.into(),
            source.changed_seq.into(),
        ]
    }
}
