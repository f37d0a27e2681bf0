//! How dbt's last build ended: dbt tells it after a build that failed, too, when no bundle is handed over.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::version::version;

/// Its file, in `REPORTS_DIR` or in `data` beside the docs.
pub(crate) const FILE: &str = "build.json";
pub(crate) const MOST_BYTES: usize = 64 << 10;
const MOST_NAMES: usize = 50;
const VERSION: u64 = 1;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Build {
    version: u64,
    /// When it ended, on dbt's clock.
    pub(crate) finished: DateTime<Utc>,
    pub(crate) outcome: BuildOutcome,
    pub(crate) error: Option<String>,
    pub(crate) failed: Vec<String>,
    pub(crate) warned: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum BuildOutcome {
    Succeeded,
    Failed,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("how dbt's last build ended cannot be read: {0}")]
    Disk(#[from] io::Error),
    #[error("how dbt's build ended has more than {MOST_BYTES} bytes: bring reports and dbt to the same release")]
    TooLarge,
    #[error("how dbt's build ended cannot be read ({0}): bring reports and dbt to the same release")]
    Unreadable(String),
}

impl Build {
    pub(crate) fn parse(text: &[u8]) -> Result<Self, BuildError> {
        let unreadable = |error: serde_json::Error| BuildError::Unreadable(error.to_string());
        // the version first: of another one nothing else need be as it is known here
        let version = version(text).map_err(unreadable)?;
        if version != VERSION {
            return Err(BuildError::Unreadable(format!("it has version {version}, and {VERSION} is read")));
        }
        let build: Self = serde_json::from_slice(text).map_err(unreadable)?;
        for (list, names) in [("failed", &build.failed), ("warned", &build.warned)] {
            if names.len() > MOST_NAMES {
                let what = format!("{list} has {} names, and at most {MOST_NAMES} are taken", names.len());
                return Err(BuildError::Unreadable(what));
            }
        }
        Ok(build)
    }

    pub(crate) fn read(path: &Path) -> Result<Option<Self>, BuildError> {
        let file = match File::open(path) {
            Ok(file) => file,
            // no file: no build was told of yet
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        let mut text = Vec::new();
        // one byte more than may be tells an end from too much
        file.take(MOST_BYTES as u64 + 1).read_to_end(&mut text)?;
        if text.len() > MOST_BYTES { Err(BuildError::TooLarge) } else { Self::parse(&text).map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"{"version":1,"finished":"2026-02-03T04:05:06+01:00","outcome":"failed","error":"why",
        "failed":["not_null_x"],"warned":[],"of_a_later_release":1}"#;

    #[test]
    fn it_is_read_or_says_what_is_wrong() {
        let build = Build::parse(GOOD.as_bytes()).unwrap();
        assert_eq!((build.outcome, build.failed.len(), build.error.as_deref()), (BuildOutcome::Failed, 1, Some("why")));
        assert_eq!(build.finished.to_rfc3339(), "2026-02-03T03:05:06+00:00");
        let names = format!("[{}\"x\"]", "\"x\",".repeat(MOST_NAMES));
        for (from, to, expected) in [
            ("\"version\":1", "\"version\":2", "version 2"),
            ("\"failed\",", "\"perhaps\",", "perhaps"),
            ("2026-02-03T", "2026-02-31T", "out of range"),
            ("[\"not_null_x\"]", "\"not_null_x\"", "sequence"),
            ("[\"not_null_x\"]", &names, "failed has 51 names"),
            ("\"warned\":[],", "", "warned"),
            ("}", "", "EOF"),
        ] {
            let said = Build::parse(GOOD.replace(from, to).as_bytes()).unwrap_err().to_string();
            assert!(said.contains(expected) && said.contains("same release"), "{expected}: {said}");
        }
    }

    #[test]
    fn a_file_is_there_or_not_and_not_too_large() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        assert_eq!(Build::read(&path).unwrap(), None);
        std::fs::write(&path, GOOD).unwrap();
        assert_eq!(Build::read(&path).unwrap().unwrap(), Build::parse(GOOD.as_bytes()).unwrap());
        std::fs::write(&path, GOOD.to_owned() + &" ".repeat(MOST_BYTES)).unwrap();
        assert!(matches!(Build::read(&path), Err(BuildError::TooLarge)));
    }
}
