//! What the two databases do not have in common, each thing behind one function: locks, the start of a
//! writing transaction, reading many rows from a snapshot. All other statements are the same text for both.

mod needed;
pub(crate) mod postgres;
mod snapshot;
mod sqlite;
pub(crate) mod trouble;
pub(crate) mod vacuum;

use std::{fs::File, time::Duration};

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait as _, Value,
};

use sea_orm::sea_query::ArrayType;

use crate::{StoreError, address::Address, sql::number};

pub(crate) use needed::Needed;
pub(crate) use postgres::Holder;
pub(crate) use snapshot::StandingView;
pub(crate) use sqlite::is_busy;
pub(crate) use trouble::may_lack_its_role;

/// A lock of one service on one store, for the life of the process.
#[derive(Debug)]
pub(crate) enum Lock {
    /// A session's advisory lock, and by what the session is known that it was taken in.
    Postgres(String),
    /// A lock on a file beside the store. The kernel gives it back when the process ends, however it ends.
    Sqlite(#[expect(dead_code, reason = "the open file is the lock")] File),
}

/// Finds out whether anybody answers. With `create`, a database that a server does not have is made.
pub(crate) async fn reach(address: &Address, timeout: Duration, create: bool) -> Result<(), DbErr> {
    match address {
        Address::Postgres(server) if create => postgres::ensure_database(server, timeout).await,
        Address::Postgres(server) => postgres::probe(server, timeout).await,
        // a file is looked at when it is opened
        Address::Sqlite(_) => Ok(()),
    }
}

pub(crate) async fn cause(address: &Address, error: DbErr, timeout: Duration) -> DbErr {
    match address {
        Address::Postgres(server) => postgres::cause(server, error, timeout).await,
        Address::Sqlite(_) => error,
    }
}

/// Takes the service's lock, or gives `None` when another process has it. `other` is another connection to the same database.
pub(crate) async fn lock(
    db: &DatabaseConnection,
    other: &DatabaseConnection,
    address: &Address,
    service: &'static str,
) -> Result<Option<Lock>, StoreError> {
    match address {
        Address::Postgres(_) => Ok(postgres::try_lock(db, other, service).await?.map(Lock::Postgres)),
        Address::Sqlite(path) => Ok(sqlite::try_lock(path, service)?.map(Lock::Sqlite)),
    }
}

pub(crate) async fn still_locked(
    transaction: &DatabaseTransaction,
    lock: &Lock,
    service: &'static str,
) -> Result<bool, DbErr> {
    match lock {
        // a connection that broke and was made anew has lost it; another process may have had it meanwhile, even if nobody has
        // it now
        Lock::Postgres(session) => postgres::still_locked(transaction, session, service).await,
        // an open file stays locked as long as the process lives
        Lock::Sqlite(_) => Ok(true),
    }
}

/// Makes sure of what a store cannot do without, whoever opens it: sessions of its own, and an encoding for every text.
pub(crate) async fn check_sessions(db: &DatabaseConnection, address: &Address) -> Result<(), StoreError> {
    match address {
        Address::Postgres(_) => postgres::check_sessions(db, address).await,
        Address::Sqlite(_) => Ok(()),
    }
}

pub(crate) async fn holder(db: &DatabaseConnection, service: &str) -> Result<Option<Holder>, StoreError> {
    match db.get_database_backend() {
        DbBackend::Postgres => Ok(postgres::holder(db, service).await?),
        // a lock on a file does not tell who has it
        _ => Ok(None),
    }
}

/// What the user lacks of what is needed, as the grants that would let them; empty when nothing.
pub(crate) async fn missing_rights(db: &DatabaseConnection, needed: &Needed) -> Result<Vec<String>, StoreError> {
    match db.get_database_backend() {
        DbBackend::Postgres => Ok(postgres::missing_rights(db, needed).await?),
        _ => Ok(Vec::new()),
    }
}

pub(crate) async fn place(db: &DatabaseConnection, address: &Address) -> Result<String, StoreError> {
    match address {
        Address::Postgres(_) => {
            let [place] = postgres::with_place(db, "SELECT PLACE").await?.ok_or(StoreError::Row("place"))?;
            Ok(place)
        }
        Address::Sqlite(path) => sqlite::place(path),
    }
}

/// Where a service has left the store, when it noted that, and where the store is now; `None` when nothing is noted.
pub(crate) async fn places(
    db: &DatabaseConnection,
    address: &Address,
    service: &str,
) -> Result<Option<(String, DateTime<Utc>, String)>, StoreError> {
    match address {
        Address::Postgres(_) => {
            // names of services are ours, and plain
            let select = format!(
                "SELECT place, (extract(epoch FROM noted_at) * 1000)::bigint::text, PLACE FROM place WHERE service = '{service}'"
            );
            let Some([before, noted_at, now]) = postgres::with_place(db, &select).await? else { return Ok(None) };
            let noted_at = noted_at.parse().ok().and_then(DateTime::from_timestamp_millis);
            let noted_at = noted_at.ok_or(StoreError::Row("place"))?;
            Ok(Some((before, noted_at, now)))
        }
        Address::Sqlite(path) => {
            let sql = "SELECT place, noted_at FROM place WHERE service = $1";
            let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, [service.into()]);
            let Some(row) = db.query_one_raw(statement).await? else { return Ok(None) };
            Ok(Some((row.try_get_by_index(0)?, row.try_get_by_index(1)?, sqlite::place(path)?)))
        }
    }
}

