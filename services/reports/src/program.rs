//! The program, and the store that it looks into.

use std::time::Duration;

use runtime::{DatabaseSettings, FinalIf as _, Program};
use store::{OpenOptions, Store, StoreError};

pub static PROGRAM: Program = Program {
    name: "reports",
    version: env!("CARGO_PKG_VERSION"),
    about: "Serves the dashboard, the dbt docs and the audit of runs as web pages.",
};

/// An error when the store does not let us in, also after there was time for migrate to make our role.
pub(crate) async fn wait_to_be_let_in(settings: &DatabaseSettings) -> anyhow::Result<()> {
    let wait = Duration::from_secs(settings.wait_seconds);
    let options = OpenOptions { service: PROGRAM.name, max_connections: 1, wait };
    Store::open_when_let_in(settings.url.reveal(), &options).await.final_if(StoreError::is_final).map(drop)
}

pub(crate) async fn open(settings: &DatabaseSettings) -> anyhow::Result<Store> {
    // no wait: whoever asks for a page is told that the store is away, and asks again
    let options =
        OpenOptions { service: PROGRAM.name, max_connections: settings.max_connections, wait: Duration::ZERO };
    Store::open_to_look(settings.url.reveal(), &options).await.final_if(StoreError::is_final)
}
