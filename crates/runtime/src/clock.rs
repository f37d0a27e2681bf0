//! The time, as a parameter.

use chrono::{DateTime, Utc};

/// Tells the time. A process has the system's clock; a test may stop it at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// Always the same instant.
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
