//! Whether a slice that should be complete may lack something that the store has. Mostly it does not, which is told by
//! counting; what it lacks, if anything, is found out by its keys.

use sea_orm::DatabaseConnection;

use super::{Complete, known::Tally, missing, postings};
use crate::StoreError;

/// `false` when the slice has all that the store has. Each key must have come once.
pub(super) async fn may_lack(
    db: &DatabaseConnection,
    complete: &Complete<'_>,
    tally: &Tally,
) -> Result<bool, StoreError> {
    Ok(match complete {
        Complete::List(list) => postings::live(db, list.media_id).await? != tally.live(list.media_id),
        Complete::Window { asked, .. } => {
            // the store may have a changed one in another window
            tally.changed() > 0 || missing::noted(db).await? > 0 || missing::live(db, asked).await? != tally.same()
        }
    })
}
