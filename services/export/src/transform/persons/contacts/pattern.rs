//! What all that is looked for has in common.

use regex::Regex;

/// What stands in the place of what was taken out.
pub(super) const MARK: &str = "***";

pub(super) fn pattern(pattern: &str) -> Regex {
    // tests compile each of them
    Regex::new(pattern).expect("a pattern of ours")
}
