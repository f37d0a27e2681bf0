//! The settings.

use std::{net::SocketAddr, path::PathBuf};

use runtime::{Config, DatabaseSettings, Reader, Secret, section, settings::Problem};
use serde::Deserialize;

use crate::words::Language;

/// A token that is shorter could be guessed.
const SHORTEST_TOKEN: usize = 16;

#[derive(Clone)]
pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) reports: ReportsSettings,
    pub(crate) bundle: BundleSettings,
    pub(crate) report: ReportSettings,
}

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct ReportSettings in "REPORT_" {
        /// language of pages, de, en or nl, for whoever asks for none of these
        pub(crate) language: Language = default("REPORT_LANGUAGE", "en"),
    }
}

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct ReportsSettings in "REPORTS_" {
        /// address and port to listen on, `[::]` for all of both families; port 0 takes a free one
        pub(crate) listen: SocketAddr = default("REPORTS_LISTEN", "[::]:8080"),
        /// folder that the pages are kept in
        pub(crate) dir: PathBuf = required("REPORTS_DIR", "/var/lib/emply/reports"),
        /// secret that whoever hands over pages must know, at least 16 characters
        pub(crate) token: Secret = required("REPORTS_TOKEN", "a-long-random-secret").secret(),
        /// seconds that a bundle on its way may stand still; then it is answered 408
        pub(crate) upload_idle_seconds: u64 = default("REPORTS_UPLOAD_IDLE_SECONDS", "30").within(1, 3_600),
        /// seconds that a bundle may be on its way altogether; then it is answered 408
        pub(crate) upload_seconds: u64 = default("REPORTS_UPLOAD_SECONDS", "300").within(1, 86_400),
    }
}

section! {
    #[derive(Debug, Clone, Copy, Deserialize)]
    pub(crate) struct BundleSettings in "REPORTS_" {
        /// bytes of a bundle at most, as it is sent; unpacked it may have eight times as many
        pub(crate) max_bundle_bytes: u64 = default("REPORTS_MAX_BUNDLE_BYTES", "67108864").within(1024, 64 << 30),
    }
}

#[derive(Clone)]
pub enum Asked {
    Serving(Settings),
    Figures(FiguresSettings),
}

#[derive(Debug, Clone)]
pub struct FiguresSettings {
    pub(crate) folder: FolderSettings,
    pub(crate) bundle: BundleSettings,
}

section! {
    #[derive(Debug, Clone, Deserialize)]
    pub(crate) struct FolderSettings in "REPORTS_" {
        /// folder that the pages are kept in
        pub(crate) dir: Option<PathBuf> = optional("REPORTS_DIR", "/var/lib/emply/reports"),
    }
}

impl Config for Asked {
    fn read(reader: &mut Reader) -> Option<Self> {
        Settings::read(reader).map(Self::Serving)
    }

    fn read_for(reader: &mut Reader, command: Option<&str>) -> Option<Self> {
        // `figures` asks neither the store nor for a token, and must not fail where these are not set
        match command {
            Some("figures") => {
                let (folder, bundle) = (reader.section(), reader.section());
                Some(Self::Figures(FiguresSettings { folder: folder?, bundle: bundle? }))
            }
            _ => Self::read(reader),
        }
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, reports) = (DatabaseSettings::read(reader), reader.section::<ReportsSettings>());
        let (bundle, report) = (reader.section(), reader.section());
        if reports.as_ref().is_some_and(|reports| reports.token.reveal().len() < SHORTEST_TOKEN) {
            let problem = format!("is shorter than {SHORTEST_TOKEN} characters and could be guessed");
            reader.refuse("REPORTS_TOKEN", Problem::Refused(problem));
        }
        Some(Self { database: database?, reports: reports?, bundle: bundle?, report: report? })
    }
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
}
