//! The labels in a JSON document whose shape is not known, such as the source of an application.

use std::{borrow::Cow, cell::RefCell};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

/// All texts in their order, but for ids and names of locales; none when the document cannot be read.
pub(crate) fn of(json: &str) -> Vec<Cow<'_, str>> {
    let found = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_str(json);
    if (Texts { found: &found }).deserialize(&mut reader).is_err() {
        return Vec::new();
    }
    found.into_inner()
}

const NO_LABELS: [&str; 2] = ["id", "locale"];

#[derive(Clone, Copy)]
struct Texts<'f, 'de> {
    found: &'f RefCell<Vec<Cow<'de, str>>>,
}

impl<'de> DeserializeSeed<'de> for Texts<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Texts<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.found.borrow_mut().push(text.into());
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.found.borrow_mut().push(text.to_owned().into());
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(Name(name)) = members.next_key()? {
            if NO_LABELS.iter().any(|none| name.eq_ignore_ascii_case(none)) {
                members.next_value::<IgnoredAny>()?;
            } else {
                members.next_value_seed(self)?;
            }
        }
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Name<'n>(#[serde(borrow)] Cow<'n, str>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_wherever_they_stand() {
        let json = r#"{"id":"x","title":{"localization":[{"locale":"en-GB","value":"Indeed"},{"locale":"de","value":"a\"b"}]},
                      "type":3,"by":{"name":null,"is":true,"at":1.5},"tags":["c"]}"#;
        assert_eq!(of(json), ["Indeed", "a\"b", "c"]);
        assert_eq!(of("\"Career site\""), ["Career site"]);
        assert_eq!(of("7"), [""; 0]);
        assert_eq!(of("{broken"), [""; 0]);
    }
}
