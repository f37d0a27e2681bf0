//! Exports: how new what is in the warehouse is.

use store::entity::export_run;

use super::bookkeeping::changed_seq;
use crate::{
    schema::{About, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};

type ExportRunColumn = ColumnOf<export_run::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "export_run",
            description: "Exports. One row for each, which arrives after all else that was sent; that of a run that failed comes with \
                          the next.",
            key: &["run_id"],
            partition: None,
            may_repeat: false,
            keeps_removed: true,
            tells_of: TellsOf::Exports,
        },
        COLUMNS,
        |_| Marks::default(),
    )
}

pub(super) const COLUMNS: &[ExportRunColumn] = &[
    ExportRunColumn::text("run_id", |row, _| Some(row.run_id.into()), "The run, as in the store's audit; the key.")
        .required(),
    ExportRunColumn::instant(
        "started",
        |row, _| Some(row.started),
        "When the export was about to read what it sent (UTC): what came later is not in it.",
    )
    .required(),
    ExportRunColumn::instant(
        "as_of",
        |row, _| row.as_of,
        "Up to when all applications have been read, on the source's clock (UTC): the end of the last complete window; null where \
         none was complete yet.",
    ),
    changed_seq(|row, _| Some(row.changed_seq)),
];
