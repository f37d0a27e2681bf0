//! Whether the last good run is young enough, for probes and alarms.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::{Store, StoreError, entity::sync_run};

/// When that was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Freshness {
    /// End of the last good run; `None` when there has never been one.
    pub ended: Option<DateTime<Utc>>,
    /// How long ago that is, whole seconds.
    pub age: Duration,
    /// Whether that is longer than it may be, or nothing can be said of it.
    pub is_stale: bool,
    /// Whether it is yet to come: the machine's clock was ahead then, or is behind now.
    pub is_ahead: bool,
}

/// Clocks of two machines are as far apart at most.
const TOLERANCE: TimeDelta = TimeDelta::minutes(1);
/// No clock is further ahead, and both databases have it.
const CENTURIES: TimeDelta = TimeDelta::days(365 * 300);

impl Store {
    /// Looks for the last run of the service, by one of these commands, that succeeded.
    pub async fn freshness(
        &self,
        commands: &[&str],
        max_age: Duration,
        now: DateTime<Utc>,
    ) -> Result<Freshness, StoreError> {
        let ended = |run: sync_run::Model| run.finished_at.unwrap_or(run.started_at);
        let Some(run) = self.last_good_run(self.service, commands, now + TOLERANCE).await? else {
            // one may be yet to come: a clock was ahead when it was written down
            let ended = self.last_good_run(self.service, commands, now + CENTURIES).await?.map(ended);
            return Ok(Freshness { ended, age: Duration::ZERO, is_stale: true, is_ahead: ended.is_some() });
        };
        let ended = ended(run);
        let age = (now - ended).to_std().unwrap_or_default();
        let (age_s, is_stale) = (Duration::from_secs(age.as_secs()), age > max_age);
        Ok(Freshness { ended: Some(ended), age: age_s, is_stale, is_ahead: false })
    }
}

impl Freshness {
    /// In a sentence; the age that was allowed is in it when it is exceeded.
    pub fn sentence(&self, max_age: Duration) -> String {
        let Some(ended) = self.ended else { return "there has never been a good run".to_owned() };
        if self.is_ahead {
            return format!(
                "the last good run ended at {}, which is yet to come: the clock of the machine was ahead then, or is behind now",
                ended.format("%Y-%m-%d %H:%M:%S")
            );
        }
        let age = humantime::format_duration(self.age);
        let found = format!("the last good run ended at {}, {age} ago", ended.format("%Y-%m-%d %H:%M:%S"));
        if self.is_stale {
            return format!("{found}; that is longer than {}", humantime::format_duration(max_age));
        }
        found
    }
}
