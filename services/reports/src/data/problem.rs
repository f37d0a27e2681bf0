//! Why marts cannot be read.

use std::{io, path::PathBuf};

use super::file::VERSION;

/// Names the file, the place in it and the way out.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", file.display())]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// What is wrong with it.
    pub kind: Kind,
}

/// What is wrong with a file.
#[derive(Debug, thiserror::Error)]
pub enum Kind {
    /// None was handed over, or not yet.
    #[error("is not there: dbt hands it over with its docs, from the release on that this page came with")]
    Missing,
    /// The disk's.
    #[error("cannot be read: {0}")]
    Disk(io::Error),
    /// It would not be read to its end.
    #[error("has more than {0} bytes, the limit of REPORTS_MAX_BUNDLE_BYTES: raise it")]
    TooLarge(u64),
    /// So many could not be held in memory.
    #[error("has {rows} rows, and at most {most} are read: lower REPORT_HISTORY_MONTHS for dbt")]
    TooManyRows {
        /// How many there are.
        rows: usize,
        /// How many there may be.
        most: usize,
    },
    /// Of one column.
    #[error("column {column} has more than {most} values that differ: lower REPORT_HISTORY_MONTHS for dbt")]
    TooManyNames {
        /// Its name.
        column: String,
        /// How many there may be.
        most: usize,
    },
    /// Written by another release.
    #[error("has version {0}, and this release of reports reads {VERSION}: bring reports and dbt to the same release")]
    Version(u64),
    /// No JSON, or other JSON.
    #[error("is not what dbt writes ({0}): let dbt hand it over anew")]
    Unreadable(String),
    /// A column is not there, or not as described.
    #[error("column {column} {what}: bring reports and dbt to the same release, and let dbt hand it over anew")]
    Column {
        /// Its name.
        column: String,
        /// What is wrong with it.
        what: String,
    },
    /// Of this program.
    #[error("was not read to its end, by a defect in the program: {0}")]
    Defect(String),
    /// Nothing was exported.
    #[error("has no row, since nothing was exported yet: run export, then dbt")]
    NoExport,
}

impl Problem {
    /// Whoever read it has ended without an answer.
    pub(super) fn defect(file: PathBuf, error: &tokio::task::JoinError) -> Self {
        Self { file, kind: Kind::Defect(error.to_string()) }
    }

    /// Whether the same bundle may be read later.
    pub(super) const fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Disk(_))
    }

    /// Whether it stays so until somebody does something: what dbt has not handed over yet may come.
    pub fn is_final(&self) -> bool {
        !matches!(self.kind, Kind::Missing | Kind::Disk(_) | Kind::NoExport)
    }
}
