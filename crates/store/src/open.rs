//! Opening a store.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tokio::time::{Instant, sleep};

use crate::{
    SchemaState, StoreError,
    address::Address,
    dialect::{self, Needed},
    migration,
    roles::rights,
};

/// How a store is opened.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The service, as the database's list of sessions shows it.
    pub service: &'static str,
    /// Connections at most, for reading and bookkeeping. A [`crate::Writer`] has one of its own.
    pub max_connections: u32,
    /// How long to wait for the database, for the role in it, and for its schema.
    pub wait: Duration,
}

/// A database with our schema. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) db: DatabaseConnection,
    pub(crate) address: Address,
    pub(crate) service: &'static str,
}

const LOOK_AGAIN: Duration = Duration::from_millis(500);
const LOCKED_FOR: Duration = Duration::from_millis(50);
/// A server that does not answer within this is away.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Rows that SQLite's thread may be ahead of who takes them: with fewer, the two wake each other all the time.
const SQLITE_ROWS: usize = 1000;
/// SQLite has one writer; the others wait this long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

impl Store {
    /// Opens a store whose schema is at least as new as this program; waits for what migrate makes, which are the schema and
    /// the program's role, not for the database.
    pub async fn open(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        let deadline = Instant::now() + options.wait;
        let store = Self::open_when_let_in(url, options).await?;
        loop {
            let pending = store.schema().await?.pending;
            if pending.is_empty() {
                return Ok(store);
            }
            if Instant::now() >= deadline {
                return Err(StoreError::SchemaMissing { pending });
            }
            tracing::info!(pending = pending.len(), "waiting for the schema of the store");
            sleep(LOOK_AGAIN.max(options.wait / 30)).await;
        }
    }

    /// Opens a database whatever its schema, and waits until its role is let in, which migrate makes; for nothing else.
    pub async fn open_when_let_in(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        let deadline = Instant::now() + options.wait;
        loop {
            match Self::connect(url, options, false).await {
                // of a role that is not there yet, a server says that its password is wrong
                Err(StoreError::NotLetIn { address, reason })
                    if dialect::may_lack_its_role(&reason) && Instant::now() < deadline =>
                {
                    tracing::warn!(
                        database = address,
                        reason,
                        "not let in; waiting, since migrate may be about to make the role"
                    );
                    sleep(LOOK_AGAIN.max(options.wait / 30)).await;
                }
                other => return other,
            }
        }
    }

    /// Opens a database to make its schema; waits for the server, and makes a database or a SQLite file that is not there.
    pub async fn open_to_migrate(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        let deadline = Instant::now() + options.wait;
        loop {
            match Self::connect(url, options, true).await {
                // a file, or the folder it is to be in, does not come by waiting
                Err(StoreError::Unreachable { address, reason })
                    if Instant::now() < deadline && !address.starts_with("sqlite:") =>
                {
                    tracing::info!(database = address, reason, "waiting for the database");
                    sleep(LOOK_AGAIN.max(options.wait / 30)).await;
                }
                other => return other,
            }
        }
    }

    /// Opens a database to look at it, whatever its schema; waits for nothing and makes nothing.
    pub async fn open_to_look(url: &str, options: &OpenOptions) -> Result<Self, StoreError> {
        Self::connect(url, options, false).await
    }

    /// What the schema has and what it lacks.
    pub async fn schema(&self) -> Result<SchemaState, StoreError> {
        migration::state(&self.db).await
    }

    /// An error when the user of the database lacks a right that this service needs: on the tables of the store, or to make them when
    /// there are none yet.
    pub async fn check_rights(&self) -> Result<(), StoreError> {
        if self.schema().await?.pending.is_empty() {
            self.may(&rights::needed(self.service)).await
        } else {
            self.check_rights_to_migrate().await
        }
    }

    pub(crate) async fn check_rights_to_migrate(&self) -> Result<(), StoreError> {
        self.may(&rights::needed_to_migrate()).await
    }

    async fn may(&self, needed: &Needed) -> Result<(), StoreError> {
        let missing = dialect::missing_rights(&self.db, needed).await?;
        if missing.is_empty() {
            Ok(())
        } else {
            Err(StoreError::NotAllowed(format!("it lacks {}", missing.join("; "))))
        }
    }

    /// The address, for messages: no user and no password.
    pub fn shown(&self) -> String {
        self.address.shown()
    }

    async fn connect(url: &str, options: &OpenOptions, create: bool) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let unreachable = |error| address.unreachable(error);
        dialect::reach(&address, CONNECT_TIMEOUT, create).await.map_err(unreachable)?;
        let deadline = Instant::now() + CONNECT_TIMEOUT;
        let db = loop {
            match connect(&address, options.service, options.max_connections, create).await {
                // a SQLite file that several begin to use at once is locked for a moment, and SQLite waits for no lock while it
                // sets how its journal is kept
                Err(error) if dialect::is_busy(&error) && Instant::now() < deadline => sleep(LOCKED_FOR).await,
                other => break other.map_err(unreachable)?,
            }
        };
        dialect::check_sessions(&db, &address).await?;
        Ok(Self { db, address, service: options.service })
    }
}

pub(crate) async fn connect(
    address: &Address,
    service: &'static str,
    connections: u32,
    create: bool,
) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(address.kind(create));
    let (file, server) = (address.file(), address.server());
    options
        .max_connections(connections.max(1))
        .acquire_timeout(CONNECT_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        // connections are not given up while the process lives: locks and temporary tables belong to them. And the task that would
        // look for old ones may take a core for ever (sqlx 0.9.0)
        .idle_timeout(None::<Duration>)
        .max_lifetime(None::<Duration>)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |options| {
            let options = match &file {
                Some(file) => options.filename(file),
                None => options,
            };
            options
                .journal_mode(SqliteJournalMode::Wal)
                // every commit reaches the disk, also when the machine dies
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(BUSY_TIMEOUT)
                .row_buffer_size(SQLITE_ROWS)
        })
        .map_sqlx_postgres_opts(move |options| {
            let options = server.clone().unwrap_or(options);
            options.application_name(&format!("emply-pipeline {service}")).options([
                ("timezone", "UTC"),
                // a plan that was made while a table was empty reads it whole when it is not any more, until somebody gathers statistics
                ("plan_cache_mode", "force_custom_plan"),
                // a client that vanished must not hold its lock for two hours
                ("tcp_keepalives_idle", "15"),
                ("tcp_keepalives_interval", "5"),
                ("tcp_keepalives_count", "3"),
            ])
        });
    #[expect(clippy::disallowed_methods, reason = "its options are those above")]
    let connected = Database::connect(options).await;
    match connected {
        Err(error) => Err(dialect::cause(address, error, CONNECT_TIMEOUT).await),
        connected => connected,
    }
}
