//! Kinds of values.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{instant, zone};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, value::RawValue};

/// `{"localization":[{"locale":"de-DE","value":"…"}]}`; every part may be null, empty or absent.
#[derive(Debug, Default, Deserialize)]
#[serde(expecting = "an object")]
pub(super) struct Localization {
    localization: Perhaps<Vec<Perhaps<Entry>>>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
struct Entry {
    locale: Perhaps<Text>,
    value: Perhaps<Text>,
}

impl From<Localization> for domain::Localization {
    fn from(wire: Localization) -> Self {
        let entries = wire.localization.0.unwrap_or_default().into_iter().filter_map(|entry| entry.0);
        entries.filter_map(|entry| Some((text(entry.locale).unwrap_or_default(), text(entry.value)?))).collect()
    }
}

/// Absent is the same as without any text.
pub(super) fn texts(wire: Perhaps<Localization>) -> domain::Localization {
    wire.0.map(domain::Localization::from).unwrap_or_default()
}

/// A value that may be absent, or null, or an empty text in the place of whatever it should be.
#[derive(Debug)]
pub(super) struct Perhaps<T>(pub(super) Option<T>);

impl<T> Default for Perhaps<T> {
    fn default() -> Self {
        Self(None)
    }
}

/// What a value is. serde would take a list for an object, its items for the members in their order.
pub(super) trait Shape {
    const IS_LIST: bool = false;
    const NAME: &'static str = "an object";
}

impl<T> Shape for Vec<T> {
    const IS_LIST: bool = true;
    const NAME: &'static str = "an array";
}

impl Shape for Text {
    const NAME: &'static str = "a string";
}

impl Shape for LocalInstant {
    const NAME: &'static str = "a string";
}

impl Shape for Localization {}
impl Shape for Entry {}

impl<'de, T: Deserialize<'de> + Shape> Deserialize<'de> for Perhaps<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // only an option may be missing in an object
        deserializer.deserialize_option(perhaps::OrAbsent::new()).map(Self)
    }
}

mod perhaps {
    use std::{fmt, marker::PhantomData};

    use serde::{
        Deserialize, Deserializer,
        de::{
            Error, IgnoredAny, IntoDeserializer as _, MapAccess, SeqAccess, Unexpected, Visitor,
            value::{MapAccessDeserializer, SeqAccessDeserializer},
        },
    };

    use super::Shape;

    pub(super) struct OrAbsent<T>(PhantomData<T>);

    impl<T> OrAbsent<T> {
        pub(super) fn new() -> Self {
            Self(PhantomData)
        }
    }

    impl<'de, T: Deserialize<'de> + Shape> Visitor<'de> for OrAbsent<T> {
        type Value = Option<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a value, null, or nothing")
        }

        fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
            Ok(None)
        }

        fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
            Ok(None)
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Option<T>, E> {
            if text.trim().is_empty() { Ok(None) } else { T::deserialize(text.into_deserializer()).map(Some) }
        }

        fn visit_string<E: Error>(self, text: String) -> Result<Option<T>, E> {
            if text.trim().is_empty() { Ok(None) } else { T::deserialize(text.into_deserializer()).map(Some) }
        }

        fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }

        fn visit_i64<E: Error>(self, number: i64) -> Result<Option<T>, E> {
            T::deserialize(number.into_deserializer()).map(Some)
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Option<T>, E> {
            T::deserialize(number.into_deserializer()).map(Some)
        }

        fn visit_f64<E: Error>(self, number: f64) -> Result<Option<T>, E> {
            T::deserialize(number.into_deserializer()).map(Some)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<T>, A::Error> {
            if T::IS_LIST {
                return T::deserialize(SeqAccessDeserializer::new(items)).map(Some);
            }
            // PHP writes an empty object so
            let is_empty = items.next_element::<IgnoredAny>()?.is_none();
            if is_empty { Ok(None) } else { Err(Error::invalid_type(Unexpected::Seq, &T::NAME)) }
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Option<T>, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members)).map(Some)
        }
    }
}

