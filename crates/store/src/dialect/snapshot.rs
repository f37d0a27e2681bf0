//! A view of the store that stands still, and many rows out of it.
//!
//! PostgreSQL gives them by COPY in binary form: the fastest way out of it, and nothing is made of a cell that it has
//! not been asked for. A row of SQLite, which is in this process anyway, is brought into the same form.

use std::fmt;

use futures_util::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, QueryResult, Statement, StreamTrait as _,
    TransactionTrait as _,
};
use sqlx::{AssertSqlSafe, Executor as _, PgConnection, Postgres, Row as _, pool::PoolConnection};

use super::postgres::broken;
use crate::{
    StoreError,
    changes::{HEADER, Kind, Packer},
};

const BATCH_BYTES: usize = 256 * 1024;
const BATCH_ROWS: usize = 1_000;

/// A transaction that sees the store as it is at its first statement, whatever others commit.
pub(crate) enum StandingView {
    Postgres(PoolConnection<Postgres>),
    Sqlite(DatabaseTransaction),
}

impl fmt::Debug for StandingView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StandingView")
    }
}

impl StandingView {
    pub(crate) async fn begin(db: &DatabaseConnection) -> Result<Self, StoreError> {
        if db.get_database_backend() != DbBackend::Postgres {
            // what a transaction of SQLite sees is settled by its first statement
            return Ok(Self::Sqlite(db.begin().await?));
        }
        let mut connection = db.get_postgres_connection_pool().acquire().await.map_err(broken)?;
        // nobody else is to get one that is in the middle of something
        connection.close_on_drop();
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        connection.execute(begin).await.map_err(broken)?;
        Ok(Self::Postgres(connection))
    }

    pub(crate) async fn number(&mut self, sql: &str) -> Result<i64, StoreError> {
        match self {
            Self::Postgres(connection) => {
                let row = connection.fetch_optional(AssertSqlSafe(sql.to_owned())).await.map_err(broken)?;
                row.map_or(Ok(0), |row| row.try_get(0)).map_err(broken)
            }
            Self::Sqlite(transaction) => {
                let row = transaction.query_one_raw(Statement::from_string(DbBackend::Sqlite, sql)).await?;
                Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
            }
        }
    }

    /// Rows that a SELECT without parameters gives, as [`Packer`] writes them, in pieces of some hundred kilobytes.
    pub(crate) async fn rows(
        &mut self,
        select: String,
        kinds: Vec<Kind>,
    ) -> Result<BoxStream<'_, Result<Vec<u8>, StoreError>>, StoreError> {
        match self {
            Self::Postgres(connection) => copy_out(connection, &select).await,
            Self::Sqlite(transaction) => {
                let rows = transaction.stream_raw(Statement::from_string(DbBackend::Sqlite, select)).await?;
                let pieces = rows.try_chunks(BATCH_ROWS).map_err(|error| StoreError::Database(error.1));
                Ok(pieces.map(move |rows| pack(&rows?, &kinds)).boxed())
            }
        }
    }
}

async fn copy_out<'c>(
    connection: &'c mut PgConnection,
    select: &str,
) -> Result<BoxStream<'c, Result<Vec<u8>, StoreError>>, StoreError> {
    let statement = format!("COPY ({select}) TO STDOUT (FORMAT binary)");
    let mut messages = connection.copy_out_raw(&statement).await.map_err(broken)?;
    let first = messages.next().await.transpose().map_err(broken)?.unwrap_or_default();
    let first = first.strip_prefix(HEADER).ok_or(StoreError::Row("COPY"))?.to_vec();
    Ok(futures_util::stream::try_unfold((messages, first), async |(mut messages, mut piece)| {
        // a message is a row
        while piece.len() < BATCH_BYTES
            && let Some(message) = messages.try_next().await.map_err(broken)?
        {
            piece.extend_from_slice(&message);
        }
        // the last message may go beyond that
        let next = Vec::with_capacity(BATCH_BYTES + BATCH_BYTES / 8);
        Ok((!piece.is_empty()).then_some((piece, (messages, next))))
    })
    .boxed())
}

fn pack(rows: &[QueryResult], kinds: &[Kind]) -> Result<Vec<u8>, StoreError> {
    let mut packer = Packer::default();
    for row in rows {
        packer.begin_row(kinds.len());
        for (index, kind) in kinds.iter().enumerate() {
            match kind {
                Kind::Text => packer.text(row.try_get_by_index::<Option<String>>(index)?.as_deref()),
                Kind::Int => packer.int(row.try_get_by_index(index)?),
                Kind::BigInt => packer.big_int(row.try_get_by_index(index)?),
                Kind::Double => packer.double(row.try_get_by_index(index)?),
                Kind::Bool => packer.bool(row.try_get_by_index(index)?),
                Kind::Instant => packer.instant(row.try_get_by_index(index)?),
            }
        }
    }
    Ok(packer.bytes())
}
