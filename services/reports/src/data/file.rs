//! A file as it is written.

use std::{
    collections::BTreeMap,
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::problem::Kind;
use crate::version::version;

const VERSION: u64 = 2;
/// Of a mart at most: runs make many rows of a few bytes.
const MOST_ROWS: usize = 10_000_000;

/// A mart. Its columns are parsed when they are asked for, so that never more than one of them is there in two ways.
#[derive(Deserialize)]
pub(super) struct Mart {
    #[serde(rename = "mart")]
    pub(super) name: String,
    pub(super) rows: usize,
    pub(super) columns: BTreeMap<String, Box<RawValue>>,
}

pub(super) fn read(path: &Path, most_bytes: u64) -> Result<Mart, Kind> {
    let text = bytes(path, most_bytes)?;
    let written = version(&text).map_err(|error| Kind::Unreadable(error.to_string()))?;
    if written != VERSION {
        return Err(Kind::Version { written, read: VERSION });
    }
    let mut reader = serde_json::Deserializer::from_slice(&text);
    // unlike serde_json alone, this says where in the file
    let mart: Mart =
        serde_path_to_error::deserialize(&mut reader).map_err(|error| Kind::Unreadable(error.to_string()))?;
    if mart.rows > MOST_ROWS {
        return Err(Kind::TooManyRows { rows: mart.rows, most: MOST_ROWS });
    }
    Ok(mart)
}

fn bytes(path: &Path, most_bytes: u64) -> Result<Vec<u8>, Kind> {
    let file = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Kind::Missing,
        _ => Kind::Disk(error),
    })?;
    // room for all of it at once, but for no more than is said
    let length = file.metadata().map_or(0, |found| found.len()).min(most_bytes);
    let mut text = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    // one byte more than may be tells an end from too much
    file.take(most_bytes.saturating_add(1)).read_to_end(&mut text).map_err(Kind::Disk)?;
    if text.len() as u64 > most_bytes { Err(Kind::TooLarge(most_bytes)) } else { Ok(text) }
}
