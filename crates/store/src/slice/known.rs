//! How the store stands to the rows of a batch.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use super::{
    Merged, Staged,
    raw_hash::{RawHash, are_of_one_form},
};
use crate::{StoreError, dialect};

/// Looks records up in the store, beside a writer that is busy. What it finds is only sure while nothing is committed.
#[derive(Debug, Clone)]
pub struct Lookup(pub(crate) DatabaseConnection);

impl Lookup {
    /// What the store has under keys with these first parts.
    pub async fn among<E: Staged>(&self, keys: impl IntoIterator<Item = String>) -> Result<Known, StoreError> {
        let mut known = Known(keys.into_iter().map(|key| (key, Vec::new())).collect());
        if known.0.is_empty() {
            return Ok(known);
        }
        let backend = self.0.get_database_backend();
        let (is_wanted, keys) = dialect::is_one_of(backend, E::KEY[0], known.0.keys().cloned());
        let sql = format!(
            "SELECT content_hash, raw_hash, CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, {} FROM {} WHERE {is_wanted}",
            E::KEY.join(", "),
            E::TABLE
        );
        for row in self.0.query_all_raw(Statement::from_sql_and_values(backend, sql, [keys])).await? {
            let held = Held {
                second: if E::KEY.len() > 1 { row.try_get_by_index(4)? } else { String::new() },
                content_hash: row.try_get_by_index(0)?,
                raw_hash: row.try_get_by_index(1)?,
                is_removed: row.try_get_by_index::<i32>(2)? != 0,
            };
            if let Some(rows) = known.0.get_mut(&row.try_get_by_index::<String>(3)?) {
                rows.push(held);
            }
        }
        Ok(known)
    }
}

/// What the store has under the keys that it was asked for, by the first part of the key.
#[derive(Debug, Default)]
pub struct Known(HashMap<String, Vec<Held>>);

/// A row of the store.
#[derive(Debug)]
struct Held {
    /// The second part of its key.
    second: String,
    content_hash: String,
    raw_hash: Option<String>,
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
    /// It has the same, but does not know how it came, or what another release made of it.
    Unrecognised,
}

impl Known {
    /// Whether the store has, and has not let go, what a record of this key became when it came byte by byte the same.
    pub fn recognises(&self, key: [&str; 2], hash: &RawHash) -> bool {
        self.held(key).is_some_and(|held| {
            !held.is_removed && held.raw_hash.as_ref().is_some_and(|kept| hash.made(kept, &held.content_hash))
        })
    }

    /// Of these rows, the first parts of the keys that were not asked for.
    pub(super) fn lacking<'a>(&self, keys: impl Iterator<Item = &'a str>) -> Vec<String> {
        keys.filter(|key| !self.0.contains_key(*key)).map(str::to_owned).collect()
    }

    /// Adds what was found afterwards.
    pub(super) fn extend(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// How the store stands to a row that was asked for; `raw_hash` is how it came.
    pub(super) fn standing(&self, Identity { key, content_hash }: Identity<'_>, raw_hash: Option<&str>) -> Standing {
        match self.held(key) {
            None => Standing::New,
            Some(held) if held.is_removed => Standing::Revived,
            Some(held) if held.content_hash != content_hash => Standing::Changed,
            Some(held) => match (raw_hash, &held.raw_hash) {
                (None, _) => Standing::Same,
                (Some(came), Some(kept)) if are_of_one_form(came, kept) => Standing::Same,
                (Some(_), _) => Standing::Unrecognised,
            },
        }
    }

    fn held(&self, key: [&str; 2]) -> Option<&Held> {
        self.0.get(key[0])?.iter().find(|held| held.second == key[1])
    }
}

/// How many rows of a slice stand how.
#[derive(Debug, Default)]
pub(super) struct Tally {
    new: u64,
    changed: u64,
    revived: u64,
    same: u64,
    /// Of these, those that are to be recognised from now on.
    unrecognised: u64,
    /// Those that the store has and that are not gone, by the second part of their key.
    live: HashMap<String, u64>,
}

impl Tally {
    /// Counts a row.
    pub(super) fn add(&mut self, standing: Standing, [_, second]: [&str; 2]) {
        match standing {
            Standing::New => self.new += 1,
            Standing::Changed => self.changed += 1,
            Standing::Revived => self.revived += 1,
            Standing::Same => self.same += 1,
            Standing::Unrecognised => {
                self.same += 1;
                self.unrecognised += 1;
            }
        }
        if matches!(standing, Standing::Changed | Standing::Same | Standing::Unrecognised) {
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

    /// Of these, those of which it is to be kept how they came.
    pub(super) fn unrecognised(&self) -> u64 {
        self.unrecognised
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
