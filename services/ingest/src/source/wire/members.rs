//! An object's members in their order, also where two have one name, or a name that is no text.

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// One of them, as it came.
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

/// All of them.
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
