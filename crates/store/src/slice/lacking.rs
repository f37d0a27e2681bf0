//! Whether a slice that should be complete may lack something that the store has. Mostly it does not, which is told by
//! counting; what it lacks, if anything, is found out by its keys.

use domain::instant::microseconds;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, Value};

use super::{Complete, known::Tally};
use crate::StoreError;

/// `false` when the slice has all that the store has. Each key must have come once.
pub(super) async fn may_lack(
    db: &DatabaseConnection,
    complete: &Complete<'_>,
    tally: &Tally,
) -> Result<bool, StoreError> {
    match complete {
        Complete::List(list) => {
            let sql = "SELECT count(*) FROM posting WHERE media_id = $1 AND removed_at IS NULL";
            Ok(count(db, sql, vec![list.media_id.into()]).await? != tally.live(list.media_id))
        }
        Complete::Window(window) => {
            // the store may have a changed one in another window
            if tally.changed() > 0 || count(db, "SELECT count(*) FROM missing_application", Vec::new()).await? > 0 {
                return Ok(true);
            }
            let sql = "SELECT count(*) FROM application WHERE created >= $1 AND created < $2 AND removed_at IS NULL";
            let bounds = [window.from, window.to].map(|at| microseconds(at).into()).to_vec();
            Ok(count(db, sql, bounds).await? != tally.same())
        }
    }
}

async fn count(db: &DatabaseConnection, sql: &str, values: Vec<Value>) -> Result<u64, StoreError> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let row = db.query_one_raw(statement).await?;
    let count = row.map_or(Ok(0), |row| row.try_get_by_index::<i64>(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}
