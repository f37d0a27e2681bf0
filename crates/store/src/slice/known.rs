//! What of a batch the store has already, and the same.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

use super::Staged;
use crate::{StoreError, dialect};

/// Content hashes of live rows, by the first part of their key, with the second.
pub(super) struct Known(HashMap<String, Vec<(String, String)>>);

impl Known {
    /// Looks a batch up.
    pub(super) async fn among<E: Staged>(db: &DatabaseConnection, rows: &[E::Model]) -> Result<Self, StoreError> {
        let mut found = HashMap::<String, Vec<(String, String)>>::with_capacity(rows.len());
        if rows.is_empty() {
            return Ok(Self(found));
        }
        let backend = db.get_database_backend();
        let keys = rows.iter().map(|row| E::identity(row).key[0].to_owned());
        let (is_wanted, keys) = dialect::is_one_of(backend, E::KEY[0], keys);
        let sql = format!(
            "SELECT content_hash, {} FROM {} WHERE {is_wanted} AND removed_at IS NULL",
            E::KEY.join(", "),
            E::TABLE
        );
        for row in db.query_all_raw(Statement::from_sql_and_values(backend, sql, [keys])).await? {
            let second = if E::KEY.len() > 1 { row.try_get_by_index(2)? } else { String::new() };
            found.entry(row.try_get_by_index(1)?).or_default().push((second, row.try_get_by_index(0)?));
        }
        Ok(Self(found))
    }

    /// Whether the store has this row, and the same.
    pub(super) fn holds<E: Staged>(&self, row: &E::Model) -> bool {
        let Identity { key, content_hash } = E::identity(row);
        let versions = self.0.get(key[0]).map_or(&[][..], Vec::as_slice);
        versions.iter().any(|(second, hash)| second == key[1] && hash == content_hash)
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
