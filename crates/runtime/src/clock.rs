//! The time, as a parameter.

use chrono::{DateTime, Utc};

/// Tells the time. A process has the system's clock; a test may stop it at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant has a doc where its name does not say all")]
pub enum Clock {
    System,
    Stopped(DateTime<Utc>),
}

impl Clock {
    /// The instant it is now.
    pub fn now(self) -> DateTime<Utc> {
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
            Self::System => Utc::now(),
            Self::Stopped(instant) => instant,
        }
    }
}
