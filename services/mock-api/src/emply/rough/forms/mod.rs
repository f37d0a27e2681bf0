//! All forms, in tables by what they are about; a form is a line.

mod addresses;
mod dates;
mod json;
mod keys;
mod texts;

use super::form::Form;

pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

const ANSWERS: &[Form] = &[Form::answer(
    "byte-order-mark",
    "a byte order mark before the lists of every second medium of `MOCK_MEDIA_IDS`, and before a tenth of the windows of \
     applications, by their beginning",
)];

/// Every form there is, in the order in which a record tries them.
pub fn all() -> impl Iterator<Item = &'static Form> {
    [ANSWERS, json::FORMS, keys::FORMS, addresses::FORMS, texts::FORMS, dates::FORMS].into_iter().flatten()
}

#[cfg(test)]
mod tests;
