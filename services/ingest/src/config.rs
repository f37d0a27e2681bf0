//! The settings.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::Pseudonymiser;
use runtime::{Config, DatabaseSettings, Final, List, Need, Reader, Secret, Section, Setting, settings::Problem};
use serde::Deserialize;
use url::Url;

/// All sections.
pub struct Settings {
    /// The store.
    pub database: DatabaseSettings,
    /// Emply.
    pub source: SourceSettings,
    /// How a run goes about it.
    pub ingest: IngestSettings,
    /// What is needed to forget somebody.
    pub persons: Persons,
}

/// All that is needed by commands that ask nothing of Emply.
pub struct StoreSettings {
    /// The store.
    pub database: DatabaseSettings,
    /// What is needed to forget somebody.
    pub persons: Persons,
}

/// What is needed to forget somebody.
#[derive(Debug, Clone, Deserialize)]
pub struct Persons {
    key: Option<Secret>,
    key_old: Option<Secret>,
}

impl Persons {
    /// Makes the pseudonyms of those who are to stay forgotten.
    ///
    /// # Errors
    /// Without `PII_KEY`; `what_for` says what needs it.
    pub fn pseudonymiser(&self, what_for: &str) -> Result<Pseudonymiser, Final> {
        let key = self.key.as_ref().ok_or_else(|| Final::new(format!("PII_KEY is missing: {what_for}")))?;
        Pseudonymiser::new(key.reveal()).ok_or_else(|| Final::new("PII_KEY is too short"))
    }

    /// The same, where there is a key.
    pub fn given(&self) -> Option<Pseudonymiser> {
        self.key.as_ref().and_then(|key| Pseudonymiser::new(key.reveal()))
    }

    /// The key before this one.
    ///
    /// # Errors
    /// Without `PII_KEY_OLD`.
    pub fn old(&self) -> Result<Pseudonymiser, Final> {
        let key = self.key_old.as_ref().and_then(|key| Pseudonymiser::new(key.reveal()));
        key.ok_or_else(|| Final::new("PII_KEY_OLD is missing: the key that pseudonyms were made with until now"))
    }

    fn is_too_short(&self) -> bool {
        self.key.as_ref().is_some_and(|key| Pseudonymiser::new(key.reveal()).is_none())
    }
}

/// Where Emply is and how it wants to be asked.
#[derive(Debug, Clone, Deserialize)]
pub struct SourceSettings {
    /// Without `/v1`.
    pub base_url: HttpUrl,
    /// The key.
    pub api_key: Secret,
    /// Slug.
    pub customer: Slug,
    /// The media whose postings are read.
    pub media_ids: List,
    /// Where the key goes.
    pub key_style: KeyStyle,
    /// Which time it lives in.
    pub clock: Clock,
    /// How time is asked for.
    pub window_style: WindowStyle,
    /// Silence of this many seconds is a failure.
    pub timeout_seconds: u64,
    /// Seconds that a run may wait between tries, all in all.
    pub max_retry_seconds: u64,
}

/// Where the key goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyStyle {
    /// Header `x-api-key`.
    Header,
    /// Query parameter `apiKey`, as every known client does.
    Query,
}

/// Which time the source lives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Ours: its clock is about right.
    Ours,
    /// One of its own, which somebody may set.
    Own,
}

/// How `find-by-date` is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WindowStyle {
    /// `from` and `to`.
    Range,
    /// `date`, a day, with an open end.
    Since,
}

/// How a run goes about it.
#[derive(Debug, Clone, Deserialize)]
pub struct IngestSettings {
    /// Nothing older is asked for.
    pub start: Start,
    /// Hours before the cursor that are read again, for records that came late.
    pub lookback_hours: Hours,
    /// Hours asked for at once, to begin with.
    pub slice_hours: Hours,
    /// Hours after which everything is read again.
    pub reconcile_hours: Hours,
    /// Requests that a run may send.
    pub max_requests: u64,
    /// Of a slice's records, so many may be unreadable.
    pub max_rejected_ratio: Ratio,
    /// Days after which what the source has deleted is blanked; 0 is at the end of the run.
    pub gone_days: Days<0>,
    /// Days after which a closed application is forgotten.
    pub retention_days: Option<Days<1>>,
}

/// An http or https URL.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Url")]
pub struct HttpUrl(pub Url);

impl TryFrom<Url> for HttpUrl {
    type Error = &'static str;

    fn try_from(url: Url) -> Result<Self, Self::Error> {
        if matches!(url.scheme(), "http" | "https") && url.host_str().is_some() {
            Ok(Self(url))
        } else {
            Err("not an http URL")
        }
    }
}

/// Lower-case letters, digits and hyphens.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Slug(pub String);

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
pub struct Start(pub DateTime<Utc>);

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
        match text.parse::<NaiveDate>() {
            Ok(date) => Ok(Self(date.and_time(chrono::NaiveTime::MIN).and_utc())),
            Err(_) => domain::instant::parse(&text).map(Self),
        }
    }
}

/// At least 1 and at most ten years of hours.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u32")]
pub struct Hours(u32);

impl Hours {
    /// As a length of time.
    pub fn delta(self) -> TimeDelta {
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
pub struct Days<const LEAST: u32>(u32);

impl<const LEAST: u32> Days<LEAST> {
    /// As a length of time.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::days(i64::from(self.0))
    }
}

impl<const LEAST: u32> TryFrom<u32> for Days<LEAST> {
    type Error = &'static str;

