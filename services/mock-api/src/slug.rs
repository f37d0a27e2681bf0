//! What a customer may be called.

/// Lower case, digits and `-`, as the platform's slugs are.
pub(crate) fn is_slug(text: &str) -> bool {
    let is_allowed = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == b'-';
    // PostgreSQL cuts longer names of schemas off
    (1..=63).contains(&text.len()) && text.bytes().all(is_allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case() {
        for (text, is) in
            [("acme", true), ("st-mary-2", true), ("", false), ("Acme", false), ("a b", false), ("a\"", false)]
        {
            assert_eq!(is_slug(text), is, "{text}");
        }
        assert!(!is_slug(&"a".repeat(64)));
    }
}
