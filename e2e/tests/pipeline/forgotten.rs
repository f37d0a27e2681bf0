//! Somebody whose name stands in every field that an application on the wire has, and in records that cannot be read: once
//! they are forgotten, no byte of them is anywhere.
//!
//! The fields are those of ingest's wire type, asked of its own `Deserialize`: one that is added later is covered as it is.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use ingest::transform::wire;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rig::{Backend, Database, Ended, Program, connect};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};
use serde::{
    Deserialize, Deserializer,
    de::{Error as _, Visitor, value::Error},
    forward_to_deserialize_any,
};
use serde_json::{Value, json};

use super::{
    source::{Source, from_source},
    stages::{Dbt, migrate},
};

const KEY: &str = "0123456789abcdef of this test";
const ADDRESS: &str = "zqemailqz@example.org";

#[tokio::test]
async fn on_sqlite() {
    for mode in ["pseudonymise", "drop", "keep"] {
        forgotten(Backend::Sqlite, mode).await;
    }
}

#[tokio::test]
async fn on_postgres() {
    if Backend::Postgres.is_there() {
        for mode in ["pseudonymise", "drop", "keep"] {
            forgotten(Backend::Postgres, mode).await;
        }
    }
}

async fn forgotten(backend: Backend, mode: &str) {
    let person = Somebody::new();
    let mut stage = Stage::new(backend, mode, &person);
    stage.must_hold(&person).await;
    stage.forget();
    // Emply lists them still
    stage.run(stage.ingest().argument("--reconcile"));
    stage.run(stage.export());
    stage.run(stage.ingest());
    stage.build();
    stage.must_hold_nothing_of(&person).await;
}

/// A pipeline, and what its programs have said.
struct Stage {
    database: Database,
    source: Source,
    folder: tempfile::TempDir,
    mode: String,
    dbt: Option<Dbt>,
    said: String,
}

impl Stage {
    /// One through which somebody has come.
    fn new(backend: Backend, mode: &str, person: &Somebody) -> Self {
        // dbt takes longest; where persons are kept is the worst case
        let dbt = if backend == Backend::Sqlite && mode == "keep" { Dbt::of_models_alone() } else { None };
        let (database, folder) = (Database::absent(backend), tempfile::tempdir().unwrap());
        let (source, said) = (Source::serving(&posting(), &person.records()), String::new());
        let mut stage = Self { database, source, folder, mode: mode.to_owned(), dbt, said };
        stage.run(migrate(&stage.database));
        stage.run(stage.ingest());
        stage.run(stage.export());
        stage.build();
        stage
    }

    fn lake(&self) -> PathBuf {
        self.folder.path().join("lake")
    }

    fn run(&mut self, program: Program) -> Ended {
        let ended = program.run();
        ended.must_succeed();
        self.said += &format!("{}{}", ended.out, ended.err).to_lowercase();
        ended
    }

    fn build(&self) {
        if let Some(dbt) = &self.dbt {
            dbt.build(&self.lake());
        }
    }

    fn forget(&mut self) {
        let list = self.folder.path().join("who");
        std::fs::write(&list, ADDRESS).unwrap();
        let ended = self.run(self.command().argument("forget").argument("--file").argument(&list));
        assert!(ended.out.contains("remains in the database: SQLite's file is rewritten"), "{}", ended.out);
    }

    /// So that a search that finds nothing says something.
    async fn must_hold(&self, person: &Somebody) {
        let held = everything(&self.database.url).await;
        for mark in person.marks.values() {
            assert!(held.contains(mark), "{mark} is not found where it is");
        }
        if self.mode == "keep" {
            assert!(in_folder(&self.lake()).contains(&person.marks["lastName"]), "what is in the lake is not found");
        }
    }

    async fn must_hold_nothing_of(&self, person: &Somebody) {
        // keys stay in the store as tombstones, by which the warehouse drops its rows
        let stays = ["id", "candidateId"];
        let held = everything(&self.database.url).await + &files_of(&self.database.url);
        let left = in_folder(&self.lake()) + &self.dbt.as_ref().map_or_else(String::new, |dbt| in_folder(dbt.folder()));
        for (field, mark) in &person.marks {
            let place = format!("{field}, {}, {}", self.database.url, self.mode);
            assert!(stays.contains(&field.as_str()) || !held.contains(mark), "in the store: {place}");
            assert!(!left.contains(mark), "in the lake or beside it: {place}");
            assert!(!self.said.contains(mark), "in a log: {place}");
        }
    }

    fn command(&self) -> Program {
        let program = Program::of_workspace("ingest").with("LOG_FORMAT", "json").with("PII_KEY", KEY);
        program.with("DATABASE_URL", self.database.url_of("ingest"))
    }

    fn ingest(&self) -> Program {
        from_source(self.command(), &self.source)
    }

    fn export(&self) -> Program {
        let program = Program::of_workspace("export").with("LOG_FORMAT", "json").with("PII_KEY", KEY);
        let lake = self.lake().display().to_string();
        program
            .with("DATABASE_URL", self.database.url_of("export"))
            .with("LAKE_PATH", lake)
            .with("PII_MODE", &self.mode)
    }
}

/// An application that has a mark of its own in every field that can hold one.
struct Somebody {
    application: Value,
    /// By field, in lower case.
    marks: BTreeMap<String, String>,
}