/// A text, without white space around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Text(pub(super) String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        let trimmed = text.trim();
        // most have none, and need no memory of their own
        if trimmed.len() < text.len() {
            text = trimmed.to_owned();
        }
        Ok(Self(text))
    }
}

pub(super) fn text(given: Perhaps<Text>) -> Option<String> {
    given.0.map(|Text(text)| text)
}

/// A key: GUIDs come in upper and lower case, and with braces, and mean the same.
#[derive(Debug)]
pub(super) struct Key(pub(super) String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        domain::key(&String::deserialize(deserializer)?).map(Self).ok_or_else(|| Error::custom("empty"))
    }
}

pub(super) fn key(given: &Perhaps<Text>) -> Option<String> {
    given.0.as_ref().and_then(|Text(text)| domain::key(text))
}

/// A date-time that a record cannot do without; without a zone it is UTC.
#[derive(Debug)]
pub(super) struct Instant(pub(super) DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let instant = match text.trim() {
            "" => return Err(Error::custom("empty")),
            text => instant::parse(text).map_err(Error::custom)?,
        };
        if instant::is_storable(instant) { Ok(Self(instant)) } else { Err(Error::custom(NOT_STORABLE)) }
    }
}

const NOT_STORABLE: &str = "not within the years 1 to 9999";

/// A date-time that is local to the tenant when it has no zone of its own.
#[derive(Debug)]
pub(super) enum LocalInstant {
    Fixed(DateTime<Utc>),
    Local(NaiveDateTime),
}

impl LocalInstant {
    /// The instant it is, in the tenant's zone or else in UTC.
    pub(super) fn resolve(&self, zone: Option<Tz>) -> DateTime<Utc> {
        match self {
            Self::Fixed(instant) => *instant,
            Self::Local(local) => zone::to_utc(*local, zone),
        }
    }
}

impl<'de> Deserialize<'de> for LocalInstant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match instant::parse_naive(text.trim()) {
            Ok(local) => Ok(Self::Local(local)),
            Err(_) => instant::parse(text.trim()).map(Self::Fixed).map_err(Error::custom),
        }
    }
}

/// `None` also where it is something else than it should be.
#[derive(Debug)]
pub(super) struct IfReadable<T>(pub(super) Option<T>);

impl<T> Default for IfReadable<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for IfReadable<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        Ok(Self(serde_json::from_str(raw.get()).ok()))
    }
}

/// Any JSON. Of two members with one name the last counts, which is noted.
#[derive(Debug, Default)]
pub(super) struct Free {
    pub(super) value: Value,
    /// Members that came again, at any depth.
    pub(super) repeats: u64,
}

impl<'de> Deserialize<'de> for Free {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyShape)
    }
}

impl Shape for Free {
    const IS_LIST: bool = true;
    const NAME: &'static str = "any value";
}

struct AnyShape;

impl<'de> Visitor<'de> for AnyShape {
    type Value = Free;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<Free, E> {
        Ok(Free::default())
    }

