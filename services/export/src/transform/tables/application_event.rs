//! Events: an application entered a stage or a status.

use std::borrow::Cow;

use store::entity::application_event;

use super::bookkeeping::{changed_seq, removed, removed_at};
use crate::{
    schema::{About, Class, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};

type ApplicationEventColumn = ColumnOf<application_event::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "application_event",
            description: "Events: an application entered a stage or a status. One row for each.",
            key: &["application_id", "event_no"],
            partition: Some("occurred"),
            may_repeat: false,
            keeps_removed: false,
            tells_of: TellsOf::Records,
        },
        COLUMNS,
        |row| Marks { is_forgotten: row.is_forgotten, may_repeat: false },
    )
}

pub(super) const COLUMNS: &[ApplicationEventColumn] = &[
    ApplicationEventColumn::text(
        "application_id",
        |row, privacy| Some(privacy.key(row.application_id)),
        "The application that changed; with event_no the key.",
    )
    .required()
    .of_class(Class::Key)
    .distinct(),
    ApplicationEventColumn::big_int(
        "event_no",
        |row, _| Some(row.event_no),
        "Counts the events of one application upwards; with application_id the key.",
    )
    .required(),
    ApplicationEventColumn::text(
        "vacancy_id",
        |row, _| row.vacancy_id.map(Cow::Borrowed),
        "The vacancy applied for at that time.",
    ),
    ApplicationEventColumn::instant(
        "occurred",
        |row, _| Some(row.occurred),
        "When it changed, by the source's own time of update (UTC).",
    )
    .required()
    .distinct(),
    ApplicationEventColumn::instant(
        "observed",
        |row, _| Some(row.observed),
        "When the pipeline saw the change, by the source's clock (UTC).",
    )
    .required(),
    ApplicationEventColumn::instant(
        "previous_observed",
        |row, _| row.previous_observed,
        "When the application was last read before, by the source's clock (UTC): it changed since then. Null at first sight, and \
         where it is not known.",
    ),
    ApplicationEventColumn::bool(
        "is_first_sight",
        |row, _| Some(row.is_first_sight),
        "Whether the application was not known before: how it came to its stage was not seen.",
    )
    .required(),
    ApplicationEventColumn::text(
        "from_stage",
        |row, privacy| privacy.text(row.from_stage),
        "Stage before; null for the first event.",
    )
    .of_class(Class::Text),
    ApplicationEventColumn::text("to_stage", |row, privacy| privacy.text(row.to_stage), "Stage after.")
        .of_class(Class::Text),
    ApplicationEventColumn::text(
        "from_stage_kind",
        |row, privacy| privacy.stage_kind(row.from_stage, row.from_stage_localized),
        "Kind of the stage before; null where it is not listed, and for the first event.",
    )
    .of_class(Class::Word),
    ApplicationEventColumn::text(
        "to_stage_kind",
        |row, privacy| privacy.stage_kind(row.to_stage, row.to_stage_localized),
        "Kind of the stage after; null where it is not listed.",
    )
    .of_class(Class::Word),
    ApplicationEventColumn::int(
        "from_status",
        |row, _| row.from_status,
        "Status before (0 inactive, 1 active); null for the first event.",
    ),
    ApplicationEventColumn::int("to_status", |row, _| row.to_status, "Status after (0 inactive, 1 active)."),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
