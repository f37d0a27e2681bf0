//! A slice whose records do not all come with one commit.
//!
//! What the parts before have had counts for what follows: a key may come again, and in the end it may have to be said what all of
//! them lack. The rows that they have written are told by the numbers of their changes, since nobody else writes meanwhile; of
//! records that came as the store has them, the keys are kept in a temporary table.

use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use super::{stage, staged::Staged};
use crate::{StoreError, recognition::Keyed, sql::number};

/// The parts of a slice that were committed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EarlierParts {
    /// The highest number of a change before the first of them.
    pub(super) since: i64,
}

/// Name of the temporary table with the keys of those records of earlier parts that were not written.
pub(super) fn name(table: &str) -> String {
    format!("read_{table}")
}

impl EarlierParts {
    /// Of none yet: what an earlier slice has left is forgotten.
    pub(super) async fn begin<E: Keyed>(db: &DatabaseConnection) -> Result<Self, StoreError> {
        let (read, table, key) = (name(E::TABLE), E::TABLE, E::KEY.join(", "));
        let making = format!(
            "DROP TABLE IF EXISTS {read}; \
             CREATE TEMPORARY TABLE {read} AS SELECT {key}, CAST(0 AS bigint) AS stage_no FROM {table} WHERE 1 = 0"
        );
        db.execute_unprepared(&making).await?;
        Ok(Self { since: number(db, "SELECT value FROM change_counter WHERE id = 1", []).await? })
    }

    /// Keeps the keys of those in the temporary table of the slice of which the store has the same.
    pub(super) async fn keep_known<E: Keyed>(db: &DatabaseConnection) -> Result<(), StoreError> {
        let (read, stage, key) = (name(E::TABLE), stage::name(E::TABLE), stage::known_columns::<E>().join(", "));
        db.execute_unprepared(&format!(
            "INSERT INTO {read} ({key}) SELECT {key} FROM {stage} WHERE content_hash IS NULL"
        ))
        .await?;
        Ok(())
    }

    /// Drops rows whose key had come in an earlier part, in a newer version; gives their number.
    pub(super) async fn drop_older<E: Staged>(self, db: &DatabaseConnection) -> Result<u64, StoreError> {
        let (stage, table, read) = (stage::name(E::TABLE), E::TABLE, name(E::TABLE));
        let (key, version, since) = (E::KEY.join(", "), E::VERSION, self.since);
        let (is_stored, is_read) = (stage::same_key::<E>("t", "s"), stage::same_key::<E>("r", "s"));
        let sql = format!(
            "DELETE FROM {stage} WHERE stage_no IN (SELECT s.stage_no FROM \
             (SELECT stage_no, {key}, {version} AS version FROM {stage} WHERE content_hash IS NOT NULL) s JOIN \
             (SELECT {key}, {version} AS version, changed_seq FROM {table} WHERE removed_at IS NULL) t ON {is_stored} \
             LEFT JOIN {read} r ON {is_read} \
             WHERE (t.changed_seq > {since} OR r.stage_no IS NOT NULL) AND t.version > s.version)"
        );
        Ok(db.execute_unprepared(&sql).await?.rows_affected())
    }

    /// What is to be joined to a table with this alias, and the condition that a row of it was in no earlier part.
    pub(super) fn lacks<E: Keyed>(self, alias: &str) -> [String; 2] {
        // a join, for which SQLite makes an index; for NOT EXISTS it would go through all keys again and again
        let join = format!("LEFT JOIN {} r ON {}", name(E::TABLE), stage::same_key::<E>("r", alias));
        [join, format!("{alias}.changed_seq <= {} AND r.stage_no IS NULL", self.since)]
    }
}