    fn try_from(days: u32) -> Result<Self, Self::Error> {
        if (LEAST..=36_525).contains(&days) { Ok(Self(days)) } else { Err("out of range") }
    }
}

/// Within 0 and 1.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "f64")]
pub struct Ratio(pub f64);

impl TryFrom<f64> for Ratio {
    type Error = &'static str;

    fn try_from(ratio: f64) -> Result<Self, Self::Error> {
        if (0.0..=1.0).contains(&ratio) { Ok(Self(ratio)) } else { Err("out of range") }
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, source, ingest) = (reader.section(), reader.section::<SourceSettings>(), reader.section());
        if source.as_ref().is_some_and(|source| source.media_ids.as_slice().is_empty()) {
            reader.refuse("EMPLY_MEDIA_IDS", Problem::Refused("names no medium".to_owned()));
        }
        let (ingest, persons): (Option<IngestSettings>, Option<Persons>) = (ingest, persons(reader));
        let is_kept_for_good = ingest.as_ref().is_none_or(|ingest| ingest.retention_days.is_none());
        if !is_kept_for_good && persons.as_ref().is_some_and(|persons| persons.key.is_none()) {
            reader.refuse("PII_KEY", Problem::Refused("is missing, and INGEST_RETENTION_DAYS needs it".to_owned()));
        }
        Some(Self { database: database?, source: source?, ingest: ingest?, persons: persons? })
    }
}

impl Config for StoreSettings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, persons) = (reader.section(), persons(reader));
        Some(Self { database: database?, persons: persons? })
    }
}

fn persons(reader: &mut Reader) -> Option<Persons> {
    let persons: Option<Persons> = reader.section();
    if persons.as_ref().is_some_and(Persons::is_too_short) {
        let shortest = Pseudonymiser::SHORTEST_KEY;
        let reason = format!("is shorter than {shortest} characters and could be guessed");
        reader.refuse("PII_KEY", Problem::Refused(reason));
    }
    persons
}

impl Section for Persons {
    const PREFIX: &'static str = "PII_";
    const SETTINGS: &'static [Setting] = &[
        Setting::secret(
            "PII_KEY",
            Need::Optional,
            "secret that pseudonyms are made with, as export has it; required to forget somebody, and from then on",
            "a-long-random-secret",
        ),
        Setting::secret(
            "PII_KEY_OLD",
            Need::Optional,
            "the key before this one; for rotate-key alone",
            "the-long-random-secret-of-before",
        ),
    ];
}

impl Section for SourceSettings {
    const PREFIX: &'static str = "EMPLY_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain("EMPLY_BASE_URL", Need::Required, "where Emply answers, without /v1", "https://api.emply.com"),
        Setting::secret("EMPLY_API_KEY", Need::Required, "the key of Emply's API", "0123456789abcdef"),
        Setting::plain("EMPLY_CUSTOMER", Need::Required, "the customer's slug: lower case, digits, hyphens", "acme"),
        Setting::plain(
            "EMPLY_MEDIA_IDS",
            Need::Required,
            "media whose postings are read, separated by commas",
            "172d5ed0-9986-4ab4-8e3a-3432b94b57a3",
        ),
        Setting::plain(
            "EMPLY_CLOCK",
            Need::Default("ours"),
            "ours (a date ahead of ours by more than the lookback is not believed) or own (a source with a time of its own, such \
             as the mock)",
            "ours",
        ),
        Setting::plain("EMPLY_KEY_STYLE", Need::Default("header"), "header (x-api-key) or query (apiKey)", "header"),
        Setting::plain(
            "EMPLY_WINDOW_STYLE",
            Need::Default("range"),
            "range (from, to) or since (date=MM-dd-yyyy)",
            "range",
        ),
        Setting::plain(
            "EMPLY_TIMEOUT_SECONDS",
            Need::Default("60"),
            "seconds of silence after which a call has failed",
            "60",
        ),
        Setting::plain(
            "EMPLY_MAX_RETRY_SECONDS",
            Need::Default("300"),
            "seconds a run may wait between tries, all in all",
            "300",
        ),
    ];
}

impl Section for IngestSettings {
    const PREFIX: &'static str = "INGEST_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "INGEST_START",
            Need::Default("2020-01-01"),
            "applications created before this are not read",
            "2025-01-01",
        ),
        Setting::plain(
            "INGEST_LOOKBACK_HOURS",
            Need::Default("48"),
            "hours before the cursor that are read again",
            "48",
        ),
        Setting::plain(
            "INGEST_SLICE_HOURS",
            Need::Default("168"),
            "hours of applications asked for at once; more while answers are small",
            "168",
        ),
        Setting::plain(
            "INGEST_RECONCILE_HOURS",
            Need::Default("168"),
            "hours after which all applications since INGEST_START are read again, for changes and deletions",
            "168",
        ),
        Setting::plain(
            "INGEST_MAX_REQUESTS",
            Need::Default("10000"),
            "requests to Emply that a run may send, repetitions included",
            "10000",
        ),
        Setting::plain(
            "INGEST_MAX_REJECTED_RATIO",
            Need::Default("0.1"),
            "share of unreadable records from which on a slice fails the run; fewer than 5 never do",
            "0.1",
        ),
        Setting::plain(
            "INGEST_GONE_DAYS",
            Need::Default("30"),
            "days after which what Emply has deleted is blanked here too; 0: at the end of the run that sees it",
            "30",
        ),
        Setting::plain(
            "INGEST_RETENTION_DAYS",
            Need::Optional,
            "days after which an application that is closed is forgotten; without it none is",
            "180",
        ),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_the_settings() {
        let table = runtime::settings::table::<Settings>();
        assert!(include_str!("../README.md").contains(&table), "README.md must have this table:\n{table}");
    }
}
