//! The words of a record that cannot be read, wherever they stand.

/// Its words, in small letters, whatever escapes they are written with: what stands between characters that no id has. They may be
/// names of members, values, or parts of either.
pub fn words(json: &str) -> impl Iterator<Item = String> {
    let mut text = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let unit = after.strip_prefix('u').and_then(|digits| u32::from_str_radix(digits.get(..4)?, 16).ok());
        let (letter, length) = match unit {
            // half a pair is no letter of an id
            Some(unit) => (char::from_u32(unit).unwrap_or(' '), 5),
            None => (' ', after.chars().next().map_or(0, char::len_utf8)),
        };
        text.push(letter);
        rest = &after[length..];
    }
    text.push_str(rest);
    let words: Vec<String> = text
        .split(|letter: char| !(letter.is_alphanumeric() || matches!(letter, '-' | '_')))
        .filter_map(domain::key)
        .collect();
    words.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written() {
        for json in [
            r#"{"id":"A-1","id":null}"#,
            r#"{"Id":" {A-1} "}"#,
            r#"{"\ud800":1,"id":"\u0041-1"}"#,
            r#""{\"id\":\"a-1\"}""#,
            r#"[["a-1"]]"#,
            r#"{"id":"a-1"#,
        ] {
            assert!(words(json).any(|word| word == "a-1"), "{json}");
        }
        assert!(!words(r#"{"id":"a-12","b":"ba-1"}"#).any(|word| word == "a-1"));
        assert_eq!(words("\\").count() + words("\\u").count() + words("\\u12").count(), 1);
    }
}
