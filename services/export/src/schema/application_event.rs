//! Events: an application entered a stage or a status.

use store::{Changing, entity::application_event};

use super::{CHANGED_SEQ, Cell, Class, Column, Kind, REMOVED, REMOVED_AT, ROW_HASH, Table, optional, required};
use crate::transform::Persons;

/// Events: an application entered a stage or a status.
pub struct ApplicationEvent;

impl Table for ApplicationEvent {
    type Source = application_event::Entity;
    const NAME: &'static str = "application_event";
    const DESCRIPTION: &'static str = "Events: an application entered a stage or a status. One row for each.";
    const KEY: &'static [&'static str] = &["application_id", "event_no"];
    const PARTITION: Option<&'static str> = Some("occurred");
    const COLUMNS: &'static [Column] = &[
        required(
            "application_id",
            Kind::Text,
            "The application that changed; with event_no the key. A pseudonym unless PII_MODE=keep.",
        )
        .class(Class::Pseudonym)
        .distinct(),
        required(
            "event_no",
            Kind::BigInt,
            "Counts the events of one application upwards; with application_id the key.",
        ),
        optional("vacancy_id", Kind::Text, "The vacancy applied for at that time."),
        required("occurred", Kind::Instant, "When it changed, by the source's own time of update (UTC).").distinct(),
        required("observed", Kind::Instant, "When the pipeline saw the change (UTC)."),
        optional("from_stage", Kind::Text, "Stage before; null for the first event."),
        optional("to_stage", Kind::Text, "Stage after."),
        optional("from_status", Kind::Int, "Status before (0 inactive, 1 active); null for the first event."),
        optional("to_status", Kind::Int, "Status after (0 inactive, 1 active)."),
        REMOVED,
        REMOVED_AT,
        CHANGED_SEQ,
        ROW_HASH,
    ];

    fn row<'a>(source: &<Self::Source as Changing>::Row<'a>, persons: &Persons) -> Vec<Cell<'a>> {
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
