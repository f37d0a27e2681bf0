//! What is wrong with a setting, said without its value.

use std::fmt;

use super::Setting;

/// Why a setting cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// It is required and was not given.
    Missing,
    /// Its value is not of the kind that is expected.
    Unreadable,
    /// Its value is readable and cannot be right; the text says why, without the value.
    Refused(String),
    /// Nobody knows this name, but it is very like a known one.
    Lookalike(&'static str),
}

/// A setting that cannot be taken.
#[derive(Debug, Clone)]
pub struct Fault {
    /// The full name.
    pub name: String,
    /// Why.
    pub problem: Problem,
    /// What the table knows of it.
    pub setting: Option<&'static Setting>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.problem {
            Problem::Missing => write!(f, "{name} is missing")?,
            Problem::Unreadable => write!(f, "{name} has a value that cannot be read")?,
            Problem::Refused(reason) => write!(f, "{name} {reason}")?,
            Problem::Lookalike(known) => write!(f, "{name} is not a setting; is {known} meant?")?,
        }
        match self.setting {
            Some(setting) => write!(f, ": {} (for example {})", setting.meaning, setting.example),
            None => Ok(()),
        }
    }
}
