//! Columns that several tables have.

use chrono::{DateTime, Utc};
use store::Changing;

use crate::{
    schema::{CHANGED_SEQ, REMOVED},
    transform::column::{ColumnOf, Make},
};

pub(super) const fn first_seen<S: Changing>(make: Make<S, DateTime<Utc>>) -> ColumnOf<S> {
    ColumnOf::instant("first_seen", make, "When the row first came from the source (UTC).").required()
}

pub(super) const fn removed<S: Changing>(make: Make<S, bool>) -> ColumnOf<S> {
    let description = "Whether this version says that the row is gone from the source (a tombstone).";
    ColumnOf::bool(REMOVED, make, description).required()
}

pub(super) const fn removed_at<S: Changing>(make: Make<S, DateTime<Utc>>) -> ColumnOf<S> {
    ColumnOf::instant("removed_at", make, "When the removal was noticed (UTC); null while the row is there.")
}

pub(super) const fn changed_seq<S: Changing>(make: Make<S, i64>) -> ColumnOf<S> {
    let description = "Number of the change that made this version; a higher one is later.";
    ColumnOf::big_int(CHANGED_SEQ, make, description).required()
}
