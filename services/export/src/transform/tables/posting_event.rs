//! Events of postings: a posting went online or offline.

use std::borrow::Cow;

use store::entity::posting_event;

use super::bookkeeping::changed_seq;
use crate::{
    schema::{About, TellsOf},
    transform::{Mapper, Marks, column::ColumnOf},
};

type PostingEventColumn = ColumnOf<posting_event::Entity>;

pub(super) fn mapper() -> Mapper {
    Mapper::of(
        About {
            name: "posting_event",
            description: "Events: a posting went online or offline. One row for each; none is ever changed.",
            key: &["vacancy_id", "media_id", "event_no"],
            partition: None,
            may_repeat: false,
            keeps_removed: true,
            tells_of: TellsOf::Records,
        },
        COLUMNS,
        |_| Marks::default(),
    )
}

pub(super) const COLUMNS: &[PostingEventColumn] = &[
    PostingEventColumn::text(
        "vacancy_id",
        |row, _| Some(row.vacancy_id.into()),
        "The vacancy that is posted; part of the key.",
    )
    .required(),
    PostingEventColumn::text(
        "media_id",
        |row, _| Some(row.media_id.into()),
        "The medium where it stands; part of the key.",
    )
    .required(),
    PostingEventColumn::big_int(
        "event_no",
        |row, _| Some(row.event_no),
        "Counts the events of one posting upwards; part of the key.",
    )
    .required(),
    PostingEventColumn::text(
        "event",
        |row, _| Some(Cow::Borrowed(if row.is_published { "published" } else { "unpublished" })),
        "published, or unpublished: also when a posting that was published is gone.",
    )
    .required(),
    PostingEventColumn::bool(
        "is_first_sight",
        |row, _| Some(row.is_first_sight),
        "Whether it was published when it was first seen: since when, the source does not say.",
    )
    .required(),
    PostingEventColumn::instant(
        "observed",
        |row, _| Some(row.observed),
        "When the pipeline saw the change, by the source's clock (UTC).",
    )
    .required(),
    changed_seq(|row, _| Some(row.changed_seq)),
];
