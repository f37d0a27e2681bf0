//! Date-times as Emply writes them: ISO 8601, up to seven fractional digits, with `Z`, with an offset, or without a zone.

use std::{borrow::Cow, fmt};

use chrono::{DateTime, Datelike as _, NaiveDateTime, SubsecRound as _, Timelike as _, Utc};
use serde::Serializer;

/// A text that is not a date-time. It holds no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date-time")]
pub struct NotAnInstant;

/// Reads a date-time; without a zone it is UTC.
pub fn parse(text: &str) -> Result<DateTime<Utc>, NotAnInstant> {
    let instant = DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc());
    instant.or_else(|_| Ok(parse_naive(text)?.and_utc())).or_else(|_: NotAnInstant| seldom(text))
}

/// Forms of ISO 8601 that RFC 3339 leaves out: offsets as Java's `Z` has them, and no seconds.
fn seldom(text: &str) -> Result<DateTime<Utc>, NotAnInstant> {
    let forms = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
    let text = with_t(text).ok_or(NotAnInstant)?;
    let found = forms.iter().find_map(|form| DateTime::parse_from_str(&text, form).ok());
    found.map(|instant| instant.to_utc()).ok_or(NotAnInstant)
}

/// The text with a `T` between date and time, where some have a blank or a small letter; `None` unless its year has four digits.
fn with_t(text: &str) -> Option<Cow<'_, str>> {
    // chrono also takes years of six digits, which cannot be counted with, and of two
    let has_a_year = text.bytes().take(4).all(|byte| byte.is_ascii_digit()) && text.as_bytes().get(4) == Some(&b'-');
    match text.as_bytes().get(10)? {
        _ if !has_a_year => None,
        b' ' | b't' => Some(format!("{}T{}", text.get(..10)?, text.get(11..)?).into()),
        _ => Some(text.into()),
    }
}

/// Reads a date-time without a zone.
pub fn parse_naive(text: &str) -> Result<NaiveDateTime, NotAnInstant> {
    let text = with_t(text).ok_or(NotAnInstant)?;
    let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok()).ok_or(NotAnInstant)
}

/// Whether databases can hold it: BigQuery and DuckDB's readers have the years 1 to 9999.
pub fn is_storable(instant: DateTime<Utc>) -> bool {
    // what is written as the first or the last of these may lie beyond them in UTC
    (1..=9999).contains(&instant.year())
}

/// The instant, unless it is one that systems write for none: the first or last one of a calendar (.NET's
/// `0001-01-01T00:00:00` and `9999-12-31T23:59:59`), of a database (SQL Server's years 1753 and 1900), or of Unix.
pub fn meant(instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
    (1971..=2999).contains(&instant.year()).then_some(instant)
}

/// The canonical form: UTC, always seven fractional digits (100 ns, the source's finest step).
pub fn canonical(instant: DateTime<Utc>) -> String {
    let mut text = String::with_capacity(FORM.len());
    // a String takes whatever is written
    let written = write_canonical(&mut text, instant);
    debug_assert!(written.is_ok(), "instants can be written");
    text
}

const FORM: [u8; 28] = *b"0000-00-00T00:00:00.0000000Z";

/// Writes the canonical form.
pub fn write_canonical(out: &mut impl fmt::Write, instant: DateTime<Utc>) -> fmt::Result {
    // each record has several, and chrono, which reads its pattern anew each time, takes ten times as long
    let ticks = instant.timestamp_subsec_nanos() / 100;
    let Some(year) = u32::try_from(instant.year()).ok().filter(|year| *year <= 9999 && ticks < 10_000_000) else {
        // a year with a sign, or a leap second
        return write!(out, "{}.{ticks:07}Z", instant.format("%Y-%m-%dT%H:%M:%S"));
    };
    let (month, day) = (instant.month(), instant.day());
    let (hour, minute, second) = (instant.hour(), instant.minute(), instant.second());
    let mut text = FORM;
    for (place, number) in
        [(0..4, year), (5..7, month), (8..10, day), (11..13, hour), (14..16, minute), (17..19, second), (20..27, ticks)]
    {
        let mut rest = number;
        for digit in text[place].iter_mut().rev() {
            *digit += (rest % 10) as u8;
            rest /= 10;
        }
    }
    out.write_str(str::from_utf8(&text).map_err(|_| fmt::Error)?)
}

