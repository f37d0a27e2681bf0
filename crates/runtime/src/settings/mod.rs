//! Settings from the environment, in sections.
//!
//! Each section is a struct with a prefix, read by envy. Its table of [`Setting`]s carries what
//! `--help`, the start line and every fault say. All faults of all sections are found in one go:
//! each value is tried alone against a section that otherwise holds its examples.

mod address;
mod base_url;
mod database;
mod fault;
mod help;
mod lookalike;
pub(crate) mod network;
mod process;
mod reader;
mod standard;
mod telemetry;
mod value;

pub use base_url::BaseUrl;
pub use database::DatabaseSettings;
pub use fault::{Fault, Problem};
pub use help::{help, standard_table, table};
pub use process::LogFormat;
pub(crate) use process::ProcessSettings;
pub use reader::Reader;
pub(crate) use telemetry::TelemetrySettings;
pub use value::{List, Secret};

/// Whether a setting has to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Without it nothing works.
    Required,
    /// May be left out; its field is an `Option`.
    Optional,
    /// Left out, it has this value.
    Default(&'static str),
}

/// How a setting's value is shown in the start line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Show {
    Plain,
    Secret,
    /// As a URL without user, password and options.
    Address,
    /// As it is: a [`BaseUrl`], which has none of these.
    Base,
}

/// One setting, as users know it.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Full name in the environment.
    pub name: &'static str,
    /// Whether it has to be given.
    pub need: Need,
    /// What it is, with its unit.
    pub meaning: &'static str,
    /// A value that is accepted.
    pub example: &'static str,
    /// How its value is shown.
    pub show: Show,
    /// Of a whole number: the least and the largest that make sense.
    pub bounds: Option<(u64, u64)>,
    /// Says why a value that can be read cannot be right, in words that come after the name and show nothing of it.
    pub refusal: Option<fn(&str) -> Option<&'static str>>,
}

impl Setting {
    /// A setting that may be shown.
    pub const fn plain(name: &'static str, need: Need, meaning: &'static str, example: &'static str) -> Self {
        Self { name, need, meaning, example, show: Show::Plain, bounds: None, refusal: None }
    }

    /// A setting that is never shown.
    pub const fn secret(name: &'static str, need: Need, meaning: &'static str, example: &'static str) -> Self {
        Self { show: Show::Secret, ..Self::plain(name, need, meaning, example) }
    }

    /// A setting that is a URL, and may hold a password.
    pub const fn address(name: &'static str, need: Need, meaning: &'static str, example: &'static str) -> Self {
        Self { show: Show::Address, ..Self::plain(name, need, meaning, example) }
    }

    /// A setting that is a [`BaseUrl`].
    pub const fn base(name: &'static str, need: Need, meaning: &'static str, example: &'static str) -> Self {
        Self { show: Show::Base, ..Self::plain(name, need, meaning, example) }
    }

    /// The same for a value that this has nothing against.
    #[must_use]
    pub const fn unless(self, refusal: fn(&str) -> Option<&'static str>) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    /// The same for a whole number that is within these two, themselves included.
    #[must_use]
    pub const fn within(self, least: u64, most: u64) -> Self {
        Self { bounds: Some((least, most)), ..self }
    }
}

/// A group of settings with one prefix; a field `base_url` under the prefix `EMPLY_` is `EMPLY_BASE_URL`.
pub trait Section: serde::de::DeserializeOwned {
    /// What all names of the section begin with; may be empty.
    const PREFIX: &'static str;
    /// The section's settings, one for each field.
    const SETTINGS: &'static [Setting];
}

/// All sections of one program.
pub trait Config: Sized {
    /// Reads every section, also after a fault, so that all faults are reported together.
    fn read(reader: &mut Reader) -> Option<Self>;

    /// The same for one command of the program, by its name: one that does less may need fewer settings.
    fn read_for(reader: &mut Reader, _command: Option<&str>) -> Option<Self> {
        Self::read(reader)
    }
}
