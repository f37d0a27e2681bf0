//! Date-times as Emply writes them: ISO 8601, up to seven fractional digits, with `Z`, with an offset, or without a zone.

use chrono::{DateTime, NaiveDateTime, SubsecRound as _, Utc};
use serde::Serializer;

/// A text that is not a date-time. It holds no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date-time")]
pub struct NotAnInstant;

/// Reads a date-time; without a zone it is UTC.
pub fn parse(text: &str) -> Result<DateTime<Utc>, NotAnInstant> {
    DateTime::parse_from_rfc3339(text).map(|instant| instant.to_utc()).or_else(|_| Ok(parse_naive(text)?.and_utc()))
}

/// Reads a date-time without a zone.
pub fn parse_naive(text: &str) -> Result<NaiveDateTime, NotAnInstant> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map_err(|_| NotAnInstant)
}

/// Writes the canonical form: UTC, always seven fractional digits (100 ns, the source's finest step).
pub fn canonical(instant: DateTime<Utc>) -> String {
    let ticks = instant.timestamp_subsec_nanos() / 100;
    format!("{}.{ticks:07}Z", instant.format("%Y-%m-%dT%H:%M:%S"))
}

/// What a database can hold: microseconds, cut off and not rounded, so that no instant moves into a later window.
pub fn microseconds(instant: DateTime<Utc>) -> DateTime<Utc> {
    instant.trunc_subsecs(6)
}

pub(crate) fn serialize<S: Serializer>(instant: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&canonical(*instant))
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
        for wrong in ["", "2026-05-26", "yesterday", "2026-13-01T00:00:00Z"] {
            assert_eq!(parse(wrong), Err(NotAnInstant), "{wrong}");
        }
    }

    #[test]
    fn microseconds_are_cut_off() {
        let instant = parse("2026-05-11T11:52:56.6003629Z").unwrap();
        assert_eq!(canonical(microseconds(instant)), "2026-05-11T11:52:56.6003620Z");
    }
}
