//! What the warehouses know persons by.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Pseudonymiser;
use sea_orm::{ConnectionTrait, EntityTrait as _, QueryOrder as _};

use super::scrub;
use crate::{
    Store, StoreError, Writer,
    entity::export_cursor,
    sql::{count, execute},
};

pub(super) struct Warehouses<'a> {
    /// Whether anything was ever sent.
    are_told: bool,
    /// Whether one of them keeps persons as they are.
    keep: bool,
    pseudonymiser: Option<&'a Pseudonymiser>,
}

impl<'a> Warehouses<'a> {
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        pseudonymiser: Option<&'a Pseudonymiser>,
    ) -> Result<Self, StoreError> {
        let served = served(db).await?;
        let keep = served.iter().any(|row| row.pii_mode.as_deref() == Some("keep"));
        Ok(Self { are_told: !served.is_empty(), keep, pseudonymiser })
    }

    /// Whether a key can be given away for what they know instead.
    pub(super) fn can_be_told(&self) -> bool {
        !self.are_told || self.keep || self.pseudonymiser.is_some()
    }

    /// What they know a key by; `None` when they know nothing.
    pub(super) fn exported(&self, key: &str) -> Option<String> {
        match (self.are_told, self.keep) {
            (false, _) => None,
            (true, true) => Some(key.to_owned()),
            (true, false) => self.pseudonymiser.map(|pseudonymiser| pseudonymiser.id(key)),
        }
    }
}

/// The one that was served last, and others that know persons by the same key or by themselves.
async fn served(db: &impl ConnectionTrait) -> Result<Vec<export_cursor::Model>, StoreError> {
    let query = export_cursor::Entity::find().order_by_desc(export_cursor::Column::MovedAt);
    let mut rows = query.all(db).await?;
    rows.retain(|row| row.sent > 0 || row.pending_to.is_some());
    let Some(last) = rows.first().map(|row| (row.pii_key_fingerprint.clone(), row.moved_at)) else { return Ok(rows) };
    // one of another key was left behind, when the key was changed
    let is_served = |row: &export_cursor::Model| {
        row.pii_key_fingerprint == last.0
            || (last.1 - row.moved_at < LEFT_BEHIND && row.pii_mode.as_deref() == Some("keep"))
    };
    rows.retain(is_served);
    Ok(rows)
}

/// A warehouse that keeps persons and was not served for so long has been given up.
const LEFT_BEHIND: TimeDelta = TimeDelta::days(7);

/// Fingerprint of the key that the warehouse has which was served last.
pub(super) async fn fingerprint(db: &impl ConnectionTrait) -> Result<Option<String>, StoreError> {
    let query = export_cursor::Entity::find().order_by_desc(export_cursor::Column::MovedAt);
    Ok(query.one(db).await?.and_then(|row| row.pii_key_fingerprint))
}

impl Store {
    /// Blanked candidates of whom a warehouse is still to be told.
    pub async fn keys_waiting_for_export(&self) -> Result<u64, StoreError> {
        count(&self.db, WAITING, []).await
    }
}

pub(super) const WAITING: &str = "SELECT count(*) FROM candidate WHERE exported_key IS NOT NULL";

impl Writer {
    /// Lets go what was kept of blanked candidates for warehouses that have been told by now; gives their number. No row is
    /// another one for that.
    pub async fn release_exported_keys(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        if count(&self.reads, WAITING, []).await? == 0 {
            return Ok(0);
        }
        let transaction = self.begin().await?;
        // the one that is furthest behind decides
        let told = served(&*transaction).await?.iter().map(|row| row.sent).min().unwrap_or(i64::MAX);
        let sql = "UPDATE candidate SET exported_key = NULL WHERE exported_key IS NOT NULL AND changed_seq <= $1";
        let released = execute(&transaction, sql, [told.into()]).await?;
        if released > 0 {
            scrub::mark(&transaction, now).await?;
        }
        transaction.commit().await?;
        Ok(released)
    }
}
