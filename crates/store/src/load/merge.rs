//! Merging by key and content hash.
//!
//! Most slices bring nothing that changes a row, so all is done to find that out without a write: numbers of changes have no
//! gaps that way, and an export after such a run has nothing to send.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement};

use super::{
    commit::{CompleteList, SliceCounts},
    parts::EarlierParts,
    postings::{self, Listed},
    stage,
    staged::{Change, Merged, Staged},
};
use crate::{StoreError, dialect, sql::number};

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
    /// Parts of the slice that were committed before.
    pub(super) earlier: Option<EarlierParts>,
}

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
    let listed = Listed { has_rejected: contents.has_rejected, earlier: contents.earlier };
    let removed = match &list {
        Some(list) => postings::count_missing(transaction, list, listed).await?,
        None => 0,
    };
    let counts = SliceCounts { inserted, updated, removed, ..SliceCounts::default() };
    // no number without a row that is written: an export afterwards has nothing to send
    if inserted + updated + removed == 0 {
        return Ok(counts);
    }
    // only now, when all questions are answered: the row with the number stays locked until the transaction ends
    let change = Change { transaction, seq: next_change_number(transaction).await?, now, observed };
    // while the keys of the known ones are still in the temporary table: what is not in it is missing
    if let Some(list) = list.filter(|_| removed > 0) {
        postings::tombstone_missing(&change, &list, listed).await?;
    }
    if inserted + updated > 0 {
        if contents.has_known {
            stage::drop_known::<E>(transaction).await?;
        }
        if updated > 0 {
            // joins follow, for which the planner would take a temporary table for nearly empty
            dialect::gather_statistics(transaction, &stage::name(E::TABLE), E::KEY).await?;
        }
        E::merge(&change, &merged).await?;
    }
    Ok(counts)
}

/// The next number. The row stays locked until the transaction ends, so numbers are in the order of commits.
pub(crate) async fn next_change_number(transaction: &DatabaseTransaction) -> Result<i64, StoreError> {
    number(transaction, "UPDATE change_counter SET value = value + 1 WHERE id = 1 RETURNING value", []).await
}

/// How many rows are new, and how many are known and differ, in their content or in what was made of it, or had been gone.
async fn compare<E: Staged>(transaction: &DatabaseTransaction) -> Result<Merged, StoreError> {
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
