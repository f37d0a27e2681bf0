//! What a reader of the lake finds: the latest version of each key.
//!
//! Files hold ranges of changes that do not overlap, and a key once. So whatever stands in a newer file is later, and a key
//! is looked for in the newer files alone: what is kept in memory are the keys in all files but the oldest, which is what has
//! changed since the lake was last written anew. Of the rows, only number and hash
//! are read, and the key where there are several files.

use std::{
    collections::HashSet,
    fs::File,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use ::parquet::arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder};
use anyhow::{Context as _, bail, ensure};
use arrow_array::{Array, BooleanArray, Int64Array, RecordBatch, StringArray, cast::AsArray as _, types::Int64Type};

use super::file;
use crate::{
    checksum::Checksum,
    load::Range,
    schema::{CHANGED_SEQ, REMOVED, ROW_HASH, Table},
};

/// Rows that are in memory at once.
const BATCH: usize = 8192;

pub(super) fn of_table(folder: &Path, table: &Table) -> anyhow::Result<Checksum> {
    let files = newest_first(folder)?;
    let (mut sum, mut newer) = (Checksum::default(), HashSet::new());
    // in a single file a key stands once, so none has to be told from others
    let key = if files.len() > 1 { table.key } else { &[] };
    for (at, (range, path)) in files.iter().enumerate() {
        let is_oldest = at + 1 == files.len();
        let mut keys = Vec::new();
        let mut count = |version: Version<'_>| {
            if newer.contains(&version.key) {
                return;
            }
            if !version.leaves {
                sum.add_digits(version.hash);
            }
            // no older file is left in which they could stand
            if !is_oldest {
                keys.push(version.key);
            }
        };
        read(path, *range, (key, table.keeps_removed), &mut count)
            .with_context(|| format!("reading {} back", path.display()))?;
        newer.extend(keys);
    }
    Ok(sum)
}

/// The table's files, and the changes that each has. Others are refused before ([`super::owner`]).
fn newest_first(folder: &Path) -> anyhow::Result<Vec<(Range, PathBuf)>> {
    let mut files = file::finished(folder)?;
    files.sort_by(|one, other| other.cmp(one));
    for pair in files.windows(2) {
        let [(newer, path), (older, beside)] = pair else { continue };
        ensure!(older.1 <= newer.0, "{} and {} have the same changes", path.display(), beside.display());
    }
    Ok(files)
}

struct Version<'a> {
    /// Hash of its key, where that is read. Two of a hundred million keys have the same one by a chance of 1 to 3,700.
    key: u64,
    leaves: bool,
    hash: &'a str,
}

fn read(
    path: &Path,
    range: Range,
    (key, keeps_removed): (&[&str], bool),
    count: &mut impl FnMut(Version<'_>),
) -> anyhow::Result<()> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let removed = (!keeps_removed).then_some(REMOVED);
    let columns = key.iter().copied().chain(removed).chain([CHANGED_SEQ, ROW_HASH.name]);
    let columns = ProjectionMask::columns(builder.parquet_schema(), columns);
    for batch in builder.with_projection(columns).with_batch_size(BATCH).build()? {
        let batch = batch?;
        let keys = key.iter().map(|name| Key::of(&batch, name)).collect::<anyhow::Result<Vec<_>>>()?;
        let removed = removed.map(|name| column(&batch, name, |column| column.as_boolean_opt())).transpose()?;
        let numbers: &Int64Array = column(&batch, CHANGED_SEQ, |column| column.as_primitive_opt::<Int64Type>())?;
        let hashes: &StringArray = column(&batch, ROW_HASH.name, |column| column.as_string_opt())?;
        for row in 0..batch.num_rows() {
            let number = numbers.value(row);
            // the name says which changes it has, and somebody may have renamed it
            if number <= range.0 || number > range.1 {
                bail!("it has a row of change {number}");
            }
            let mut key = DefaultHasher::new();
            for part in &keys {
                part.add_to(&mut key, row);
            }
            count(Version {
                key: key.finish(),
                leaves: removed.is_some_and(|removed: &BooleanArray| removed.value(row)),
                hash: hashes.value(row),
            });
        }
    }
    Ok(())
}

enum Key<'a> {
    Text(&'a StringArray),
    Number(&'a Int64Array),
}

impl<'a> Key<'a> {
    fn of(batch: &'a RecordBatch, name: &str) -> anyhow::Result<Self> {
        column(batch, name, |column| {
            let text = column.as_string_opt().map(Self::Text);
            text.or_else(|| column.as_primitive_opt::<Int64Type>().map(Self::Number))
        })
    }

    fn add_to(&self, key: &mut DefaultHasher, row: usize) {
        match self {
            Self::Text(column) => column.value(row).hash(key),
            Self::Number(column) => column.value(row).hash(key),
        }
    }
}

fn column<'a, C>(batch: &'a RecordBatch, name: &str, cast: impl Fn(&'a dyn Array) -> Option<C>) -> anyhow::Result<C> {
    let column = batch.column_by_name(name).with_context(|| format!("it has no column {name}"))?;
    cast(column.as_ref()).with_context(|| format!("its column {name} is of type {}", column.data_type()))
}
