//! Kinds of values.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Tz;
use domain::{instant, zone};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// `{"localization":[{"locale":"de-DE","value":"…"}]}`; every part may be null, empty or absent.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub(super) struct Localization {
    localization: Option<Vec<Entry>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Entry {
    locale: Option<String>,
    value: Option<String>,
}

impl From<Localization> for domain::Localization {
    fn from(wire: Localization) -> Self {
        let entries = wire.localization.unwrap_or_default().into_iter();
        entries.filter_map(|entry| Some((entry.locale.unwrap_or_default(), entry.value?))).collect()
    }
}

/// Absent is the same as without any text.
pub(super) fn texts(wire: Option<Localization>) -> domain::Localization {
    wire.map(domain::Localization::from).unwrap_or_default()
}

/// A key: GUIDs come in upper and lower case and mean the same.
#[derive(Debug)]
pub(super) struct Key(pub(super) String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let key = text.trim().to_ascii_lowercase();
        if key.is_empty() { Err(Error::custom("empty")) } else { Ok(Self(key)) }
    }
}

/// Empty is the same as absent.
pub(super) fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// A key that may be absent or empty.
pub(super) fn key(text: Option<String>) -> Option<String> {
    filled(text).map(|text| text.trim().to_ascii_lowercase())
}

/// A date-time; without a zone it is UTC.
#[derive(Debug)]
pub(super) struct Instant(pub(super) DateTime<Utc>);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        instant::parse(&String::deserialize(deserializer)?).map(Self).map_err(Error::custom)
    }
}

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
        match instant::parse_naive(&text) {
            Ok(local) => Ok(Self::Local(local)),
            Err(_) => instant::parse(&text).map(Self::Fixed).map_err(Error::custom),
        }
    }
}

/// 0 inactive, 1 active; a number here, a text on sibling resources.
#[derive(Debug)]
pub(super) struct Status(pub(super) i32);

impl<'de> Deserialize<'de> for Status {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberOrText;
        impl Visitor<'_> for NumberOrText {
            type Value = Status;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a status")
            }

            fn visit_i64<E: Error>(self, number: i64) -> Result<Status, E> {
                i32::try_from(number).map(Status).map_err(|_| E::custom("not a status"))
            }

            fn visit_u64<E: Error>(self, number: u64) -> Result<Status, E> {
                i32::try_from(number).map(Status).map_err(|_| E::custom("not a status"))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Status, E> {
                match text.trim().to_ascii_lowercase().as_str() {
                    "inactive" => Ok(Status(0)),
                    "active" => Ok(Status(1)),
                    number => number.parse().map(Status).map_err(|_| E::custom("not a status")),
                }
            }
        }
        deserializer.deserialize_any(NumberOrText)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_a_number_or_a_word() {
        let read = |json| serde_json::from_str::<Status>(json).map(|status| status.0).ok();
        assert_eq!(
            [read("1"), read("\"Active\""), read("\"0\""), read("\"inactive\"")],
            [Some(1), Some(1), Some(0), Some(0)]
        );
        assert_eq!([read("\"on hold\""), read("1.5"), read("99999999999")], [None, None, None]);
    }

    #[test]
    fn localizations_may_be_hollow() {
        let read = |json| domain::Localization::from(serde_json::from_str::<Localization>(json).unwrap());
        for json in [
            "{}",
            r#"{"localization":null}"#,
            r#"{"localization":[]}"#,
            r#"{"localization":[{"locale":"de-DE","value":null}]}"#,
        ] {
            assert!(read(json).is_empty(), "{json}");
        }
    }

    #[test]
    fn a_local_date_is_in_the_tenants_zone() {
        let read = |json| serde_json::from_str::<LocalInstant>(json).unwrap().resolve(zone::parse("Europe/Berlin"));
        assert_eq!(read("\"2026-05-29T12:00:00\""), read("\"2026-05-29T10:00:00Z\""));
    }
}
