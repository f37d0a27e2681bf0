//! How the database is reached.

use std::{
    io,
    str::FromStr as _,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use runtime::{Final, Secret};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection,
    sqlx::{self, ConnectOptions as _, Connection as _, postgres::PgConnectOptions},
};

use super::DatabaseAddress;

/// How long a request waits for its turn; a million applications may be written by the one before it.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_mins(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Connections to PostgreSQL at most, of all customers together when they are few.
const POSTGRES_CONNECTIONS: usize = 8;
/// Rows that SQLite's thread may be ahead of who takes them: with fewer, the two wake each other all the time.
const SQLITE_ROWS: usize = 1000;
/// Connections that each customer may have, however many there are.
const LEAST_CONNECTIONS: usize = 2;

/// How long the first try may take, and the pause after it; each next one is a quarter longer. A network's rules for a
/// new container take effect a moment after its start, and until then it hears nothing at all, not even a refusal.
const FIRST_TRY: (Duration, Duration) = (Duration::from_millis(100), Duration::from_millis(25));
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// SQLSTATE of a connection to a database that does not exist.
const NO_SUCH_DATABASE: &str = "3D000";
/// SQLSTATEs of making one that somebody else has just made.
const MADE_MEANWHILE: [&str; 2] = ["42P04", "23505"];
/// SQLSTATEs of a user or password that is refused, and of a right that is missing.
const REFUSED: [&str; 3] = ["28P01", "28000", "42501"];
/// So long that may be since migrate, which makes role and database, is at work.
const MADE_WITHIN: Duration = Duration::from_mins(1);

/// Waits until the database's server answers, and makes a database that it does not have. A file needs no waiting.
pub(crate) async fn wait_for(address: &DatabaseAddress) -> anyhow::Result<()> {
    let DatabaseAddress::Server(url) = address else { return Ok(()) };
    let options = options_of(url)?;
    let (mut patience, mut pause) = FIRST_TRY;
    let (mut is_waiting, mut refused_since) = (false, None);
    loop {
        let error = match reach(&options, patience).await {
            Ok(()) => return Ok(()),
            Err(error)
                if is_code(&error, &REFUSED)
                    && refused_since.get_or_insert_with(Instant::now).elapsed() < MADE_WITHIN =>
            {
                error.to_string()
            }
            // waiting would not help
            Err(error) if is_code(&error, &REFUSED) || matches!(error, sqlx::Error::Tls(_)) => {
                return Err(Final::new(format!("the database of MOCK_DATABASE_URL refuses: {error}")).into());
            }
            Err(error) => error.to_string(),
        };
        // the first moments are worth no line
        if !is_waiting && patience >= LOOK_AGAIN {
            tracing::info!(error, "waiting for the database of MOCK_DATABASE_URL");
            is_waiting = true;
        }
        tokio::time::sleep(pause).await;
        (patience, pause) = ((patience * 5 / 4).min(CONNECT_TIMEOUT), (pause * 5 / 4).min(LOOK_AGAIN));
    }
}

pub(super) fn options_of(url: &Secret) -> anyhow::Result<PgConnectOptions> {
    // the driver's words on an address that it cannot read may hold it
    let options =
        PgConnectOptions::from_str(url.reveal()).map_err(|_| anyhow::anyhow!("MOCK_DATABASE_URL cannot be read"))?;
    // it would look the brackets of an IPv6 address up as a part of a name
    let bare = options.get_host().strip_prefix('[').and_then(|host| host.strip_suffix(']')).map(str::to_owned);
    Ok(match bare {
        Some(host) => options.host(&host),
        None => options,
    })
}

async fn reach(options: &PgConnectOptions, patience: Duration) -> Result<(), sqlx::Error> {
    let connected = tokio::time::timeout(patience, options.connect()).await;
    let silence = || io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} ms", patience.as_millis()));
    match connected.unwrap_or_else(|_| Err(silence().into())) {
        Err(error) if is_code(&error, &[NO_SUCH_DATABASE]) => make_database(options).await,
        connection => connection?.close().await,
    }
}

