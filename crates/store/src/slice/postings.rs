//! What is particular about postings: their list is complete.

use domain::judge_removals;
use sea_orm::{ConnectionTrait, DatabaseTransaction};

use super::{Change, CompleteList, Identity, Merged, Staged};
use crate::{
    StoreError,
    entity::posting,
    writer::{count, execute},
};

impl Staged for posting::Entity {
    type Noted = ();
    const TABLE: &'static str = "posting";
    const KEY: &'static [&'static str] = &["vacancy_id", "media_id"];
    const VERSION: &'static str = "edited";

    const VERSION_COLUMNS: &'static [&'static str] = &["edited"];

    fn identity(row: &posting::Model) -> Identity<'_> {
        Identity { key: [&row.vacancy_id, &row.media_id], content_hash: &row.content_hash }
    }

    fn raw_hash(row: &posting::Model) -> &str {
        &row.raw_hash
    }

    async fn before_merge(_: &Change<'_>, _: &Merged) -> Result<(), StoreError> {
        Ok(())
    }

    async fn after_merge(_: &Change<'_>, _: &Merged, (): ()) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Live rows of the medium that the list lacks.
const MISSING: &str = "media_id = $1 AND removed_at IS NULL \
                       AND vacancy_id NOT IN (SELECT vacancy_id FROM stage_posting WHERE media_id = $1)";

/// Live rows of a medium.
pub(super) async fn live(db: &impl ConnectionTrait, media_id: &str) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM posting WHERE media_id = $1 AND removed_at IS NULL";
    count(db, sql, [media_id.into()]).await
}

/// How many rows would go; an error when these are too many to be believed.
pub(super) async fn count_missing(
    transaction: &DatabaseTransaction,
    list: &CompleteList<'_>,
) -> Result<u64, StoreError> {
    let media = || [list.media_id.into()];
    let listed = count(transaction, "SELECT count(*) FROM stage_posting WHERE media_id = $1", media()).await?;
    let live = live(transaction, list.media_id).await?;
    let missing = count(transaction, &format!("SELECT count(*) FROM posting WHERE {MISSING}"), media()).await?;
    judge_removals(listed, live, missing, list.accept_removals)
        .map_err(|judgement| StoreError::Removals { judgement })?;
    Ok(missing)
}

/// Turns these rows into tombstones.
pub(super) async fn remove_missing(change: &Change<'_>, list: &CompleteList<'_>) -> Result<(), StoreError> {
    let sql = format!("UPDATE posting SET removed_at = $2, changed_seq = $3 WHERE {MISSING}");
    execute(change.transaction, &sql, [list.media_id.into(), change.now.into(), change.seq.into()]).await?;
    Ok(())
}
