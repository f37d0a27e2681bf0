//! Instants as the source has them: 100 nanoseconds, the resolution of .NET, hence seven fractional digits.

use chrono::{DateTime, NaiveDateTime, SecondsFormat, Timelike as _, Utc};
use sea_orm::DeriveValueType;

/// An instant, in units of 100 ns since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, DeriveValueType)]
pub(crate) struct Ticks(pub(crate) i64);

pub(crate) const SECOND: i64 = 10_000_000;
pub(crate) const HOUR: i64 = 3600 * SECOND;
pub(crate) const DAY: i64 = 24 * HOUR;

impl Ticks {
    #[must_use]
    pub(crate) fn hour(self) -> Self {
        Self(self.0.div_euclid(HOUR) * HOUR)
    }

    #[must_use]
    pub(crate) fn plus(self, ticks: i64) -> Self {
        Self(self.0 + ticks)
    }

    pub(crate) fn is_whole_second(self) -> bool {
        self.0.rem_euclid(SECOND) == 0
    }

    pub(crate) fn date_time(self) -> DateTime<Utc> {
        let nanoseconds = u32::try_from(self.0.rem_euclid(SECOND) * 100).unwrap_or_default();
        DateTime::from_timestamp(self.0.div_euclid(SECOND), nanoseconds).unwrap_or_default()
    }

    /// As ISO 8601 with at most seven fractional digits and without trailing zeros, no zone.
    pub(crate) fn iso(self) -> String {
        // a pattern of one's own would be read anew each time
        let mut whole = self.date_time().to_rfc3339_opts(SecondsFormat::Secs, true);
        whole.pop();
        let fraction = self.0.rem_euclid(SECOND);
        if fraction == 0 {
            return whole;
        }
        let digits = format!("{fraction:07}");
        format!("{whole}.{}", digits.trim_end_matches('0'))
    }

    pub(crate) fn iso_utc(self) -> String {
        format!("{}Z", self.iso())
    }
}

impl From<DateTime<Utc>> for Ticks {
    fn from(instant: DateTime<Utc>) -> Self {
        // chrono tells a leap second by more nanoseconds than a second has
        Self(instant.timestamp() * SECOND + i64::from(instant.nanosecond().min(999_999_999) / 100))
    }
}

impl From<NaiveDateTime> for Ticks {
    fn from(instant: NaiveDateTime) -> Self {
        instant.and_utc().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_digits_survive() {
        let instant: DateTime<Utc> = "2026-05-11T11:52:56.6003624Z".parse().expect("a date-time");
        assert_eq!(Ticks::from(instant).iso(), "2026-05-11T11:52:56.6003624");
        assert_eq!(Ticks::from(instant).date_time(), instant);
    }

    #[test]
    fn trailing_zeros_are_not_written() {
        let instant: DateTime<Utc> = "2026-05-11T11:52:56.5000000Z".parse().expect("a date-time");
        assert_eq!(Ticks::from(instant).iso(), "2026-05-11T11:52:56.5");
        assert_eq!(Ticks::from(instant).hour().iso(), "2026-05-11T11:00:00");
    }
}
