//! What all that is looked for has in common.

use regex::Regex;

/// What stands in the place of what was taken out.
pub(super) const MARK: &str = "***";

/// Tests compile each of them.
pub(super) fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours")
}
