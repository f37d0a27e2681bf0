//! The audit of runs, read from the store whenever it is there.

use std::time::Duration;

use anyhow::Context as _;
use runtime::{DatabaseSettings, FinalIf as _};
use store::{OpenOptions, Store, StoreError, entity::sync_run};
use tokio::sync::Mutex;

use crate::PROGRAM;

/// A store that says nothing for so long is away, for somebody who waits for a page.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the store with the first question, and anew after it was away.
pub struct Ledger {
    settings: DatabaseSettings,
    store: Mutex<Option<Store>>,
}

impl Ledger {
    /// Asks nobody yet.
    pub fn new(settings: DatabaseSettings) -> Self {
        Self { settings, store: Mutex::new(None) }
    }

    /// The last runs, newest first, of one service or of all.
    ///
    /// # Errors
    /// When the store is away or has no tables yet. The next call tries anew.
    pub async fn runs(&self, service: Option<&str>, limit: u64) -> anyhow::Result<Vec<sync_run::Model>> {
        let known = self.store.lock().await.clone();
        if let Some(store) = known {
            // a connection may have died since the last question
            if let Ok(Ok(runs)) = tokio::time::timeout(PATIENCE, store.runs(service, limit)).await {
                return Ok(runs);
            }
            self.store.lock().await.take();
        }
        let store = tokio::time::timeout(PATIENCE, self.open()).await.context("the store did not answer in time")??;
        let runs = tokio::time::timeout(PATIENCE, store.runs(service, limit)).await;
        let runs = runs.context("the store did not answer in time")?.context("reading the audit of runs")?;
        *self.store.lock().await = Some(store);
        Ok(runs)
    }

    async fn open(&self) -> anyhow::Result<Store> {
        let options =
            OpenOptions { service: PROGRAM.name, max_connections: self.settings.max_connections, wait: Duration::ZERO };
        Store::open_to_look(self.settings.url.reveal(), &options).await.final_if(StoreError::is_final)
    }
}
