//! Rows of the store, as far as a slice has to know them, and by what a record is told from how it came the last time, without
//! reading it: a hash of its bytes.

use std::{collections::HashMap, fmt};

use twox_hash::{XxHash3_64, XxHash3_128};

/// By the first part of their key: a posting's vacancy may stand on several media.
pub(super) type Rows = HashMap<String, Vec<StoredRow>>;

#[derive(Debug)]
pub(super) struct StoredRow {
    pub(super) second: String,
    pub(super) content_hash: String,
    pub(super) raw_hash: String,
    pub(super) is_removed: bool,
}

pub(super) fn stored<'a>(rows: &'a Rows, [first, second]: [&str; 2]) -> Option<&'a StoredRow> {
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
    pub(super) fn of(stored: Option<&StoredRow>, content_hash: &str, raw_hash: &str) -> Self {
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
    pub(super) fn made(&self, kept: &str) -> bool {
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
