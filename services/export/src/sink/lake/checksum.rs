//! What a reader of the lake finds: the latest version of each key. And what a file has, all versions.
//!
//! Files hold ranges of changes that do not overlap, and a key once. So whatever stands in a newer file is later, and a key
//! is looked for in the newer files alone. What is kept in memory are hashes of the keys in all files but the oldest; where these
//! are many, the files are read several times, each time for a part of the keys. Of the rows, only number and hash are read, and
//! the key where there are several files.

use std::{
    collections::HashSet,
    fs::File,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use ::parquet::{
    arrow::{ProjectionMask, arrow_reader::ParquetRecordBatchReaderBuilder},
    file::metadata::ParquetMetaDataReader,
};
use anyhow::{Context as _, bail, ensure};
use arrow_array::{Array, BooleanArray, Int64Array, RecordBatch, StringArray, cast::AsArray as _, types::Int64Type};

use super::{file, manifest::Entry};
use crate::{
    checksum::Checksum,
    load::Range,
    schema::{CHANGED_SEQ, REMOVED, ROW_HASH, Table},
};

/// Rows that are in memory at once.
const BATCH: usize = 8192;
/// Keys that are in memory at once: as many as a set of 2 million places takes, with which it has 18 MB.
const MOST_KEYS: u64 = 1_800_000;

/// What a reader finds of a table, and its files.
pub(super) fn of_table(folder: &Path, table: &Table) -> anyhow::Result<(Checksum, Vec<Entry>)> {
    of_files(folder, table, MOST_KEYS)
}

fn of_files(folder: &Path, table: &Table, most_keys: u64) -> anyhow::Result<(Checksum, Vec<Entry>)> {
    let files = newest_first(folder)?;
    let mut in_newer = 0;
    for (_, path) in files.iter().rev().skip(1) {
        in_newer += rows_of(path).with_context(|| read_back(path))?.cast_unsigned();
    }
    let parts = in_newer.div_ceil(most_keys).max(1);
    let (mut sum, mut found) = (Checksum::default(), Vec::new());
    for part in 0..parts {
        let (of_part, entries) = of_keys(&files, table, |key| key % parts == part)?;
        sum.add_all(&of_part);
        found = entries;
    }
    Ok((sum, found))
}

/// The latest versions of the keys that are taken, and all versions of each file.
fn of_keys(
    files: &[(Range, PathBuf)],
    table: &Table,
    is_taken: impl Fn(u64) -> bool,
) -> anyhow::Result<(Checksum, Vec<Entry>)> {
    let (mut sum, mut newer, mut entries) = (Checksum::default(), HashSet::new(), Vec::new());
    // in a single file a key stands once, so none has to be told from others
    let key = if files.len() > 1 { table.key } else { &[] };
    for (at, (range, path)) in files.iter().enumerate() {
        let is_oldest = at + 1 == files.len();
        let (mut keys, mut all) = (Vec::new(), Checksum::default());
        let mut count = |version: Version<'_>| {
            all.add_digits(version.hash);
            if !is_taken(version.key) || newer.contains(&version.key) {
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
        read(path, *range, (key, !table.keeps_removed), &mut count).with_context(|| read_back(path))?;
        newer.extend(keys);
        entries.push(Entry { range: *range, bytes: path.metadata()?.len(), sum: all });
    }
    Ok((sum, entries))
}

/// All versions of a file, which may still have another name.
pub(super) fn of_file(path: &Path, range: Range) -> anyhow::Result<Checksum> {
    let mut sum = Checksum::default();
    read(path, range, (&[], false), &mut |version| sum.add_digits(version.hash)).with_context(|| read_back(path))?;
    Ok(sum)
}

/// As many as the file says at its end.
pub(super) fn rows_of(path: &Path) -> anyhow::Result<i64> {
    let end = ParquetMetaDataReader::new().parse_and_finish(&File::open(path)?)?;
    Ok(end.file_metadata().num_rows())
}

/// The table's files, and the changes that each has. Others are refused before ([`super::owner`]).
pub(super) fn newest_first(folder: &Path) -> anyhow::Result<Vec<(Range, PathBuf)>> {
    let mut files = file::finished(folder)?;
    files.sort_by(|one, other| other.cmp(one));
    for pair in files.windows(2) {
        let [(newer, path), (older, beside)] = pair else { continue };
        ensure!(older.1 <= newer.0, "{} and {} have the same changes", path.display(), beside.display());
    }
    Ok(files)
}

fn read_back(path: &Path) -> String {
    format!("reading {} back", path.display())
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
    (key, may_leave): (&[&str], bool),
    count: &mut impl FnMut(Version<'_>),
) -> anyhow::Result<()> {
    let removed = may_leave.then_some(REMOVED);
    let columns = key.iter().copied().chain(removed).chain([CHANGED_SEQ, ROW_HASH.name]).collect::<Vec<_>>();
    batches(path, &columns, &mut |batch: &RecordBatch| {
        let keys = key.iter().map(|name| Key::of(batch, name)).collect::<anyhow::Result<Vec<_>>>()?;
        let removed = removed.map(|name| column(batch, name, |column| column.as_boolean_opt())).transpose()?;
        let numbers: &Int64Array = column(batch, CHANGED_SEQ, |column| column.as_primitive_opt::<Int64Type>())?;
        let hashes: &StringArray = column(batch, ROW_HASH.name, |column| column.as_string_opt())?;
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
        Ok(())
    })
}

/// Reads these columns of a file.
pub(super) fn batches(
    path: &Path,
    columns: &[&str],
    each: &mut impl FnMut(&RecordBatch) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path)?)?;
    let columns = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
    for batch in builder.with_projection(columns).with_batch_size(BATCH).build()? {
        each(&batch?)?;
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

pub(super) fn column<'a, C>(
    batch: &'a RecordBatch,
    name: &str,
    cast: impl Fn(&'a dyn Array) -> Option<C>,
) -> anyhow::Result<C> {
    let column = batch.column_by_name(name).with_context(|| format!("it has no column {name}"))?;
    cast(column.as_ref()).with_context(|| format!("its column {name} is of type {}", column.data_type()))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::arrow::ArrowWriter;

    use super::*;
    use crate::transform::tables::tables;

    /// A row of a candidate: key, whether it is a tombstone, number of its change, hash.
    type Given<'a> = (&'a str, bool, i64, &'a str);

    fn write(folder: &Path, name: &str, rows: &[Given<'_>]) {
        let texts = |text: fn(&Given<'_>) -> String| StringArray::from(rows.iter().map(text).collect::<Vec<_>>());
        let removed = BooleanArray::from(rows.iter().map(|row| row.1).collect::<Vec<_>>());
        let numbers = Int64Array::from(rows.iter().map(|row| row.2).collect::<Vec<_>>());
        let columns: [(&str, Arc<dyn Array>); 4] = [
            ("candidate_key", Arc::new(texts(|row| row.0.to_owned()))),
            ("removed", Arc::new(removed)),
            ("changed_seq", Arc::new(numbers)),
            ("row_hash", Arc::new(texts(|row| row.3.to_owned()))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let file = File::create(folder.join(name)).unwrap();
        let mut writer = ArrowWriter::try_new(file, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
    }

    #[test]
    fn with_few_keys_in_memory_the_same_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let old = (0..100).map(|number| format!("key {number}")).collect::<Vec<_>>();
        let base = old.iter().map(|key| (&**key, false, 1, "0000000000000010")).collect::<Vec<_>>();
        write(folder.path(), "0-1.parquet", &base);
        let changed = base.iter().take(40).map(|row| (row.0, false, 2, "0000000000000200")).collect::<Vec<_>>();
        write(folder.path(), "1-2.parquet", &changed);
        let gone = base.iter().take(10).map(|row| (row.0, true, 3, "0000000000003000")).collect::<Vec<_>>();
        write(folder.path(), "2-3.parquet", &[&gone[..], &[("new", false, 3, "0000000000040000")]].concat());
        let table = tables().into_iter().find(|table| table.name == "candidate").unwrap();
        // 60 as at first, 30 as they were changed, one new
        let expected = Checksum { rows: 91, hashes: 0x0000_0000_0000_4000 };
        for most_keys in [1_000_000, 51, 50, 7, 1] {
            let (sum, files) = of_files(folder.path(), table, most_keys).unwrap();
            assert_eq!(sum, expected, "{most_keys}");
            assert_eq!(files.iter().map(|file| file.sum.rows).collect::<Vec<_>>(), [11, 40, 100], "{most_keys}");
        }
        let path = folder.path().join("2-3.parquet");
        assert_eq!((of_file(&path, (2, 3)).unwrap().rows, rows_of(&path).unwrap()), (11, 11));
        let said = format!("{:#}", of_file(&path, (3, 4)).unwrap_err());
        assert!(said.contains("reading") && said.contains("it has a row of change 3"), "{said}");
    }
}
