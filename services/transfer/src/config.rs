//! The settings, by section.

use std::path::PathBuf;

use runtime::{BaseUrl, Config, DatabaseSettings, List, Need, Reader, Secret, Section, Setting};
use serde::Deserialize;
use store::Board;

use crate::hosts::Hosts;

pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) board: BoardSettings,
    pub(crate) transfer: TransferSettings,
    pub(crate) attachments: AttachmentSettings,
}

#[derive(Deserialize)]
pub(crate) struct BoardSettings {
    pub(crate) base_url: BaseUrl,
    pub(crate) email: String,
    pub(crate) password: Secret,
    pub(crate) mode: BoardMode,
    pub(crate) timeout_seconds: u64,
}

impl BoardSettings {
    pub(crate) fn is_readable_by_others(&self) -> Option<&'static str> {
        self.base_url.is_readable_by_others().then_some(
            "the password of the account goes over plain http to another machine, where others can read it: use https",
        )
    }

    pub(crate) fn ledger(&self) -> Board {
        let base_url = self.base_url.name().to_owned();
        Board { base_url, mode: self.mode.as_str().to_owned() }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BoardMode {
    /// Accepted and not forwarded: nobody sees it.
    Test,
    Create,
}

impl BoardMode {
    /// The name of the call.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Create => "create",
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct TransferSettings {
    pub(crate) mapping_file: PathBuf,
    pub(crate) on_change: OnChange,
    pub(crate) on_unknown: OnUnknown,
    pub(crate) max_tries: i32,
}

/// What to do with a posting that has changed since it was published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnChange {
    Hold,
    Republish,
}

/// What to do when the answer of `create` was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    Hold,
    Retry,
}

#[derive(Clone, Deserialize)]
pub(crate) struct AttachmentSettings {
    #[serde(default)]
    pub(crate) hosts: Hosts,
    #[serde(default)]
    pub(crate) private_hosts: List,
    pub(crate) max_bytes: u64,
    pub(crate) max_count: usize,
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, board) = (DatabaseSettings::read(reader), reader.section());
        let (transfer, attachments) = (reader.section(), reader.section());
        Some(Self { database: database?, board: board?, transfer: transfer?, attachments: attachments? })
    }
}

impl Section for BoardSettings {
    const PREFIX: &'static str = "BOARD_";
    const SETTINGS: &'static [Setting] = &[
        Setting::base(
            "BOARD_BASE_URL",
            Need::Required,
            "where the board answers, without /api/job",
            "https://jobs.kliniken.de",
        ),
        Setting::secret(
            "BOARD_EMAIL",
            Need::Required,
            "e-mail address of the account at the board",
            "jobs@example.org",
        )
        .unless(|value| (!value.contains('@')).then_some("is no e-mail address")),
        Setting::secret("BOARD_PASSWORD", Need::Required, "password of the account at the board", "0123456789abcdef"),
        Setting::plain(
            "BOARD_MODE",
            Need::Default("test"),
            "test (the board takes it and shows it to nobody) or create (for real)",
            "test",
        ),
        Setting::plain(
            "BOARD_TIMEOUT_SECONDS",
            Need::Default("60"),
            "seconds of silence after which a call has failed",
            "60",
        )
        .within(1, 3_600),
    ];
}

impl Section for TransferSettings {
    const PREFIX: &'static str = "TRANSFER_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "TRANSFER_MAPPING_FILE",
            Need::Required,
            "TOML file that says what of a posting becomes what at the board",
            "/etc/transfer/mapping.toml",
        ),
        Setting::plain(
            "TRANSFER_ON_CHANGE",
            Need::Default("hold"),
            "what to do with a posting that has changed since it was published: hold (report it) or republish (a new \
             listing; the old one is reported)",
            "hold",
        ),
        Setting::plain(
            "TRANSFER_ON_UNKNOWN",
            Need::Default("hold"),
            "what to do when the answer to create was lost: hold (until somebody has asked the board) or retry (it may be \
             there twice then)",
            "hold",
        ),
        Setting::plain("TRANSFER_MAX_TRIES", Need::Default("5"), "a posting that was refused so often is held", "5")
            .within(1, 1_000),
    ];
}

impl Section for AttachmentSettings {
    const PREFIX: &'static str = "ATTACHMENT_";
    const SETTINGS: &'static [Setting] = &[
        Setting::plain(
            "ATTACHMENT_HOSTS",
            Need::Optional,
            "hosts that files of ads are fetched from, separated by commas; HOST, HOST:PORT or *.DOMAIN",
            "cdn.example.org",
        ),
        Setting::plain(
            "ATTACHMENT_PRIVATE_HOSTS",
            Need::Optional,
            "of these, hosts that may have an address in a private network, without port",
            "intranet.example.org",
        ),
        Setting::plain("ATTACHMENT_MAX_BYTES", Need::Default("20971520"), "bytes that a file may have", "20971520")
            .within(1, 1_073_741_824),
        Setting::plain("ATTACHMENT_MAX_COUNT", Need::Default("20"), "files that an ad may have", "20").within(0, 1_000),
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