impl Somebody {
    fn new() -> Self {
        let mut application = json!({ "id": "zqidqz", "created": "2026-05-02T06:00:00Z" });
        let mut marks = BTreeMap::from([("id".to_owned(), "zqidqz".to_owned())]);
        for (at, field) in fields::<wire::Application>().into_iter().enumerate() {
            if application.get(field).is_some() {
                continue;
            }
            let (text, number) = (format!("zq{}qz", field.to_lowercase()), 7_391_000_001 + at as u64);
            let text = if field == "email" { ADDRESS.to_owned() } else { text };
            let shapes = [
                (json!(text), Some(text.clone())),
                (json!({ "localization": [{ "locale": "en-GB", "value": text }] }), Some(text)),
                (json!(number), Some(number.to_string())),
                // what can hold no name: an instant, a flag
                (json!("2026-05-03T06:00:00Z"), None),
                (json!(1), None),
            ];
            let fits = |shape: &Value| {
                let mut tried = application.clone();
                tried[field] = shape.clone();
                serde_json::from_value::<wire::Application>(tried).is_ok()
            };
            let (shape, mark) = shapes.into_iter().find(|(shape, _)| fits(shape)).unwrap_or_else(|| {
                panic!("no value is known that fits the field {field}: add its shape here");
            });
            application[field] = shape;
            marks.extend(mark.map(|mark| (field.to_owned(), mark)));
        }
        assert!(marks.len() >= 12, "{marks:?}");
        Self { application, marks }
    }

    /// What the source lists: the application, and the same under other ids in ways that cannot be read.
    fn records(&self) -> String {
        let broken = |id: &str, change: &dyn Fn(String) -> String| {
            let mut record = self.application.clone();
            (record["id"], record["created"]) = (json!(id), json!(7));
            change(record.to_string())
        };
        let deep = format!("{}1{}", "[".repeat(150), "]".repeat(150));
        let records = [
            self.application.to_string(),
            broken("broken-1", &|text| text),
            broken("broken-2", &|text| text.replacen('{', r#"{"odd":"\ud800","#, 1)),
            broken("broken-3", &|text| text.replacen('{', r#"{"odd":1e999,"#, 1)),
            broken("broken-4", &|text| text.replacen('{', &format!(r#"{{"odd":{deep},"#), 1)),
        ];
        format!("[{}]", records.join(","))
    }
}

/// The fields that a record on the wire has, by their names there.
pub(super) fn fields<'de, T: Deserialize<'de>>() -> Vec<&'static str> {
    struct Fields<'a>(&'a mut Vec<&'static str>);

    impl<'de> Deserializer<'de> for Fields<'_> {
        type Error = Error;

        fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            Err(Error::custom("a record is a struct"))
        }

        fn deserialize_struct<V: Visitor<'de>>(
            self,
            _: &'static str,
            fields: &'static [&'static str],
            _: V,
        ) -> Result<V::Value, Error> {
            self.0.extend(fields);
            Err(Error::custom("its fields were wanted, and nothing else"))
        }

        forward_to_deserialize_any! {
            bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct
            newtype_struct seq tuple tuple_struct map enum identifier ignored_any
        }
    }

    let mut fields = Vec::new();
    // an error, as it says
    let _ = T::deserialize(Fields(&mut fields));
    assert!(fields.len() >= 2, "{fields:?}");
    fields
}

/// A posting that all of them are for.
fn posting() -> String {
    let posting = json!([{
        "vacancyId": "v", "mediaId": "5d3c1c5e-7f0a-4b52-9c11-0a6f2d8e4b01", "title": { "localization": [{ "locale": "en-GB", "value": "Nurse" }] },
        "created": "2026-05-01T08:00:00Z", "edited": "2026-05-01T08:00:00Z",
    }]);
    posting.to_string()
}

/// Every value of every table, as a dump has it, in lower case.
async fn everything(url: &str) -> String {
    let db = connect(url).await;
    let backend = db.get_database_backend();
    let ask = async |sql: String| {
        let rows = db.query_all_raw(Statement::from_string(backend, sql)).await.unwrap();
        rows.into_iter().map(|row| row.try_get_by_index::<Option<String>>(0).unwrap().unwrap_or_default()).collect()
    };
    let tables: Vec<String> = ask(match backend {
        DbBackend::Postgres => "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'".to_owned(),
        _ => "SELECT name FROM sqlite_master WHERE type = 'table'".to_owned(),
    })
    .await;
    assert!(tables.len() > 10, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let columns: Vec<String> = match backend {
            DbBackend::Postgres => vec![format!("{table}::text")],
            _ => ask(format!("SELECT name FROM pragma_table_info('{table}')")).await,
        };
        for column in columns {
            let values: Vec<String> = ask(format!("SELECT CAST({column} AS TEXT) FROM {table}")).await;
            all += &values.join("\n").to_lowercase();
        }
    }
    db.close().await.unwrap();
    all
}

/// Every byte of a SQLite file and what lies beside it, in lower case; a server's files are not ours to read.
fn files_of(url: &str) -> String {
    let Some(path) = url.strip_prefix("sqlite://") else { return String::new() };
    let parts = ["", "-wal", "-shm"].map(|ending| std::fs::read(format!("{path}{ending}")).unwrap_or_default());
    parts.iter().map(|bytes| String::from_utf8_lossy(bytes).to_lowercase()).collect()
}

/// Every value of every Parquet file in a folder, and every byte of all others, in lower case.
pub(super) fn in_folder(folder: &Path) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all += &in_folder(&path);
        } else if path.extension().is_some_and(|extension| extension == "parquet") {
            let file = std::fs::File::open(&path).unwrap();
            for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
                all += &format!("{:?}", batch.unwrap()).to_lowercase();
            }
        } else {
            all += &String::from_utf8_lossy(&std::fs::read(&path).unwrap()).to_lowercase();
        }
    }
    all
}
