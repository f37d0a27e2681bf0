//! How a program ended, and what it said.

use std::process::ExitStatus;

use serde_json::Value;

use crate::counts::Counts;

#[derive(Debug)]
pub struct Ended {
    pub status: ExitStatus,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Its exit code; none when it was killed.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    #[track_caller]
    pub fn must_succeed(&self) -> &Self {
        assert!(self.status.success(), "{}\n{}{}", self.status, self.out, self.err);
        self
    }

    /// Holds the exit code, and that all of this is said. A run that was skipped has not done its work: only
    /// [`Self::must_be_skipped`] takes that.
    #[track_caller]
    pub fn must(&self, code: i32, words: &[&str]) -> &Self {
        assert_eq!(self.code(), Some(code), "{self:#?}");
        assert!(!self.err.contains(r#""outcome":"skipped""#), "{self:#?}");
        for word in words {
            // a check says it on stdout
            let is_said = self.err.contains(word) || self.out.contains(word);
            assert!(is_said, "{word:?} is not said: {self:#?}");
        }
        self
    }

    /// Holds that it found another one at work.
    #[track_caller]
    pub fn must_be_skipped(&self, reason: &str) {
        let summary = self.summary();
        assert_eq!((self.code(), &summary["outcome"]), (Some(0), &"skipped".into()), "{self:#?}");
        assert_eq!(summary["reason"], reason);
    }

    /// The log, line by line.
    #[track_caller]
    pub fn log(&self) -> Vec<Value> {
        let parsed = |line| serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        self.err.lines().map(parsed).collect()
    }

    /// The one summary line.
    #[track_caller]
    pub fn summary(&self) -> Value {
        let finished = self.log().into_iter().filter(|line| line["message"] == "finished").collect::<Vec<_>>();
        assert_eq!(finished.len(), 1, "{self:#?}");
        finished[0].clone()
    }

    /// Of the summary, what became of the records.
    #[track_caller]
    pub fn counts(&self) -> Counts {
        Counts {
            fetched: self.count("fetched"),
            inserted: self.count("inserted"),
            updated: self.count("updated"),
            unchanged: self.count("unchanged"),
            removed: self.count("removed"),
            rejected: self.count("rejected"),
        }
    }

    /// Of the summary: rows, and tombstones among them.
    #[track_caller]
    pub fn written(&self) -> (u64, u64) {
        (self.count("rows"), self.count("removed"))
    }

    /// Of the summary, a count.
    #[track_caller]
    pub fn count(&self, name: &str) -> u64 {
        self.summary()[name].as_u64().unwrap_or_else(|| panic!("no {name}: {self:#?}"))
    }
}
