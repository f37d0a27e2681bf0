//! What has changed in the store.

use std::pin::pin;

use futures_util::{StreamExt as _, TryFutureExt as _};
use store::{Batch, ChangingTable, Snapshot, Store, StoreError};
use tokio::sync::mpsc::Sender;

use crate::load::Range;

/// One view of the store for all that is sent, so that in the end store and warehouse can be held against each other.
pub(crate) struct Source(Snapshot);

impl Source {
    pub(crate) async fn open(store: &Store) -> anyhow::Result<Self> {
        Ok(Self(store.snapshot().await?))
    }

    pub(crate) async fn highest_change(&mut self) -> anyhow::Result<i64> {
        Ok(self.0.highest_change().await?)
    }

    pub(crate) async fn count(&mut self, table: ChangingTable, without_removed: bool) -> anyhow::Result<i64> {
        Ok(self.0.count(table, without_removed).await?)
    }

    /// Reads the rows of a range. What goes wrong is told the taker, who alone knows what an end too early would do.
    pub(crate) async fn read(
        &mut self,
        table: ChangingTable,
        (after, up_to): Range,
        taker: Sender<Result<Batch, StoreError>>,
    ) {
        let mut rows = pin!(self.0.changed(table, after, up_to).try_flatten_stream());
        while let Some(batch) = rows.next().await {
            // nobody takes them any more: whoever did has failed, and says why
            if taker.send(batch).await.is_err() {
                break;
            }
        }
    }
}
