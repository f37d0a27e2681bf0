//! Postings: one row for each version of a vacancy in a medium.

use std::borrow::Cow;

use store::entity::posting;

use super::{About, ColumnOf, Table, changed_seq, first_seen, removed, removed_at};

type Column = ColumnOf<posting::Entity>;

pub(super) fn table() -> Table {
    Table::fed_from(
        About {
            name: "job_posting",
            description: "Postings. One row for each.",
            key: &["vacancy_id", "media_id"],
            partition: None,
            may_repeat: false,
        },
        COLUMNS,
        |_| false,
    )
}

pub(super) const COLUMNS: &[Column] = &[
    Column::text(
        "vacancy_id",
        |row, _| Some(row.vacancy_id.into()),
        "The vacancy that is posted; with media_id the key.",
    )
    .required(),
    Column::text(
        "media_id",
        |row, _| Some(row.media_id.into()),
        "The medium (career site, intranet) where it stands; with vacancy_id the key.",
    )
    .required(),
    Column::big_int("job_id", |row, _| row.job_id, "The source's number of the job behind the vacancy."),
    Column::int("posting_type", |row, _| row.posting_type, "0 job, 1 talent pool."),
    Column::int("stage", |row, _| row.stage, "1 published, 2 unpublished; the source has others."),
    Column::text("title", |row, _| Some(row.title.into()), "Title in the preferred locale.").required(),
    Column::text(
        "title_localized",
        |row, _| row.title_localized.map(Cow::Borrowed),
        "Title in every locale, a JSON object of locale to text.",
    ),
    Column::text("department_id", |row, _| row.department_id.map(Cow::Borrowed), "The source's id of the department."),
    Column::text("department", |row, _| row.department.map(Cow::Borrowed), "Name of the department."),
    Column::text("address", |row, _| row.address.map(Cow::Borrowed), "Address as the source has it, in one line."),
    Column::text("street", |row, _| row.street.map(Cow::Borrowed), "Street and number."),
    Column::text("zip", |row, _| row.zip.map(Cow::Borrowed), "Postal code."),
    Column::text("city", |row, _| row.city.map(Cow::Borrowed), "City."),
    Column::text("country", |row, _| row.country.map(Cow::Borrowed), "Country."),
    Column::double("latitude", |row, _| row.latitude, "Latitude of the place of work, in degrees (WGS 84)."),
    Column::double("longitude", |row, _| row.longitude, "Longitude of the place of work, in degrees (WGS 84)."),
    Column::instant("created", |row, _| Some(row.created), "When the posting was made (UTC).").required(),
    Column::instant("edited", |row, _| Some(row.edited), "When the posting was last edited (UTC).").required(),
    Column::instant(
        "deadline",
        |row, _| row.deadline,
        "Until when applications are taken, as an instant (UTC); null when open-ended.",
    ),
    Column::text(
        "time_zone",
        |row, _| row.time_zone.map(Cow::Borrowed),
        "Time zone that the deadline was given in, as the source names it.",
    ),
    Column::text("tags", |row, _| row.tags.map(Cow::Borrowed), "Tags, a JSON array of texts."),
    Column::text(
        "facts",
        |row, _| row.facts.map(Cow::Borrowed),
        "Further details, a JSON array of objects with id, title and values.",
    ),
    Column::text("apply_url", |row, _| row.apply_url.map(Cow::Borrowed), "Where a candidate applies."),
    Column::text("ad_url", |row, _| row.ad_url.map(Cow::Borrowed), "Where the advertisement is to be read."),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
