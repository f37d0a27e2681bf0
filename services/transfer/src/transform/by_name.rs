//! Names in the mapping file, compared as somebody would who reads them.

use std::{collections::BTreeMap, fmt, marker::PhantomData};

use domain::comparable;
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor},
};

/// A table, whose names are compared so. Two that are the same are a mistake in the file.
#[derive(Debug, Clone)]
pub(super) struct ByName<T>(BTreeMap<String, T>);

/// A list of keys, compared so. One that is there twice is a mistake in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Keys(Vec<String>);

impl<T> Default for ByName<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T> ByName<T> {
    pub(super) fn get(&self, name: &str) -> Option<&T> {
        self.0.get(&comparable(name))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Keys {
    /// Where it stands, from 0.
    pub(super) fn place(&self, key: &str) -> Option<usize> {
        let key = comparable(key);
        self.0.iter().position(|listed| *listed == key)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A name that is not there yet. It is judged as it is read: then what is wrong with it is told with its place.
struct NewName<F>(F);

impl<'de, F: Fn(&str) -> bool> DeserializeSeed<'de> for NewName<F> {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<F: Fn(&str) -> bool> Visitor<'_> for NewName<F> {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<String, E> {
        let name = comparable(name);
        if name.is_empty() {
            return Err(E::custom("this may not be empty"));
        }
        if (self.0)(&name) {
            return Err(E::custom("this is there twice; case, white space and braces do not count"));
        }
        Ok(name)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ByName<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Table<T> {
            type Value = ByName<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<ByName<T>, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(name) = table.next_key_seed(NewName(|name: &str| entries.contains_key(name)))? {
                    entries.insert(name, table.next_value()?);
                }
                Ok(ByName(entries))
            }
        }

        deserializer.deserialize_map(Table(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;

        impl<'de> Visitor<'de> for List {
            type Value = Keys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Keys, A::Error> {
                let mut keys: Vec<String> = Vec::new();
                while let Some(key) =
                    list.next_element_seed(NewName(|key: &str| keys.iter().any(|listed| listed == key)))?
                {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }

        deserializer.deserialize_seq(List)
    }
}
