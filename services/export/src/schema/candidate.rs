//! Candidates: one row for each version of what is known of a person.

use store::{Changing, entity::candidate};

use super::{
    CHANGED_SEQ, Cell, Class, Column, FIRST_SEEN, Kind, REMOVED, REMOVED_AT, ROW_HASH, Table, optional, required,
};
use crate::transform::Persons;

/// Candidates: one row for each version of what is known of a person.
pub struct Candidate;

impl Table for Candidate {
    type Source = candidate::Entity;
    const NAME: &'static str = "candidate";
    const DESCRIPTION: &'static str =
        "Candidates. One row for each. Names and e-mail are null or pseudonyms unless PII_MODE=keep.";
    const KEY: &'static [&'static str] = &["candidate_key"];
    const PARTITION: Option<&'static str> = None;
    const COLUMNS: &'static [Column] = &[
        required(
            "candidate_key",
            Kind::Text,
            "The candidate, the key; made by the pipeline, since the source's candidate id may be missing.",
        )
        .class(Class::Pseudonym)
        .distinct(),
        optional("candidate_id", Kind::Text, "The source's id of the candidate; a pseudonym unless PII_MODE=keep.")
            .class(Class::Pseudonym)
            .distinct(),
        optional("email", Kind::Text, "E-mail address; a pseudonym or null unless PII_MODE=keep.")
            .class(Class::Pseudonym)
            .distinct(),
        optional("first_name", Kind::Text, "First name; null unless PII_MODE=keep.").class(Class::Personal),
        optional("middle_name", Kind::Text, "Middle name; null unless PII_MODE=keep.").class(Class::Personal),
        optional("last_name", Kind::Text, "Last name; null unless PII_MODE=keep.").class(Class::Personal),
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
            persons.key(source.key).into(),
            persons.detail(source.candidate_id).into(),
            persons.email(source.email).into(),
            persons.name(source.first_name).into(),
            persons.name(source.middle_name).into(),
            persons.name(source.last_name).into(),
            source.first_seen.into(),
            source.removed_at.is_some().into(),
            source.removed_at.into(),
            source.changed_seq.into(),
        ]
    }
}
