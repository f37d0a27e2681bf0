//! What somebody else says, as far as it is shown.

/// Letters of an answer's own words that are shown.
const LONGEST: usize = 300;

pub(super) fn shortened(text: &str) -> String {
    if text.chars().count() <= LONGEST { text.to_owned() } else { text.chars().take(LONGEST).chain(['…']).collect() }
}
