//! When to try again, and when to stop.

use std::{sync::Mutex, time::Duration};

/// First pause; it doubles from try to try.
const BASE: Duration = Duration::from_millis(500);
/// No pause of our own is longer. One the server asks for may be.
const CEILING: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(super) struct Backoff {
    budget: Duration,
    waited: Mutex<Duration>,
}

impl Backoff {
    pub(super) fn new(budget: Duration) -> Self {
        Self { budget, waited: Mutex::new(Duration::ZERO) }
    }

    pub(super) fn budget(&self) -> Duration {
        self.budget
    }

    /// The pause after the `tries`-th try, taken out of the budget; `None` when the budget does not last.
    /// `asked` is what the server wants; `jitter` is within 0 and 1.
    pub(super) fn pause(&self, tries: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        // half of it is chance, so that those who failed together do not come back together
        let ours =
            || BASE.saturating_mul(1 << tries.saturating_sub(1).min(10)).min(CEILING).mul_f64(0.5 + jitter / 2.0);
        // a server that says "at once" is believed the first time; after that our own pause holds, or a broken one would be asked
        // without a pause
        let pause = match asked {
            Some(Duration::ZERO) if tries > 1 => ours(),
            Some(asked) => asked,
            None => ours(),
        };
        // all calls share it, so that a run that meets an outage waits that long in total and not that long per call
        let mut waited = self.waited.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let total = waited.checked_add(pause)?;
        if total > self.budget {
            return None;
        }
        *waited = total;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_ceiling() {
        let backoff = Backoff::new(Duration::from_secs(1000));
        let pauses: Vec<u128> = [1, 2, 3, 9].map(|tries| backoff.pause(tries, None, 1.0).unwrap().as_millis()).into();
        assert_eq!(pauses, [500, 1000, 2000, 30_000]);
        assert_eq!(backoff.pause(1, None, 0.0), Some(Duration::from_millis(250)));
    }

    #[test]
    fn the_server_is_obeyed_within_the_budget() {
        let backoff = Backoff::new(Duration::from_secs(10));
        assert_eq!(backoff.pause(1, Some(Duration::from_secs(7)), 1.0), Some(Duration::from_secs(7)));
        assert_eq!(backoff.pause(1, Some(Duration::ZERO), 1.0), Some(Duration::ZERO));
        assert_eq!(backoff.pause(2, Some(Duration::ZERO), 1.0), Some(Duration::from_secs(1)));
        assert_eq!(backoff.pause(3, Some(Duration::from_secs(3)), 1.0), None, "8 s are gone");
        assert_eq!(backoff.pause(1, None, 1.0), Some(Duration::from_millis(500)), "a smaller pause still fits");
    }
}
