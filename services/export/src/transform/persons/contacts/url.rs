//! What stands in a URL as it is meant.

use std::{borrow::Cow, sync::LazyLock};

use regex::{Captures, Regex};

use super::pattern::pattern;

/// As [`unescaped`] writes them: parentheses, a slash, a dot.
pub(super) const ESCAPED: &str = r"[\u{FF08}\u{FF09}\u{2044}\u{2024}]";

static ESCAPE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)%(?:25)*([0-9a-f]{2})"));

/// A text in which each escape (`%20`, also `%2520`) is a character that means the same and is as long, so that what is found at a
/// place stands there in the text, too.
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return text.into();
    }
    ESCAPE.replace_all(text, |escape: &Captures<'_>| {
        let (whole, code) = (&escape[0], u8::from_str_radix(&escape[1], 16).unwrap_or_default());
        let meant = match code {
            // the digits after it may be none of an escape: 100%0171
            ..0x20 if !matches!(code, 0x09 | 0x0A | 0x0D) => return whole.to_owned(),
            b'0'..=b'9' => return whole.to_owned(),
            b'+' => "\u{FF0B}",
            b'(' => "\u{FF08}",
            b')' => "\u{FF09}",
            b'/' => "\u{2044}",
            b'.' => "\u{2024}",
            b'-' | 0x90..=0x95 => "\u{2010}",
            b':' | b'=' => "\u{FF1A}",
            _ => "\u{2003}",
        };
        format!("{meant}{}", " ".repeat(whole.len() - meant.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_as_long_and_means_the_same() {
        for text in ["a%20b", "a%2520b%2B49", "100%0171/2345678", "%zz%", "%C3%BC", "plain"] {
            assert_eq!(unescaped(text).len(), text.len(), "{text}");
        }
        assert_eq!(unescaped("tel%3A%2B49%2089"), "tel\u{FF1A}\u{FF0B}49\u{2003}89");
        assert_eq!(unescaped("100%0171"), "100%0171");
    }
}
