//! States, cantons and counties, which people put after a town.

use std::{collections::HashMap, sync::LazyLock};

use super::country::{CountryCode, folded, listed};

static REGIONS: LazyLock<HashMap<String, CountryCode>> =
    LazyLock::new(|| listed(include_str!("names/regions.txt")).collect());

/// States of Germany by two letters, with the first digits of their postal codes.
const GERMAN: [(&str, &str); 16] = [
    ("BB", "01"),
    ("BE", "1"),
    ("BW", "6789"),
    ("BY", "689"),
    ("HB", "2"),
    ("HE", "356"),
    ("HH", "2"),
    ("MV", "12"),
    ("NI", "234"),
    ("NW", "345"),
    ("RP", "567"),
    ("SH", "2"),
    ("SL", "6"),
    ("SN", "0"),
    ("ST", "03"),
    ("TH", "0379"),
];
/// States of the USA whose names are no state's alone, or a town's too; the others are in the table.
const AMERICAN: [&str; 5] = ["district of columbia", "georgia", "new york", "puerto rico", "washington"];
/// Their codes, as they stand before a postal code there.
const AMERICAN_CODES: &str = " AL AK AZ AR CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ \
    NM NV NY OH OK OR PA PR RI SC SD TN TX UT VA VT WA WI WV WY ";

/// Two capitals that are a state of Germany, in which a postal code may lie.
pub(super) fn is_german_state(word: &str, zip: &str) -> bool {
    GERMAN.iter().any(|(state, digits)| *state == word && zip.starts_with(|first| digits.contains(first)))
}

pub(super) fn is_american(name: &str) -> bool {
    let is_listed = country(name).is_some_and(|code| code.as_str() == "US");
    is_listed || AMERICAN.contains(&folded(name).as_str())
}

pub(super) fn is_american_code(word: &str) -> bool {
    word.len() == 2 && AMERICAN_CODES.contains(&format!(" {word} "))
}

pub(super) fn country(name: &str) -> Option<CountryCode> {
    REGIONS.get(&folded(name)).copied()
}
