//! How numbers and days are written.

use chrono::{Datelike as _, NaiveDate};

/// Between a number and its sign, and between thousands where a language has it so: no line ends there.
const NO_BREAK: &str = "\u{a0}";
/// The sign, and not the hyphen.
const MINUS: &str = "\u{2212}";

#[derive(Debug, Clone, Copy)]
pub(crate) struct Numbers {
    pub(super) thousands: char,
    pub(super) decimal: char,
    pub(super) blank_before_percent: bool,
    /// In the signs of chrono's `format`, and the next one too.
    pub(super) day: &'static str,
    pub(super) day_in_year: &'static str,
    /// From number and year of an ISO week.
    pub(super) week: fn(u32, i32) -> String,
    pub(super) week_in_year: fn(u32) -> String,
}

impl Numbers {
    /// `1,234`
    pub(crate) fn count(&self, count: u64) -> String {
        let digits = count.to_string();
        let mut written = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                written.push(self.thousands);
            }
            written.push(digit);
        }
        written
    }

    /// `+12`, `−3`, `±0`
    pub(crate) fn change(&self, change: i64) -> String {
        let sign = match change {
            0 => "±",
            1.. => "+",
            _ => MINUS,
        };
        format!("{sign}{}", self.count(change.unsigned_abs()))
    }

    /// With so many digits behind the decimal sign. What is no number is written as none.
    pub(crate) fn decimal(&self, number: f64, digits: usize) -> String {
        if !number.is_finite() {
            return "–".to_owned();
        }
        let written = format!("{:.digits$}", number.abs());
        let (whole, part) = written.split_once('.').unwrap_or((&written, ""));
        // more digits than a count has are written as they are
        let whole = whole.parse().map_or_else(|_| whole.to_owned(), |whole| self.count(whole));
        // what is rounded to zero has no sign
        let is_below = number < 0.0 && written.chars().any(|digit| matches!(digit, '1'..='9'));
        let sign = if is_below { MINUS } else { "" };
        if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}{}{part}", self.decimal) }
    }

    pub(crate) fn rate(&self, rate: f64) -> String {
        // below 1 one digit would say nothing
        self.decimal(rate, if rate < 1.0 { 2 } else { 1 })
    }

    /// A share of 1, `12.3%`.
    pub(crate) fn percent(&self, share: f64, digits: usize) -> String {
        let blank = if self.blank_before_percent { NO_BREAK } else { "" };
        format!("{}{blank}%", self.decimal(share * 100.0, digits))
    }

    pub(crate) fn day(&self, day: NaiveDate) -> String {
        day.format(self.day).to_string()
    }

    pub(crate) fn day_in_year(&self, day: NaiveDate) -> String {
        day.format(self.day_in_year).to_string()
    }

    pub(crate) fn week(&self, day: NaiveDate) -> String {
        let week = day.iso_week();
        (self.week)(week.week(), week.year())
    }

    pub(crate) fn week_in_year(&self, day: NaiveDate) -> String {
        (self.week_in_year)(day.iso_week().week())
    }
}

#[cfg(test)]
mod tests {
    use crate::words::Language;

    use super::*;

    #[test]
    fn each_language_has_its_own_signs() {
        let day = NaiveDate::from_ymd_opt(2027, 1, 3).unwrap();
        for (language, expected) in [
            (Language::De, ["1.234.567", "−1.234", "±0", "1.234,5", "12,3\u{a0}%", "03.01.2027", "KW 53/2026"]),
            (Language::En, ["1,234,567", "−1,234", "±0", "1,234.5", "12.3%", "3 Jan 2027", "W53 2026"]),
            (Language::Nl, ["1.234.567", "−1.234", "±0", "1.234,5", "12,3%", "03-01-2027", "week 53, 2026"]),
        ] {
            let numbers = language.words().numbers;
            let written = [
                numbers.count(1_234_567),
                numbers.change(-1234),
                numbers.change(0),
                numbers.decimal(1234.54, 1),
                numbers.percent(0.1234, 1),
                numbers.day(day),
                numbers.week(day),
            ];
            assert_eq!(written, expected, "{language}");
        }
    }

    #[test]
    fn what_is_rounded_to_nothing_has_no_sign() {
        let numbers = Language::En.words().numbers;
        let written =
            [0.04, -0.04, -0.05001, 999_999.96, f64::NAN, f64::INFINITY].map(|number| numbers.decimal(number, 1));
        assert_eq!(written, ["0.0", "0.0", "−0.1", "1,000,000.0", "–", "–"]);
        assert_eq!([0, 7, 999, 1000, 100_000].map(|count| numbers.count(count)), ["0", "7", "999", "1,000", "100,000"]);
    }
}
