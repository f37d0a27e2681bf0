//! Postings: one row for each version of a vacancy in a medium.

use store::{Changing, entity::posting};

use super::{Cell, Column, Kind, Table, optional, required};
use crate::transform::Persons;

/// Postings: one row for each version of a vacancy in a medium.
pub struct JobPosting;

impl Table for JobPosting {
    type Source = posting::Entity;
    const NAME: &'static str = "job_posting";
    const COLUMNS: &'static [Column] = &[
        required("vacancy_id", Kind::Text),
        required("media_id", Kind::Text),
        optional("job_id", Kind::BigInt),
        optional("posting_type", Kind::Int),
        optional("stage", Kind::Int),
        required("title", Kind::Text),
        optional("title_localized", Kind::Text),
        optional("department_id", Kind::Text),
        optional("department", Kind::Text),
        optional("address", Kind::Text),
        optional("street", Kind::Text),
        optional("zip", Kind::Text),
        optional("city", Kind::Text),
        optional("country", Kind::Text),
        optional("latitude", Kind::Double),
        optional("longitude", Kind::Double),
        required("created", Kind::Instant),
        required("edited", Kind::Instant),
        optional("deadline", Kind::Instant),
        optional("time_zone", Kind::Text),
        optional("tags", Kind::Text),
        optional("facts", Kind::Text),
        optional("apply_url", Kind::Text),
        optional("ad_url", Kind::Text),
        required("first_seen", Kind::Instant),
        required("removed", Kind::Bool),
        optional("removed_at", Kind::Instant),
        required("changed_seq", Kind::BigInt),
    ];

    fn row(source: <Self::Source as Changing>::Row, _: &Persons) -> Vec<Cell> {
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
