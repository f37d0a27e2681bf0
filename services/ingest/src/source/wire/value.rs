//! Kinds of values.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{instant, zone};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Unexpected, Visitor},
};

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
    /// Whether it is a list, or may be one.
    const IS_LIST: bool = false;
    /// What is expected.
    const NAME: &'static str = "an object";
}

impl<T> Shape for Vec<T> {
    const IS_LIST: bool = true;
    const NAME: &'static str = "an array";
}

macro_rules! shapes {
    ($($kind:ty: $name:literal),+) => {
        $(impl Shape for $kind {
            const NAME: &'static str = $name;
        })+
    };
}

shapes!(Text: "a string", LocalInstant: "a string", Whole: "an integer", Real: "a number", Code: "a number or a word", Flag: "true or false");

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

/// A text that may be absent or empty.
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

/// A key that may be absent or empty.
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

/// Why a date-time cannot be kept.
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

/// A whole number, also as a text or with a point; it may be one that is not known to the last digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    Number(i64),
    Beyond,
}

/// From here on a double does not tell a number from its neighbours: 2^53.
const INEXACT: f64 = 9_007_199_254_740_992.0;

impl Whole {
    fn of(number: f64) -> Option<Self> {
        if number.abs() >= INEXACT {
            return Some(Self::Beyond);
        }
        #[expect(clippy::cast_possible_truncation, reason = "it is whole, and within 64 bits")]
        (number.fract() == 0.0).then_some(Self::Number(number as i64))
    }
}

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Whole;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an integer")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Whole, E> {
                Ok(Whole::Number(number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Whole, E> {
                Ok(i64::try_from(number).map_or(Whole::Beyond, Whole::Number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Whole, E> {
                Whole::of(number).ok_or_else(|| E::invalid_type(Unexpected::Float(number), &self))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Whole, E> {
                let whole = text.trim().parse().ok().map(Whole::Number);
                // a text such as `nan` is a number to Rust
                let is_number = text.bytes().any(|byte| byte.is_ascii_digit());
                let number = || text.trim().parse().ok().filter(|_| is_number).and_then(Whole::of);
                whole.or_else(number).ok_or_else(|| E::invalid_type(Unexpected::Str(""), &self))
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

/// A number, also as a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Real(pub(super) f64);

impl<'de> Deserialize<'de> for Real {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;

        impl Visitor<'_> for NumberOrText {
            type Value = Real;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Real, E> {
                Ok(Real(number))
            }

            #[expect(clippy::cast_precision_loss, reason = "degrees are small")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Real, E> {
                Ok(Real(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "degrees are small")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Real, E> {
                Ok(Real(number as f64))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Real, E> {
                let number = text.trim().parse().ok().filter(|number: &f64| !number.is_nan());
                number.map(Real).ok_or_else(|| E::invalid_type(Unexpected::Str(""), &self))
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

/// Yes or no, also as a text or a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flag(pub(super) bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct YesOrNo;

        impl Visitor<'_> for YesOrNo {
            type Value = Flag;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true or false")
            }

            fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(value))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Flag, E> {
                match number {
                    0 | 1 => Ok(Flag(number == 1)),
                    _ => Err(E::invalid_type(Unexpected::Unsigned(number), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Flag, E> {
                match text.trim().to_ascii_lowercase().as_str() {
                    "true" | "1" => Ok(Flag(true)),
                    "false" | "0" => Ok(Flag(false)),
                    _ => Err(E::invalid_type(Unexpected::Str(""), &self)),
                }
            }
        }
        deserializer.deserialize_any(YesOrNo)
    }
}

/// What stands for a word, or a number, that nobody has named.
pub(super) const UNNAMED: i32 = -1;

/// One of a list of values: a number here, a word on sibling resources. There may be others than are known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Code {
    Number(i32),
    Word(String),
}

impl Code {
    /// Its number, by the names that are known; `None` for a word, or a number beyond 32 bits, that is not.
    pub(super) fn number(&self, names: &[(&str, i32)]) -> Option<i32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Word(word) => {
                names.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, number)| *number)
            }
        }
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrWord;

        impl Visitor<'_> for NumberOrWord {
            type Value = Code;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a word")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Code, E> {
                Ok(i32::try_from(number).map_or_else(|_| Code::Word(String::new()), Code::Number))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Code, E> {
                Ok(i32::try_from(number).map_or_else(|_| Code::Word(String::new()), Code::Number))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Code, E> {
                match Whole::of(number) {
                    Some(Whole::Number(number)) => self.visit_i64(number),
                    Some(Whole::Beyond) => self.visit_u64(u64::MAX),
                    None => Err(E::invalid_type(Unexpected::Float(number), &self)),
                }
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Code, E> {
                let text = text.trim();
                let number = text.parse().ok().or_else(|| match Whole::of(text.parse().ok()?) {
                    Some(Whole::Number(number)) => i32::try_from(number).ok(),
                    _ => None,
                });
                Ok(number.map_or_else(|| Code::Word(text.to_owned()), Code::Number))
            }
        }
        deserializer.deserialize_any(NumberOrWord)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_number_or_a_word() {
        let names = [("inactive", 0), ("active", 1)];
        for (json, number) in [
            ("1", Some(1)),
            ("1.0", Some(1)),
            ("\"Active\"", Some(1)),
            ("\" 0 \"", Some(0)),
            ("\"1.0\"", Some(1)),
            ("\"inactive\"", Some(0)),
            ("7", Some(7)),
            ("\"on hold\"", None),
            ("99999999999", None),
            ("123456789012345678901234567890", None),
        ] {
            assert_eq!(serde_json::from_str::<Code>(json).unwrap().number(&names), number, "{json}");
        }
        for json in ["1.5", "true", "{}", "[1]"] {
            assert!(serde_json::from_str::<Code>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_whole_number_may_be_beyond_all_bounds() {
        for (json, whole) in [
            ("10482", Whole::Number(10_482)),
            ("-5", Whole::Number(-5)),
            ("10482.0", Whole::Number(10_482)),
            ("1e3", Whole::Number(1000)),
            ("\" 10482\"", Whole::Number(10_482)),
            ("9223372036854775807", Whole::Number(i64::MAX)),
            ("9223372036854775808", Whole::Beyond),
            ("9007199254740993.0", Whole::Beyond),
            ("\"9007199254740993.0\"", Whole::Beyond),
            ("\"9007199254740993\"", Whole::Number(9_007_199_254_740_993)),
            ("-123456789012345678901234567890", Whole::Beyond),
            ("\"123456789012345678901234567890\"", Whole::Beyond),
            ("\"1e999\"", Whole::Beyond),
        ] {
            assert_eq!(serde_json::from_str::<Whole>(json).unwrap(), whole, "{json}");
        }
        for json in ["1.5", "\"x\"", "\"nan\"", "\"inf\"", "true", "[]"] {
            assert!(serde_json::from_str::<Whole>(json).is_err(), "{json}");
        }
    }

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
}
