//! Whether the store is where it was, or was restored and has forgotten who was forgotten since.

use one_shot::Audited;
use runtime::{Context, Final};
use store::Whereabouts;

/// An error when the store is elsewhere, unless somebody has said that it lacks nobody who was forgotten. Where nothing is noted yet,
/// it is now.
pub(crate) async fn same_place(audited: &Audited<'_>, context: &Context, is_known: bool) -> anyhow::Result<()> {
    let Audited { store, writer, .. } = audited;
    match store.whereabouts().await? {
        Whereabouts::Same => Ok(()),
        Whereabouts::Elsewhere(elsewhere) if !is_known => Err(Final::new(format!(
            "{elsewhere}. Whoever was forgotten since would come in again, so nothing was read. Give the newest list of those who are to \
             stay forgotten to `ingest forget --suppressed FILE` (docs/backup.md), or, if nobody was forgotten since, run ingest once \
             with --forgotten-known"
        ))
        .into()),
        Whereabouts::Unknown | Whereabouts::Elsewhere(_) => Ok(writer.note_place(store, context.clock.now()).await?),
    }
}
