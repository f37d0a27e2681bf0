//! Candidates: one row for each version of what is known of a person.

use store::entity::candidate;

use super::bookkeeping::{changed_seq, first_seen, removed, removed_at};
use crate::{
    schema::{About, Class, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};

type CandidateColumn = ColumnOf<candidate::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "candidate",
            description: "Candidates. One row for each. Names and e-mail are null or pseudonyms unless PII_MODE=keep.",
            key: &["candidate_key"],
            partition: None,
            may_repeat: true,
            keeps_removed: false,
            tells_of: TellsOf::Records,
        },
        COLUMNS,
        // who was blanked has another key in the store, beside the one that warehouses know
        |row| Marks { is_forgotten: row.is_forgotten, may_repeat: row.exported_key.is_some() },
    )
}

pub(super) const COLUMNS: &[CandidateColumn] = &[
    CandidateColumn::text(
        "candidate_key",
        |row, privacy| Some(privacy.key_of_candidate(row.key, row.exported_key)),
        "The candidate, the key; made by the pipeline, since the source's candidate id may be missing.",
    )
    .required()
    .of_class(Class::Key)
    .distinct(),
    CandidateColumn::text(
        "candidate_id",
        |row, privacy| privacy.detail(row.candidate_id),
        "The source's id of the candidate.",
    )
    .of_class(Class::Detail)
    .distinct(),
    CandidateColumn::text("email", |row, privacy| privacy.email(row.email), "E-mail address.")
        .of_class(Class::Detail)
        .distinct(),
    CandidateColumn::text("first_name", |row, privacy| privacy.name(row.first_name), "First name.")
        .of_class(Class::Personal),
    CandidateColumn::text("middle_name", |row, privacy| privacy.name(row.middle_name), "Middle name.")
        .of_class(Class::Personal),
    CandidateColumn::text("last_name", |row, privacy| privacy.name(row.last_name), "Last name.")
        .of_class(Class::Personal),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
