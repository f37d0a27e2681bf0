//! What of a record was not taken as it came, so that it can be counted and told.

use super::{
    scalar::{Code, UNNAMED, Whole},
    value::Perhaps,
};

/// Field and what about it, without a value.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks(pub(crate) Vec<(&'static str, &'static str)>);

/// A member that came twice.
pub(crate) const REPEATED: &str = "there twice, the last counts";

impl Remarks {
    pub(super) fn add(&mut self, field: &'static str, what: &'static str) {
        self.0.push((field, what));
    }

    /// A number, unless it is one that cannot be kept.
    pub(super) fn whole(&mut self, field: &'static str, number: &Perhaps<Whole>) -> Option<i64> {
        match number.0? {
            Whole::Number(number) => Some(number),
            Whole::Beyond => {
                self.add(field, "too large to be kept to the last digit, left out");
                None
            }
        }
    }

    /// One of a list of values; one that is not known is not nothing.
    pub(super) fn code(&mut self, field: &'static str, code: &Perhaps<Code>, names: &[(&str, i32)]) -> Option<i32> {
        let number = code.0.as_ref()?.number(names);
        if number.is_none() {
            self.add(field, "a word or number that is not known, kept as -1");
        }
        Some(number.unwrap_or(UNNAMED))
    }
}
