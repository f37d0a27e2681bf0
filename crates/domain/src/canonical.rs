//! One way to write a record down, so that equal content has equal bytes.

use std::{cell::RefCell, collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};
use sha2::{Digest as _, Sha256};

/// JSON of unknown shape in canonical form: keys sorted, null members absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "a kind without words is that of JSON")]
pub enum CanonicalValue {
    /// Only inside a list, where its place counts.
    Null,
    Bool(bool),
    /// As it was written.
    Number(Number),
    Text(String),
    List(Vec<CanonicalValue>),
    /// Sorted by key.
    Object(BTreeMap<String, CanonicalValue>),
}

impl CanonicalValue {
    /// `None` for null, which means the same as absent.
    pub fn of(value: Value) -> Option<Self> {
        Some(match value {
            Value::Null => return None,
            Value::Bool(value) => Self::Bool(value),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => {
                Self::List(items.into_iter().map(|item| Self::of(item).unwrap_or(Self::Null)).collect())
            }
            Value::Object(members) => {
                Self::Object(members.into_iter().filter_map(|(key, value)| Some((key, Self::of(value)?))).collect())
            }
        })
    }
}

/// SHA-256 over a record's canonical form, as 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHash(String);

impl ContentHash {
    /// Types of this crate serialise to their canonical form: fields in a fixed order, absent ones left out,
    /// locales sorted, instants in UTC with seven digits.
    pub(crate) fn of(record: &impl Serialize) -> Self {
        thread_local! {
            // a new piece of memory of this size takes as long as hashing what is in it
            static CANONICAL: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
        }
        CANONICAL.with_borrow_mut(|canonical| {
            canonical.clear();
            // plain structs and maps with text keys can always be written
            let written = serde_json::to_writer(&mut *canonical, record);
            debug_assert!(written.is_ok(), "records are plain data");
            Self(const_hex::encode(Sha256::digest(&canonical)))
        })
    }

    /// The hex digits, to be kept.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The hex digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn order_of_keys_and_nulls_do_not_count() {
        let one = CanonicalValue::of(json!({"b": [1, null], "a": {"x": null, "y": "ü"}})).unwrap();
        let two =
            CanonicalValue::of(serde_json::from_str(r#"{"a":{"y":"\u00fc"},"b":[1,null],"c":null}"#).unwrap()).unwrap();
        assert_eq!(one, two);
        assert_eq!(serde_json::to_string(&one).unwrap(), r#"{"a":{"y":"ü"},"b":[1,null]}"#);
        assert_eq!(ContentHash::of(&one), ContentHash::of(&two));
    }

    #[test]
    fn places_in_a_list_count() {
        let hash = |value| ContentHash::of(&CanonicalValue::of(value).unwrap());
        assert_ne!(hash(json!([null, 1])), hash(json!([1])));
        assert_ne!(hash(json!([1, 2])), hash(json!([2, 1])));
        assert_eq!(hash(json!([])).as_str().len(), 64);
    }
}
