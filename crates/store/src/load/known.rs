//! How the store stands to the rows of a batch.

use std::{collections::HashMap, sync::Arc};

use domain::{Window, instant::microseconds};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, Value};

use super::{
    Merged, Staged,
    raw_hash::{RawHash, are_of_one_form},
};
use crate::{StoreError, dialect, sql::is_empty};

/// Rows that are looked up beforehand, at most.
const BEFOREHAND: u64 = 5_000;

/// Looks records up in the store, beside a writer that is busy. What it finds is only sure while nothing is committed.
#[derive(Debug, Clone)]
pub struct Lookup {
    db: DatabaseConnection,
    beforehand: Arc<Rows>,
    /// Whether the store has no row of the table at all.
    has_none: bool,
}

/// The records that a slice will mostly have.
#[derive(Debug, Clone)]
pub enum Expected {
    /// The postings of a medium.
    Medium(String),
    /// The applications created within.
    Window(Window),
}

/// Rows of the store, by the first part of their key.
type Rows = HashMap<String, Vec<Held>>;

impl Lookup {
    pub(super) fn new(db: &DatabaseConnection) -> Self {
        Self { db: db.clone(), beforehand: Arc::default(), has_none: false }
    }

    /// The same, with one question for what is expected instead of one for each batch; as far as that is not too much.
    pub async fn expecting<E: Staged>(self, expected: &Expected) -> Result<Self, StoreError> {
        if is_empty(&self.db, E::TABLE).await? {
            return Ok(Self { has_none: true, ..self });
        }
        let mut rows = Rows::new();
        let (condition, values) = match expected {
            Expected::Medium(media_id) => ("media_id = $1", vec![media_id.as_str().into()]),
            Expected::Window(window) => {
                let bounds = [window.from, window.to].map(|at| microseconds(at).into());
                // in their order, so that they are looked up by it
                ("created_at_source >= $1 AND created_at_source < $2 ORDER BY created_at_source", bounds.into())
            }
        };
        self.find::<E>(&format!("{condition} LIMIT {BEFOREHAND}"), values, |key, held| {
            rows.entry(key).or_default().push(held);
        })
        .await?;
        Ok(Self { beforehand: Arc::new(rows), ..self })
    }

    /// What the store has under these keys.
    pub async fn among<E: Staged>(&self, keys: impl IntoIterator<Item = [String; 2]>) -> Result<Known, StoreError> {
        let is_known = |[first, second]: &[String; 2]| held(&self.beforehand, [first, second]).is_some();
        if self.has_none {
            return Ok(Known { has_none: true, ..Known::default() });
        }
        let unknown = keys.into_iter().filter(|key| !is_known(key));
        let mut found: Rows = unknown.map(|[first, _]| (first, Vec::new())).collect();
        if !found.is_empty() {
            let backend = self.db.get_database_backend();
            let (condition, keys) = dialect::is_one_of(backend, E::KEY[0], found.keys().cloned());
            self.find::<E>(&condition, vec![keys], |key, held| {
                if let Some(rows) = found.get_mut(&key) {
                    rows.push(held);
                }
            })
            .await?;
        }
        Ok(Known { beforehand: Arc::clone(&self.beforehand), found, has_none: false })
    }

    async fn find<E: Staged>(
        &self,
        condition: &str,
        values: Vec<Value>,
        mut each: impl FnMut(String, Held),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT content_hash, raw_hash, CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, {} FROM {} WHERE {condition}",
            E::KEY.join(", "),
            E::TABLE
        );
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        for row in self.db.query_all_raw(statement).await? {
            let held = Held {
                second: if E::KEY.len() > 1 { row.try_get_by_index(4)? } else { String::new() },
                content_hash: row.try_get_by_index(0)?,
                raw_hash: row.try_get_by_index(1)?,
                is_removed: row.try_get_by_index::<i32>(2)? != 0,
            };
            each(row.try_get_by_index(3)?, held);
        }
        Ok(())
    }
}

/// What the store has under the keys that it was asked for.
#[derive(Debug, Default)]
pub struct Known {
    /// Not all rows of a first part.
    beforehand: Arc<Rows>,
    /// All rows of each first part.
    found: Rows,
    /// Whether there is nothing to be found.
    has_none: bool,
}

/// A row of the store.
#[derive(Debug)]
struct Held {
    /// The second part of its key.
    second: String,
    content_hash: String,
    raw_hash: String,
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
    /// It has the same content, in a row of another form: other columns may have been made of it.
    OtherForm,
}

impl Known {
    /// Whether the store has, and has not let go, what a record of this key became when it came byte by byte the same.
    pub fn recognises(&self, key: [&str; 2], hash: &RawHash) -> bool {
        self.held(key).is_some_and(|held| !held.is_removed && hash.made(&held.raw_hash))
    }

    /// Of these keys, those that were not asked for.
    pub(super) fn lacking<'a>(&self, keys: impl Iterator<Item = [&'a str; 2]>) -> Vec<[String; 2]> {
        let was_asked_for =
            |key: [&str; 2]| self.has_none || self.found.contains_key(key[0]) || held(&self.beforehand, key).is_some();
        keys.filter(|key| !was_asked_for(*key)).map(|key| key.map(str::to_owned)).collect()
    }

    /// Adds what was found afterwards.
    pub(super) fn extend(&mut self, more: Self) {
        self.found.extend(more.found);
    }

    /// How the store stands to a row that was asked for; `raw_hash` is how it came.
    pub(super) fn standing(&self, Identity { key, content_hash }: Identity<'_>, raw_hash: &str) -> Standing {
        match self.held(key) {
            None => Standing::New,
            Some(held) if held.is_removed => Standing::Revived,
            Some(held) if held.content_hash != content_hash => Standing::Changed,
            Some(held) if are_of_one_form(raw_hash, &held.raw_hash) => Standing::Same,
            Some(_) => Standing::OtherForm,
        }
    }

    fn held(&self, key: [&str; 2]) -> Option<&Held> {
        held(&self.found, key).or_else(|| held(&self.beforehand, key))
    }
}

fn held<'a>(rows: &'a Rows, [first, second]: [&str; 2]) -> Option<&'a Held> {
    rows.get(first)?.iter().find(|held| held.second == second)
}

/// How many rows of a slice stand how.
#[derive(Debug, Default)]
pub(super) struct Tally {
    new: u64,
    changed: u64,
    revived: u64,
    same: u64,
    /// Of these, those in another form.
    other_forms: u64,
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
            Standing::OtherForm => {
                self.same += 1;
                self.other_forms += 1;
            }
        }
        if matches!(standing, Standing::Changed | Standing::Same | Standing::OtherForm) {
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

    /// Of these, those in another form.
    pub(super) fn other_forms(&self) -> u64 {
        self.other_forms
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
