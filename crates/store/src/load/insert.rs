//! INSERTs of many rows: the fastest way into SQLite. They go in one transaction, since each would else be one.

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, Statement, TransactionTrait as _, Value,
};

use crate::StoreError;

/// Values in one statement; SQLite takes 32,766.
const VALUES: usize = 4_000;

/// Gives the number of rows.
pub(super) async fn insert(
    db: &DatabaseConnection,
    table: &str,
    columns: &[&str],
    mut rows: impl ExactSizeIterator<Item = Vec<Value>>,
) -> Result<u64, StoreError> {
    let mut inserted = 0;
    let transaction = db.begin().await?;
    let per_statement = (VALUES / columns.len()).max(1);
    while rows.len() > 0 {
        let chunk: Vec<Vec<Value>> = rows.by_ref().take(per_statement).collect();
        inserted += insert_chunk(&transaction, table, columns, chunk).await?;
    }
    transaction.commit().await?;
    Ok(inserted)
}

async fn insert_chunk(
    transaction: &DatabaseTransaction,
    table: &str,
    columns: &[&str],
    rows: Vec<Vec<Value>>,
) -> Result<u64, StoreError> {
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), vec![row; rows.len()].join(", "));
    let statement = Statement::from_sql_and_values(DbBackend::Sqlite, sql, rows.into_iter().flatten());
    Ok(transaction.execute_raw(statement).await?.rows_affected())
}
