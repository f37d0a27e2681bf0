//! What was deleted may still be read from the database's files until it is overwritten there. That it is due stands in the
//! store until it is done, so that a run that could not do it leaves it to the next one.

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, Statement};

use crate::{
    Store, StoreError, Writer, dialect,
    sql::{execute, is_empty},
};

/// What came of a scrub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrubbed {
    /// Nothing of what was deleted is in the files any more.
    Whole,
    /// Somebody still reads what was there before, or has a page of it in hand; it stays due.
    Hindered,
}

impl Store {
    /// Whether one is due.
    pub async fn is_scrub_due(&self) -> Result<bool, StoreError> {
        Ok(!is_empty(&self.db, "pending_scrub").await?)
    }
}

impl Writer {
    /// Makes sure that what was deleted cannot be read from the database's files any more, and says whether that is so. Waits
    /// some seconds for those who still read what was there before.
    pub async fn scrub(&self) -> Result<Scrubbed, StoreError> {
        if !dialect::vacuum(&self.db, &self.reads, self.last_erasure().await?.as_deref()).await? {
            return Ok(Scrubbed::Hindered);
        }
        // only now: one that was cut off stays due
        let transaction = self.begin().await?;
        execute(&transaction, "DELETE FROM pending_scrub", []).await?;
        transaction.commit().await?;
        Ok(Scrubbed::Whole)
    }
}

impl Writer {
    /// On PostgreSQL, the id of the transaction of the last one that is to be overwritten.
    async fn last_erasure(&self) -> Result<Option<String>, StoreError> {
        let sql = "SELECT transaction_id FROM pending_scrub";
        let row = self.db.query_one_raw(Statement::from_string(self.db.get_database_backend(), sql)).await?;
        Ok(row.map_or(Ok(None), |row| row.try_get_by_index(0))?)
    }
}

pub(super) async fn mark(transaction: &DatabaseTransaction, now: DateTime<Utc>) -> Result<(), StoreError> {
    let id = dialect::transaction_id(transaction).await?;
    let sql = "INSERT INTO pending_scrub (id, since, transaction_id) VALUES (1, $1, $2) \
               ON CONFLICT (id) DO UPDATE SET transaction_id = excluded.transaction_id";
    execute(transaction, sql, [microseconds(now).into(), id.into()]).await?;
    Ok(())
}
