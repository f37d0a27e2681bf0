//! The settings.

mod freezing;
mod values;

use domain::{Pseudonymiser, cohort::Grouping, vocabulary::Vocabulary};
use runtime::{
    BaseUrl, Config, DatabaseSettings, Final, List, Need, Reader, Secret, Section, Setting, settings::Problem,
};
use serde::Deserialize;

pub(crate) use freezing::{ReportSettings, VocabularySettings, WITHOUT_VOCABULARY};
pub(crate) use values::{Days, Hours, Ratio, Slug, Start};

pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) source: SourceSettings,
    pub(crate) ingest: IngestSettings,
    pub(crate) persons: Persons,
    pub(crate) grouping: Grouping,
    pub(crate) vocabulary: VocabularySettings,
}

/// All that is needed by commands that ask nothing of Emply.
pub struct StoreSettings {
    pub(crate) database: DatabaseSettings,
    pub(crate) persons: Persons,
    pub(crate) grouping: Grouping,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Persons {
    key: Option<Secret>,
    key_old: Option<Secret>,
}

impl Persons {
    /// Makes the pseudonyms of those who are to stay forgotten.
    pub(crate) fn pseudonymiser(&self, what_for: &str) -> Result<Pseudonymiser, Final> {
        let key = self.key.as_ref().ok_or_else(|| Final::new(format!("PII_KEY is missing: {what_for}")))?;
        Pseudonymiser::new(key.reveal()).ok_or_else(|| Final::new("PII_KEY is too short"))
    }

    pub(crate) fn given(&self) -> Option<Pseudonymiser> {
        self.key.as_ref().and_then(|key| Pseudonymiser::new(key.reveal()))
    }

    pub(crate) fn old(&self) -> Result<Pseudonymiser, Final> {
        let key = self.key_old.as_ref().and_then(|key| Pseudonymiser::new(key.reveal()));
        key.ok_or_else(|| Final::new("PII_KEY_OLD is missing: the key that pseudonyms were made with until now"))
    }

    fn is_too_short(&self) -> bool {
        self.key.as_ref().is_some_and(|key| Pseudonymiser::new(key.reveal()).is_none())
    }
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct SourceSettings {
    pub(crate) base_url: BaseUrl,
    pub(crate) api_key: Secret,
    pub(crate) customer: Slug,
    pub(crate) media_ids: List,
    pub(crate) key_style: KeyStyle,
    pub(crate) clock: Clock,
    pub(crate) window_style: WindowStyle,
    pub(crate) timeout_seconds: u64,
    pub(crate) max_retry_seconds: u64,
}

impl SourceSettings {
    pub(crate) fn is_readable_by_others(&self) -> Option<&'static str> {
        self.base_url
            .is_readable_by_others()
            .then_some("the key of Emply goes over plain http to another machine, where others can read it: use https")
    }
}

fn not_media(text: &str) -> Option<&'static str> {
    // to what is no medium the source answers with an empty list, and a run that asks for it would succeed
    let media = List::from(text.to_owned());
    if media.as_slice().is_empty() {
        return Some("names no medium");
    }
    (!media.as_slice().iter().all(|medium| is_guid(medium))).then_some(
        "has an id that is no GUID (8-4-4-4-12 hexadecimal digits); ids are separated by commas, without brackets",
    )
}

fn not_sendable(key: &str) -> Option<&'static str> {
    let is_sendable = key.bytes().all(|byte| byte.is_ascii_graphic());
    (!is_sendable).then_some("has a blank, a line end or a letter with an accent in it, and no key has")
}

