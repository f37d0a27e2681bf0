//! Candidates: one row for each version of what is known of a person.

use store::entity::candidate;

use super::{About, ColumnOf, Table, changed_seq, first_seen, removed, removed_at};

type Column = ColumnOf<candidate::Entity>;

pub(super) fn table() -> Table {
    Table::fed_from(
        About {
            name: "candidate",
            description: "Candidates. One row for each. Names and e-mail are null or pseudonyms unless PII_MODE=keep.",
            key: &["candidate_key"],
            partition: None,
            may_repeat: true,
        },
        COLUMNS,
        |row| row.is_forgotten,
    )
}

pub(super) const COLUMNS: &[Column] = &[
    Column::text(
        "candidate_key",
        |row, persons| Some(persons.key_of_candidate(row.key, row.exported_key)),
        "The candidate, the key; made by the pipeline, since the source's candidate id may be missing.",
    )
    .required()
    .pseudonym()
    .distinct(),
    Column::text(
        "candidate_id",
        |row, persons| persons.detail(row.candidate_id),
        "The source's id of the candidate; a pseudonym unless PII_MODE=keep.",
    )
    .pseudonym()
    .distinct(),
    Column::text(
        "email",
        |row, persons| persons.email(row.email),
        "E-mail address; a pseudonym or null unless PII_MODE=keep.",
    )
    .pseudonym()
    .distinct(),
    Column::text("first_name", |row, persons| persons.name(row.first_name), "First name; null unless PII_MODE=keep.")
        .personal(),
    Column::text(
        "middle_name",
        |row, persons| persons.name(row.middle_name),
        "Middle name; null unless PII_MODE=keep.",
    )
    .personal(),
    Column::text("last_name", |row, persons| persons.name(row.last_name), "Last name; null unless PII_MODE=keep.")
        .personal(),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
