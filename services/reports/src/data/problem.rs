//! Why marts cannot be read.

use std::{io, path::PathBuf};

#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", file.display())]
pub(crate) struct Problem {
    pub(crate) file: PathBuf,
    pub(crate) kind: Kind,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("is not there: dbt hands it over with its docs, from the release on that this page came with")]
    Missing,
    #[error("cannot be read: {0}")]
    Disk(io::Error),
    #[error("has more than {0} bytes, the limit of REPORTS_MAX_BUNDLE_BYTES: raise it")]
    TooLarge(u64),
    #[error("has {rows} rows, and at most {most} are read: lower REPORT_HISTORY_MONTHS for dbt")]
    TooManyRows { rows: usize, most: usize },
    #[error("column {column} has more than {most} values that differ: lower REPORT_HISTORY_MONTHS for dbt")]
    TooManyNames { column: String, most: usize },
    #[error(
        "has version {written}, and this release of reports reads {read}: bring reports and dbt to the same release"
    )]
    Version { written: u64, read: u64 },
    #[error("is not what dbt writes ({0}): let dbt hand it over anew")]
    Unreadable(String),
    #[error("column {column} {what}: bring reports and dbt to the same release, and let dbt hand it over anew")]
    Column { column: String, what: String },
    #[error("was not read to its end, by a defect in the program: {0}")]
    Defect(String),
    #[error("has no row, since nothing was exported yet: run export, then dbt")]
    NoExport,
}

impl Problem {
    pub(super) fn defect(file: PathBuf, error: &tokio::task::JoinError) -> Self {
        Self { file, kind: Kind::Defect(error.to_string()) }
    }

    pub(super) const fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Disk(_))
    }

    /// Whether it stays so until somebody does something: what dbt has not handed over yet may come.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self.kind, Kind::Missing | Kind::Disk(_) | Kind::NoExport)
    }
}