fn is_guid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum KeyStyle {
    Header,
    /// Query parameter `apiKey`, as every known client does.
    Query,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    /// Ours: its clock is about right.
    Ours,
    /// One of its own, which somebody may set.
    Own,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum WindowStyle {
    Range,
    /// `date`, a day, with an open end.
    Since,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct IngestSettings {
    pub(crate) start: Start,
    pub(crate) lookback_hours: Hours,
    pub(crate) slice_hours: Hours,
    pub(crate) reconcile_hours: Option<Hours>,
    pub(crate) max_requests: u64,
    pub(crate) max_rejected_ratio: Ratio,
    pub(crate) gone_days: Days<0>,
    pub(crate) retention_days: Option<Days<1>>,
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, source) = (DatabaseSettings::read(reader), reader.section::<SourceSettings>());
        let ingest = reader.section();
        let (ingest, persons): (Option<IngestSettings>, Option<Persons>) = (ingest, persons(reader));
        let is_kept_for_good = ingest.as_ref().is_none_or(|ingest| ingest.retention_days.is_none());
        if !is_kept_for_good && persons.as_ref().is_some_and(|persons| persons.key.is_none()) {
            reader.refuse("PII_KEY", Problem::Refused("is missing, and INGEST_RETENTION_DAYS needs it".to_owned()));
        }
        let grouping = reader.section::<ReportSettings>().map(Into::into);
        let vocabulary = reader.section();
        Some(Self {
            database: database?,
            source: source?,
            ingest: ingest?,
            persons: persons?,
            grouping: grouping?,
            vocabulary: vocabulary?,
        })
    }
}

impl Settings {
    /// By which numbers stay of those whose time is over; `None`, and no file is read, where there is no such time.
    pub(crate) fn freezing(&self) -> anyhow::Result<Option<Vocabulary>> {
        let freezes = self.ingest.retention_days.is_some();
        freezes.then(|| one_shot::vocabulary::read(self.vocabulary.file.as_deref())).transpose()
    }
}

impl Config for StoreSettings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, persons) = (DatabaseSettings::read(reader), persons(reader));
        let grouping = reader.section::<ReportSettings>().map(Into::into);
        Some(Self { database: database?, persons: persons?, grouping: grouping? })
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
        Setting::base("EMPLY_BASE_URL", Need::Required, "where Emply answers, without /v1", "https://api.emply.com"),
        Setting::secret("EMPLY_API_KEY", Need::Required, "the key of Emply's API", "0123456789abcdef")
            .unless(not_sendable),
        Setting::plain("EMPLY_CUSTOMER", Need::Required, "the customer's slug: lower case, digits, hyphens", "acme"),
        Setting::plain(
            "EMPLY_MEDIA_IDS",
            Need::Required,
            "media whose postings are read, separated by commas",
            "172d5ed0-9986-4ab4-8e3a-3432b94b57a3",
        )
        .unless(not_media),
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
        )
        .within(1, 3_600),
        Setting::plain(
            "EMPLY_MAX_RETRY_SECONDS",
            Need::Default("300"),
            "seconds a run may wait between tries, all in all",
            "300",
        )
        .within(0, 86_400),
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
        )
        .within(1, 87_600),
        Setting::plain(
            "INGEST_SLICE_HOURS",
            Need::Default("168"),
            "hours of applications asked for at once; more while answers are small",
            "168",
        )
        .within(1, 87_600),
        Setting::plain(
            "INGEST_RECONCILE_HOURS",
            Need::Optional,
            "hours after which all applications since INGEST_START are read again, for changes and deletions; without it 24, and 168 from 200,000 applications on",
            "168",
        )
        .within(1, 87_600),
        Setting::plain(
            "INGEST_MAX_REQUESTS",
            Need::Default("10000"),
            "requests to Emply that a run may send, repetitions included",
            "10000",
        )
        .within(1, 1_000_000_000),
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
        )
        .within(0, 36_525),
        Setting::plain(
            "INGEST_RETENTION_DAYS",
            Need::Optional,
            "days after which an application that is closed is forgotten; without it none is",
            "180",
        )
        .within(1, 36_525),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_the_settings() {
        let table = runtime::settings::table::<Settings>();
        assert!(include_str!("../../README.md").contains(&table), "README.md must have this table:\n{table}");
    }
}
