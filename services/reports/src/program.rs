//! The program, and the store that it looks into.

use std::time::Duration;

use runtime::{DatabaseSettings, FinalIf as _, Program};
use store::{OpenOptions, Store, StoreError};

pub static PROGRAM: Program = Program {
    name: "reports",
    version: env!("CARGO_PKG_VERSION"),
    about: "Serves the dashboard, the dbt docs and the audit of runs as web pages.",
};

/// Waits so long for our role, and for nothing else.
pub(crate) async fn open(settings: &DatabaseSettings, wait: Duration) -> anyhow::Result<Store> {
    let options = OpenOptions { service: PROGRAM.name, max_connections: settings.max_connections, wait };
    Store::open_when_let_in(settings.url.reveal(), &options).await.final_if(StoreError::is_final)
}