async fn make_database(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let name = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
    // every server has this one
    let mut server = options.clone().database("postgres").connect().await?;
    let quoted = name.replace('"', "\"\"");
    let statement = sqlx::AssertSqlSafe(format!("CREATE DATABASE \"{quoted}\""));
    match sqlx::query(statement).execute(&mut server).await {
        Ok(_) => tracing::info!(name, "made the database"),
        Err(error) if is_code(&error, &MADE_MEANWHILE) => {}
        Err(error) => return Err(error),
    }
    server.close().await
}

async fn make_schema(url: &Secret, name: &str) -> anyhow::Result<()> {
    let context = || format!("making the schema {name} in the database of MOCK_DATABASE_URL");
    let mut server = options_of(url)?.connect().await.with_context(context)?;
    let quoted = name.replace('"', "\"\"");
    let statement = sqlx::AssertSqlSafe(format!("CREATE SCHEMA IF NOT EXISTS \"{quoted}\""));
    sqlx::query(statement).execute(&mut server).await.with_context(context)?;
    server.close().await.with_context(context)
}

fn is_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| codes.contains(&&*code))
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'a> {
    Whole,
    /// The schema of this name, or the file beside it with this ending.
    Part(&'a str),
}

impl Place<'_> {
    pub(crate) fn of(self, address: &DatabaseAddress) -> DatabaseAddress {
        match self {
            Self::Whole => address.clone(),
            Self::Part(name) => address.beside(name),
        }
    }
}

pub(crate) async fn connect(
    address: &DatabaseAddress,
    place: Place<'_>,
    count: usize,
) -> anyhow::Result<DatabaseConnection> {
    let address = place.of(address);
    let url = match &address {
        DatabaseAddress::Memory => "sqlite::memory:",
        // only says what kind it is: in a URL the path would be decoded once more
        DatabaseAddress::File { .. } => "sqlite://file",
        DatabaseAddress::Server(url) => url.reveal(),
    };
    let mut options = ConnectOptions::new(url);
    // connections are kept: the task that would look for old ones may take a core for ever (sqlx 0.9.0)
    options.sqlx_logging(false).acquire_timeout(ACQUIRE_TIMEOUT).idle_timeout(None).max_lifetime(None);
    if let DatabaseAddress::Server(url) = &address {
        let connections = (POSTGRES_CONNECTIONS / count.max(1)).max(LEAST_CONNECTIONS);
        options.max_connections(u32::try_from(connections).unwrap_or(1));
        let host = options_of(url)?.get_host().to_owned();
        if host.contains(':') {
            options.map_sqlx_postgres_opts(move |options| options.host(&host));
        }
        if let Place::Part(name) = place {
            make_schema(url, name).await?;
            options.set_schema_search_path(name);
        }
    } else {
        // exactly one that is never given up: with a second one a database in memory would be two, and a file would answer
        // "locked"
        options.max_connections(1).min_connections(1);
        let file = address.clone();
        options.map_sqlx_sqlite_opts(move |options| {
            let options = options.row_buffer_size(SQLITE_ROWS);
            match &file {
                DatabaseAddress::File { path, is_made } => options.filename(path).create_if_missing(*is_made),
                _ => options,
            }
        });
    }
    // the pool would ask a database that is away again and again, as long as a request may wait for its turn
    #[expect(clippy::disallowed_methods, reason = "its options are those above")]
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, Database::connect(options)).await;
    connected
        .with_context(|| {
            format!("the database of MOCK_DATABASE_URL did not answer within {} s", CONNECT_TIMEOUT.as_secs())
        })?
        .with_context(|| match address {
            DatabaseAddress::File { path, .. } => {
                format!("the file {} of MOCK_DATABASE_URL cannot be opened", path.display())
            }
            _ => "the database of MOCK_DATABASE_URL cannot be reached".to_owned(),
        })
}
