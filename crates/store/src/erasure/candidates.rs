//! The candidates that a person's applications have made.

use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QuerySelect as _};

use super::find::{Traces, lower};
use crate::{
    StoreError,
    entity::candidate,
    slice::{Change, bury_candidates, derive_candidates, touch_candidates},
    writer::execute,
};

/// Derives them anew: who has other applications is what these say. Of the others only the keys stay, also of those that
/// had been gone before and bear a name or address of the person.
pub(super) async fn blank(change: &Change<'_>, traces: &Traces) -> Result<u64, StoreError> {
    let transaction = change.transaction;
    touch_candidates(change, "SELECT candidate_key FROM application WHERE 1 = 0").await?;
    for key in &traces.candidates {
        execute(transaction, "INSERT INTO touched_candidate VALUES ($1)", [key.as_str().into()]).await?;
    }
    derive_candidates(change).await?;
    bury_candidates(change).await?;
    let mut count = 0;
    let sql = "UPDATE candidate SET candidate_id = NULL, email = NULL, first_name = NULL, middle_name = NULL, \
               last_name = NULL, content_hash = '', changed_seq = $1 WHERE key = $2";
    for key in gone(change, traces).await? {
        count += execute(transaction, sql, [change.seq.into(), key.into()]).await?;
    }
    Ok(count)
}

async fn gone(change: &Change<'_>, traces: &Traces) -> Result<Vec<String>, StoreError> {
    use candidate::Column::{CandidateId, Email, Key, RemovedAt};
    let query = candidate::Entity::find().filter(RemovedAt.is_not_null()).select_only();
    let query = query.columns([Key, CandidateId, Email]).into_tuple::<(String, Option<String>, Option<String>)>();
    let mut rows = query.stream(change.transaction).await?;
    let mut keys = Vec::new();
    while let Some((key, candidate_id, email)) = rows.try_next().await? {
        let is_named = |text: Option<String>| text.is_some_and(|text| traces.names.contains(&lower(&text)));
        if traces.candidates.contains(&key) || is_named(candidate_id) || is_named(email) {
            keys.push(key);
        }
    }
    Ok(keys)
}
