//! What is wrong with a setting, said without its value.

use std::fmt;

use super::Setting;

/// Why a setting cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// It is required and was not given.
    #[error("is missing")]
    Missing,
    /// Its value is not of the kind that is expected.
    #[error("has a value that cannot be read")]
    Unreadable,
    /// Its value is readable and cannot be right; the text says why, without the value.
    #[error("{0}")]
    Refused(String),
    /// Nobody knows this name, but it is very like a known one.
    #[error("is not a setting; is {0} meant?")]
    Lookalike(&'static str),
}

/// A setting that cannot be taken.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The full name, as it stands in the environment.
    pub name: String,
    /// Why it cannot be taken.
    pub problem: Problem,
    /// What the table knows of it.
    pub setting: Option<&'static Setting>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.problem)?;
        match self.setting {
            Some(setting) => write!(f, ": {} (for example {})", setting.meaning, setting.example),
            None => Ok(()),
        }
    }
}
