//! Merging by key and content hash.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, IdenStatic as _, Iterable as _, Statement};

use super::{Change, CompleteList, Merged, SliceCounts, Staged, postings, stage};
use crate::{
    StoreError, dialect,
    sql::{execute, number},
};

/// What is in the temporary table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Contents {
    /// What its rows come to, where that is known without comparing them with the store.
    pub(super) merged: Option<Merged>,
    /// Whether rows are among them of which the store has the same.
    pub(super) has_known: bool,
    /// Whether rows are among them of which the store has the same content in another form.
    pub(super) has_other_forms: bool,
    /// Whether records of the slice are kept aside, in a temporary table of their own.
    pub(super) has_rejected: bool,
}

/// Merges it. A number is drawn only when a row will be written.
pub(super) async fn merge<E: Staged>(
    transaction: &DatabaseTransaction,
    (now, observed): (DateTime<Utc>, DateTime<Utc>),
    list: Option<CompleteList<'_>>,
    contents: Contents,
) -> Result<SliceCounts, StoreError> {
    if contents.has_other_forms {
        stage::recognise_other_forms::<E>(transaction).await?;
    }
    let merged = match contents.merged {
        Some(merged) => merged,
        None => compare::<E>(transaction).await?,
    };
    let Merged { inserted, updated, .. } = merged;
    let removed = match &list {
        Some(list) => postings::count_missing(transaction, list, contents.has_rejected).await?,
        None => 0,
    };
    let counts = SliceCounts { inserted, updated, removed, ..SliceCounts::default() };
    if inserted + updated + removed == 0 {
        return Ok(counts);
    }
    let change = Change { transaction, seq: next_change_number(transaction).await?, now, observed };
    if let Some(list) = list.filter(|_| removed > 0) {
        postings::remove_missing(&change, &list, contents.has_rejected).await?;
    }
    if inserted + updated > 0 {
        if contents.has_known {
            stage::drop_known::<E>(transaction).await?;
        }
        if updated > 0 {
            dialect::gather_statistics(transaction, &stage::name(E::TABLE), E::KEY).await?;
        }
        let noted = E::before_merge(&change, &merged).await?;
        upsert::<E>(&change, &merged).await?;
        E::after_merge(&change, &merged, noted).await?;
    }
    Ok(counts)
}

/// The next number. The row stays locked until the transaction ends, so numbers are in the order of commits.
pub(crate) async fn next_change_number(transaction: &DatabaseTransaction) -> Result<i64, StoreError> {
    number(transaction, "UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value", []).await
}

/// How many rows are new, and how many are known and differ, in their content or in what was made of it, or had been gone.
pub(super) async fn compare<E: Staged>(transaction: &DatabaseTransaction) -> Result<Merged, StoreError> {
    let (table, stage, on) = (E::TABLE, stage::name(E::TABLE), stage::same_key::<E>("t", "s"));
    let known = format!("t.{} IS NOT NULL", E::KEY[0]);
    let sql = format!(
        "SELECT count(*) FILTER (WHERE NOT ({known})), count(*) FILTER (WHERE {known} AND \
         (t.content_hash <> s.content_hash OR t.removed_at IS NOT NULL OR {})), count(t.removed_at) \
         FROM {stage} s LEFT JOIN {table} t ON {on} WHERE s.content_hash IS NOT NULL",
        stage::differs::<E>("t", "s")
    );
    let row = transaction.query_one_raw(Statement::from_string(transaction.get_database_backend(), sql)).await?;
    let Some(row) = row else { return Ok(Merged::default()) };
    let [inserted, updated, revived] =
        [row.try_get_by_index::<i64>(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?]
            .map(|count| u64::try_from(count).unwrap_or(0));
    Ok(Merged { inserted, updated, revived })
}

async fn upsert<E: Staged>(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
    let (table, stage) = (E::TABLE, stage::name(E::TABLE));
    let columns: Vec<&str> =
        E::Column::iter().map(|column| column.as_str()).filter(|column| *column != "changed_seq").collect();
    let updates = columns.iter().filter(|column| !E::KEY.contains(column));
    let updates: Vec<String> = updates
        .map(|column| match *column {
            // a row that was blanked has been seen by nobody
            "first_seen" => format!(
                "first_seen = CASE WHEN {table}.content_hash = '' THEN excluded.first_seen ELSE {table}.first_seen END"
            ),
            // of one that was blanked, the month is left
            column if E::FROZEN == Some(column) => format!(
                "{column} = CASE WHEN {table}.content_hash = '' AND substr(CAST({table}.{column} AS text), 1, 7) = \
                 substr(CAST(excluded.{column} AS text), 1, 7) THEN excluded.{column} ELSE {table}.{column} END"
            ),
            column => format!("{column} = excluded.{column}"),
        })
        .collect();
    let mut sql = format!(
        "INSERT INTO {table} ({columns}, changed_seq) SELECT {columns}, $1 FROM {stage}",
        columns = columns.join(", "),
    );
    if merged.updated > 0 {
        // WHERE true: SQLite would take ON CONFLICT for the condition of a join
        let (key, updates) = (E::KEY.join(", "), updates.join(", "));
        let _ =
            write!(sql, " WHERE true ON CONFLICT ({key}) DO UPDATE SET {updates}, changed_seq = excluded.changed_seq");
    }
    execute(change.transaction, &sql, [change.seq.into()]).await?;
    Ok(())
}
