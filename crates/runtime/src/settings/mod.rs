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
pub use database::{DatabaseSettings, server_address};
pub use fault::{Fault, Problem};
pub use help::{help, standard_table};
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
    const fn new(name: &'static str, need: Need, example: &'static str) -> Self {
        Self { name, need, meaning: "", example, show: Show::Plain, bounds: None, refusal: None }
    }

    /// A setting without which nothing works, and a value that it could have.
    pub const fn required(name: &'static str, example: &'static str) -> Self {
        Self::new(name, Need::Required, example)
    }

    /// A setting that may be left out, and a value that it could have.
    pub const fn optional(name: &'static str, example: &'static str) -> Self {
        Self::new(name, Need::Optional, example)
    }

    /// A setting that has this value when it is left out.
    pub const fn default(name: &'static str, value: &'static str) -> Self {
        Self::new(name, Need::Default(value), value)
    }

    /// The same with an example that is not the default.
    #[must_use]
    pub const fn such_as(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    /// The same with what it is, as a doc comment has it.
    #[must_use]
    pub const fn meaning(self, meaning: &'static str) -> Self {
        Self { meaning: meaning.trim_ascii_start(), ..self }
    }

    /// The same, never shown.
    #[must_use]
    pub const fn secret(self) -> Self {
        Self { show: Show::Secret, ..self }
    }

    /// The same as a URL that may hold a password.
    #[must_use]
    pub const fn address(self) -> Self {
        Self { show: Show::Address, ..self }
    }

    /// The same as a [`BaseUrl`].
    #[must_use]
    pub const fn base(self) -> Self {
        Self { show: Show::Base, ..self }
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

/// Declares a [`Section`]: of each field its name, its type, what it is (the doc comment, which `--help` and READMEs
/// show), whether it has to be given, and an example or default.
///
/// ```
/// runtime::section! {
///     #[derive(serde::Deserialize)]
///     struct BoardSettings in "BOARD_" {
///         /// where the board answers
///         base_url: runtime::BaseUrl = required("BOARD_BASE_URL", "https://jobs.example.org").base(),
///         /// seconds of silence after which a call has failed
///         timeout_seconds: u64 = default("BOARD_TIMEOUT_SECONDS", "60").within(1, 3_600),
///     }
/// }
/// ```
#[macro_export]
macro_rules! section {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $section:ident in $prefix:literal {
            $(
                $(#[doc = $meaning:literal])+
                $(#[serde($serde:ident)])?
                $field_visibility:vis $field:ident: $type:ty =
                    $need:ident($name:literal, $value:literal)$(.$also:ident($($argument:expr),*))*
            ),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $section {
            $($(#[doc = $meaning])+ $(#[serde($serde)])? $field_visibility $field: $type),+
        }

        impl $crate::Section for $section {
            const PREFIX: &'static str = $prefix;
            const SETTINGS: &'static [$crate::Setting] = &[$(
                $crate::Setting::$need($name, $value)$(.$also($($argument),*))*.meaning(concat!($($meaning),+))
            ),+];
        }
    };
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
