//! What has changed since a number, for export.

mod changing;
mod packed;
mod rows;

use chrono::{DateTime, Utc};
use domain::instant::microseconds;
use futures_util::{Stream, TryStreamExt as _};
use sea_orm::{ActiveValue::Set, EntityTrait as _, IntoActiveModel as _, sea_query::OnConflict};

use crate::{
    Store, StoreError, Writer,
    cursors::APPLICATIONS,
    dialect,
    entity::{change_counter, export_cursor, export_run, sync_cursor},
    load::next_change_number,
    sql::execute,
};

pub use changing::{Batch, Changing, ChangingTable};
pub use packed::Kind;
pub(crate) use packed::{HEADER, Packer};
pub use rows::{
    ApplicationMonthRow, ApplicationRow, CandidateRow, EventRow, ExportRunRow, PostingEventRow, PostingRow,
};

/// How far a warehouse has been served, and what it is known to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExportCursor {
    /// Changes up to this number have arrived.
    pub sent: i64,
    /// A range (after, up to) that was being sent and may have arrived or not.
    pub pending: Option<(i64, i64)>,
    /// How often that range was begun anew, because a job had failed.
    pub attempt: i64,
    /// What its tables hold, as export writes it down; none where that is not known. It moves with `sent`.
    pub sums: Option<String>,
    /// When all that it holds was last held against the store, and was the same.
    pub verified_at: Option<DateTime<Utc>>,
}

/// What a warehouse knows persons by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownBy {
    /// `pseudonymise`, `drop` or `keep`.
    pub pii_mode: String,
    /// Of the key of its pseudonyms; none where persons are kept.
    pub pii_key_fingerprint: Option<String>,
}

impl Store {
    /// The highest number of a committed change; every change up to it can be read.
    pub async fn highest_change(&self) -> Result<i64, StoreError> {
        let row = change_counter::Entity::find_by_id(1).one(&self.db).await?;
        Ok(row.map_or(0, |row| row.value))
    }

    /// How far a warehouse has been served; nothing yet, if it is not known.
    pub async fn export_cursor(&self, target: &str) -> Result<ExportCursor, StoreError> {
        let row = export_cursor::Entity::find_by_id(target).one(&self.db).await?;
        Ok(row.map_or_else(ExportCursor::default, |row| ExportCursor {
            sent: row.sent,
            pending: row.pending_from.zip(row.pending_to),
            attempt: row.attempt,
            sums: row.sums,
            verified_at: row.verified_at,
        }))
    }

    /// Reads the store as it is now, untouched by what is written meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(dialect::StandingView::begin(&self.db).await?))
    }
}

impl Writer {
    /// Writes down how far a warehouse has been served.
    pub async fn save_export_cursor(
        &self,
        target: &str,
        cursor: &ExportCursor,
        known_by: &KnownBy,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        use export_cursor::Column::{
            Attempt, MovedAt, PendingFrom, PendingTo, PiiKeyFingerprint, PiiMode, Sent, Sums, Target, VerifiedAt,
        };
        let moving = [Sent, PendingFrom, PendingTo, Attempt, PiiMode, PiiKeyFingerprint, Sums, VerifiedAt, MovedAt];
        let row = export_cursor::ActiveModel {
            target: Set(target.to_owned()),
            sent: Set(cursor.sent),
            pending_from: Set(cursor.pending.map(|(from, _)| from)),
            pending_to: Set(cursor.pending.map(|(_, to)| to)),
            attempt: Set(cursor.attempt),
            pii_mode: Set(Some(known_by.pii_mode.clone())),
            pii_key_fingerprint: Set(known_by.pii_key_fingerprint.clone()),
            sums: Set(cursor.sums.clone()),
            verified_at: Set(cursor.verified_at.map(microseconds)),
            moved_at: Set(microseconds(now)),
        };
        let transaction = self.begin().await?;
        export_cursor::Entity::insert(row)
            .on_conflict(OnConflict::column(Target).update_columns(moving).to_owned())
            .exec_without_returning(&*transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

impl Writer {
    /// Writes down what a warehouse is told of an export, as a change that the export sends with the others: so far all
    /// applications have been read. `pending` is a range that is sent again.
    pub async fn tell_of_export(
        &self,
        run_id: &str,
        pending: Option<(i64, i64)>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        let as_of = sync_cursor::Entity::find_by_id(APPLICATIONS).one(&*transaction).await?.map(|row| row.position);
        let changed_seq = next_change_number(&transaction).await?;
        // that range is sent again first, and then without rows that have changed since: alone it does not make true what earlier
        // exports have told in it, so that becomes a part of this change
        if let Some((after, up_to)) = pending {
            let not_yet = "UPDATE export_run SET changed_seq = $1 WHERE changed_seq > $2 AND changed_seq <= $3";
            execute(&transaction, not_yet, [changed_seq.into(), after.into(), up_to.into()]).await?;
        }
        let started = microseconds(now);
        let row = export_run::Model { run_id: run_id.to_owned(), started, as_of, changed_seq };
        export_run::Entity::insert(row.into_active_model()).exec_without_returning(&*transaction).await?;
        Ok(transaction.commit().await?)
    }
}

/// A view of the store that stands still.
#[derive(Debug)]
pub struct Snapshot(dialect::StandingView);

impl Snapshot {
    /// The highest number of a change in it.
    pub async fn highest_change(&mut self) -> Result<i64, StoreError> {
        self.0.number("SELECT value FROM change_counter WHERE id = 1").await
    }

    /// How many rows a table has, or how many of them are there: without tombstones.
    pub async fn count(&mut self, table: ChangingTable, without_removed: bool) -> Result<i64, StoreError> {
        let name = table.name;
        let all = self.0.number(&format!("SELECT count(*) FROM {name}")).await?;
        if !without_removed {
            return Ok(all);
        }
        // they are few, and have indexes: counting who is there would read the whole table. Who was blanked stands in one of its own,
        // so that they are not in the way where somebody looks for who is still to be
        let kinds: &[&str] = match name {
            "application" | "candidate" => &[" AND content_hash <> ''", " AND content_hash = ''"],
            _ => &[""],
        };
        let mut there = all;
        for of_a_kind in kinds {
            let removed = format!("SELECT count(*) FROM {name} WHERE removed_at IS NOT NULL{of_a_kind}");
            there -= self.0.number(&removed).await?;
        }
        Ok(there)
    }

    /// Rows whose last change has a number after `after` and up to `up_to`, as they come from the database, never all at once.
    /// Who does not read them to their end can read nothing else after them.
    pub async fn changed(
        &mut self,
        table: ChangingTable,
        after: i64,
        up_to: i64,
    ) -> Result<impl Stream<Item = Result<Batch, StoreError>> + '_, StoreError> {
        let ChangingTable { name, columns } = table;
        let read = columns.iter().map(|(sql, _)| *sql).collect::<Vec<_>>().join(", ");
        // in no order, which would take half as long again
        let sql = format!("SELECT {read} FROM {name} WHERE changed_seq > {after} AND changed_seq <= {up_to}");
        let kinds = columns.iter().map(|(_, kind)| *kind).collect();
        Ok(self.0.rows(sql, kinds).await?.map_ok(move |bytes| Batch::new(name, bytes)))
    }
}
