//! Applications: one row for each version.

use store::{Changing, entity::application};

use super::{Cell, Class, Column, Kind, Table, optional, required};
use crate::transform::Persons;

/// Applications: one row for each version.
pub struct Application;

impl Table for Application {
    type Source = application::Entity;
    const NAME: &'static str = "application";
    const COLUMNS: &'static [Column] = &[
        required("application_id", Kind::Text).class(Class::Pseudonym),
        optional("application_number", Kind::Text).class(Class::Pseudonym),
        optional("vacancy_id", Kind::Text),
        optional("job_id", Kind::BigInt),
        required("candidate_key", Kind::Text).class(Class::Pseudonym),
        required("created", Kind::Instant),
        optional("updated", Kind::Instant),
        optional("status", Kind::Int),
        optional("stage", Kind::Text),
        optional("stage_localized", Kind::Text),
        optional("disqualify_reason", Kind::Text),
        optional("source", Kind::Text).class(Class::Personal),
        required("first_seen", Kind::Instant),
        required("removed", Kind::Bool),
        optional("removed_at", Kind::Instant),
        required("changed_seq", Kind::BigInt),
    ];

    fn row(source: <Self::Source as Changing>::Row, persons: &Persons) -> Vec<Cell> {
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
