//! The temporary table that a slice is read into.

use std::fmt::Write as _;

use sea_orm::{
    ActiveModelTrait as _, ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, EntityTrait, IdenStatic as _,
    IntoActiveModel, Iterable as _, Value,
};

use super::staged::{Change, Merged, Staged};
use crate::{StoreError, recognition::Keyed, sql::execute};

/// Name of the temporary table of a table. It has its columns, and `stage_no`: the order of arrival.
pub(super) fn name(table: &str) -> String {
    format!("stage_{table}")
}

pub(super) fn making(table: &str) -> String {
    let stage = name(table);
    format!(
        "DROP TABLE IF EXISTS {stage}; \
         CREATE TEMPORARY TABLE {stage} AS SELECT {table}.*, CAST(0 AS bigint) AS stage_no FROM {table} WHERE 1 = 0"
    )
}

pub(super) fn columns<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter().map(|column| column.as_str()).chain(["stage_no"]).collect()
}

pub(super) fn values<E: EntityTrait>(row: E::Model, number: u64) -> Vec<Value>
where
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let mut row = row.into_active_model();
    let columns = E::Column::iter().map(|column| row.take(column).into_value().unwrap_or(NULL));
    columns.chain([place(number)]).collect()
}

/// What is in it of a record of which the store has the same: its key. By the lack of a content hash it is told from others.
pub(super) fn known_columns<E: Keyed>() -> Vec<&'static str> {
    E::KEY.iter().copied().chain(["stage_no"]).collect()
}

pub(super) fn known_values<E: Keyed>(key: [String; 2], number: u64) -> Vec<Value> {
    let key = key.into_iter().take(E::KEY.len()).map(Value::from);
    key.chain([place(number)]).collect()
}

const NULL: Value = Value::String(None);

fn place(number: u64) -> Value {
    i64::try_from(number).unwrap_or(i64::MAX).into()
}

/// Drops rows that are not newer than what the store has under their key, or whose key is gone.
pub(super) async fn drop_older<E: Staged>(db: &DatabaseConnection) -> Result<(), StoreError> {
    let (stage, table, key, version) = (name(E::TABLE), E::TABLE, E::KEY.join(", "), E::VERSION);
    let same = same_key::<E>("t", "s");
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
    let (stage, table, key, version) = (name(E::TABLE), E::TABLE, E::KEY.join(", "), E::VERSION);
    // of the known ones only the keys are here; which version they have, the store knows
    let versions =
        E::VERSION_COLUMNS.iter().map(|column| format!("{column} = t.{column}")).collect::<Vec<_>>().join(", ");
    let known = format!(
        "UPDATE {stage} SET {versions} FROM {table} t WHERE {stage}.content_hash IS NULL AND {}",
        same_key::<E>("t", &stage)
    );
    db.execute_unprepared(&known).await?;
    let sql = format!(
        "DELETE FROM {stage} WHERE stage_no IN (SELECT stage_no FROM (SELECT stage_no, row_number() OVER \
         (PARTITION BY {key} ORDER BY {version} DESC, stage_no DESC) AS place FROM {stage}) ranked WHERE place > 1)"
    );
    db.execute_unprepared(&sql).await?;
    Ok(())
}

pub(super) async fn drop_known<E: Staged>(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    // nobody else writes, so the store still has the same
    execute(transaction, &format!("DELETE FROM {} WHERE content_hash IS NULL", name(E::TABLE)), []).await?;
    Ok(())
}

/// Of rows in another form, those that come out the same are known, and recognised from now on; the others are merged.
pub(super) async fn recognise_other_forms<E: Staged>(transaction: &DatabaseTransaction) -> Result<(), StoreError> {
    let (stage, table) = (name(E::TABLE), E::TABLE);
    let is_same = |held: &str, staged: &str| {
        format!(
            "{held}.content_hash = {staged}.content_hash AND {held}.removed_at IS NULL AND NOT ({}) AND {}",
            differs::<E>(held, staged),
            same_key::<E>(held, staged)
        )
    };
    let recognised = format!("UPDATE {table} SET raw_hash = s.raw_hash FROM {stage} s WHERE {}", is_same(table, "s"));
    execute(transaction, &recognised, []).await?;
    let known = format!("UPDATE {stage} SET content_hash = NULL FROM {table} t WHERE {}", is_same("t", &stage));
    execute(transaction, &known, []).await?;
    Ok(())
}

pub(super) async fn upsert<E: Staged>(change: &Change<'_>, merged: &Merged) -> Result<(), StoreError> {
    let (table, stage) = (E::TABLE, name(E::TABLE));
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
    // where all are new, a conflict is a defect, and not to be smoothed over
    if merged.updated > 0 {
        // WHERE true: SQLite would take ON CONFLICT for the condition of a join
        let (key, updates) = (E::KEY.join(", "), updates.join(", "));
        let _ =
            write!(sql, " WHERE true ON CONFLICT ({key}) DO UPDATE SET {updates}, changed_seq = excluded.changed_seq");
    }
    execute(change.transaction, &sql, [change.seq.into()]).await?;
    Ok(())
}

/// The condition that two rows of one content do not say the same: something that is made of the content was made otherwise.
pub(super) fn differs<E: Staged>(left: &str, right: &str) -> String {
    let is_made = |column: &&str| {
        !["raw", "raw_hash", "content_hash", "first_seen", "removed_at", "changed_seq"].contains(column)
            && !E::KEY.contains(column)
            && E::FROZEN != Some(*column)
    };
    let made = E::Column::iter().map(|column| column.as_str()).filter(is_made);
    made.map(|column| format!("{left}.{column} IS DISTINCT FROM {right}.{column}")).collect::<Vec<_>>().join(" OR ")
}

pub(super) fn same_key<E: Keyed>(left: &str, right: &str) -> String {
    E::KEY.iter().map(|column| format!("{left}.{column} = {right}.{column}")).collect::<Vec<_>>().join(" AND ")
}
