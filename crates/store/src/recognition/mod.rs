//! Which records came before, byte for byte, and what the rows that are made of the others are to the store.
//!
//! Of what a source lists, next to nothing has changed since the last time. To read a record, to make a row of it and to
//! hash that takes a hundred times as long as to hash its bytes. So a record whose bytes are those that a row was made of is
//! told by its key and this hash alone, and is read no further.

use std::{collections::HashMap, fmt, marker::PhantomData, sync::Arc};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, EntityTrait, Statement, Value};
use twox_hash::{XxHash3_64, XxHash3_128};

use crate::{StoreError, Writer, dialect, sql::is_empty};

/// Rows that are looked up beforehand, at most: as many as most slices have. 350 bytes each.
const BEFOREHAND: u64 = 25_000;

/// A table whose rows are recognised.
pub trait Keyed: EntityTrait {
    /// What tells which of its rows a slice will mostly have.
    type Expected: Send + Sync;
    /// The table's name.
    const TABLE: &'static str;
    /// Its primary key, of one column or two.
    const KEY: &'static [&'static str];

    /// The rows that are expected, as the end of a query from `WHERE` on, without a limit.
    fn expected(of: &Self::Expected) -> (&'static str, Vec<Value>);
    /// What tells rows and their versions from each other.
    fn identity(row: &Self::Model) -> Identity<'_>;
    /// What a row is recognised by when it comes again.
    fn raw_hash(row: &Self::Model) -> &str;
}

/// What the store has of a slice's records, as far as it was asked. It is only true while nothing is committed.
#[derive(Debug)]
pub struct Recognition<E> {
    /// A connection beside the writer's, which is busy.
    db: DatabaseConnection,
    /// Not all rows of a first part of a key.
    beforehand: Arc<Rows>,
    /// All rows of each first part that was asked for.
    found: Rows,
    /// A store that has no row at all need not be asked for any.
    is_empty: bool,
    entity: PhantomData<fn() -> E>,
}

impl Writer {
    /// Begins to recognise the records of a slice.
    pub async fn recognition<E: Keyed>(&self, expected: Option<&E::Expected>) -> Result<Recognition<E>, StoreError> {
        let recognition = Recognition::of_nothing(&self.reads);
        // the first run of all would ask for each batch in vain
        if is_empty(&self.reads, E::TABLE).await? {
            return Ok(Recognition { is_empty: true, ..recognition });
        }
        let Some(expected) = expected else { return Ok(recognition) };
        // one question for all that is expected, instead of one for each batch; as far as that is not too much
        let (condition, values) = E::expected(expected);
        let mut beforehand = Rows::new();
        for (first, row) in recognition.find(&format!("{condition} LIMIT {BEFOREHAND}"), values).await? {
            beforehand.entry(first).or_default().push(row);
        }
        Ok(Recognition { beforehand: Arc::new(beforehand), ..recognition })
    }
}

impl<E: Keyed> Recognition<E> {
    pub(crate) fn of_nothing(db: &DatabaseConnection) -> Self {
        let (beforehand, found) = (Arc::default(), Rows::new());
        Self { db: db.clone(), beforehand, found, is_empty: false, entity: PhantomData }
    }

    /// The same for a batch: what the store has under these keys, too.
    pub async fn look_up<'k>(&self, keys: impl IntoIterator<Item = [&'k str; 2]>) -> Result<Self, StoreError> {
        let unknown = keys.into_iter().filter(|key| !self.is_empty && stored(&self.beforehand, *key).is_none());
        let found = self.under(unknown.map(|[first, _]| first.to_owned())).await?;
        Ok(Self { db: self.db.clone(), beforehand: Arc::clone(&self.beforehand), found, ..*self })
    }

    /// Splits a batch: first the records that came before, and of which the store still has what they became when they did;
    /// then all others, each with what it is to be recognised by the next time. `of` gives a record's bytes, and its key
    /// if that could be read. Rows of this `form` are made of them.
    pub fn split<R>(
        &self,
        batch: Vec<R>,
        form: u32,
        of: impl Fn(&R) -> (&str, Option<[&str; 2]>),
    ) -> (Vec<R>, Vec<(R, RawHash)>) {
        let (mut unchanged, mut changed) = (Vec::new(), Vec::new());
        for record in batch {
            let (raw, key) = of(&record);
            // a row of another form was made otherwise, so of the same bytes another one may come
            let hash = RawHash::of(raw, form);
            // what is gone has come back, which is a change
            let is_unchanged =
                key.and_then(|key| self.stored(key)).is_some_and(|row| !row.is_removed && hash.made(&row.raw_hash));
            if is_unchanged { unchanged.push(record) } else { changed.push((record, hash)) }
        }
        (unchanged, changed)
    }

    /// Asks for those of these keys that were not asked for.
    pub(crate) async fn complete<'a>(&mut self, keys: impl Iterator<Item = [&'a str; 2]>) -> Result<(), StoreError> {
        // what could not be read in passing is known when the record has been read
        let was_asked_for = |key: [&str; 2]| {
            self.is_empty || self.found.contains_key(key[0]) || stored(&self.beforehand, key).is_some()
        };
        let missing_keys: Vec<String> =
            keys.filter(|key| !was_asked_for(*key)).map(|[first, _]| first.to_owned()).collect();
        let more = self.under(missing_keys.into_iter()).await?;
        self.found.extend(more);
        Ok(())
    }

    pub(crate) fn change(&self, row: &E::Model) -> RowChange {
        let identity = E::identity(row);
        RowChange::of(self.stored(identity.key), identity.content_hash, E::raw_hash(row))
    }

    fn stored(&self, key: [&str; 2]) -> Option<&StoredRow> {
        stored(&self.found, key).or_else(|| stored(&self.beforehand, key))
    }

    /// All rows under each of these first parts; an empty list where there is none.
    async fn under(&self, firsts: impl Iterator<Item = String>) -> Result<Rows, StoreError> {
        let mut rows: Rows = firsts.map(|first| (first, Vec::new())).collect();
        if rows.is_empty() {
            return Ok(rows);
        }
        let backend = self.db.get_database_backend();
        // by the first part alone, for which one index is enough: few keys share it, since a vacancy stands on few media
        let (condition, firsts) = dialect::is_one_of(backend, E::KEY[0], rows.keys().cloned());
        for (first, row) in self.find(&condition, vec![firsts]).await? {
            if let Some(rows) = rows.get_mut(&first) {
                rows.push(row);
            }
        }
        Ok(rows)
    }

    async fn find(&self, condition: &str, values: Vec<Value>) -> Result<Vec<(String, StoredRow)>, StoreError> {
        let sql = format!(
            "SELECT content_hash, raw_hash, CASE WHEN removed_at IS NULL THEN 0 ELSE 1 END, {} FROM {} WHERE {condition}",
            E::KEY.join(", "),
            E::TABLE
        );
        let statement = Statement::from_sql_and_values(self.db.get_database_backend(), sql, values);
        let rows = self.db.query_all_raw(statement).await?;
        let rows = rows.iter().map(|row| {
            let stored = StoredRow {
                second: if E::KEY.len() > 1 { row.try_get_by_index(4)? } else { String::new() },
                content_hash: row.try_get_by_index(0)?,
                raw_hash: row.try_get_by_index(1)?,
                is_removed: row.try_get_by_index::<i32>(2)? != 0,
            };
            Ok((row.try_get_by_index(3)?, stored))
        });
        rows.collect()
    }
}

