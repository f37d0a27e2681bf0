//! The temporary table that a slice is read into.

use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, EntityTrait, IdenStatic as _, Iterable as _, ModelTrait as _, Statement,
};

use super::Staged;
use crate::{StoreError, dialect};

/// Name of the temporary table of a table. It has its columns, and `stage_no`: the order of arrival.
pub(super) fn name(table: &str) -> String {
    format!("stage_{table}")
}

/// Makes the temporary table, empty.
pub(super) async fn prepare(db: &DatabaseConnection, table: &str) -> Result<(), StoreError> {
    let stage = name(table);
    db.execute_unprepared(&format!("DROP TABLE IF EXISTS {stage}")).await?;
    db.execute_unprepared(&format!(
        "CREATE TEMPORARY TABLE {stage} AS SELECT {table}.*, 0 AS stage_no FROM {table} WHERE 1 = 0"
    ))
    .await?;
    Ok(())
}

/// Appends rows; `before` rows are there already.
pub(super) async fn load<E: EntityTrait>(
    db: &DatabaseConnection,
    table: &str,
    rows: Vec<E::Model>,
    before: u64,
) -> Result<(), StoreError> {
    let mut columns: Vec<&str> = E::Column::iter().map(|column| column.as_str()).collect();
    columns.push("stage_no");
    let rows = rows.into_iter().zip(before..).map(|(row, number)| {
        let mut values: Vec<_> = E::Column::iter().map(|column| row.get(column)).collect();
        values.push(i64::try_from(number).unwrap_or(i64::MAX).into());
        values
    });
    dialect::load(db, &name(table), &columns, rows.collect()).await
}

/// Rows in it.
pub(super) async fn count(db: &DatabaseConnection, table: &str) -> Result<u64, StoreError> {
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {}", name(table)));
    let row = db.query_one_raw(statement).await?;
    let count: i64 = row.map_or(Ok(0), |row| row.try_get_by_index(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Drops rows that are not newer than what the store has under their key, or whose key is gone.
pub(super) async fn drop_older<E: Staged>(db: &DatabaseConnection) -> Result<(), StoreError> {
    let (stage, table, key, version) = (name(E::TABLE), E::TABLE, E::KEY.join(", "), E::VERSION);
    let same = E::KEY.iter().map(|column| format!("t.{column} = s.{column}")).collect::<Vec<_>>().join(" AND ");
    let sql = format!(
        "DELETE FROM {stage} WHERE stage_no IN (SELECT s.stage_no FROM \
         (SELECT stage_no, {key}, {version} AS version FROM {stage}) s JOIN \
         (SELECT {key}, {version} AS version, removed_at FROM {table}) t ON {same} \
         WHERE t.removed_at IS NOT NULL OR t.version >= s.version)"
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}

/// Keeps one row of each key: the newest version, and of equal ones the last to arrive.
pub(super) async fn deduplicate<E: Staged>(db: &DatabaseConnection) -> Result<(), StoreError> {
    let (stage, key, version) = (name(E::TABLE), E::KEY.join(", "), E::VERSION);
    let sql = format!(
        "DELETE FROM {stage} WHERE stage_no IN (SELECT stage_no FROM (SELECT stage_no, row_number() OVER \
         (PARTITION BY {key} ORDER BY {version} DESC, stage_no DESC) AS place FROM {stage}) ranked WHERE place > 1)"
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}
