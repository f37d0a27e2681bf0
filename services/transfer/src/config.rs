//! The settings, by section.

use std::path::PathBuf;

use runtime::{BaseUrl, Config, DatabaseSettings, List, Reader, Secret, section};
use serde::Deserialize;
use store::Board;

use crate::hosts::Hosts;

pub struct Settings {
    pub(crate) database: DatabaseSettings,
    pub(crate) board: BoardSettings,
    pub(crate) transfer: TransferSettings,
    pub(crate) attachments: AttachmentSettings,
}

section! {
    #[derive(Deserialize)]
    pub(crate) struct BoardSettings in "BOARD_" {
        /// where the board answers, without /api/job
        pub(crate) base_url: BaseUrl = required("BOARD_BASE_URL", "https://jobs.kliniken.de").base(),
        /// e-mail address of the account at the board
        pub(crate) email: String =
            required("BOARD_EMAIL", "jobs@example.org").secret().unless(no_email),
        /// password of the account at the board
        pub(crate) password: Secret = required("BOARD_PASSWORD", "0123456789abcdef").secret(),
        /// test (the board takes it and shows it to nobody) or create (for real)
        pub(crate) mode: BoardMode = default("BOARD_MODE", "test"),
        /// seconds of silence after which a call has failed
        pub(crate) timeout_seconds: u64 = default("BOARD_TIMEOUT_SECONDS", "60").within(1, 3_600),
    }
}

fn no_email(value: &str) -> Option<&'static str> {
    (!value.contains('@')).then_some("is no e-mail address")
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

section! {
    #[derive(Deserialize)]
    pub(crate) struct TransferSettings in "TRANSFER_" {
        /// TOML file that says what of a posting becomes what at the board
        pub(crate) mapping_file: PathBuf = required("TRANSFER_MAPPING_FILE", "/etc/transfer/mapping.toml"),
        /// what to do with a posting that has changed since it was published: hold (report it) or republish (a new
        /// listing; the old one is reported)
        pub(crate) on_change: OnChange = default("TRANSFER_ON_CHANGE", "hold"),
        /// what to do when the answer to create was lost: hold (until somebody has asked the board) or retry (it may be
        /// there twice then)
        pub(crate) on_unknown: OnUnknown = default("TRANSFER_ON_UNKNOWN", "hold"),
        /// a posting that was refused so often is held
        pub(crate) max_tries: i32 = default("TRANSFER_MAX_TRIES", "5").within(1, 1_000),
    }
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

section! {
    #[derive(Clone, Deserialize)]
    pub(crate) struct AttachmentSettings in "ATTACHMENT_" {
        /// hosts that files of ads are fetched from, separated by commas; HOST, HOST:PORT or *.DOMAIN
        #[serde(default)]
        pub(crate) hosts: Hosts = optional("ATTACHMENT_HOSTS", "cdn.example.org"),
        /// of these, hosts that may have an address in a private network, without port
        #[serde(default)]
        pub(crate) private_hosts: List = optional("ATTACHMENT_PRIVATE_HOSTS", "intranet.example.org"),
        /// bytes that a file may have
        pub(crate) max_bytes: u64 = default("ATTACHMENT_MAX_BYTES", "20971520").within(1, 1_073_741_824),
        /// files that an ad may have
        pub(crate) max_count: usize = default("ATTACHMENT_MAX_COUNT", "20").within(0, 1_000),
    }
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let (database, board) = (DatabaseSettings::read(reader), reader.section());
        let (transfer, attachments) = (reader.section(), reader.section());
        Some(Self { database: database?, board: board?, transfer: transfer?, attachments: attachments? })
    }
}
