//! The candidates that a person's applications have made.

use std::collections::BTreeSet;

use domain::{ADDRESS_DERIVED, folded};
use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _};
use uuid::Uuid;

use super::{traces::Traces, warehouses::Warehouses};
use crate::{
    StoreError,
    entity::candidate,
    load::{Change, derive_candidates, tombstone_candidates, touch_candidates},
    sql::execute,
};

/// Derives them anew: who has other applications is what these say. Of the others only the keys stay.
pub(super) async fn blank(change: &Change<'_>, traces: &Traces, known: &Warehouses<'_>) -> Result<u64, StoreError> {
    // a table without rows, into which the keys go one by one
    touch_candidates(change, "SELECT candidate_key FROM application WHERE 1 = 0").await?;
    for key in &traces.candidates {
        execute(change.transaction, "INSERT INTO touched_candidate VALUES ($1)", [key.as_str().into()]).await?;
    }
    derive_candidates(change).await?;
    tombstone_candidates(change).await?;
    let mut count = 0;
    // also of those that had been gone before and bear a name or address of the person
    for key in gone(change, traces).await? {
        count += blank_one(change, &key, known).await?;
    }
    Ok(count)
}

async fn blank_one(change: &Change<'_>, key: &str, known: &Warehouses<'_>) -> Result<u64, StoreError> {
    // a key that is made of an address gives way to a random one; beside it stands what the warehouse knows the person by,
    // until it has been told
    let (new_key, exported) = if key.starts_with(ADDRESS_DERIVED) {
        (format!("gone:{}", Uuid::new_v4()), known.exported(key))
    } else {
        (key.to_owned(), None)
    };
    let sql = "UPDATE candidate SET key = $3, exported_key = $4, first_seen = $5, candidate_id = NULL, email = NULL, first_name = NULL, \
               middle_name = NULL, last_name = NULL, content_hash = '', changed_seq = $1 WHERE key = $2";
    let values = [change.seq.into(), key.into(), new_key.into(), exported.into(), change.now.into()];
    execute(change.transaction, sql, values).await
}

async fn gone(change: &Change<'_>, traces: &Traces) -> Result<Vec<String>, StoreError> {
    use candidate::Column::{CandidateId, ContentHash, Email, Key, RemovedAt};
    let query = candidate::Entity::find().filter(RemovedAt.is_not_null()).filter(ContentHash.ne("")).select_only();
    let query = query.columns([Key, CandidateId, Email]).into_tuple::<(String, Option<String>, Option<String>)>();
    let mut rows = query.stream(change.transaction).await?;
    let mut keys = Vec::new();
    while let Some((key, candidate_id, email)) = rows.try_next().await? {
        let is_one_of =
            |of: &BTreeSet<String>, text: Option<String>| text.is_some_and(|text| of.contains(&folded(&text)));
        if traces.candidates.contains(&key)
            || is_one_of(&traces.ids, candidate_id)
            || is_one_of(&traces.addresses, email)
        {
            keys.push(key);
        }
    }
    Ok(keys)
}

/// The candidates that these are, whether or not they have an application still.
pub(super) async fn of(
    transaction: &DatabaseTransaction,
    traces: &Traces,
) -> Result<Vec<candidate::Model>, StoreError> {
    let mut rows = candidate::Entity::find().stream(transaction).await?;
    let mut found = Vec::new();
    while let Some(row) = rows.try_next().await? {
        let address = row.email.as_deref().map(folded);
        if traces.candidates.contains(&row.key) || address.is_some_and(|address| traces.addresses.contains(&address)) {
            found.push(row);
        }
    }
    Ok(found)
}