/// What a database can hold: microseconds, cut off and not rounded, so that no instant moves into a later window.
pub fn microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

pub(crate) fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&canonical(*instant))
}

#[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
pub(crate) fn serialize_some<S: Serializer>(instant: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
    match instant {
        Some(instant) => serialize(instant, serializer),
        None => serializer.serialize_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_are_read() {
        let canon = |text| canonical(parse(text).unwrap());
        assert_eq!(canon("2026-05-11T11:52:56.6003624Z"), "2026-05-11T11:52:56.6003624Z");
        assert_eq!(canon("2026-05-29T10:00:00Z"), "2026-05-29T10:00:00.0000000Z");
        assert_eq!(canon("2026-05-26T12:21:57"), "2026-05-26T12:21:57.0000000Z");
        assert_eq!(canon("2026-05-26T12:21:57.25"), "2026-05-26T12:21:57.2500000Z");
        assert_eq!(canon("2026-05-26T12:21:57+02:00"), "2026-05-26T10:21:57.0000000Z");
        for same in [
            "2026-05-26 12:21:57",
            "2026-05-26t12:21:57z",
            "2026-05-26 12:21:57Z",
            "2026-05-26T14:21:57+0200",
            "2026-05-26T14:21:57.000+02",
        ] {
            assert_eq!(canon(same), "2026-05-26T12:21:57.0000000Z", "{same}");
        }
        for same in ["2026-05-26T12:21", "2026-05-26T12:21Z", "2026-05-26 14:21+02:00"] {
            assert_eq!(canon(same), "2026-05-26T12:21:00.0000000Z", "{same}");
        }
        for wrong in [
            "",
            "2026-05-26",
            "yesterday",
            "2026-13-01T00:00:00Z",
            "26-05-01T00:00:00",
            "+12026-05-01T00:00:00",
            "-262143-01-01T00:00:00",
            "0000-00-00 00:00:00",
            "2026-05-2é 12:21:57",
        ] {
            assert_eq!(parse(wrong), Err(NotAnInstant), "{wrong}");
        }
    }

    #[test]
    fn what_stands_for_none_is_none() {
        for none in [
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00+02:00",
            "1753-01-01T00:00:00",
            "1899-12-30T00:00:00",
            "1900-01-01T00:00:00Z",
            "1970-01-01T00:00:00Z",
            "9999-12-31T23:59:59.9999999",
            "9999-12-31T23:59:59-05:00",
        ] {
            assert_eq!(meant(parse(none).unwrap()), None, "{none}");
        }
        let meant_so = parse("2079-06-06T00:00:00").unwrap();
        assert_eq!(meant(meant_so), Some(meant_so));
    }

    #[test]
    fn a_year_before_1_or_after_9999_is_told() {
        for (text, is_so) in [
            ("0001-01-01T00:00:00", true),
            ("0001-01-01T00:00:00+02:00", false),
            ("9999-12-31T23:59:59", true),
            ("9999-12-31T23:59:59-05:00", false),
        ] {
            assert_eq!(is_storable(parse(text).unwrap()), is_so, "{text}");
        }
    }

    #[test]
    fn what_is_written_digit_by_digit_is_what_chrono_writes() {
        for text in [
            "0001-01-01T00:00:00Z",
            "0987-12-31T23:59:59.9999999Z",
            "2026-02-03T04:05:06.0000007Z",
            "9999-12-31T23:59:59.1234567Z",
            "2016-12-31T23:59:60.5Z",
        ] {
            let instant = parse(text).unwrap();
            let ticks = instant.timestamp_subsec_nanos() / 100;
            let slowly = format!("{}.{ticks:07}Z", instant.format("%Y-%m-%dT%H:%M:%S"));
            assert_eq!(canonical(instant), slowly);
        }
        let (first, last) = (DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC);
        assert_eq!(canonical(first), "-262143-01-01T00:00:00.0000000Z");
        assert_eq!(canonical(last), "+262142-12-31T23:59:59.9999999Z");
    }

    #[test]
    fn microseconds_are_cut_off() {
        let instant = parse("2026-05-11T11:52:56.6003629Z").unwrap();
        assert_eq!(canonical(microseconds(instant)), "2026-05-11T11:52:56.6003620Z");
    }
}
