//! Which applications of an answer were asked for.

use chrono::{DateTime, Utc};
use domain::Window;

use super::left_out::LeftOut;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scope {
    /// What was asked for, margin included: where an application in the answer was created, if the source reads times as we do.
    pub(crate) asked: Window,
    /// What of it becomes rows: nothing from before the start, nor from a later slice.
    pub(crate) wanted: Window,
}

impl Scope {
    pub(super) fn check(&self, created: DateTime<Utc>) -> Result<(), LeftOut> {
        // the end may be inclusive
        if created < self.asked.from || created > self.asked.to {
            Err(LeftOut::Outside)
        } else if self.wanted.contains(created) {
            Ok(())
        } else {
            Err(LeftOut::Unwanted)
        }
    }
}
