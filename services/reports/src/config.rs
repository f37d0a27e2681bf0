//! The settings.

use std::{net::SocketAddr, path::PathBuf};

use runtime::{Config, DatabaseSettings, Need, Reader, Secret, Section, Setting, settings::Problem};
use serde::Deserialize;

use crate::words::Language;

/// A token that is shorter could be guessed.
const SHORTEST_TOKEN: usize = 16;

#[derive(Clone)]
pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) reports: ReportsSettings,
    pub(crate) report: ReportSettings,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ReportSettings {
    pub(crate) language: Language,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct ReportsSettings {
    pub(crate) listen: SocketAddr,
    pub(crate) dir: PathBuf,
    pub(crate) token: Secret,
    pub(crate) max_bundle_bytes: u64,
    pub(crate) upload_idle_seconds: u64,
    pub(crate) upload_seconds: u64,
}

#[derive(Clone)]
pub enum Asked {
    Serving(Settings),
    Figures(FiguresSettings),
}

#[derive(Debug, Clone, Deserialize)]
pub struct FiguresSettings {
    pub(crate) dir: Option<PathBuf>,
    pub(crate) max_bundle_bytes: u64,
}

impl Config for Asked {
    fn read(reader: &mut Reader) -> Option<Self> {
        Settings::read(reader).map(Self::Serving)
    }

    fn read_for(reader: &mut Reader, command: Option<&str>) -> Option<Self> {
        // `figures` asks neither the store nor for a token, and must not fail where these are not set
        match command {
            Some("figures") => reader.section().map(Self::Figures),
            _ => Self::read(reader),
        }
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, reports) = (DatabaseSettings::read(reader), reader.section::<ReportsSettings>());
        let report = reader.section();
        if reports.as_ref().is_some_and(|reports| reports.token.reveal().len() < SHORTEST_TOKEN) {
            let problem = format!("is shorter than {SHORTEST_TOKEN} characters and could be guessed");
            reader.refuse("REPORTS_TOKEN", Problem::Refused(problem));
        }
        Some(Self { database: database?, reports: reports?, report: report? })
    }
}

const fn dir(need: Need) -> Setting {
    Setting::plain("REPORTS_DIR", need, "folder that the pages are kept in", "/var/lib/emply/reports")
}

const MAX_BUNDLE_BYTES: Setting = Setting::plain(
    "REPORTS_MAX_BUNDLE_BYTES",
    Need::Default("67108864"),
    "bytes of a bundle at most, as it is sent; unpacked it may have eight times as many",
    "67108864",
)
.within(1024, 64 << 30);

impl Section for FiguresSettings {
    const PREFIX: &'static str = "REPORTS_";
    const SETTINGS: &'static [Setting] = &[dir(Need::Optional), MAX_BUNDLE_BYTES];
}

impl Section for ReportSettings {
    const PREFIX: &'static str = "REPORT_";
    const SETTINGS: &'static [Setting] = &[Setting::plain(
        "REPORT_LANGUAGE",
        Need::Default("en"),
        "language of pages, de, en or nl, for whoever asks for none of these",
        "en",
    )];
}

impl Section for ReportsSettings {
    const PREFIX: &'static str = "REPORTS_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "REPORTS_LISTEN",
            Need::Default("0.0.0.0:8080"),
            "address and port to listen on; port 0 takes a free one",
            "0.0.0.0:8080",
        ),
        dir(Need::Required),
        Setting::secret(
            "REPORTS_TOKEN",
            Need::Required,
            "secret that whoever hands over pages must know, at least 16 characters",
            "a-long-random-secret",
        ),
        MAX_BUNDLE_BYTES,
        Setting::plain(
            "REPORTS_UPLOAD_IDLE_SECONDS",
            Need::Default("30"),
            "seconds that a bundle on its way may stand still; then it is answered 408",
            "30",
        )
        .within(1, 3_600),
        Setting::plain(
            "REPORTS_UPLOAD_SECONDS",
            Need::Default("300"),
            "seconds that a bundle may be on its way altogether; then it is answered 408",
            "300",
        )
        .within(1, 86_400),
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUIRED: [(&str, &str); 3] =
        [("DATABASE_URL", "sqlite://pipeline.db"), ("REPORTS_DIR", "pages"), ("REPORTS_TOKEN", "a-long-random-secret")];

    #[test]
    fn a_number_that_makes_no_sense_is_refused_by_name() {
        for (name, smallest, largest) in [
            ("REPORTS_MAX_BUNDLE_BYTES", 1024, 64_u64 << 30),
            ("REPORTS_UPLOAD_IDLE_SECONDS", 1, 3600),
            ("REPORTS_UPLOAD_SECONDS", 1, 86400),
        ] {
            for (value, is_right) in [
                (0, false),
                (smallest - 1, false),
                (smallest, true),
                (largest, true),
                (largest + 1, false),
                (u64::MAX, false),
            ] {
                let value = value.to_string();
                let given = REQUIRED.into_iter().chain([(name, value.as_str())]);
                let mut reader = Reader::over(given.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))));
                Settings::read(&mut reader);
                let faults: Vec<String> = reader.finish().iter().map(|fault| fault.name.clone()).collect();
                assert_eq!(faults == [name], !is_right, "{name}={value}: {faults:?}");
            }
        }
    }

    #[test]
    fn the_readme_lists_the_settings() {
        let table = runtime::settings::table::<Settings>();
        assert!(include_str!("../README.md").contains(&table), "README.md must have this table:\n{table}");
    }
}
