//! Which applications of an answer were asked for.

use chrono::{DateTime, Utc};
use domain::Window;

/// What was asked for, and what of it is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// What was asked for, margin included: where an application in the answer was created, if the source reads times as we do.
    pub asked: Window,
    /// What of it becomes rows: nothing from before the start, nor from a later slice.
    pub wanted: Window,
}

/// How an application stands to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Wanted,
    Unwanted,
    Outside,
}

impl Scope {
    pub(super) fn standing(&self, created: DateTime<Utc>) -> Standing {
        // the end may be inclusive
        if created < self.asked.from || created > self.asked.to {
            Standing::Outside
        } else if self.wanted.contains(created) {
            Standing::Wanted
        } else {
            Standing::Unwanted
        }
    }
}
