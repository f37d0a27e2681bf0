//! Postings: one row for each version of a vacancy in a medium.

use std::borrow::Cow;

use store::entity::posting;

use super::bookkeeping::{changed_seq, first_seen, removed, removed_at};
use crate::{
    schema::{About, Class, TellsOf},
    transform::{
        Mapper, Marks,
        column::{ColumnOf, StoreRow},
    },
};

type PostingColumn = ColumnOf<posting::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "job_posting",
            description: "Postings. One row for each; one that is gone stays, with what reports name it by and without its texts.",
            key: &["vacancy_id", "media_id"],
            partition: None,
            may_repeat: false,
            keeps_removed: true,
            tells_of: TellsOf::Records,
        },
        COLUMNS,
        |_| Marks::default(),
    )
}

/// A posting that is not gone. Of one that is, the warehouse keeps what reports name it by: title, department, city and country.
fn there<'r, 'a>(row: &'r StoreRow<'a, posting::Entity>) -> Option<&'r StoreRow<'a, posting::Entity>> {
    Some(row).filter(|row| row.removed_at.is_none())
}

pub(super) const COLUMNS: &[PostingColumn] = &[
    PostingColumn::text(
        "vacancy_id",
        |row, _| Some(row.vacancy_id.into()),
        "The vacancy that is posted; with media_id the key.",
    )
    .required(),
    PostingColumn::text(
        "media_id",
        |row, _| Some(row.media_id.into()),
        "The medium (career site, intranet) where it stands; with vacancy_id the key.",
    )
    .required(),
    PostingColumn::big_int("job_id", |row, _| row.job_id, "The source's number of the job behind the vacancy."),
    PostingColumn::int(
        "posting_type",
        |row, _| row.posting_type,
        "0 job, 1 talent pool; the source may have others, and -1 is a word that nobody has named.",
    ),
    PostingColumn::int(
        "stage",
        |row, _| row.stage,
        "1 published, 2 unpublished; the source has others, and -1 is a word that nobody has named.",
    ),
    PostingColumn::text("title", |row, privacy| privacy.text(Some(row.title)), "Title in the preferred locale.")
        .required()
        .of_class(Class::Text),
    PostingColumn::text(
        "title_localized",
        |row, privacy| there(row).and_then(|row| privacy.texts(row.title_localized)),
        "Title in every locale, a JSON object of locale to text.",
    )
    .of_class(Class::Text),
    PostingColumn::text("department_id", |row, _| row.department_id.map(Cow::Borrowed), "The source's id of the department."),
    PostingColumn::text("department", |row, privacy| privacy.text(row.department), "Name of the department.")
        .of_class(Class::Text),
    PostingColumn::text("address", |row, privacy| there(row).and_then(|row| privacy.text(row.address)), "Address as the source has it, in one line.")
        .of_class(Class::Text),
    PostingColumn::text(
        "street",
        |row, privacy| there(row).and_then(|row| privacy.text(row.street)),
        "Street and number, and what else stands before the postal code, from the address; null where it cannot be told.",
    )
    .of_class(Class::Text),
    PostingColumn::text(
        "zip",
        |row, privacy| there(row).and_then(|row| privacy.text(row.zip)),
        "Postal code from the address, as it is written there; null where it cannot be told.",
    )
    .of_class(Class::Text),
    PostingColumn::text(
        "city",
        |row, privacy| privacy.text(row.city),
        "City from the address; null where it cannot be told, or there are several.",
    )
    .of_class(Class::Text),
    PostingColumn::text(
        "country",
        |row, privacy| privacy.text(row.country),
        "Country as the address tells it, ISO 3166-1 alpha-2 (DE); null where it names none, or none that is known.",
    )
    .of_class(Class::Text),
    PostingColumn::double("latitude", |row, _| there(row).and_then(|row| row.latitude), "Latitude of the place of work, in degrees (WGS 84)."),
    PostingColumn::double("longitude", |row, _| there(row).and_then(|row| row.longitude), "Longitude of the place of work, in degrees (WGS 84)."),
    PostingColumn::instant("created", |row, _| Some(row.created), "When the posting was made (UTC).").required(),
    PostingColumn::instant("edited", |row, _| Some(row.edited), "When the posting was last edited (UTC).").required(),
    PostingColumn::instant(
        "deadline",
        |row, _| row.deadline,
        "Until when applications are taken, as an instant (UTC); null when open-ended.",
    ),
    PostingColumn::text(
        "time_zone",
        |row, privacy| privacy.text(row.time_zone),
        "Time zone that the deadline was given in, as IANA names it; null where the source names none that is known.",
    )
    .of_class(Class::Text),
    PostingColumn::text("tags", |row, privacy| there(row).and_then(|row| privacy.tags(row.tags)), "Tags, a JSON array of texts.").of_class(Class::Listed),
    PostingColumn::text(
        "facts",
        |row, privacy| there(row).and_then(|row| privacy.facts(row.facts)),
        "Further details, a JSON array of objects with id, title and values.",
    )
    .of_class(Class::Listed),
    PostingColumn::text("apply_url", |row, privacy| there(row).and_then(|row| privacy.text(row.apply_url)), "Where a candidate applies.")
        .of_class(Class::Text),
    PostingColumn::text("ad_url", |row, privacy| there(row).and_then(|row| privacy.text(row.ad_url)), "Where the advertisement is to be read.")
        .of_class(Class::Text),
    first_seen(|row, _| Some(row.first_seen)),
    removed(|row, _| Some(row.removed_at.is_some())),
    removed_at(|row, _| row.removed_at),
    changed_seq(|row, _| Some(row.changed_seq)),
];