/// By the first part of their key: a posting's vacancy may stand on several media.
type Rows = HashMap<String, Vec<StoredRow>>;

#[derive(Debug)]
struct StoredRow {
    second: String,
    content_hash: String,
    raw_hash: String,
    is_removed: bool,
}

fn stored<'a>(rows: &'a Rows, [first, second]: [&str; 2]) -> Option<&'a StoredRow> {
    rows.get(first)?.iter().find(|row| row.second == second)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowChange {
    New,
    Changed,
    Revived,
    Same,
    /// It has the same content, in a row of another form: other columns may have been made of it.
    OtherForm,
}

impl RowChange {
    fn of(stored: Option<&StoredRow>, content_hash: &str, raw_hash: &str) -> Self {
        match stored {
            None => Self::New,
            Some(row) if row.is_removed => Self::Revived,
            Some(row) if row.content_hash != content_hash => Self::Changed,
            Some(row) if are_of_one_form(raw_hash, &row.raw_hash) => Self::Same,
            Some(_) => Self::OtherForm,
        }
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

/// A hash of a record's bytes, and the form of the rows that were made of such bytes. As text, which is kept beside a row:
/// the form, a colon, and the hash in hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawHash {
    form: u32,
    hash: u128,
}

impl RawHash {
    /// Of a record as it came. Whoever makes another row of the same bytes than before gives another form.
    pub fn of(raw: &str, form: u32) -> Self {
        // 128 bits: two versions of one record have the same hash once in 10³⁸ times, and it takes a hundredth of the time that
        // reading the record does
        Self { form, hash: XxHash3_128::oneshot(raw.as_bytes()) }
    }

    /// A form that depends on something else too, which is in no record: another text is another form.
    #[expect(clippy::cast_possible_truncation, reason = "half of a hash is one")]
    pub fn form_of(form: u32, text: &str) -> u32 {
        XxHash3_64::oneshot_with_seed(u64::from(form), text.as_bytes()) as u32
    }

    /// Whether what is kept beside a row says that the row was made of these bytes, in this form.
    fn made(&self, kept: &str) -> bool {
        let parts = || {
            let (form, hash) = kept.split_once(':')?;
            Some((form.parse().ok()?, u128::from_str_radix(hash, 16).ok()?))
        };
        parts() == Some((self.form, self.hash))
    }
}

impl fmt::Display for RawHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{:032x}", self.form, self.hash)
    }
}

/// Whether two of them, kept beside rows of the same content, are of one form; their bytes may differ.
fn are_of_one_form(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|kept| kept.split_once(':').map(|(form, _)| form));
    one == other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_recognised_by_its_bytes_and_its_form() {
        let hash = RawHash::of("{\"id\":\"ü\"}", 3);
        let kept = hash.to_string();
        assert_eq!(kept, "3:a896c66686a6c308d26ccd43f33b1a77");
        assert!(hash.made(&kept));
        assert!(!RawHash::of("{\"id\": \"ü\"}", 3).made(&kept), "other bytes");
        assert!(!RawHash::of("{\"id\":\"ü\"}", 4).made(&kept), "another form");
        for odd in ["", "3", "3:", "x:00", "3:x"] {
            assert!(!hash.made(odd), "{odd}");
        }
    }

    #[test]
    fn forms_are_told_apart() {
        let kept = |raw, form| RawHash::of(raw, form).to_string();
        assert!(are_of_one_form(&kept("a", 1), &kept("b", 1)));
        assert!(!are_of_one_form(&kept("a", 1), &kept("a", 2)));
        assert!(!are_of_one_form("", &kept("a", 2)));
    }
}
