//! A stretch of time to ask for.

use chrono::{DateTime, TimeDelta, Utc};

/// From `from`, inclusive, to `to`, exclusive: windows that follow each other share no instant and miss none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Window {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Window {
    /// `None` when it would hold no instant.
    pub fn new(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// The window of a run: from the watermark, less a lookback for records that came late, but never before
    /// `start`; without a watermark, from `start`.
    pub fn since(
        watermark: Option<DateTime<Utc>>,
        start: DateTime<Utc>,
        lookback: TimeDelta,
        to: DateTime<Utc>,
    ) -> Option<Self> {
        let from = watermark.map_or(start, |watermark| (watermark - lookback).max(start));
        Self::new(from, to)
    }

    /// Whether an instant lies in it.
    pub fn contains(&self, instant: DateTime<Utc>) -> bool {
        self.from <= instant && instant < self.to
    }

    /// Splits off the first `length`, or all of it: the slice, and what is left.
    pub fn split(self, length: TimeDelta) -> (Self, Option<Self>) {
        let end = self.from.checked_add_signed(length).map_or(self.to, |end| end.min(self.to));
        (Self { from: self.from, to: end }, Self::new(end, self.to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instant::parse;

    fn at(text: &str) -> DateTime<Utc> {
        parse(text).unwrap()
    }

    #[test]
    fn slices_touch_and_do_not_overlap() {
        let whole = Window::new(at("2026-01-01T00:00:00Z"), at("2026-01-03T12:00:00Z")).unwrap();
        let (first, rest) = whole.split(TimeDelta::days(1));
        let (second, rest) = rest.unwrap().split(TimeDelta::days(1));
        let (third, rest) = rest.unwrap().split(TimeDelta::days(1));
        assert_eq!((first.to, second.to, third.to), (second.from, third.from, whole.to));
        assert_eq!(rest, None);
        assert!(first.contains(first.from) && !first.contains(first.to) && second.contains(first.to));
    }

    #[test]
    fn a_run_looks_back_but_not_before_the_start() {
        let (start, now) = (at("2026-01-01T00:00:00Z"), at("2026-02-01T00:00:00Z"));
        let from =
            |watermark: Option<&str>| Window::since(watermark.map(at), start, TimeDelta::hours(48), now).unwrap().from;
        assert_eq!(from(None), start);
        assert_eq!(from(Some("2026-01-20T00:00:00Z")), at("2026-01-18T00:00:00Z"));
        assert_eq!(from(Some("2026-01-02T00:00:00Z")), start);
        assert_eq!(Window::since(Some(now + TimeDelta::days(9)), start, TimeDelta::hours(1), now), None);
    }
}
