//! Applications: one row for each version.

use std::borrow::Cow;

use store::entity::application;

use super::{About, ColumnOf, Table, changed_seq, first_seen, removed, removed_at};

type Column = ColumnOf<application::Entity>;

pub(super) fn table() -> Table {
    Table::fed_from(
        About {
            name: "application",
            description: "Applications. One row for each. Ids and numbers are pseudonyms unless PII_MODE=keep.",
            key: &["application_id"],
            partition: Some("created"),
            may_repeat: false,
        },
        COLUMNS,
        |row| row.is_forgotten,
    )
}

pub(super) const COLUMNS: &[Column] = &[
    Column::text(
        "application_id",
        |row, persons| Some(persons.key(row.id)),
        "The application, the key; a pseudonym unless PII_MODE=keep.",
    )
    .required()
    .pseudonym()
    .distinct(),
    Column::text(
        "application_number",
        |row, persons| persons.detail(row.number.map(|number| number.to_string())),
        "Number that people quote; a pseudonym or null unless PII_MODE=keep.",
    )
    .pseudonym()
    .distinct(),
    Column::text(
        "vacancy_id",
        |row, _| row.vacancy_id.map(Cow::Borrowed),
        "The vacancy applied for. It may have no posting; null for unsolicited applications.",
    ),
    Column::big_int("job_id", |row, _| row.job_id, "The source's number of the job behind the vacancy."),
    Column::text(
        "candidate_key",
        |row, persons| Some(persons.key(row.candidate_key)),
        "The candidate who applied, key of `candidate`.",
    )
    .required()
    .pseudonym()
    .distinct(),
    Column::instant("created", |row, _| Some(row.created), "When the application was made (UTC).")
        .required()
        .distinct(),
    Column::instant("updated", |row, _| row.updated, "When the application last changed at the source (UTC).")
        .distinct(),
    Column::int("status", |row, _| row.status, "0 inactive, 1 active."),
    Column::text("stage", |row, _| row.stage.map(Cow::Borrowed), "Stage of the process in the preferred locale."),
    Column::text(
        "stage_localized",
        |row, _| row.stage_localized.map(Cow::Borrowed),
        "Stage in every locale, a JSON object of locale to text.",
    ),
    Column::text(
        "disqualify_reason",
        |row, _| row.disqualify_reason.map(Cow::Borrowed),
        "Why the application was turned down, in the preferred locale; null when it was not.",
    ),
    Column::text(
        "source",
        |row, persons| persons.name(row.source),
        "Where the application came from, as the source names it.",
    )
    .personal(),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
