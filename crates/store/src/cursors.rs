//! Up to where a stream has been read.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use crate::{Store, StoreError, Writer, entity::sync_cursor, sql::execute};

/// The stream of applications: where it stands, all that were created before have been read.
pub const APPLICATIONS: &str = "applications";

/// A place in a stream, on the source's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Which stream.
    pub stream: String,
    /// First instant that has not been read.
    pub position: DateTime<Utc>,
}

impl Store {
    /// Where a stream stands; `None` before its first slice.
    pub async fn cursor(&self, stream: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.mark(stream).await?.map(|row| row.position))
    }

    /// The same, and when it was moved.
    pub async fn mark(&self, stream: &str) -> Result<Option<sync_cursor::Model>, StoreError> {
        Ok(sync_cursor::Entity::find_by_id(stream).one(&self.db).await?)
    }

    /// Where streams and marks stand whose names begin so, in the order of their names.
    pub async fn marks(&self, beginning: &str) -> Result<Vec<sync_cursor::Model>, StoreError> {
        use sync_cursor::Column::Stream;
        let query = sync_cursor::Entity::find().filter(Stream.starts_with(beginning)).order_by_asc(Stream);
        Ok(query.all(&self.db).await?)
    }
}

impl Writer {
    /// Removes all cursors whose names begin so.
    pub async fn forget_marks(&self, beginning: &str) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        forget(&transaction, beginning).await?;
        Ok(transaction.commit().await?)
    }

    /// Puts these cursors down together, wherever they stood.
    pub async fn set_cursors(&self, cursors: &[Cursor], run_id: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        put_anywhere(&transaction, cursors, run_id, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Puts a cursor down anywhere, or removes it; for marks that are not where a slice ends.
    pub async fn set_cursor(
        &self,
        stream: &str,
        position: Option<DateTime<Utc>>,
        run_id: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(position) = position else {
            let transaction = self.begin().await?;
            remove(&transaction, stream).await?;
            return Ok(transaction.commit().await?);
        };
        self.set_cursors(&[Cursor { stream: stream.to_owned(), position }], run_id, now).await
    }
}

pub(crate) async fn remove(db: &DatabaseTransaction, stream: &str) -> Result<(), StoreError> {
    sync_cursor::Entity::delete_by_id(stream).exec(db).await?;
    Ok(())
}

pub(crate) async fn put_anywhere(
    db: &DatabaseTransaction,
    cursors: &[Cursor],
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for cursor in cursors {
        // it may have to go back, which moving it does not do
        remove(db, &cursor.stream).await?;
        move_cursor(db, cursor, run_id, now).await?;
    }
    Ok(())
}

pub(crate) async fn forget(db: &DatabaseTransaction, beginning: &str) -> Result<(), StoreError> {
    let named = sync_cursor::Column::Stream.starts_with(beginning);
    sync_cursor::Entity::delete_many().filter(named).exec(db).await?;
    Ok(())
}

pub(crate) async fn put_down(
    db: &DatabaseTransaction,
    cursor: &Cursor,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    insert(db, cursor, "NOTHING", (run_id, now)).await
}

/// Moves a cursor; never back.
pub(crate) async fn move_cursor(
    db: &DatabaseTransaction,
    cursor: &Cursor,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let conflict = "UPDATE SET position = excluded.position, run_id = excluded.run_id, moved_at = excluded.moved_at \
                    WHERE excluded.position > sync_cursor.position";
    insert(db, cursor, conflict, (run_id, now)).await
}

/// Where there is one, `conflict` says what is done.
async fn insert(
    db: &DatabaseTransaction,
    cursor: &Cursor,
    conflict: &str,
    (run_id, now): (&str, DateTime<Utc>),
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO sync_cursor (stream, position, run_id, moved_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (stream) DO {conflict}"
    );
    let [position, now] = [cursor.position, now].map(domain::instant::microseconds);
    execute(db, &sql, [cursor.stream.as_str().into(), position.into(), run_id.into(), now.into()]).await?;
    Ok(())
}
