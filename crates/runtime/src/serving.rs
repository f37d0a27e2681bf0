//! How a program that serves ends.

use std::{io, time::Duration};

use anyhow::Context as _;
use tokio::task::JoinHandle;

/// Lets a server finish what is under way after `stop`, so long; then that is cut off. Work has 3.5 s in all after a signal, so it is
/// to be less. An error when the server has failed.
pub async fn end_server(
    longest: Duration,
    stop: impl Future<Output = ()>,
    serving: JoinHandle<io::Result<()>>,
) -> anyhow::Result<()> {
    let stopped = async {
        stop.await;
        serving.await.context("the server's task")?.context("the server")
    };
    tokio::time::timeout(longest, stopped).await.unwrap_or_else(|_| {
        tracing::warn!("requests under way were cut off");
        Ok(())
    })
}
