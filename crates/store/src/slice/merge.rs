//! Merging by key and content hash.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, IdenStatic as _, Iterable as _, Statement};

use super::{Change, CompleteList, SliceCounts, Staged, postings, stage};
use crate::{
    StoreError,
    writer::{execute, number},
};

/// Merges what is in the temporary table. A number is drawn only when a row will be written.
pub(super) async fn merge<E: Staged>(
    transaction: &DatabaseTransaction,
    now: DateTime<Utc>,
    list: Option<CompleteList<'_>>,
) -> Result<SliceCounts, StoreError> {
    let (inserted, updated) = compare::<E>(transaction).await?;
    let removed = match &list {
        Some(list) => postings::count_missing(transaction, list).await?,
        None => 0,
    };
    let counts = SliceCounts { inserted, updated, removed, ..SliceCounts::default() };
    if inserted + updated + removed == 0 {
        return Ok(counts);
    }
    let change = Change { transaction, seq: draw(transaction).await?, now };
    if let Some(list) = list.filter(|_| removed > 0) {
        postings::remove_missing(&change, &list).await?;
    }
    drop_unchanged::<E>(transaction).await?;
    E::before_merge(&change).await?;
    upsert::<E>(&change).await?;
    E::after_merge(&change).await?;
    Ok(counts)
}

/// The next number. The row stays locked until the transaction ends, so numbers are in the order of commits.
pub(crate) async fn draw(transaction: &DatabaseTransaction) -> Result<i64, StoreError> {
    number(transaction, "UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value", []).await
}

/// How many rows are new, and how many are known and differ or had been gone.
async fn compare<E: Staged>(transaction: &DatabaseTransaction) -> Result<(u64, u64), StoreError> {
    let (table, stage, on) = (E::TABLE, stage::name(E::TABLE), same_key::<E>("t", "s"));
    let known = format!("t.{} IS NOT NULL", E::KEY[0]);
    let sql = format!(
        "SELECT count(*) FILTER (WHERE NOT ({known})), count(*) FILTER (WHERE {known} AND \
         (t.content_hash <> s.content_hash OR t.removed_at IS NOT NULL)) FROM {stage} s LEFT JOIN {table} t ON {on}"
    );
    let row = transaction.query_one_raw(Statement::from_string(transaction.get_database_backend(), sql)).await?;
    let Some(row) = row else { return Ok((0, 0)) };
    let (new, changed): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
    Ok((u64::try_from(new).unwrap_or(0), u64::try_from(changed).unwrap_or(0)))
}

async fn drop_unchanged<E: Staged>(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let (table, stage) = (E::TABLE, stage::name(E::TABLE));
    let sql = format!(
        "DELETE FROM {stage} WHERE EXISTS (SELECT 1 FROM {table} t WHERE {} AND t.content_hash = {stage}.content_hash \
         AND t.removed_at IS NULL)",
        same_key::<E>("t", &stage)
    );
    execute(transaction, &sql, []).await?;
    Ok(())
}

async fn upsert<E: Staged>(change: &Change<'_>) -> Result<(), StoreError> {
    let (table, stage) = (E::TABLE, stage::name(E::TABLE));
    let columns: Vec<&str> =
        E::Column::iter().map(|column| column.as_str()).filter(|column| *column != "changed_seq").collect();
    let updates = columns.iter().filter(|column| !E::KEY.contains(column) && **column != "first_seen");
    let updates: Vec<String> = updates.map(|column| format!("{column} = excluded.{column}")).collect();
    // WHERE true: SQLite would take ON CONFLICT for the condition of a join
    let sql = format!(
        "INSERT INTO {table} ({columns}, changed_seq) SELECT {columns}, $1 FROM {stage} WHERE true \
         ON CONFLICT ({}) DO UPDATE SET {}, changed_seq = excluded.changed_seq",
        E::KEY.join(", "),
        updates.join(", "),
        columns = columns.join(", "),
    );
    execute(change.transaction, &sql, [change.seq.into()]).await?;
    Ok(())
}

fn same_key<E: Staged>(left: &str, right: &str) -> String {
    E::KEY.iter().map(|column| format!("{left}.{column} = {right}.{column}")).collect::<Vec<_>>().join(" AND ")
}
