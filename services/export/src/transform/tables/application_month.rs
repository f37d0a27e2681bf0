//! Applications of a month that were forgotten because their time was over: numbers that name nobody.

use store::entity::application_month;

use super::bookkeeping::{changed_seq, removed};
use crate::{
    schema::{About, Class, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};
type ApplicationMonthColumn = ColumnOf<application_month::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "application_month",
            description: "Applications that were forgotten because their time was over, as numbers that name nobody. One row for all that \
                          came in in one month and have the rest in common, too.",
            key: &["group_key"],
            partition: None,
            may_repeat: false,
            keeps_removed: false,
            tells_of: TellsOf::Numbers,
        },
        COLUMNS,
        |_| Marks::default(),
    )
}

pub(super) const COLUMNS: &[ApplicationMonthColumn] = &[
    ApplicationMonthColumn::text("group_key", |row, _| Some(row.group_key.into()), "Made of all that they have in common, the key.")
        .required()
        .distinct(),
    ApplicationMonthColumn::text(
        "month",
        |row, _| Some(row.month.into()),
        "Month in which they came in, YYYY-MM, by the calendar of REPORT_TIME_ZONE.",
    )
    .required(),
    ApplicationMonthColumn::text(
        "department",
        |row, privacy| privacy.text(Some(row.department)),
        "Department of the vacancy; none where it is not known, small groups where fewer than REPORT_MIN_GROUP of the month were \
         in one department and city.",
    )
    .required()
    .of_class(Class::Text),
    ApplicationMonthColumn::text(
        "city",
        |row, privacy| privacy.text(Some(row.city)),
        "City of the vacancy; none where it is not known, small groups where there were fewer.",
    )
    .required()
    .of_class(Class::Text),
    ApplicationMonthColumn::text(
        "furthest_stage_kind",
        |row, _| Some(row.furthest_stage_kind.into()),
        "The furthest kind of stage that they got to, by the vocabulary that ingest had; unlisted where it had none of theirs, none \
         where there was no stage at all.",
    )
    .required(),
    ApplicationMonthColumn::text("outcome", |row, _| Some(row.outcome.into()), "rejected, withdrawn, or other where nobody said why.")
        .required(),
    ApplicationMonthColumn::text(
        "reason_kind",
        |row, _| Some(row.reason_kind.into()),
        "Who ended them: employer, candidate, filled or other; other also where the reason was not listed, none where there was none.",
    )
    .required(),
    ApplicationMonthColumn::bool(
        "is_eligible",
        |row, _| Some(row.is_eligible),
        "Whether they were seen within 48 hours of coming in, and seen to end.",
    )
    .required(),
    ApplicationMonthColumn::big_int(
        "weeks",
        |row, _| row.weeks,
        "Whole weeks from coming in to the end, by civil days; null where they are not eligible.",
    ),
    ApplicationMonthColumn::big_int("applications", |row, _| Some(row.applications), "How many they are; 0 in a tombstone.").required(),
    removed(|row, _| Some(row.removed_at.is_some())),
    ApplicationMonthColumn::instant(
        "removed_at",
        |row, _| row.removed_at,
        "When they were counted among the small groups, because others were forgotten (UTC); null while they are counted here.",
    ),
    changed_seq(|row, _| Some(row.changed_seq)),
];