pub(crate) async fn insist_on_disk(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    // what is written then outlasts a crash of the server, also of one that is told not to wait for its disk
    match transaction.get_database_backend() {
        DbBackend::Postgres => postgres::insist_on_disk(transaction).await,
        // every commit does, as the store is opened
        _ => Ok(()),
    }
}

pub(crate) async fn begin_to_write(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    // SQLite refuses to let a transaction write that has read what somebody else has changed since; so it gets its lock now
    let mode = (db.get_database_backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
    db.begin_with_options(TransactionOptions { sqlite_transaction_mode: mode, ..TransactionOptions::default() }).await
}

pub(crate) async fn has_table(db: &DatabaseConnection, name: &str) -> Result<bool, StoreError> {
    let sql = match db.get_database_backend() {
        // its information schema takes some milliseconds for the same question
        DbBackend::Postgres => "SELECT count(to_regclass($1))",
        _ => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = $1",
    };
    Ok(number(db, sql, [name.into()]).await? > 0)
}

pub(crate) async fn wait_for_migrations(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    match transaction.get_database_backend() {
        DbBackend::Postgres => postgres::wait_for_migrations(transaction).await,
        // on SQLite the writing transaction is enough
        _ => Ok(()),
    }
}

/// From now on, on this connection, what is deleted is overwritten where the database knows how to do that.
pub(crate) async fn delete_thoroughly(db: &DatabaseConnection) -> Result<(), DbErr> {
    match db.get_database_backend() {
        DbBackend::Sqlite => db.execute_unprepared("PRAGMA secure_delete = ON").await.map(|_| ()),
        _ => Ok(()),
    }
}

/// Rewrites what holds the remains of deleted rows; `false` when somebody is in the way who still reads what was
/// there, or has a page of it in hand.
/// `beside` has another connection, which says how it goes.
pub(crate) async fn vacuum(
    db: &DatabaseConnection,
    beside: &DatabaseConnection,
    transaction_id: Option<&str>,
) -> Result<bool, StoreError> {
    match db.get_database_backend() {
        DbBackend::Postgres => vacuum::vacuum(db, beside, transaction_id).await,
        _ => sqlite::vacuum(db).await,
    }
}

/// By which PostgreSQL tells whether somebody may still see what a transaction has deleted.
pub(crate) async fn transaction_id(transaction: &DatabaseTransaction) -> Result<Option<String>, DbErr> {
    match transaction.get_database_backend() {
        DbBackend::Postgres => vacuum::transaction_id(transaction).await.map(Some),
        _ => Ok(None),
    }
}

/// A condition on a column, `$1` being one of these texts, and the value of `$1`.
pub(crate) fn is_one_of(backend: DbBackend, column: &str, texts: impl Iterator<Item = String>) -> (String, Value) {
    if backend == DbBackend::Postgres {
        let texts = texts.map(|text| Value::String(Some(text))).collect();
        return (format!("{column} = ANY($1)"), Value::Array(ArrayType::String, Some(Box::new(texts))));
    }
    // SQLite has no arrays
    let texts = texts.collect::<serde_json::Value>().to_string();
    (format!("{column} IN (SELECT value FROM json_each($1))"), texts.into())
}

/// A condition on two columns of texts by locale, or nothing: in the locales that both have, if any, they say the same.
pub(crate) fn has_same_labels(backend: DbBackend, one: &str, other: &str) -> String {
    let members = |column: &str| match backend {
        DbBackend::Postgres => format!("json_each_text({column}::json)"),
        _ => format!("json_each({column})"),
    };
    let shared = format!("SELECT 1 FROM {} o JOIN {} p ON p.key = o.key", members(one), members(other));
    format!("(EXISTS ({shared}) AND NOT EXISTS ({shared} AND p.value <> o.value))")
}

/// Until the end of the transaction, tables are joined row by row through an index, which each join must have on one side.
pub(crate) async fn go_by_index(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    // PostgreSQL would read a large table whole rather than look a hundred thousand rows up, so that each part of a long answer would
    // take longer than the one before it; SQLite always looks up. Of tables that have just been filled it has no statistics, and compiling
    // a statement for what it then thinks that it costs takes longer than running it
    if transaction.get_database_backend() == DbBackend::Postgres {
        let settings = "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL jit = off";
        transaction.execute_unprepared(settings).await?;
    }
    Ok(())
}

pub(crate) async fn gather_statistics(
    transaction: &DatabaseTransaction,
    table: &str,
    columns: &[&str],
) -> Result<(), DbErr> {
    // nobody else tells the planner what is in a temporary table
    if transaction.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(&format!("ANALYZE {table} ({})", columns.join(", "))).await?;
    }
    Ok(())
}
