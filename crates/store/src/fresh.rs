//! Whether the last good run is young enough, for probes and alarms.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::{Store, StoreError};

/// When that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// End of the last good run; `None` when there has never been one.
    pub ended: Option<DateTime<Utc>>,
    /// How long ago that is, whole seconds.
    pub age: Duration,
    /// Whether that is longer than it may be.
    pub is_stale: bool,
}

impl Store {
    /// Looks for the last run of the service, by one of these commands, that succeeded.
    pub async fn freshness(
        &self,
        commands: &[&str],
        max_age: Duration,
        now: DateTime<Utc>,
    ) -> Result<Freshness, StoreError> {
        let Some(run) = self.last_good_run(self.service, commands).await? else {
            return Ok(Freshness { ended: None, age: Duration::MAX, is_stale: true });
        };
        let ended = run.finished_at.unwrap_or(run.started_at);
        let age = (now - ended).to_std().unwrap_or_default();
        Ok(Freshness { ended: Some(ended), age: Duration::from_secs(age.as_secs()), is_stale: age > max_age })
    }
}

impl Freshness {
    /// In a sentence; the age that was allowed is in it when it is exceeded.
    pub fn sentence(&self, max_age: Duration) -> String {
        let Some(ended) = self.ended else { return "there has never been a good run".to_owned() };
        let age = humantime::format_duration(self.age);
        let found = format!("the last good run ended at {}, {age} ago", ended.format("%Y-%m-%d %H:%M:%S"));
        if self.is_stale {
            return format!("{found}; that is longer than {}", humantime::format_duration(max_age));
        }
        found
    }
}
