//! What numbers stay by of those who are forgotten. Export and dbt have the same settings.

use std::path::PathBuf;

use domain::cohort::{Calendar, Grouping};
use runtime::section;
use serde::Deserialize;

/// What follows from having none. It cannot be made up for: who is forgotten is counted once.
pub(crate) const WITHOUT_VOCABULARY: &str = "VOCABULARY_FILE names none: of those whom INGEST_RETENTION_DAYS forgets, reports will know neither how \
                                  far they got nor why they went; export vocabulary prints one to begin with";

section! {
    #[derive(Debug, Clone, Copy, Deserialize)]
    pub(crate) struct ReportSettings in "REPORT_" {
        /// zone by whose months those are counted who are forgotten by INGEST_RETENTION_DAYS, as dbt has it
        time_zone: TimeZone = default("REPORT_TIME_ZONE", "Europe/Berlin").unless(no_zone),
        /// so many of a month, department and city are counted by themselves, as dbt has it; fewer among the small
        /// groups
        min_group: u64 = default("REPORT_MIN_GROUP", "5").within(Grouping::LEAST, 1_000_000),
    }
}

impl From<ReportSettings> for Grouping {
    fn from(settings: ReportSettings) -> Self {
        Self { calendar: settings.time_zone.0, min_group: settings.min_group }
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct TimeZone(Calendar);

impl TryFrom<String> for TimeZone {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        Calendar::of_zone(&name).map(Self).ok_or("no zone")
    }
}

fn no_zone(name: &str) -> Option<&'static str> {
    let is_one = Calendar::of_zone(name).is_some();
    (!is_one).then_some("is not the name of a time zone as IANA has it, such as Europe/Berlin")
}

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct VocabularySettings in "VOCABULARY_" {
        /// TOML file that export has, too: by its kinds of stages and reasons those are counted who are forgotten by
        /// INGEST_RETENTION_DAYS
        pub(crate) file: Option<PathBuf> = optional("VOCABULARY_FILE", "/etc/emply/vocabulary.toml"),
    }
}
