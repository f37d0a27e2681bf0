//! Kinds of values that only this service's settings have.

use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Slug(pub(crate) String);

impl TryFrom<String> for Slug {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !text.is_empty() && text.bytes().all(fits) { Ok(Self(text)) } else { Err("not a slug") }
    }
}

/// A date, or a date-time.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Start(pub(crate) DateTime<Utc>);

impl std::str::FromStr for Start {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::try_from(text.to_owned())
            .map_err(|_| "neither a date (2026-05-01) nor a date-time (2026-05-01T08:00:00Z)".to_owned())
    }
}

impl TryFrom<String> for Start {
    type Error = domain::instant::NotAnInstant;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let start = match text.parse::<NaiveDate>() {
            Ok(date) => date.and_time(chrono::NaiveTime::MIN).and_utc(),
            Err(_) => domain::instant::parse(&text)?,
        };
        // further away, neither a calendar nor a database can be counted with
        if (1900..=2999).contains(&start.year()) { Ok(Self(start)) } else { Err(domain::instant::NotAnInstant) }
    }
}

/// At least 1 and at most ten years of hours.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Hours(u32);

impl Hours {
    pub(crate) fn delta(self) -> TimeDelta {
        TimeDelta::hours(i64::from(self.0))
    }
}

impl TryFrom<u32> for Hours {
    type Error = &'static str;

    fn try_from(hours: u32) -> Result<Self, Self::Error> {
        if (1..=87_600).contains(&hours) { Ok(Self(hours)) } else { Err("out of range") }
    }
}

/// At least `LEAST` and at most a hundred years of days.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub(crate) struct Days<const LEAST: u32>(u32);

impl<const LEAST: u32> Days<LEAST> {
    pub(crate) fn delta(self) -> TimeDelta {
        TimeDelta::days(i64::from(self.0))
    }
}

impl<const LEAST: u32> TryFrom<u32> for Days<LEAST> {
    type Error = &'static str;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if (LEAST..=36_525).contains(&days) { Ok(Self(days)) } else { Err("out of range") }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
pub(crate) struct Ratio(pub(crate) f64);

impl TryFrom<f64> for Ratio {
    type Error = &'static str;

    fn try_from(ratio: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&ratio) { Ok(Self(ratio)) } else { Err("out of range") }
    }
}
