//! The warehouse's columns: as the code declares them, as they are in the files, as the dbt project expects them.

use std::{collections::BTreeMap, path::Path};

use arrow_schema::{DataType, TimeUnit};
use export::{
    schema::{Class, Column, Kind},
    transform::tables::mappers,
};
use rig::on_each_backend;
use serde::Deserialize;
use serde_json::Value;

use crate::fixture::Rig;

on_each_backend!(the_files_are_as_declared);

async fn the_files_are_as_declared(rig: &Rig) {
    rig.export().run().must(0, &[]);
    for table in mappers() {
        let (table, columns) = (table.name, &table.columns);
        let declared = columns.iter().map(|column| (column.name, arrow(column.kind), !column.required));
        let declared = declared.collect::<Vec<_>>();
        for schema in rig.lake.schemas(table) {
            let written = schema
                .fields()
                .iter()
                .map(|field| (field.name().as_str(), field.data_type().clone(), field.is_nullable()));
            assert_eq!(written.collect::<Vec<_>>(), declared, "{table}");
        }
        let rows = rig.lake.rows(table);
        let filled = |column: &&Column| rows.iter().all(|row| !row[column.name].is_null());
        let hollow = columns.iter().filter(|column| column.required && !filled(column));
        assert_eq!(hollow.map(|column| column.name).collect::<Vec<_>>(), [""; 0], "{table}");
    }
}

fn arrow(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Int => DataType::Int32,
        Kind::BigInt => DataType::Int64,
        Kind::Double => DataType::Float64,
        Kind::Bool => DataType::Boolean,
        Kind::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
    }
}

#[derive(Deserialize)]
struct Sources {
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    tables: Vec<Declared>,
}

#[derive(Deserialize)]
struct Declared {
    name: String,
    columns: Vec<DeclaredColumn>,
}

#[derive(Deserialize)]
struct DeclaredColumn {
    name: String,
    description: String,
    data_type: String,
    #[serde(default)]
    data_tests: Vec<Value>,
}

#[test]
fn the_dbt_project_expects_the_same() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dbt/models/staging/_warehouse.yml");
    let parsed: Sources = serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let expected = parsed.sources.into_iter().flat_map(|source| source.tables).map(|table| {
        let columns = table.columns.into_iter().map(|column| {
            let required = column.data_tests.iter().any(|test| test == "not_null");
            (column.name, column.description, column.data_type, required)
        });
        (table.name, columns.collect::<Vec<_>>())
    });
    let declared = mappers().iter().map(|table| {
        let columns = table.columns.iter();
        // of a text dbt would have to read all to say so, and does that of the latest versions alone
        let is_tested = |column: &&Column| column.required && !matches!(column.kind, Kind::Text);
        let columns = columns
            .map(|column| (column.name.to_owned(), column.told(), sql(column.kind).to_owned(), is_tested(&column)));
        (table.name.to_owned(), columns.collect::<Vec<_>>())
    });
    let (expected, declared) = (expected.collect::<BTreeMap<_, _>>(), declared.collect::<BTreeMap<_, _>>());
    for (table, columns) in &declared {
        assert_eq!(expected.get(table), Some(columns), "{table}");
    }
    assert_eq!(expected.len(), declared.len());
}

/// As DuckDB calls it.
fn sql(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Int => "integer",
        Kind::BigInt => "bigint",
        Kind::Double => "double",
        Kind::Bool => "boolean",
        Kind::Instant => "timestamp with time zone",
    }
}

#[test]
fn names_and_keys_of_persons_are_known_as_such() {
    let classes = mappers().iter().flat_map(|table| &table.columns).map(|column| (column.name, column.class));
    let classes = classes.collect::<BTreeMap<_, _>>();
    for name in ["first_name", "middle_name", "last_name", "source"] {
        assert_eq!(classes[name], Class::Personal, "{name}");
    }
    for name in ["application_id", "candidate_key"] {
        assert_eq!(classes[name], Class::Key, "{name}");
    }
    for name in ["application_number", "candidate_id", "email"] {
        assert_eq!(classes[name], Class::Detail, "{name}");
    }
    assert!(!classes.keys().any(|name| name.contains("manager") || *name == "raw"));
}

/// A table of Markdown: what leaves in which mode.
fn modes(head: &str, rows: impl Iterator<Item = (String, Class)>) -> String {
    let rows = rows.map(|(name, class)| {
        let [pseudonymise, drop, keep] = class.leaves();
        format!("| {name} | {pseudonymise} | {drop} | {keep} |\n")
    });
    let rows: String = rows.collect();
    format!("| {head} | `pseudonymise` | `drop` | `keep` |\n|---|---|---|---|\n{rows}")
}

/// What is of a class, for people.
fn shown(class: Class) -> &'static str {
    match class {
        Class::Impersonal => "instants, counts, statuses, ids of vacancies, media and departments",
        Class::Text => "titles, departments, addresses, URLs, labels of stages",
        Class::Listed => "facts, tags, reasons",
        Class::Word => "kinds of stages and reasons, names of sources",
        Class::Key => "keys of applications and candidates",
        Class::Detail => "numbers of applications, Emply's candidate ids, mail addresses",
        Class::Personal => "names of persons, sources as they are",
    }
}

#[test]
fn the_docs_say_what_leaves() {
    let by_column = mappers().iter().flat_map(|table| {
        Class::ALL.into_iter().filter_map(move |class| {
            let columns = table.columns.iter().filter(|column| column.class == class);
            let columns: Vec<String> = columns.map(|column| format!("`{}`", column.name)).collect();
            (!columns.is_empty()).then(|| (format!("`{}`: {}", table.name, columns.join(", ")), class))
        })
    });
    let by_column = modes("columns", by_column);
    let by_class = modes("what", Class::ALL.into_iter().map(|class| (shown(class).to_owned(), class)));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (file, table) in
        [("docs/privacy.md", by_column), ("README.md", by_class.clone()), ("services/export/README.md", by_class)]
    {
        assert!(std::fs::read_to_string(root.join(file)).unwrap().contains(&table), "{file} must have\n{table}");
    }
}
