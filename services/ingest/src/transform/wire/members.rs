//! An object's members in their order, also where two have one name, or a name that is no text; and those that are not kept, not
//! even as they came.

use std::borrow::Cow;

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

pub(super) struct Member<'a> {
    /// With its quotes and escapes.
    pub(super) raw_name: &'a RawValue,
    pub(super) value: &'a RawValue,
}

impl Member<'_> {
    /// Its name; empty if it is no text, such as half a pair of surrogates.
    pub(super) fn name(&self) -> String {
        serde_json::from_str(self.raw_name.get()).unwrap_or_default()
    }
}

pub(super) struct Members<'a>(pub(super) Vec<Member<'a>>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OfObject;

        impl<'de> Visitor<'de> for OfObject {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((raw_name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    members.push(Member { raw_name, value });
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(OfObject)
    }
}

/// The key that a member is, of an object of which nothing else may be readable. Of two members with one name the last counts.
pub(super) fn last(json: &str, name: &str) -> Option<String> {
    let Members(members) = serde_json::from_str(json).ok()?;
    let member = members.iter().rev().find(|member| member.name() == name)?;
    domain::key(&serde_json::from_str::<String>(member.value.get()).ok()?)
}

/// Beginnings of the names of members that a posting is kept without, in lower case: persons whom nobody here has to know.
const OF_POSTINGS: [&str; 1] = ["projectmanager"];

/// A posting's JSON without what is not to be kept; as it is when nothing is, or when it is no object.
pub(crate) fn without_persons(json: &str) -> Cow<'_, str> {
    match serde_json::from_str::<Members<'_>>(json) {
        Ok(Members(members)) if members.iter().any(|member| is_unwanted(&member.name())) => {
            let kept = members.iter().filter(|member| !is_unwanted(&member.name()));
            let kept = kept.map(|member| format!("{}:{}", member.raw_name.get(), member.value.get()));
            format!("{{{}}}", kept.collect::<Vec<_>>().join(",")).into()
        }
        _ => json.into(),
    }
}

pub(crate) fn is_unwanted(name: &str) -> bool {
    let name = name.to_lowercase();
    OF_POSTINGS.iter().any(|beginning| name.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_s_name_is_kept_however_it_is_written() {
        for (came, kept) in [
            (r#"{"a":1, "projectManagerFullName":"Erika", "b":[ 2 ]}"#, r#"{"a":1,"b":[ 2 ]}"#),
            (r#"{"project\u004danagerUserId":"x","\"":"\ud800"}"#, r#"{"\"":"\ud800"}"#),
            (r#"{"projectManagerUserId":"x","\ud800":1}"#, r#"{"\ud800":1}"#),
            (
                r#"{"ProjectManagerPhone":{"n":1e999},"a":{"projectManager":1},"a":2}"#,
                r#"{"a":{"projectManager":1},"a":2}"#,
            ),
            (r#"{"projectManager":null}"#, "{}"),
        ] {
            assert_eq!(without_persons(came), kept);
        }
        for same in [r#"{ "a" : 1 }"#, "[1]", "7", "{", r#"{"a":"projectManager"}"#] {
            assert!(matches!(without_persons(same), Cow::Borrowed(json) if json == same), "{same}");
        }
    }
}
