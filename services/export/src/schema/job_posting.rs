//! Postings: one row for each version of a vacancy in a medium.

use store::{Changing, entity::posting};

use super::{CHANGED_SEQ, Cell, Column, FIRST_SEEN, Kind, REMOVED, REMOVED_AT, ROW_HASH, Table, optional, required};
use crate::transform::Persons;

/// Postings: one row for each version of a vacancy in a medium.
pub struct JobPosting;

impl Table for JobPosting {
    type Source = posting::Entity;
    const NAME: &'static str = "job_posting";
    const DESCRIPTION: &'static str = "Postings. One row for each.";
    const KEY: &'static [&'static str] = &["vacancy_id", "media_id"];
    const PARTITION: Option<&'static str> = None;
    const COLUMNS: &'static [Column] = &[
        required("vacancy_id", Kind::Text, "The vacancy that is posted; with media_id the key."),
        required(
            "media_id",
            Kind::Text,
            "The medium (career site, intranet) where it stands; with vacancy_id the key.",
        ),
        optional("job_id", Kind::BigInt, "The source's number of the job behind the vacancy."),
        optional("posting_type", Kind::Int, "0 job, 1 talent pool."),
        optional("stage", Kind::Int, "1 published, 2 unpublished; the source has others."),
        required("title", Kind::Text, "Title in the preferred locale."),
        optional("title_localized", Kind::Text, "Title in every locale, a JSON object of locale to text."),
        optional("department_id", Kind::Text, "The source's id of the department."),
        optional("department", Kind::Text, "Name of the department."),
        optional("address", Kind::Text, "Address as the source has it, in one line."),
        optional("street", Kind::Text, "Street and number."),
        optional("zip", Kind::Text, "Postal code."),
        optional("city", Kind::Text, "City."),
        optional("country", Kind::Text, "Country."),
        optional("latitude", Kind::Double, "Latitude of the place of work, in degrees (WGS 84)."),
        optional("longitude", Kind::Double, "Longitude of the place of work, in degrees (WGS 84)."),
        required("created", Kind::Instant, "When the posting was made (UTC)."),
        required("edited", Kind::Instant, "When the posting was last edited (UTC)."),
        optional(
            "deadline",
            Kind::Instant,
            "Until when applications are taken, as an instant (UTC); null when open-ended.",
        ),
        optional("time_zone", Kind::Text, "Time zone that the deadline was given in, as the source names it."),
        optional("tags", Kind::Text, "Tags, a JSON array of texts."),
        optional("facts", Kind::Text, "Further details, a JSON array of objects with id, title and values."),
        optional("apply_url", Kind::Text, "Where a candidate applies."),
        optional("ad_url", Kind::Text, "Where the advertisement is to be read."),
        FIRST_SEEN,
        REMOVED,
        REMOVED_AT,
        CHANGED_SEQ,
        ROW_HASH,
    ];

    fn row<'a>(source: &<Self::Source as Changing>::Row<'a>, _: &Persons) -> Vec<Cell<'a>> {
        vec![
            source.vacancy_id.into(),
            source.media_id.into(),
            source.job_id.into(),
            source.posting_type.into(),
            source.stage.into(),
            source.title.into(),
            source.title_localized.into(),
            source.department_id.into(),
            source.department.into(),
            source.address.into(),
            source.street.into(),
            source.zip.into(),
            source.city.into(),
            source.country.into(),
            source.latitude.into(),
            source.longitude.into(),
            source.created.into(),
            source.edited.into(),
            source.deadline.into(),
            source.time_zone.into(),
            source.tags.into(),
            source.facts.into(),
            source.apply_url.into(),
            source.ad_url.into(),
            source.first_seen.into(),
            source.removed_at.is_some().into(),
            source.removed_at.into(),
            source.changed_seq.into(),
        ]
    }
}
