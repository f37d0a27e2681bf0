//! Statements that both databases take, with placeholders `$1`, `$2` ….

use sea_orm::{ConnectionTrait, DatabaseTransaction, Statement, Value};

use crate::StoreError;

pub(crate) async fn execute(
    db: &DatabaseTransaction,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(db.execute_raw(statement).await?.rows_affected())
}

pub(crate) async fn is_empty(db: &impl ConnectionTrait, table: &str) -> Result<bool, StoreError> {
    // without counting those that it has
    let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT 1) one");
    Ok(number(db, &sql, []).await? == 0)
}

pub(crate) async fn count(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<u64, StoreError> {
    Ok(u64::try_from(number(db, sql, values).await?).unwrap_or(0))
}

pub(crate) async fn number(
    db: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<i64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = db.query_one_raw(statement).await?;
    Ok(row.map_or(Ok(0), |row| row.try_get_by_index(0))?)
}
