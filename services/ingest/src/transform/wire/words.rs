//! The words of a record that cannot be read, wherever they stand.

/// Its words in small letters, however they are escaped: names, values, or parts of either, between characters that no id has.
pub(crate) fn words(json: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = domain::unescaped(json)
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
