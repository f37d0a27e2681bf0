//! The audit of runs, read from the store whenever it is there.

use std::time::Duration;

use anyhow::Context as _;
use runtime::DatabaseSettings;
use store::{Store, entity::sync_run};
use tokio::sync::Mutex;

use crate::program::open;

/// A store that says nothing for so long is away, for somebody who waits for a page.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the store with the first question, and anew after it was away.
pub(crate) struct Ledger {
    settings: DatabaseSettings,
    store: Mutex<Option<Store>>,
}

impl Ledger {
    pub(crate) fn new(settings: DatabaseSettings) -> Self {
        Self { settings, store: Mutex::new(None) }
    }

    /// Opens the store once there was time for migrate to make our role.
    pub(crate) async fn wait_to_be_let_in(&self) -> anyhow::Result<()> {
        let store = open(&self.settings, Duration::from_secs(self.settings.wait_seconds)).await?;
        *self.store.lock().await = Some(store);
        Ok(())
    }

    /// The last runs, newest first, of one service or of all. After an error the next call tries anew.
    pub(crate) async fn runs(&self, service: Option<&str>, limit: u64) -> anyhow::Result<Vec<sync_run::Model>> {
        // a copy, and the lock let go: one question to a store that hangs would keep all others waiting
        let known = self.store.lock().await.clone();
        if let Some(store) = known {
            // a connection may have died since the last question
            if let Ok(Ok(runs)) = tokio::time::timeout(PATIENCE, store.runs(service, limit)).await {
                return Ok(runs);
            }
            // perhaps one that somebody else has just opened; then it is opened once more
            self.store.lock().await.take();
        }
        // no wait: whoever asks for a page is told that the store is away, and asks again
        let store = tokio::time::timeout(PATIENCE, open(&self.settings, Duration::ZERO))
            .await
            .context("the store did not answer in time")??;
        // no further try: this connection is new
        let runs = tokio::time::timeout(PATIENCE, store.runs(service, limit)).await;
        let runs = runs.context("the store did not answer in time")?.context("reading the audit of runs")?;
        *self.store.lock().await = Some(store);
        Ok(runs)
    }
}
