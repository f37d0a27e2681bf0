//! TOML files that a user writes: what is wrong with one is said with its place, and without what stands in it.

use std::{ops::Range, path::Path};

use serde::de::DeserializeOwned;
pub use toml::Spanned;

use crate::Final;

/// A file that cannot be used. It says where, and of the file's texts nothing but names.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {reason}")]
pub struct BadFile {
    /// Counted from 1, as editors do.
    pub line: usize,
    /// Counted from 1, in characters and not in bytes.
    pub column: usize,
    /// What is wrong there, without a value of the file.
    pub reason: String,
}

/// Reads the file that a setting names, with `parse`. Whatever is wrong with it, only a person can mend that.
pub fn read<T>(setting: &str, path: &Path, parse: impl FnOnce(&str) -> Result<T, BadFile>) -> anyhow::Result<T> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Final::new(format!("{setting} {shown} cannot be read: {error}")))?;
    parse(&text).map_err(|bad| Final::new(format!("{setting} {shown}, {bad}")).into())
}

/// Reads a file's text; whatever is wrong with it has its place.
pub fn parse<T: DeserializeOwned>(text: &str) -> Result<T, BadFile> {
    toml::from_str(text)
        .map_err(|error| BadFile::at(text, error.span().unwrap_or_default(), without_values(error.message())))
}

impl BadFile {
    /// What is wrong with this stretch of bytes.
    pub fn at(text: &str, span: Range<usize>, reason: &str) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { line, column, reason: reason.to_owned() }
    }
}

fn without_values(message: &str) -> &str {
    let told = [
        "missing field",
        "unknown field",
        "duplicate",
        "unknown variant",
        "this ",
        "invalid",
        "expected",
        "unclosed",
        "key",
    ];
    // what is said of a value may hold the value; names and our own sentences may be told
    let holds_value = message.starts_with("invalid type") || message.starts_with("invalid value");
    if holds_value || !told.iter().any(|begin| message.starts_with(begin)) {
        return "what stands here is of a wrong kind";
    }
    message.lines().next().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_a_name() {
        let read = parse::<BTreeMap<String, u8>>("\u{feff}a = 1\r\n");
        assert_eq!(read, Ok(BTreeMap::from([("a".to_owned(), 1)])));
    }
}
