//! The rows of a range, gone through on a thread of its own.

use store::Snapshot;
use tokio::sync::mpsc;

use super::encode::{QUEUE, joined};
use crate::{
    schema::{Row, Table},
    source::{self, Range},
    transform::Privacy,
};

/// Gives what `add` has made of `start` when it has seen every row.
pub(super) async fn fold<T: Send + 'static>(
    table: &'static Table,
    snapshot: &mut Snapshot,
    range: Range,
    privacy: &Privacy,
    start: T,
    add: fn(&mut T, &Table, &Row<'_>),
) -> anyhow::Result<T> {
    let (batches, mut to_add) = mpsc::channel(QUEUE);
    let privacy = privacy.clone();
    let adding = tokio::task::spawn_blocking(move || {
        let mut so_far = start;
        while let Some(batch) = to_add.blocking_recv() {
            table.rows(&batch, &privacy, &mut |row| add(&mut so_far, table, &row))?;
        }
        Ok(so_far)
    });
    source::read(snapshot, table.source, range, batches).await?;
    joined(adding).await
}
