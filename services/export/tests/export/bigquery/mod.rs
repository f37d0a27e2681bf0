//! BigQuery: the emulator, behind a proxy that makes up for what it lacks.
//!
//! - `sends`: what arrives, when, and by which statements
//! - `faults`: what BigQuery refuses, loses and delays
//! - `crashes`: killed at every request
//! - `expired`: what BigQuery has deleted meanwhile
//! - `keys`: a key that stands twice in what was loaded
//! - `strangers`: what somebody else has made under our names
//! - `tokens`: tokens that come late, never, or are refused; `google` gives them
//! - `reader`: what is in its tables
//! - `credentials`: files with credentials of every kind; `issuers` give tokens for them

mod crashes;
mod credentials;
mod expired;
mod faults;
mod google;
mod issuers;
mod keys;
mod proxy;
mod reader;
mod sends;
mod strangers;
mod tokens;

use std::{collections::BTreeMap, io::Write as _, pin::pin, time::Duration};

use domain::{instant, vocabulary::Vocabulary};
use export::transform::{
    Cell, Mapper, Row as Expected,
    persons::{Persons, Privacy},
    tables::mappers,
};
use futures_util::TryStreamExt as _;
use reqwest::Method;
use rig::Program;
use serde_json::Value;
use uuid::Uuid;

use crate::fixture::{KEY, Rig};
use proxy::Proxy;

/// The emulator's only project.
const PROJECT: &str = "test";

/// Rows as they are read back, by the column's name.
type Rows = Vec<BTreeMap<String, Value>>;

/// A filled store, and a dataset that is still to be made.
struct Warehouse {
    rig: Rig,
    proxy: Proxy,
    emulator: String,
    dataset: String,
}

impl Warehouse {
    /// Without an emulator it says so and gives none.
    async fn new() -> Option<Self> {
        let Some(emulator) = variable("TEST_BIGQUERY_ENDPOINT") else {
            // not eprintln!: the test runner would swallow that
            let _ =
                writeln!(std::io::stderr(), "SKIPPED: export to BigQuery, because TEST_BIGQUERY_ENDPOINT is not set");
            return None;
        };
        let (rig, proxy) = (Rig::sqlite().await, Proxy::before(&emulator));
        Some(Self { rig, proxy, emulator, dataset: format!("d_{}", Uuid::new_v4().simple()) })
    }

    fn export(&self) -> Program {
        self.rig
            .export()
            .without("LAKE_PATH")
            .with("WAREHOUSE_TYPE", "bigquery")
            .with("BIGQUERY_PROJECT", PROJECT)
            .with("BIGQUERY_DATASET", &self.dataset)
            .with("BIGQUERY_ENDPOINT", &self.proxy.url)
    }

    /// Kills a run at the request where the proxy is to stop it.
    async fn kill_where_it_stops(&self) {
        let run = self.export().start();
        tokio::time::timeout(Duration::from_mins(1), self.proxy.stopped()).await.expect("it comes so far");
        run.kill();
        self.rig.database.wait_until_unlocked().await;
        self.proxy.stop_at(None);
    }

    /// What a table holds, read by Google's own client, in the order of these columns.
    fn rows(&self, table: &str, key: &[&str]) -> Rows {
        reader::rows(&self.emulator, &self.dataset, table, key)
    }

