//! Candidates: one row for each version of what is known of a person.

use store::{Changing, entity::candidate};

use super::{Cell, Class, Column, Kind, Table, optional, required};
use crate::transform::Persons;

/// Candidates: one row for each version of what is known of a person.
pub struct Candidate;

impl Table for Candidate {
    type Source = candidate::Entity;
    const NAME: &'static str = "candidate";
    const COLUMNS: &'static [Column] = &[
        required("candidate_key", Kind::Text).class(Class::Pseudonym),
        optional("candidate_id", Kind::Text).class(Class::Pseudonym),
        optional("email", Kind::Text).class(Class::Pseudonym),
        optional("first_name", Kind::Text).class(Class::Personal),
        optional("middle_name", Kind::Text).class(Class::Personal),
        optional("last_name", Kind::Text).class(Class::Personal),
        required("first_seen", Kind::Instant),
        required("removed", Kind::Bool),
        optional("removed_at", Kind::Instant),
        required("changed_seq", Kind::BigInt),
    ];

    fn row(source: <Self::Source as Changing>::Row, persons: &Persons) -> Vec<Cell> {
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
