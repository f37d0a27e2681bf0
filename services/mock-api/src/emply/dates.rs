//! Dates: as they are asked for, and as they are sent.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use chrono_tz::Tz;

use crate::ticks::Ticks;

/// Reads a date of a query: ISO 8601 with `Z`, an offset or no zone (then UTC), ISO 8601 without a time
/// (midnight UTC), or `MM-dd-yyyy` (midnight UTC).
pub(crate) fn read(text: &str) -> Option<Ticks> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc().into());
    }
    let times = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    if let Some(instant) = times.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()) {
        return Some(instant.into());
    }
    let days = ["%Y-%m-%d", "%m-%d-%Y"];
    // ten characters: a year of two digits is a slip, not the first century
    let day = days.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok()).filter(|_| text.len() == 10)?;
    Some(day.and_time(NaiveTime::MIN).into())
}

/// An instant as the source writes it. Those on a whole second were entered by another system: every other
/// row (`odd`) has no zone there, and means UTC all the same.
pub(super) fn write(instant: Ticks, odd: bool) -> String {
    let zone = if odd && instant.is_whole_second() { "" } else { "Z" };
    format!("{}{zone}", instant.iso())
}

/// An instant on the clock on the wall there, without a zone.
pub(super) fn write_local(instant: Ticks, zone: &str) -> String {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    instant.date_time().with_timezone(&zone).format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str) -> Option<String> {
        read(text).map(Ticks::iso)
    }

    #[test]
    fn every_documented_form_is_read() {
        for (given, read) in [
            ("2026-05-11T11:52:56.6003624Z", "2026-05-11T11:52:56.6003624"),
            ("2026-05-11T13:52:56+02:00", "2026-05-11T11:52:56"),
            ("2026-05-11T11:52:56", "2026-05-11T11:52:56"),
            ("2026-05-11T11:52", "2026-05-11T11:52:00"),
            ("2026-05-11", "2026-05-11T00:00:00"),
            ("05-11-2026", "2026-05-11T00:00:00"),
        ] {
            assert_eq!(iso(given).as_deref(), Some(read), "{given}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for given in ["", "yesterday", "2026-13-01", "13-01-2026", "2026-02-30", "05-11-26", "1780000000", "11.05.2026"]
        {
            assert_eq!(iso(given), None, "{given}");
        }
    }

    #[test]
    fn three_forms_are_written() {
        let fraction = read("2026-05-11T11:52:56.6003624Z").expect("a date");
        let whole = read("2026-05-29T10:00:00Z").expect("a date");
        assert_eq!(write(fraction, true), "2026-05-11T11:52:56.6003624Z");
        assert_eq!(write(whole, false), "2026-05-29T10:00:00Z");
        assert_eq!(write(whole, true), "2026-05-29T10:00:00");
        assert_eq!(write_local(whole, "Europe/Berlin"), "2026-05-29T12:00:00");
    }
}
