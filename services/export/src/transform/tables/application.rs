//! Applications: one row for each version.

use std::borrow::Cow;

use store::entity::application;

use super::bookkeeping::{changed_seq, first_seen, removed, removed_at};
use crate::{
    schema::{About, Class, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};

type ApplicationColumn = ColumnOf<application::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "application",
            description: "Applications. One row for each. Ids and numbers are pseudonyms unless PII_MODE=keep.",
            key: &["application_id"],
            partition: Some("created"),
            may_repeat: false,
            keeps_removed: false,
            tells_of: TellsOf::Records,
        },
        COLUMNS,
        |row| Marks { is_forgotten: row.is_forgotten, may_repeat: false },
    )
}

pub(super) const COLUMNS: &[ApplicationColumn] = &[
    ApplicationColumn::text(
        "application_id",
        |row, privacy| Some(privacy.key(row.id)),
        "The application, the key.",
    )
    .required()
    .of_class(Class::Key)
    .distinct(),
    ApplicationColumn::text(
        "application_number",
        |row, privacy| privacy.detail(row.number.map(|number| number.to_string())),
        "Number that people quote.",
    )
    .of_class(Class::Detail)
    .distinct(),
    ApplicationColumn::text(
        "vacancy_id",
        |row, _| row.vacancy_id.map(Cow::Borrowed),
        "The vacancy applied for. It may have no posting; null for unsolicited applications.",
    ),
    ApplicationColumn::big_int("job_id", |row, _| row.job_id, "The source's number of the job behind the vacancy."),
    ApplicationColumn::text(
        "candidate_key",
        |row, privacy| Some(privacy.key(row.candidate_key)),
        "The candidate who applied, key of `candidate`.",
    )
    .required()
    .of_class(Class::Key)
    .distinct(),
    ApplicationColumn::instant("created", |row, _| Some(row.created), "When the application was made (UTC).")
        .required()
        .distinct(),
    ApplicationColumn::instant("updated", |row, _| row.updated, "When the application last changed at the source (UTC).")
        .distinct(),
    ApplicationColumn::int("status", |row, _| row.status, "0 inactive, 1 active; -1 is a word that nobody has named."),
    ApplicationColumn::text("stage", |row, privacy| privacy.text(row.stage), "Stage of the process in the preferred locale.")
        .of_class(Class::Text),
    ApplicationColumn::text(
        "stage_localized",
        |row, privacy| privacy.texts(row.stage_localized),
        "Stage in every locale, a JSON object of locale to text.",
    )
    .of_class(Class::Text),
    ApplicationColumn::text(
        "stage_kind",
        |row, privacy| privacy.stage_kind(row.stage, row.stage_localized),
        "Kind of the stage: sourced, applied, assessment, disqualified, shortlisted, phone_screen, interview, offer or hired; \
         null where the stage is not listed.",
    )
    .of_class(Class::Word),
    ApplicationColumn::text(
        "disqualify_reason",
        |row, privacy| privacy.reason(row.disqualify_reason, row.disqualify_reason_localized),
        "Why the application was turned down, in the preferred locale where that label is listed, else in one that is; other \
         where none is; null when it was not turned down.",
    )
    .of_class(Class::Listed),
    ApplicationColumn::text(
        "disqualify_reason_localized",
        |row, privacy| privacy.reasons(row.disqualify_reason_localized),
        "The reason in every locale, a JSON object of locale to text.",
    )
    .of_class(Class::Listed),
    ApplicationColumn::text(
        "reason_kind",
        |row, privacy| privacy.reason_kind(row.disqualify_reason, row.disqualify_reason_localized),
        "Who ended the application: employer, candidate, filled or other; other also where the reason is not listed; null when \
         it was not turned down.",
    )
    .of_class(Class::Word),
    ApplicationColumn::text(
        "source_name",
        |row, privacy| privacy.source_name(row.source),
        "Where the application came from; other where that is not listed; null when it is not known.",
    )
    .of_class(Class::Word),
    ApplicationColumn::text(
        "source",
        |row, privacy| privacy.name(row.source),
        "Where the application came from, as Emply has it, JSON.",
    )
    .of_class(Class::Personal),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