    /// What they should hold.
    async fn expected(&self, table: &Mapper) -> Rows {
        let persons = Persons::Pseudonymised(domain::Pseudonymiser::new(KEY).unwrap());
        let privacy = Privacy::new(persons, Vocabulary::default());
        let store = self.rig.database.open("test").await;
        let mut snapshot = store.snapshot().await.unwrap();
        let mut batches = pin!(snapshot.changed(table.source, 0, i64::MAX).await.unwrap());
        let named = |cells: Vec<Cell<'_>>| {
            table.columns.iter().map(|column| column.name.to_owned()).zip(cells.into_iter().map(json)).collect()
        };
        let mut rows = Rows::new();
        while let Some(batch) = batches.try_next().await.unwrap() {
            let mut expect = |row: Expected<'_>| {
                if !row.leaves {
                    rows.push(named(row.cells));
                }
            };
            table.rows(&batch, &privacy, &mut expect).unwrap();
        }
        let key =
            |row: &BTreeMap<String, Value>| table.key.iter().map(|name| row[*name].to_string()).collect::<Vec<_>>();
        rows.sort_by_key(key);
        rows
    }

    /// Row by row, column by column.
    async fn must_have_what_the_store_has(&self) {
        for table in mappers() {
            let expected = self.expected(table).await;
            // nobody's time is over unless a test says so
            assert!(!expected.is_empty() || table.name == "application_month", "{}", table.name);
            assert_eq!(self.rows(table.name, table.key), expected, "{}", table.name);
        }
    }

    async fn close(self) {
        self.proxy.close().await;
    }
}

#[expect(clippy::disallowed_methods, reason = "names the emulator, not a setting of a program")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn json(cell: Cell<'_>) -> Value {
    match cell {
        Cell::Text(text) => text.into(),
        Cell::Int(number) => number.into(),
        Cell::BigInt(number) => number.into(),
        Cell::Double(number) => number.into(),
        Cell::Bool(is) => is.into(),
        Cell::Instant(at) => at.map(|at| instant::canonical(at).replace("0Z", "Z")).into(),
    }
}

impl Warehouse {
    /// Makes something at the emulator.
    async fn post(&self, path: &str, json: &Value) -> Value {
        self.ask(Method::POST, path, Some(json)).await
    }

    /// Makes an empty dataset that says nothing of whose it is.
    async fn make_dataset(&self) {
        let reference = serde_json::json!({ "projectId": PROJECT, "datasetId": self.dataset });
        self.post("datasets", &serde_json::json!({ "datasetReference": reference, "location": "EU" })).await;
    }

    /// Makes a table, or what else this says.
    async fn make_table(&self, name: &str, mut described: Value) {
        described["tableReference"] =
            serde_json::json!({ "projectId": PROJECT, "datasetId": self.dataset, "tableId": name });
        self.post(&format!("datasets/{}/tables", self.dataset), &described).await;
    }

    /// What BigQuery says of a table.
    async fn described(&self, name: &str) -> Value {
        self.ask(Method::GET, &format!("datasets/{}/tables/{name}", self.dataset), None).await
    }

    async fn ask(&self, method: Method, path: &str, json: Option<&Value>) -> Value {
        let url = format!("{}/bigquery/v2/projects/{PROJECT}/{path}", self.emulator);
        #[expect(clippy::disallowed_methods, reason = "a test is not a service")]
        let request = reqwest::Client::new().request(method, url);
        let request = if let Some(json) = json { request.json(json) } else { request };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{}", answer.status());
        answer.json().await.unwrap()
    }

    /// The labels of the dataset.
    async fn labels(&self) -> Value {
        self.ask(Method::GET, &format!("datasets/{}", self.dataset), None).await["labels"].take()
    }

    /// Sets one of them.
    async fn label(&self, name: &str, value: &str) {
        let mut labels = self.labels().await;
        labels[name] = value.into();
        self.set_labels(labels).await;
    }

    /// Sets these, and no others.
    async fn set_labels(&self, labels: Value) {
        let change = serde_json::json!({ "labels": labels });
        self.ask(Method::PATCH, &format!("datasets/{}", self.dataset), Some(&change)).await;
    }

    /// Runs a statement at the emulator.
    async fn query(&self, sql: &str) {
        let answer = self.post("queries", &serde_json::json!({ "query": sql, "useLegacySql": false })).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }

    /// The full name of a table.
    fn table(&self, name: &str) -> String {
        format!("`{PROJECT}.{}.{name}`", self.dataset)
    }
}
