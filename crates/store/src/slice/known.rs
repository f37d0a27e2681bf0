//! How the store stands to the rows of a batch.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use super::{Merged, Staged};
use crate::{StoreError, dialect};

/// What the store has under the keys of a batch, by the first part of the key.
pub(super) struct Known(HashMap<String, Vec<Held>>);

/// A row of the store.
struct Held {
    /// The second part of its key.
    second: String,
    content_hash: String,
    is_removed: bool,
}

/// How the store stands to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has none of this key.
    New,
    /// It has another one.
    Changed,
    /// It has a tombstone.
    Revived,
    /// It has the same.
    Same,
}

impl Known {
    /// Looks a batch up.
    pub(super) async fn among<E: Staged>(db: &DatabaseConnection, rows: &[E::Model]) -> Result<Self, StoreError> {
        let mut found = HashMap::<String, Vec<Held>>::with_capacity(rows.len());
        if rows.is_empty() {
            return Ok(Self(found));
        }
        let backend = db.get_database_backend();
        let keys = rows.iter().map(|row| E::identity(row).key[0].to_owned());
        let (is_wanted, keys) = dialect::is_one_of(backend, E::KEY[0], keys);
        let sql = format!(
            "SELECT content_hash, CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, {} FROM {} WHERE {is_wanted}",
            E::KEY.join(", "),
            E::TABLE
        );
        for row in db.query_all_raw(Statement::from_sql_and_values(backend, sql, [keys])).await? {
            let held = Held {
                second: if E::KEY.len() > 1 { row.try_get_by_index(3)? } else { String::new() },
                content_hash: row.try_get_by_index(0)?,
                is_removed: row.try_get_by_index::<i32>(1)? != 0,
            };
            found.entry(row.try_get_by_index(2)?).or_default().push(held);
        }
        Ok(Self(found))
    }

    /// How the store stands to one of its rows.
    pub(super) fn standing(&self, Identity { key, content_hash }: Identity<'_>) -> Standing {
        match self.0.get(key[0]).and_then(|rows| rows.iter().find(|held| held.second == key[1])) {
            None => Standing::New,
            Some(held) if held.is_removed => Standing::Revived,
            Some(held) if held.content_hash == content_hash => Standing::Same,
            Some(_) => Standing::Changed,
        }
    }
}

/// How many rows of a slice stand how.
#[derive(Debug, Default)]
pub(super) struct Tally {
    new: u64,
    changed: u64,
    revived: u64,
    same: u64,
    /// Those that the store has and that are not gone, by the second part of their key.
    live: HashMap<String, u64>,
}

impl Tally {
    /// Counts a row.
    pub(super) fn add(&mut self, standing: Standing, identity: Identity<'_>) {
        match standing {
            Standing::New => self.new += 1,
            Standing::Changed => self.changed += 1,
            Standing::Revived => self.revived += 1,
            Standing::Same => self.same += 1,
        }
        if matches!(standing, Standing::Changed | Standing::Same) {
            let [_, second] = identity.key;
            match self.live.get_mut(second) {
                Some(count) => *count += 1,
                None => {
                    self.live.insert(second.to_owned(), 1);
                }
            }
        }
    }

    /// All of them.
    pub(super) fn rows(&self) -> u64 {
        self.same + self.others()
    }

    /// Those of which the store has the same.
    pub(super) fn same(&self) -> u64 {
        self.same
    }

    /// The others.
    pub(super) fn others(&self) -> u64 {
        self.new + self.changed + self.revived
    }

    /// Those that the store has in another version, not counting what is gone from it.
    pub(super) fn changed(&self) -> u64 {
        self.changed
    }

    /// Those that the store has and that are not gone, with this second part of their key.
    pub(super) fn live(&self, second: &str) -> u64 {
        self.live.get(second).copied().unwrap_or(0)
    }

    /// What a merge will write, when each key came once.
    pub(super) fn merged(&self) -> Merged {
        Merged { inserted: self.new, updated: self.changed + self.revived, revived: self.revived }
    }
}

/// What tells a row from others, and a version of it from others.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Its key; the second part is empty where a key has one.
    pub key: [&'a str; 2],
    /// SHA-256 of its content, hex.
    pub content_hash: &'a str,
}
