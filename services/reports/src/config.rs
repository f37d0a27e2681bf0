//! The settings.

use std::{net::SocketAddr, path::PathBuf};

use runtime::{Config, DatabaseSettings, Need, Reader, Secret, Section, Setting, settings::Problem};
use serde::Deserialize;

/// A token that is shorter could be guessed.
const SHORTEST_TOKEN: usize = 16;

/// All sections.
#[derive(Clone)]
pub struct Settings {
    /// The store, whose audit is shown.
    pub database: DatabaseSettings,
    /// The server.
    pub reports: ReportsSettings,
}

/// The `REPORTS_…` section.
#[derive(Debug, Clone, Deserialize)]
pub struct ReportsSettings {
    /// Address and port to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where bundles are kept.
    pub dir: PathBuf,
    /// Whoever has it may hand over a bundle.
    pub token: Secret,
    /// A bundle's size at most, as it is sent.
    pub max_bundle_bytes: u64,
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, reports) = (reader.section(), reader.section::<ReportsSettings>());
        if reports.as_ref().is_some_and(|reports| reports.token.reveal().len() < SHORTEST_TOKEN) {
            let problem = format!("is shorter than {SHORTEST_TOKEN} characters and could be guessed");
            reader.refuse("REPORTS_TOKEN", Problem::Refused(problem));
        }
        Some(Self { database: database?, reports: reports? })
    }
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
        Setting::plain("REPORTS_DIR", Need::Required, "folder that the pages are kept in", "/var/lib/emply/reports"),
        Setting::secret(
            "REPORTS_TOKEN",
            Need::Required,
            "secret that whoever hands over pages must know, at least 16 characters",
            "a-long-random-secret",
        ),
        Setting::plain(
            "REPORTS_MAX_BUNDLE_BYTES",
            Need::Default("67108864"),
            "bytes of a bundle at most, as it is sent; unpacked it may have eight times as many",
            "67108864",
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
