//! A file as it is written.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use serde::Deserialize;

use super::problem::Kind;

/// The only one that is read.
pub(super) const VERSION: u64 = 1;

#[derive(Deserialize)]
struct Head {
    version: u64,
}

/// A mart.
#[derive(Deserialize)]
pub(super) struct Mart {
    #[serde(rename = "mart")]
    pub(super) name: String,
    pub(super) rows: usize,
    pub(super) columns: BTreeMap<String, Column>,
}

/// A column of it.
#[derive(Deserialize)]
pub(super) struct Column {
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// What the values are numbers of, from 0 on; of texts, dates and timestamps.
    #[serde(default)]
    pub(super) dictionary: Vec<String>,
    pub(super) values: Vec<Option<Cell>>,
}

/// A value.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
pub(super) enum Cell {
    Whole(i64),
    Truth(bool),
}

/// Reads a file that has at most so many bytes.
pub(super) fn read(path: &Path, most_bytes: u64) -> Result<Mart, Kind> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Kind::Missing,
        _ => Kind::Disk(error),
    })?;
    let mut text = Vec::new();
    // one byte more than may be tells an end from too much
    file.take(most_bytes.saturating_add(1)).read_to_end(&mut text).map_err(Kind::Disk)?;
    if text.len() as u64 > most_bytes {
        return Err(Kind::TooLarge(most_bytes));
    }
    // of another version nothing else need be as it is known here
    let head: Head = serde_json::from_slice(&text).map_err(|error| Kind::Unreadable(error.to_string()))?;
    if head.version != VERSION {
        return Err(Kind::Version(head.version));
    }
    let mut reader = serde_json::Deserializer::from_slice(&text);
    // says where, which an enum without a tag does not
    serde_path_to_error::deserialize(&mut reader).map_err(|error| Kind::Unreadable(error.to_string()))
}
