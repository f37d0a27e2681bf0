//! Finding somebody in a text that may be no valid JSON.

use domain::{folded, unescaped};

/// What a text says, as far as that can be told: escapes of JSON undone, halves of a pair that stand alone replaced, folded.
pub(super) fn readable(text: &str) -> String {
    folded(&unescaped(text))
}

/// Whether a text holds a name as a whole: `ann@example.com` is not in `joann@example.com`. Both are folded.
pub(super) fn names(text: &str, name: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '+' | '@');
    // a sentence may end with an address
    let follows = |rest: &str| {
        let mut letters = rest.chars();
        match letters.next() {
            Some('.') => letters.next().is_some_and(is_part),
            next => next.is_some_and(is_part),
        }
    };
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            !text[..at].chars().next_back().is_some_and(is_part) && !follows(&text[at + found.len()..])
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_and_what_cannot_be_is_passed_over() {
        assert_eq!(readable(r#"{"a":"M\u00dcLLER\n \ud83d\ude00 \/ \u"}"#), "{\"a\":\"müller 😀 / \"}");
        assert_eq!(readable(r#"["\ud800", 1e999, "M\u0061x"]"#), "[\"\u{fffd}\", 1e999, \"max\"]");
        assert_eq!(readable("\\"), "");
    }

    #[test]
    fn a_name_is_found_as_a_whole() {
        let text = readable(r#"{"to":"Ann@Example.com","cc":["x","see ann@example.com."]}"#);
        assert!(names(&text, "ann@example.com"));
        assert!(names("write to ann@example.com.", "ann@example.com"));
        for other in ["joann@example.com", "ann@example.com.au", "x-ann@example.com", "ann@example.comedy"] {
            assert!(!names(other, "ann@example.com"), "{other}");
        }
        assert!(!names("anything", ""));
    }
}
