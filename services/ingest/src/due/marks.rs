//! Where streams stand is kept in marks of the store:
//!
//! - `applications`: read up to there; each run looks back a little from it
//! - `applications/reconciling`: a reconcile is under way, and has come so far
//! - `applications/reconciled`: the last one ended, having read up to there
//! - `applications/put-off`: its removals were not believed; it is not tried again by itself for a day
//! - `applications/many`: there are so many that reading all of them again every day would be too much
//! - `applications/clock`: the source's time at the last run
//! - `wide/applications`: the source reads times otherwise than as we do, so more is asked for
//! - `unjudged/…`: since then nothing can be said to be gone of a stream; the stream follows, and of postings the medium
//! - `backfill/…`: so far has a backfill of that window come

use chrono::{DateTime, Utc};
use store::{Cursor, Store};

pub(crate) const STREAM: &str = store::APPLICATIONS;
pub(super) const RECONCILING: &str = "applications/reconciling";
pub(super) const RECONCILED: &str = "applications/reconciled";
pub(super) const PUT_OFF: &str = "applications/put-off";
pub(super) const HAS_MANY: &str = "applications/many";
pub(super) const CLOCK: &str = "applications/clock";
pub(super) const WIDE: &str = "wide/applications";
pub(crate) const UNJUDGED: &str = "unjudged/";
pub(super) const UNJUDGED_APPLICATIONS: &str = "unjudged/applications";

pub(super) fn cursor(stream: &str, position: DateTime<Utc>) -> Cursor {
    Cursor { stream: stream.to_owned(), position }
}

/// When the last reconcile came to its end, by our clock.
pub(crate) async fn last_reconcile(store: &Store) -> anyhow::Result<Option<DateTime<Utc>>> {
    Ok(store.mark(RECONCILED).await?.map(|mark| mark.moved_at))
}

/// Since when everything is asked for with a day on both sides; `None` while a minute is enough.
pub(crate) async fn wide_since(store: &Store) -> anyhow::Result<Option<DateTime<Utc>>> {
    Ok(store.mark(WIDE).await?.map(|mark| mark.moved_at))
}
