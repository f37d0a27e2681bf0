//! Whom to forget, and what came of it.

use chrono::{DateTime, Utc};
use domain::{Pseudonymiser, cohort::Grouping, vocabulary::Vocabulary};

/// Persons that are looked for at once: a statement takes only so many values.
pub(super) const AT_ONCE: usize = 500;

/// Whom to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// Who has sent this application.
    Application(String),
    /// Who has this key, ours or the source's.
    Candidate(String),
    /// Who has this address.
    Email(String),
}

/// An erasure.
#[derive(Clone)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Forget<'a> {
    pub run_id: &'a str,
    pub now: DateTime<Utc>,
    /// Makes the keys of what is not to come back.
    pub pseudonymiser: &'a Pseudonymiser,
    /// How those are grouped of whom numbers stay.
    pub grouping: Grouping,
    /// By which numbers of them stay, as far as they are closed: because their time is over, and not because somebody asks for it.
    pub freezing: Option<&'a Vocabulary>,
}

/// What an erasure has blanked or removed, and where the person's name still stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Forgotten {
    pub applications: u64,
    pub events: u64,
    pub candidates: u64,
    /// Records that could not be read, removed.
    pub rejected: u64,
    /// Postings whose text has the person's name or address. They are the source's, and would come back.
    pub postings: u64,
}

impl Forgotten {
    /// Whether nothing was found.
    pub fn is_nothing(&self) -> bool {
        self.applications + self.candidates + self.rejected == 0
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.applications += other.applications;
        self.events += other.events;
        self.candidates += other.candidates;
        self.rejected += other.rejected;
        self.postings += other.postings;
    }
}