    fn visit_none<E: Error>(self) -> Result<Free, E> {
        Ok(Free::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Free, D::Error> {
        Free::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Free, E> {
        Ok(Free::of(value.into()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Free, E> {
        Ok(Free::of(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Free, E> {
        Ok(Free::of(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Free, E> {
        Ok(Free::of(Number::from_f64(number).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Free, E> {
        Ok(Free::of(text.into()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Free, E> {
        Ok(Free::of(text.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Free, A::Error> {
        let (mut values, mut repeats) = (Vec::new(), 0);
        while let Some(item) = items.next_element::<Free>()? {
            values.push(item.value);
            repeats += item.repeats;
        }
        Ok(Free { value: values.into(), repeats })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Free, A::Error> {
        let (mut values, mut repeats) = (Map::new(), 0);
        while let Some((name, member)) = members.next_entry::<String, Free>()? {
            repeats += member.repeats + u64::from(values.insert(name, member.value).is_some());
        }
        Ok(Free { value: values.into(), repeats })
    }
}

impl Free {
    fn of(value: Value) -> Self {
        Self { value, repeats: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::scalar::{Flag, Real, Whole},
        *,
    };

    #[test]
    fn localizations_may_be_hollow() {
        let read = |json| texts(serde_json::from_str::<Perhaps<Localization>>(json).unwrap());
        for json in [
            "null",
            "\"\"",
            "\" \"",
            "{}",
            r#"{"localization":null}"#,
            r#"{"localization":""}"#,
            r#"{"localization":[]}"#,
            r#"{"localization":[null,""]}"#,
            r#"{"localization":[{"locale":"de-DE","value":null}]}"#,
            r#"{"localization":[{"locale":"de-DE","value":" "},{"locale":""}]}"#,
        ] {
            assert!(read(json).is_empty(), "{json}");
        }
        assert_eq!(read(r#"{"localization":[null,{"value":"x"}]}"#).preferred(), Some("x"));
    }

    #[test]
    fn an_empty_text_is_nothing_whatever_it_stands_for() {
        fn read<'a, T: Deserialize<'a> + Shape>(json: &'a str) -> Result<Option<T>, serde_json::Error> {
            serde_json::from_str::<Perhaps<T>>(json).map(|found| found.0)
        }
        for nothing in ["null", "\"\"", "\"  \"", "\"\u{a0}\""] {
            assert_eq!(read::<Text>(nothing).unwrap(), None);
            assert!(read::<LocalInstant>(nothing).unwrap().is_none());
            assert_eq!(read::<Whole>(nothing).unwrap(), None);
            assert_eq!(read::<Flag>(nothing).unwrap(), None);
            assert!(read::<Real>(nothing).unwrap().is_none());
            assert_eq!(read::<Vec<String>>(nothing).unwrap(), None);
        }
        for (yes, no) in [("true", "false"), ("1", "0"), ("\"True\"", "\"FALSE\"")] {
            assert_eq!((read(yes).unwrap(), read(no).unwrap()), (Some(Flag(true)), Some(Flag(false))));
        }
        assert!(read::<Real>("1.5").unwrap().is_some_and(|Real(number)| number.to_bits() == 1.5_f64.to_bits()));
        assert_eq!(read::<Vec<String>>("[\"\"]").unwrap(), Some(vec![String::new()]));
        assert!(read::<Flag>("\"x\"").is_err() && read::<Flag>("7").is_err() && read::<Text>("{}").is_err());
        // a list is no object whose members have no names
        assert!(read::<Text>("[]").unwrap().is_none() && read::<Localization>("[]").unwrap().is_none());
        assert!(read::<Text>("[\"x\"]").is_err() && read::<Localization>("[[]]").is_err());
        assert_eq!(text(serde_json::from_str("\" x y\\n\"").unwrap()).as_deref(), Some("x y"));
    }

    #[test]
    fn a_local_date_is_in_the_tenants_zone() {
        let read = |json| serde_json::from_str::<LocalInstant>(json).unwrap().resolve(zone::parse("Europe/Berlin"));
        assert_eq!(read("\"2026-05-29T12:00:00\""), read("\" 2026-05-29T10:00:00Z\""));
    }

    #[test]
    fn it_is_what_serde_json_would_read_and_what_comes_twice_is_counted() {
        for (json, repeats) in [
            ("null", 0),
            (r#"{"a":[1,-2,2.5,true,null,"x",{}],"b":{"a":18446744073709551615}}"#, 0),
            (r#"{"a":1,"\u0061":2}"#, 1),
            (r#"[{"a":{"b":1,"b":2,"b":3},"a":{"b":1,"b":2}}]"#, 4),
        ] {
            let free: Free = serde_json::from_str(json).unwrap();
            assert_eq!(free.value, serde_json::from_str::<Value>(json).unwrap(), "{json}");
            assert_eq!(free.repeats, repeats, "{json}");
        }
    }
}
