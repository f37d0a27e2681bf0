//! A lake, looked at from outside.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    path::{Path, PathBuf},
    time::SystemTime,
};

use arrow_array::{
    Array, RecordBatch,
    cast::AsArray as _,
    types::{Float64Type, Int32Type, Int64Type, TimestampMicrosecondType},
};
use arrow_schema::{DataType, SchemaRef};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use super::saved::gather;

/// All tables.
pub(crate) const TABLES: [&str; 7] = [
    "job_posting",
    "posting_event",
    "candidate",
    "application",
    "application_event",
    "application_month",
    "export_run",
];

/// Those that every run adds to only when something has changed.
pub(crate) const DATA: [&str; 6] = [TABLES[0], TABLES[1], TABLES[2], TABLES[3], TABLES[4], TABLES[5]];

/// A row by the names of its columns.
pub(crate) type Row = Map<String, Value>;

/// A lake in a temporary folder; it is not there until export makes it.
pub(crate) struct Lake {
    pub(crate) path: PathBuf,
    _folder: TempDir,
}

impl Lake {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // the bookkeeping knows a lake by its path without links
        let path = folder.path().canonicalize().unwrap().join("lake");
        Self { path, _folder: folder }
    }

    /// What the bookkeeping calls it.
    pub(crate) fn target(&self) -> String {
        format!("lake:{}", self.path.display())
    }

    pub(crate) fn changes(&self, table: &str) -> PathBuf {
        self.path.join(table).join("changes")
    }

    /// Names of the table's files, without `.parquet`, in the order of their ranges.
    pub(crate) fn files(&self, table: &str) -> Vec<String> {
        let names = fs::read_dir(self.changes(table)).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = names
            .map(|name| name.to_str().unwrap().strip_suffix(".parquet").expect("nothing but finished files").to_owned())
            .collect();
        names.sort_by_key(|name| name.split_once('-').unwrap().0.parse::<i64>().unwrap());
        names
    }

    /// Whether a table has a file, finished or not.
    pub(crate) fn is_any_table_there(&self) -> bool {
        let entries = TABLES.iter().flat_map(|table| fs::read_dir(self.changes(table)));
        entries.flatten().next().is_some()
    }

    /// All rows of a table, every version, in the order of the files.
    pub(crate) fn rows(&self, table: &str) -> Vec<Row> {
        let files = self.files(table);
        files.iter().flat_map(|name| rows(&self.changes(table).join(format!("{name}.parquet"))).1).collect()
    }

    /// The columns of each file of a table.
    pub(crate) fn schemas(&self, table: &str) -> Vec<SchemaRef> {
        let files = self.files(table);
        files.iter().map(|name| rows(&self.changes(table).join(format!("{name}.parquet"))).0).collect()
    }

    /// The latest version of each row, removals included, by its key.
    pub(crate) fn latest(&self, table: &str, key: &[&str]) -> BTreeMap<String, Row> {
        let mut latest = BTreeMap::<String, Row>::new();
        for row in self.rows(table) {
            let key = key.iter().map(|column| row[*column].to_string()).collect::<Vec<_>>().join(" ");
            let version = |row: &Row| row["changed_seq"].as_i64().unwrap();
            if latest.get(&key).is_none_or(|held| version(held) < version(&row)) {
                latest.insert(key, row);
            }
        }
        latest
    }

    /// Every file with its bytes and the time it was written.
    pub(crate) fn snapshot(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let mut found = BTreeMap::new();
        gather(&self.path, &mut found);
        let written = |path: &Path| path.metadata().unwrap().modified().unwrap();
        found.into_iter().map(|(path, bytes)| (path.clone(), (bytes, written(&path)))).collect()
    }

    /// The same, but for what tells of each export.
    pub(crate) fn data(&self) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
        let told = self.path.join("export_run");
        self.snapshot().into_iter().filter(|(path, _)| !path.starts_with(&told)).collect()
    }

    /// Texts that stand anywhere in the lake: in a value, or in the bytes of a file, where also its statistics are.
    /// Upper and lower case are the same.
    pub(crate) fn find(&self, words: &[&str]) -> Vec<String> {
        let values = TABLES.iter().flat_map(|table| self.rows(table)).map(|row| Value::Object(row).to_string());
        let files = self.snapshot();
        let bytes = files.iter().map(|(path, (bytes, _))| path.display().to_string() + &String::from_utf8_lossy(bytes));
        let all = values.chain(bytes).collect::<Vec<_>>().join("\n").to_lowercase();
        words.iter().filter(|word| all.contains(&word.to_lowercase())).map(|word| (*word).to_owned()).collect()
    }
}

fn rows(file: &Path) -> (SchemaRef, Vec<Row>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
    let schema = builder.schema().clone();
    let batches = builder.build().unwrap().map(Result::unwrap);
    (schema, batches.flat_map(|batch| (0..batch.num_rows()).map(|at| row(&batch, at)).collect::<Vec<_>>()).collect())
}

fn row(batch: &RecordBatch, at: usize) -> Row {
    let schema = batch.schema();
    let columns = schema.fields().iter().zip(batch.columns());
    columns.map(|(field, column)| (field.name().clone(), value(column, at))).collect()
}

fn value(column: &dyn Array, at: usize) -> Value {
    if column.is_null(at) {
        return Value::Null;
    }
    match column.data_type() {
        DataType::Utf8 => json!(column.as_string::<i32>().value(at)),
        DataType::Int32 => json!(column.as_primitive::<Int32Type>().value(at)),
        DataType::Int64 => json!(column.as_primitive::<Int64Type>().value(at)),
        DataType::Float64 => json!(column.as_primitive::<Float64Type>().value(at)),
        DataType::Boolean => json!(column.as_boolean().value(at)),
        DataType::Timestamp(..) => json!(column.as_primitive::<TimestampMicrosecondType>().value(at)),
        other => panic!("a column of type {other}"),
    }
}
