//! A record's members in their order, each as its text: what a value of `serde_json` cannot be, a text can, as a number of
//! more than 64 bits or a name that comes twice.

use std::fmt::{self, Write as _};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};

#[derive(Debug, Clone)]
pub(super) struct Draft {
    members: Vec<(String, String)>,
    spelling: Spelling,
}

/// How its text is spelled; JSON means the same either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    Short,
    /// With white space between its members.
    Spread,
    /// With an escape for every character that is not ASCII.
    Escaped,
}

impl Draft {
    pub(super) fn of(json: &str) -> serde_json::Result<Self> {
        let Members(members) = serde_json::from_str(json)?;
        Ok(Self { members, spelling: Spelling::Short })
    }

    /// What a member is. Null also for one that is not there.
    pub(super) fn get(&self, name: &str) -> Value {
        let member = self.members.iter().find(|(known, _)| known == name);
        member.and_then(|(_, text)| serde_json::from_str(text).ok()).unwrap_or_default()
    }

    pub(super) fn get_text(&self, name: &str) -> Option<String> {
        self.get(name).as_str().map(str::to_owned)
    }

    pub(super) fn is_null(&self, name: &str) -> bool {
        self.get(name).is_null()
    }

    /// Sets a member, which comes last if it was not there.
    pub(super) fn set(&mut self, name: &str, value: impl Serialize) -> Option<()> {
        let text = serde_json::to_string(&value).ok()?;
        self.set_raw(name, &text)
    }

    /// The same with JSON as it is to be sent.
    #[expect(clippy::unnecessary_wraps, reason = "a form ends with it, as with what may not fit")]
    pub(super) fn set_raw(&mut self, name: &str, text: &str) -> Option<()> {
        match self.members.iter_mut().find(|(known, _)| known == name) {
            Some((_, held)) => text.clone_into(held),
            None => self.members.push((name.to_owned(), text.to_owned())),
        }
        Some(())
    }

    pub(super) fn set_all(&mut self, names: &[&str], value: impl Serialize) -> Option<()> {
        names.iter().try_for_each(|name| self.set(name, &value))
    }

    /// Puts another member of this name before the one that is there.
    pub(super) fn precede(&mut self, name: &str, value: impl Serialize) -> Option<()> {
        let place = self.members.iter().position(|(known, _)| known == name)?;
        self.members.insert(place, (name.to_owned(), serde_json::to_string(&value).ok()?));
        Some(())
    }

    /// Changes those of these members that are texts; one of them has to be one.
    pub(super) fn respell(&mut self, names: &[&str], change: impl Fn(&str) -> String) -> Option<()> {
        let mut is_any = None;
        for name in names {
            if let Some(text) = self.get_text(name) {
                is_any = self.set(name, change(&text));
            }
        }
        is_any
    }

    #[expect(clippy::unnecessary_wraps, reason = "a form ends with it, as with what may not fit")]
    pub(super) fn spell(&mut self, spelling: Spelling) -> Option<()> {
        self.spelling = spelling;
        Some(())
    }

    pub(super) fn text(&self) -> String {
        let (between, colon) = if self.spelling == Spelling::Spread { (",\r\n\t", " : ") } else { (",", ":") };
        let members = self.members.iter().map(|(name, value)| format!("{}{colon}{value}", Value::from(name.as_str())));
        let text = format!("{{{}}}", members.collect::<Vec<_>>().join(between));
        if self.spelling == Spelling::Escaped { escaped(&text) } else { text }
    }
}

fn escaped(json: &str) -> String {
    // characters that are not ASCII stand in texts only, so nothing has to be parsed
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // a text takes whatever is written to it
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

struct Members(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name, value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft::of(r#"{"b":1,"a":"Größe 𝄞","c":null}"#).expect("an object")
    }

    #[test]
    fn what_is_not_changed_stays_as_it_was() {
        assert_eq!(draft().text(), r#"{"b":1,"a":"Größe 𝄞","c":null}"#);
        let mut draft = draft();
        draft.set_raw("b", "18446744073709551616").expect("set");
        draft.set("d", Value::from("new")).expect("set");
        assert_eq!(draft.text(), r#"{"b":18446744073709551616,"a":"Größe 𝄞","c":null,"d":"new"}"#);
        assert!(draft.is_null("c") && draft.is_null("z") && !draft.is_null("a"));
    }

    #[test]
    fn a_name_may_come_twice() {
        let mut draft = draft();
        assert_eq!(draft.precede("z", 1), None);
        draft.precede("a", "first").expect("there");
        assert_eq!(draft.text(), r#"{"b":1,"a":"first","a":"Größe 𝄞","c":null}"#);
    }

    #[test]
    fn however_it_is_spelled_it_means_the_same() {
        let short: Value = serde_json::from_str(&draft().text()).expect("JSON");
        for spelling in [Spelling::Spread, Spelling::Escaped] {
            let mut draft = draft();
            draft.spell(spelling).expect("spelled");
            let text = draft.text();
            assert_ne!(text, self::draft().text());
            assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), short, "{text}");
            assert!(spelling == Spelling::Spread || text.is_ascii(), "{text}");
        }
    }
}
