//! When people apply: more on weekdays, most at noon and in the evening.

use fastrand::Rng;

use crate::ticks::{HOUR, Ticks};

/// By day of the week, Monday first.
const DAYS: [u64; 7] = [11, 12, 11, 10, 8, 4, 6];
/// By hour of the day in central European winter time.
const HOURS: [u64; 24] = [1, 1, 0, 0, 0, 1, 2, 4, 7, 9, 10, 10, 11, 10, 9, 9, 8, 8, 9, 10, 11, 9, 6, 3];

/// How much is going on in the hour that begins here; a number without unit.
pub(crate) fn weight(hour: Ticks) -> u64 {
    let local = hour.0.div_euclid(HOUR) + 1;
    // 1970-01-01 was a Thursday
    let day = (local.div_euclid(24) + 3).rem_euclid(7);
    let at = |index: i64| usize::try_from(index).unwrap_or_default();
    DAYS[at(day)] * HOURS[at(local.rem_euclid(24))]
}

/// Applications in the hour that begins here, when `rate` come in so many days.
pub(crate) fn arrivals(rng: &mut Rng, hour: Ticks, rate: u64, days: i64) -> u64 {
    let week = DAYS.iter().sum::<u64>() * HOURS.iter().sum::<u64>();
    let all = week * days.cast_unsigned();
    // rounded up as often as the fraction says, or few a day would be none
    (rate * weight(hour) * 7 + rng.u64(0..all)) / all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::random::{Domain, generator};

    fn at(text: &str) -> Ticks {
        text.parse::<chrono::DateTime<chrono::Utc>>().expect("a date-time").into()
    }

    #[test]
    fn a_tuesday_noon_is_busier_than_a_saturday_noon() {
        assert!(weight(at("2026-06-02T11:00:00Z")) > 2 * weight(at("2026-06-06T11:00:00Z")));
        assert_eq!(weight(at("2026-06-02T02:00:00Z")), 0);
    }

    #[test]
    fn arrivals_keep_the_rate() {
        let start = at("2026-06-01T00:00:00Z");
        for days in [28, 180, 1000] {
            let sum: u64 = (0..days * 24)
                .map(|hour| arrivals(&mut generator(1, Domain::Hour, hour), start.plus(hour * HOUR), 100_000, days))
                .sum();
            assert!((98_000..102_000).contains(&sum), "{days}: {sum}");
        }
    }
}
