//! What has changed since a number, for export.

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use futures_util::{Stream, TryStreamExt as _};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait, IdenStatic as _, Iterable as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, OnConflict},
};

use crate::{
    Store, StoreError, Writer, dialect,
    entity::{application, application_event, candidate, change_counter, export_cursor, posting},
};

/// A table whose rows carry the number of their last change.
pub trait Changing: EntityTrait<Model = Self::Row> {
    /// A row of the table.
    type Row: Send;
    /// The column `changed_seq`.
    const CHANGED_SEQ: Self::Column;
    /// Large texts that no warehouse gets: they are not read, and are empty in the rows.
    const LEFT_OUT: &'static [&'static str] = &[];
}

impl Changing for posting::Entity {
    type Row = posting::Model;
    const CHANGED_SEQ: Self::Column = posting::Column::ChangedSeq;
    const LEFT_OUT: &'static [&'static str] = &["raw", "content_localized", "advertisements"];
}
impl Changing for application::Entity {
    type Row = application::Model;
    const CHANGED_SEQ: Self::Column = application::Column::ChangedSeq;
    const LEFT_OUT: &'static [&'static str] = &["raw"];
}
impl Changing for candidate::Entity {
    type Row = candidate::Model;
    const CHANGED_SEQ: Self::Column = candidate::Column::ChangedSeq;
}
impl Changing for application_event::Entity {
    type Row = application_event::Model;
    const CHANGED_SEQ: Self::Column = application_event::Column::ChangedSeq;
}

/// How far a warehouse has been served.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportCursor {
    /// Changes up to this number have arrived.
    pub sent: i64,
    /// A range (after, up to) that was being sent and may have arrived or not.
    pub pending: Option<(i64, i64)>,
    /// How often that range was begun anew, because a job had failed.
    pub attempt: i64,
}

impl Store {
    /// The highest number of a committed change; every change up to it can be read.
    pub async fn highest_change(&self) -> Result<i64, StoreError> {
        highest_change(&self.db).await
    }

    /// How far a warehouse has been served; nothing yet, if it is not known.
    pub async fn export_cursor(&self, target: &str) -> Result<ExportCursor, StoreError> {
        let row = export_cursor::Entity::find_by_id(target).one(&self.db).await?;
        Ok(row.map_or_else(ExportCursor::default, |row| ExportCursor {
            sent: row.sent,
            pending: row.pending_from.zip(row.pending_to),
            attempt: row.attempt,
        }))
    }

    /// Reads the store as it is now, untouched by what is written meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(dialect::begin_snapshot(&self.db).await?))
    }
}

impl Writer {
    /// Writes down how far a warehouse has been served.
    pub async fn save_export_cursor(
        &self,
        target: &str,
        cursor: ExportCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        use export_cursor::Column::{Attempt, MovedAt, PendingFrom, PendingTo, Sent, Target};
        let row = export_cursor::ActiveModel {
            target: Set(target.to_owned()),
            sent: Set(cursor.sent),
            pending_from: Set(cursor.pending.map(|(from, _)| from)),
            pending_to: Set(cursor.pending.map(|(_, to)| to)),
            attempt: Set(cursor.attempt),
            moved_at: Set(microseconds(now)),
        };
        let transaction = self.begin().await?;
        export_cursor::Entity::insert(row)
            .on_conflict(
                OnConflict::column(Target).update_columns([Sent, PendingFrom, PendingTo, Attempt, MovedAt]).to_owned(),
            )
            .exec_without_returning(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

async fn highest_change(db: &impl ConnectionTrait) -> Result<i64, StoreError> {
    let row = change_counter::Entity::find_by_id(1).one(db).await?;
    Ok(row.map_or(0, |row| row.value))
}

/// A view of the store that stands still.
#[derive(Debug)]
pub struct Snapshot(DatabaseTransaction);

impl Snapshot {
    /// The highest number of a change in it.
    pub async fn highest_change(&self) -> Result<i64, StoreError> {
        highest_change(&self.0).await
    }

    /// Rows whose last change has a number after `after` and up to `up_to`, in the order of these numbers, as they come
    /// from the database and never all at once.
    pub async fn changed<E: Changing>(
        &self,
        after: i64,
        up_to: i64,
    ) -> Result<impl Stream<Item = Result<E::Row, StoreError>> + '_, StoreError> {
        let mut columns = E::find().select_only();
        for column in E::Column::iter() {
            let name = column.as_str();
            columns = if E::LEFT_OUT.contains(&name) {
                columns.expr_as(Expr::value(""), name)
            } else {
                columns.column(column)
            };
        }
        let rows = columns
            .filter(E::CHANGED_SEQ.gt(after))
            .filter(E::CHANGED_SEQ.lte(up_to))
            .order_by_asc(E::CHANGED_SEQ)
            .stream(&self.0)
            .await?;
        Ok(rows.map_err(StoreError::Database))
    }
}
