//! Civil days and months.

use std::fmt;

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;

/// A calendar on the wall of some zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar(Tz);

impl Default for Calendar {
    /// That of Berlin, as reports have it unless they are told otherwise.
    fn default() -> Self {
        Self(Tz::Europe__Berlin)
    }
}

impl Calendar {
    /// That of a zone, by its name as IANA writes it; `None` for any other name, also in another case.
    pub fn of_zone(name: &str) -> Option<Self> {
        // databases, which are to find the same days, take no other
        name.parse().ok().map(Self)
    }

    /// Which day it shows at an instant.
    pub fn date(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// Which month it shows at an instant.
    pub fn month(self, at: DateTime<Utc>) -> Month {
        Month(self.date(at).with_day(1).unwrap_or_default())
    }
}

/// A month of a calendar: `2026-05`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(NaiveDate);

impl Month {
    /// Two instants between which it lies, in whatever zone: the first counts, the second does not.
    pub fn bounds(self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        // no zone is further than 14 hours from UTC
        let first = self.0.checked_sub_days(Days::new(1)).unwrap_or(self.0);
        let after = self.0.checked_add_months(Months::new(1)).and_then(|next| next.checked_add_days(Days::new(1)));
        (midnight(first), midnight(after.unwrap_or(NaiveDate::MAX)))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin(at: &str) -> (String, String) {
        let (at, calendar) = (at.parse().unwrap(), Calendar::default());
        (calendar.date(at).to_string(), calendar.month(at).to_string())
    }

    #[test]
    fn a_day_is_one_of_the_zone() {
        for (at, date, month) in [
            ("2026-12-31T23:30:00Z", "2027-01-01", "2027-01"),
            ("2026-12-31T22:30:00Z", "2026-12-31", "2026-12"),
            ("2026-10-24T22:30:00Z", "2026-10-25", "2026-10"),
            ("2026-10-25T00:30:00Z", "2026-10-25", "2026-10"),
            ("2026-10-25T22:59:59Z", "2026-10-25", "2026-10"),
            ("2026-10-25T23:00:00Z", "2026-10-26", "2026-10"),
            ("2026-03-31T22:00:00Z", "2026-04-01", "2026-04"),
        ] {
            assert_eq!(berlin(at), (date.to_owned(), month.to_owned()), "{at}");
        }
        assert_eq!(
            Calendar::of_zone("Etc/UTC").unwrap().month("2026-12-31T23:30:00Z".parse().unwrap()).to_string(),
            "2026-12"
        );
        for name in ["europe/berlin", "Berlin", "", "W. Europe Standard Time"] {
            assert_eq!(Calendar::of_zone(name), None, "{name}");
        }
    }

    #[test]
    fn a_month_lies_within_its_bounds() {
        for zone in ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"] {
            let calendar = Calendar::of_zone(zone).unwrap();
            let mut at: DateTime<Utc> = "2026-02-26T00:00:00Z".parse().unwrap();
            let march = calendar.month("2026-03-15T00:00:00Z".parse().unwrap());
            let (first, after) = march.bounds();
            while at < "2026-04-04T00:00:00Z".parse::<DateTime<Utc>>().unwrap() {
                assert!(calendar.month(at) != march || (first <= at && at < after), "{zone}: {at}");
                at += chrono::TimeDelta::minutes(30);
            }
        }
    }
}
