//! How much of an answer is committed at once.
//!
//! While a part is committed, nobody reads the answer, nor the one that was asked for ahead. Sources cut off who does not read for
//! some seconds, so a part is to be committed sooner than that, however slow the database is.

use std::time::Duration;

/// Of the first part, when nothing is known of the database.
const FIRST: u64 = 50_000;
/// Fewer would take as long, for what each commit takes.
const FEWEST: u64 = 1_000;
/// A part that took longer is followed by one half as long.
const SLOW: Duration = Duration::from_secs(3);
/// One that took no longer, by one twice as long.
const FAST: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Parts {
    most: u64,
    length: u64,
}

impl Parts {
    pub(super) fn of_at_most(most: u64) -> Self {
        Self { most, length: FIRST.min(most) }
    }

    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// What was committed at once, and how long it took.
    pub(super) fn note(&mut self, records: u64, took: Duration) {
        if took > SLOW {
            // by what it was, which may have been less than was allowed
            self.length = (records / 2).max(FEWEST.min(self.most)).min(self.length);
        } else if took <= FAST && records.saturating_mul(2) > self.length {
            self.length = self.length.saturating_mul(2).min(self.most);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_the_database() {
        let seconds = Duration::from_secs;
        let mut parts = Parts::of_at_most(100_000);
        assert_eq!(parts.length(), 50_000);
        for (records, took, length) in [
            (50_000, 1, 100_000),
            (100_000, 1, 100_000),
            (100_000, 8, 50_000),
            (50_000, 2, 50_000),
            // a short one says nothing of a long one
            (3_000, 1, 50_000),
            (3_000, 20, 1_500),
            (1_500, 20, 1_000),
            (1_000, 20, 1_000),
            (1_000, 0, 2_000),
        ] {
            parts.note(records, seconds(took));
            assert_eq!(parts.length(), length, "{records} in {took} s");
        }
    }

    #[test]
    fn none_is_longer_than_allowed() {
        let mut parts = Parts::of_at_most(20);
        for took in [0, 20, 0] {
            assert_eq!(parts.length(), 20);
            parts.note(20, Duration::from_secs(took));
        }
    }
}
