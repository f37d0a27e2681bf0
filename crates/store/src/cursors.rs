//! Up to where a stream has been read.

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait as _};

use crate::{Store, StoreError, entity::sync_cursor, writer::execute};

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
        let row = sync_cursor::Entity::find_by_id(stream).one(&self.db).await?;
        Ok(row.map(|row| row.position))
    }
}

/// Moves a cursor; never back.
pub(crate) async fn move_cursor(
    db: &DatabaseTransaction,
    cursor: &Cursor,
    run_id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO sync_cursor (stream, position, run_id, moved_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (stream) DO UPDATE SET position = excluded.position, run_id = excluded.run_id, \
               moved_at = excluded.moved_at WHERE excluded.position > sync_cursor.position";
    let position = domain::instant::microseconds(cursor.position);
    let now = domain::instant::microseconds(now);
    execute(db, sql, [cursor.stream.as_str().into(), position.into(), run_id.into(), now.into()]).await?;
    Ok(())
}
