//! How the database is reached.

use std::time::Duration;

use anyhow::Context as _;
use runtime::{Final, Secret};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};

/// How long a request waits for its turn; a million applications may be written by the one before it.
const ACQUIRE_TIMEOUT: Duration = Duration::from_mins(10);
/// How long the database may take to answer at the start.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to PostgreSQL at most.
const POSTGRES_CONNECTIONS: u32 = 8;

/// Opens the database. SQLite gets exactly one connection that is never given up: with a second one an
/// in-memory database would be two databases, and a file would answer "locked".
pub async fn connect(url: &Secret) -> anyhow::Result<DatabaseConnection> {
    let url = url.reveal();
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).acquire_timeout(ACQUIRE_TIMEOUT);
    if url.starts_with("sqlite:") {
        options.max_connections(1).min_connections(1).idle_timeout(None).max_lifetime(None);
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        options.max_connections(POSTGRES_CONNECTIONS);
    } else {
        let message = "MOCK_DATABASE_URL begins neither with sqlite: nor with postgres://";
        return Err(Final::new(message).into());
    }
    // the pool would ask a database that is away again and again, as long as a request may wait for its turn
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, Database::connect(options)).await;
    connected
        .with_context(|| {
            format!("the database of MOCK_DATABASE_URL did not answer within {} s", CONNECT_TIMEOUT.as_secs())
        })?
        .context("the database of MOCK_DATABASE_URL cannot be reached")
}
