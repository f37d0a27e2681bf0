//! A transaction of PostgreSQL that rows are copied in, while it is open, and that others go on with.
//!
//! A transaction of SeaORM's cannot copy. So one is opened on the connection itself, and goes back to the pool open, where SeaORM's
//! begins in it: PostgreSQL takes a `BEGIN` in a transaction for none, and says so in a warning that nobody needs.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, Statement};
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Row as _, pool::PoolConnection};

use super::postgres::{broken, still_locked};
use crate::{StoreError, changes::HEADER};

/// The connection of a pool of one, with an open transaction. Dropped, it goes back to its pool, with the transaction open.
pub(crate) struct Opened {
    connection: PoolConnection<Postgres>,
    /// By which the transaction is known again.
    transaction_id: String,
}

impl Opened {
    /// Begins one, and draws the number of a change in it.
    pub(crate) async fn begin(db: &DatabaseConnection) -> Result<(Self, i64), StoreError> {
        let mut connection = db.get_postgres_connection_pool().acquire().await.map_err(broken)?;
        let opened = begin(&mut connection).await;
        match opened {
            Ok((transaction_id, number)) => Ok((Self { connection, transaction_id }, number)),
            Err(error) => {
                connection.close_on_drop();
                Err(broken(error))
            }
        }
    }

    pub(crate) fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    pub(crate) async fn execute(&mut self, sql: String) -> Result<(), StoreError> {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *self.connection).await.map_err(broken)?;
        Ok(())
    }

    /// Copies rows, packed in binary form, by this statement.
    pub(crate) async fn copy(&mut self, sql: &str, rows: Vec<u8>) -> Result<u64, StoreError> {
        let mut statement = self.connection.copy_in_raw(sql).await.map_err(broken)?;
        let whole = [HEADER, &rows].concat();
        if let Err(error) = statement.send(whole).await {
            let _ = statement.abort("given up").await;
            return Err(broken(error));
        }
        statement.finish().await.map_err(broken)
    }

    pub(crate) async fn roll_back(mut self) {
        if sqlx::raw_sql("ROLLBACK").execute(&mut *self.connection).await.is_err() {
            self.connection.close_on_drop();
        }
    }

    /// Gives it up, in whatever state it is.
    pub(crate) fn close(mut self) {
        self.connection.close_on_drop();
    }
}

/// A source may be silent for longer than a server lets a transaction be idle.
const BEGIN_OPEN: &str =
    "BEGIN; SET LOCAL client_min_messages = error; SET LOCAL idle_in_transaction_session_timeout = 0";

async fn begin(connection: &mut PgConnection) -> Result<(String, i64), sqlx::Error> {
    sqlx::raw_sql(BEGIN_OPEN).execute(&mut *connection).await?;
    let draw = "UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value, pg_current_xact_id()::text";
    let row = sqlx::raw_sql(draw).fetch_one(connection).await?;
    Ok((row.try_get(1)?, row.try_get(0)?))
}

/// Whether this transaction has gone on with one that was left open, in the session that holds the service's lock.
pub(crate) async fn goes_on(
    transaction: &DatabaseTransaction,
    transaction_id: &str,
    (session, service): (&str, &str),
) -> Result<bool, StoreError> {
    let sql = "SELECT coalesce(pg_current_xact_id_if_assigned()::text = $1, false)";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [transaction_id.into()]);
    let row = transaction.query_one_raw(statement).await?;
    let is_it = row.map_or(Ok(false), |row| row.try_get_by_index(0))?;
    Ok(is_it && still_locked(transaction, session, service).await?)
}
