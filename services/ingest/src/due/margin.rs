//! How much more than a slice is asked for.
//!
//! Emply's document does not say whether `from` and `to` are inclusive, nor in which zone they are read. A minute on both sides
//! makes up for the first. A record from beyond it shows that the second is not as we take it; then everything is asked for with
//! a day on both sides, which is more than any two zones differ by together with the rounding to whole days of one of them.

use chrono::{NaiveTime, TimeDelta};
use domain::Window;

use crate::{config::WindowStyle, source::ApplicationsQuery};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Margin {
    /// For bounds that are exclusive.
    Minute,
    /// For a source that reads times otherwise.
    Day,
}

impl Margin {
    pub(super) fn length(self) -> TimeDelta {
        match self {
            Self::Minute => TimeDelta::minutes(1),
            Self::Day => TimeDelta::days(1),
        }
    }

    /// How a slice is asked for, and the window that this comes to.
    pub(super) fn question(self, slice: Window, style: WindowStyle) -> (ApplicationsQuery, Window) {
        match style {
            WindowStyle::Range => {
                let asked = Window { from: slice.from - self.length(), to: slice.to + self.length() };
                (ApplicationsQuery::Range(asked), asked)
            }
            WindowStyle::Since => {
                let query = ApplicationsQuery::since(slice.from);
                let day = query.first_day().and_time(NaiveTime::MIN).and_utc();
                // the day may be the tenant's and not UTC's; the end is open
                let asked = Window { from: day - TimeDelta::days(1), to: slice.to + TimeDelta::days(36_525) };
                (query, asked)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        domain::instant::parse(text).unwrap()
    }

    #[test]
    fn a_slice_is_asked_for_with_a_margin() {
        let slice = Window::new(at("2026-03-01T05:00:00Z"), at("2026-03-02T00:00:00Z")).unwrap();
        let (query, asked) = Margin::Minute.question(slice, WindowStyle::Range);
        assert_eq!((asked.from, asked.to), (at("2026-03-01T04:59:00Z"), at("2026-03-02T00:01:00Z")));
        assert_eq!(query, ApplicationsQuery::Range(asked));
        let (_, asked) = Margin::Day.question(slice, WindowStyle::Range);
        assert_eq!((asked.from, asked.to), (at("2026-02-28T05:00:00Z"), at("2026-03-03T00:00:00Z")));
        // asked for is 28 February, which may begin at any hour of UTC
        let (_, asked) = Margin::Minute.question(slice, WindowStyle::Since);
        assert_eq!(asked.from, at("2026-02-27T00:00:00Z"));
        assert!(asked.contains(at("2100-01-01T00:00:00Z")));
    }
}
