//! Whether the store is where it was, or was restored and has forgotten who was forgotten since.

use one_shot::Audited;
use runtime::Context;

/// An error when the store is elsewhere, unless somebody has said that it lacks nobody who was forgotten.
pub(crate) async fn same_place(audited: &Audited<'_>, context: &Context, is_known: bool) -> anyhow::Result<()> {
    let otherwise = "Whoever was forgotten since would come in again, so nothing was read. Give the newest list of those who are to \
                     stay forgotten to `ingest forget --suppressed FILE` (docs/backup.md), or, if nobody was forgotten since, run \
                     ingest once with --forgotten-known";
    one_shot::same_place(audited, context, is_known, otherwise).await
}
