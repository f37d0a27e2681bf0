//! Local date-times and the zones they are in.

use chrono::{DateTime, NaiveDateTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use windows_timezones::WindowsTimezone;

/// Reads a zone's name, as IANA (`Europe/Berlin`) or Windows (`W. Europe Standard Time`) writes it.
pub fn parse(name: &str) -> Option<Tz> {
    name.parse().ok().or_else(|| name.parse::<WindowsTimezone>().ok().map(Tz::from))
}

/// The instant of a local date-time. In the hour that the clock skips or repeats, the earlier reading counts;
/// without a zone it is UTC.
pub fn to_utc(local: NaiveDateTime, zone: Option<Tz>) -> DateTime<Utc> {
    let zone = zone.unwrap_or(Tz::UTC);
    zone.from_local_datetime(&local).earliest().map_or_else(
        || {
            // skipped by the clock: an hour earlier exists, and an hour after that is the same instant
            let hour = chrono::TimeDelta::hours(1);
            zone.from_local_datetime(&(local - hour))
                .earliest()
                .map_or_else(|| local.and_utc(), |instant| (instant + hour).to_utc())
        },
        |instant| instant.to_utc(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::{canonical, parse_naive};

    fn utc(local: &str, zone: &str) -> String {
        canonical(to_utc(parse_naive(local).unwrap(), parse(zone)))[..19].to_owned()
    }

    #[test]
    fn both_kinds_of_names() {
        assert_eq!(utc("2026-05-29T12:00:00", "Europe/Berlin"), "2026-05-29T10:00:00");
        assert_eq!(utc("2026-05-29T12:00:00", "W. Europe Standard Time"), "2026-05-29T10:00:00");
        assert_eq!(utc("2026-01-29T12:00:00", "Romance Standard Time"), "2026-01-29T11:00:00");
        assert_eq!(utc("2026-01-29T12:00:00", "Nowhere"), "2026-01-29T12:00:00");
    }

    #[test]
    fn hours_that_the_clock_skips_or_repeats() {
        assert_eq!(utc("2026-03-29T02:30:00", "Europe/Berlin"), "2026-03-29T01:30:00");
        assert_eq!(utc("2026-10-25T02:30:00", "Europe/Berlin"), "2026-10-25T00:30:00");
    }
}
