//! What is in a lake of Parquet files.

use std::{collections::BTreeMap, fs::File, path::Path};

use arrow_array::{
    Array, ArrayRef, RecordBatch,
    cast::AsArray as _,
    types::{Int32Type, Int64Type},
};
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// The columns that make the key of each table.
pub const KEYS: [(&str, &[&str]); 4] = [
    ("job_posting", &["vacancy_id", "media_id"]),
    ("application", &["application_id"]),
    ("candidate", &["candidate_key"]),
    ("application_event", &["application_id", "event_no"]),
];

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// The columns of the key, separated by blanks.
    pub key: String,
    pub changed_seq: i64,
    pub removed: bool,
}

pub fn files(lake: &Path, table: &str) -> Vec<String> {
    let folder = lake.join(table).join("changes");
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "parquet")).collect()
}

pub fn versions(lake: &Path, table: &str) -> Vec<Version> {
    let (_, key) = KEYS.iter().find(|(known, _)| *known == table).expect("a table of the lake");
    let files = files(lake, table);
    let batches = files.iter().flat_map(|name| read(&lake.join(table).join("changes").join(name)));
    let of = |batch: &RecordBatch, at: usize| Version {
        key: key.iter().map(|name| text(column(batch, name), at)).collect::<Vec<_>>().join(" "),
        changed_seq: integer(column(batch, "changed_seq"), at),
        removed: column(batch, "removed").as_boolean().value(at),
    };
    batches.flat_map(|batch| (0..batch.num_rows()).map(|at| of(&batch, at)).collect::<Vec<_>>()).collect()
}

/// The latest version of each row that is not gone, as [`crate::rows::Rows::versions`] tells it of the store.
pub fn latest(lake: &Path, table: &str) -> BTreeMap<String, i64> {
    let mut latest = BTreeMap::new();
    let mut versions = versions(lake, table);
    versions.sort();
    for version in versions {
        latest.insert(version.key, (version.changed_seq, version.removed));
    }
    latest.into_iter().filter(|(_, (_, removed))| !removed).map(|(key, (version, _))| (key, version)).collect()
}

/// Applications by vacancy, as the mart counts them; `none` are those of no vacancy that is known.
pub fn mart(lake: &Path) -> BTreeMap<String, i64> {
    let batches = read(&lake.join("marts/fct_applications_per_posting.parquet"));
    let rows = batches.iter().flat_map(|batch| {
        let (vacancies, counts) = (column(batch, "vacancy_id"), column(batch, "applications"));
        (0..batch.num_rows()).map(|at| (text(vacancies, at), integer(counts, at)))
    });
    rows.collect()
}

fn read(file: &Path) -> Vec<RecordBatch> {
    let shown = file.display();
    let open = File::open(file).unwrap_or_else(|error| panic!("{shown}: {error}"));
    let reader = ParquetRecordBatchReaderBuilder::try_new(open).and_then(ParquetRecordBatchReaderBuilder::build);
    let reader = reader.unwrap_or_else(|error| panic!("{shown}: {error}"));
    reader.map(|batch| batch.unwrap_or_else(|error| panic!("{shown}: {error}"))).collect()
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> &'a ArrayRef {
    batch.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"))
}

fn text(column: &ArrayRef, at: usize) -> String {
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(at).to_owned(),
        _ => integer(column, at).to_string(),
    }
}

fn integer(column: &ArrayRef, at: usize) -> i64 {
    match column.data_type() {
        DataType::Int32 => column.as_primitive::<Int32Type>().value(at).into(),
        _ => column.as_primitive::<Int64Type>().value(at),
    }
}
