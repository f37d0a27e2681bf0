//! Whether anything was written since, whoever wrote: this program, another replica of it, or somebody's SQL.

use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    DatabaseConnection,
    sqlx::{
        self, ConnectOptions as _, PgConnection, SqliteConnection, postgres::PgConnectOptions,
        sqlite::SqliteConnectOptions,
    },
};
use tokio::sync::Mutex;

use super::{
    DatabaseAddress,
    connect::{ACQUIRE_TIMEOUT, options_of},
};

/// How the database stood. Between two that are equal nothing was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Which connection said so: two connections' words are not comparable, as the server may be another one.
    connection: u64,
    state: String,
}

/// Asks for marks, once for all requests that wait for one.
#[derive(Debug)]
pub(crate) struct Changes {
    begun: AtomicU64,
    asking: Mutex<Asking>,
}

#[derive(Debug)]
struct Asking {
    asker: Asker,
    connections: u64,
    number: u64,
    mark: Option<Mark>,
}

/// Who can tell. A connection of its own, which nobody writes by, so that an answer costs one round trip.
#[derive(Debug)]
enum Asker {
    Postgres(Box<PgConnectOptions>, Option<PgConnection>),
    File(Box<SqliteConnectOptions>, Option<SqliteConnection>),
    /// There is one connection, and nobody else can write.
    Memory(DatabaseConnection),
}

impl Changes {
    /// Watches the database at this address, on the server or in the file that `database` is.
    pub(crate) fn of(address: &DatabaseAddress, database: &DatabaseConnection) -> anyhow::Result<Self> {
        let asker = match address {
            DatabaseAddress::Server(url) => Asker::Postgres(Box::new(options_of(url)?), None),
            DatabaseAddress::Memory => Asker::Memory(database.clone()),
            DatabaseAddress::File { path, .. } => {
                // waits while somebody writes the file, as every other request does
                let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(ACQUIRE_TIMEOUT);
                Asker::File(Box::new(options), None)
            }
        };
        let asking = Mutex::new(Asking { asker, connections: 0, number: 0, mark: None });
        Ok(Self { begun: AtomicU64::new(0), asking })
    }

    /// How the database stands, at some moment after this call began. Whoever reads from the database afterwards reads
    /// what belongs to this mark, or something newer.
    pub(crate) async fn mark(&self) -> Result<Mark, sqlx::Error> {
        let begun = self.begun.load(Ordering::SeqCst);
        let mut asking = self.asking.lock().await;
        // one that began after this call did has been answered while this one waited
        if asking.number > begun
            && let Some(mark) = &asking.mark
        {
            return Ok(mark.clone());
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let mark = asking.ask().await?;
        asking.number = number;
        asking.mark = Some(mark.clone());
        Ok(mark)
    }
}

impl Asking {
    async fn ask(&mut self) -> Result<Mark, sqlx::Error> {
        if self.asker.is_connected()
            && let Ok(state) = self.asker.ask().await
        {
            return Ok(Mark { connection: self.connections, state });
        }
        // there is no connection, or the server has closed it
        self.asker.connect().await?;
        self.connections += 1;
        Ok(Mark { connection: self.connections, state: self.asker.ask().await? })
    }
}

impl Asker {
    fn is_connected(&self) -> bool {
        match self {
            Self::Postgres(_, connection) => connection.is_some(),
            Self::File(_, connection) => connection.is_some(),
            Self::Memory(_) => true,
        }
    }

    async fn connect(&mut self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(options, connection) => *connection = Some(options.connect().await?),
            Self::File(options, connection) => *connection = Some(options.connect().await?),
            Self::Memory(_) => {}
        }
        Ok(())
    }

    async fn ask(&mut self) -> Result<String, sqlx::Error> {
        match self {
            // the transactions that are visible: it is another text as soon as one more of them is
            Self::Postgres(_, Some(connection)) => {
                sqlx::query_scalar("SELECT pg_current_snapshot()::text").fetch_one(connection).await
            }
            // counts the commits of all other connections to the file
            Self::File(_, Some(connection)) => {
                let version: i64 = sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await?;
                Ok(version.to_string())
            }
            // counts the rows that this connection wrote
            Self::Memory(database) => {
                let pool = database.get_sqlite_connection_pool();
                let rows: i64 = sqlx::query_scalar("SELECT total_changes()").fetch_one(pool).await?;
                Ok(rows.to_string())
            }
            Self::Postgres(_, None) | Self::File(_, None) => Err(sqlx::Error::PoolClosed),
        }
    }
}
