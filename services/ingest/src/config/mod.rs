//! The settings.

mod freezing;
mod values;

use domain::{Pseudonymiser, cohort::Grouping, vocabulary::Vocabulary};
use runtime::{BaseUrl, Config, DatabaseSettings, Final, List, Reader, Secret, section, settings::Problem};
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

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct Persons in "PII_" {
        /// secret that pseudonyms are made with, as export has it; required to forget somebody, and from then on
        key: Option<Secret> = optional("PII_KEY", "a-long-random-secret").secret(),
        /// the key before this one; for rotate-key alone
        key_old: Option<Secret> = optional("PII_KEY_OLD", "the-long-random-secret-of-before").secret(),
    }
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

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct SourceSettings in "EMPLY_" {
        /// where Emply answers, without /v1
        pub(crate) base_url: BaseUrl = required("EMPLY_BASE_URL", "https://api.emply.com").base(),
        /// the key of Emply's API
        pub(crate) api_key: Secret = required("EMPLY_API_KEY", "0123456789abcdef").secret().unless(not_sendable),
        /// the customer's slug: lower case, digits, hyphens
        pub(crate) customer: Slug = required("EMPLY_CUSTOMER", "acme"),
        /// media whose postings are read, separated by commas
        pub(crate) media_ids: List =
            required("EMPLY_MEDIA_IDS", "172d5ed0-9986-4ab4-8e3a-3432b94b57a3").unless(not_media),
        /// ours (a date ahead of ours by more than the lookback is not believed) or own (a source with a time of its
        /// own, such as the mock)
        pub(crate) clock: Clock = default("EMPLY_CLOCK", "ours"),
        /// header (x-api-key) or query (apiKey)
        pub(crate) key_style: KeyStyle = default("EMPLY_KEY_STYLE", "header"),
        /// range (from, to) or since (date=MM-dd-yyyy)
        pub(crate) window_style: WindowStyle = default("EMPLY_WINDOW_STYLE", "range"),
        /// seconds of silence after which a call has failed
        pub(crate) timeout_seconds: u64 = default("EMPLY_TIMEOUT_SECONDS", "60").within(1, 3_600),
        /// seconds a run may wait between tries, all in all
        pub(crate) max_retry_seconds: u64 = default("EMPLY_MAX_RETRY_SECONDS", "300").within(0, 86_400),
    }
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

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct IngestSettings in "INGEST_" {
        /// applications created before this are not read
        pub(crate) start: Start = default("INGEST_START", "2020-01-01").such_as("2025-01-01"),
        /// hours before the cursor that are read again
        pub(crate) lookback_hours: Hours = default("INGEST_LOOKBACK_HOURS", "48").within(1, 87_600),
        /// hours of applications asked for at once; more while answers are small, and where nothing was read before not empty
        pub(crate) slice_hours: Hours = default("INGEST_SLICE_HOURS", "168").within(1, 87_600),
        /// records of one answer that are committed at once, at most
        pub(crate) part_records: u64 = default("INGEST_PART_RECORDS", "100000").within(1, 100_000),
        /// hours after which all applications since INGEST_START are read again, for changes and deletions; without it
        /// 24, and 168 from 200,000 applications on
        pub(crate) reconcile_hours: Option<Hours> = optional("INGEST_RECONCILE_HOURS", "168").within(1, 87_600),
        /// requests to Emply that a run may send, repetitions included
        pub(crate) max_requests: u64 = default("INGEST_MAX_REQUESTS", "10000").within(1, 1_000_000_000),
        /// share of unreadable records from which on a slice fails the run; fewer than 5 never do
        pub(crate) max_rejected_ratio: Ratio = default("INGEST_MAX_REJECTED_RATIO", "0.1"),
        /// days after which what Emply has deleted is blanked here too; 0: at the end of the run that sees it
        pub(crate) gone_days: Days<0> = default("INGEST_GONE_DAYS", "30").within(0, 36_525),
        /// days after which an application that is closed is forgotten; without it none is
        pub(crate) retention_days: Option<Days<1>> = optional("INGEST_RETENTION_DAYS", "180").within(1, 36_525),
    }
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
