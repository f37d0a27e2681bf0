//! Events: an application entered a stage or a status.

use store::{Changing, entity::application_event};

use super::{Cell, Class, Column, Kind, Table, optional, required};
use crate::transform::Persons;

/// Events: an application entered a stage or a status.
pub struct ApplicationEvent;

impl Table for ApplicationEvent {
    type Source = application_event::Entity;
    const NAME: &'static str = "application_event";
    const COLUMNS: &'static [Column] = &[
        required("application_id", Kind::Text).class(Class::Pseudonym),
        required("event_no", Kind::BigInt),
        optional("vacancy_id", Kind::Text),
        required("occurred", Kind::Instant),
        required("observed", Kind::Instant),
        optional("from_stage", Kind::Text),
        optional("to_stage", Kind::Text),
        optional("from_status", Kind::Int),
        optional("to_status", Kind::Int),
        required("removed", Kind::Bool),
        optional("removed_at", Kind::Instant),
        required("changed_seq", Kind::BigInt),
    ];

    fn row(source: <Self::Source as Changing>::Row, persons: &Persons) -> Vec<Cell> {
        vec![
            persons.key(source.application_id).into(),
            source.event_no.into(),
            source.vacancy_id.into(),
            source.occurred.into(),
            source.observed.into(),
            source.from_stage.into(),
            source.to_stage.into(),
            source.from_status.into(),
            source.to_status.into(),
            source.removed_at.is_some().into(),
            source.removed_at.into(),
            source.changed_seq.into(),
        ]
    }
}
