//! What somebody else has made under our names: it is refused, and left as it is.

use actix_web::http::Method;
use export::transform::tables::mappers;
use serde_json::{Value, json};

use super::{
    Warehouse,
    proxy::{Action, refusal},
};
use crate::fixture::application;

/// What a run says that is refused.
const WORDS: [&str; 3] = [
    "has something under a name that export writes to, and that export has not made",
    "It is left as it is",
    "Let BIGQUERY_DATASET name another dataset, or rename or remove it",
];

impl Warehouse {
    /// A run, a check and a plan say so, and only look.
    fn must_refuse(&self, words: &[&str]) {
        self.proxy.stop_at(None);
        let jobs = self.proxy.jobs().len();
        self.export().run().must(2, words);
        self.export().argument("--full").run().must(2, words);
        self.export().argument("plan").run().must(2, words);
        let check = self.export().argument("check").run();
        check.must(2, &[]);
        for word in words {
            assert!(check.out.contains("FAIL  BigQuery: ") && check.out.contains(word), "{word:?}: {check:#?}");
        }
        let journal = self.proxy.journal();
        assert!(journal.iter().all(|line| line.starts_with("GET ")), "something was written: {journal:#?}");
        assert_eq!(self.proxy.jobs().len(), jobs);
    }

    /// A table of somebody else's with a row of theirs. Nothing but its label tells it from one of ours.
    async fn make_a_stranger_s_table(&self, name: &str, labels: Value) {
        let fields = json!([{ "name": "candidate_key", "type": "STRING" }, { "name": "wish", "type": "STRING" }]);
        self.make_table(name, json!({ "schema": { "fields": fields }, "labels": labels })).await;
        self.query(&format!("INSERT INTO {} (candidate_key, wish) VALUES ('c', 'to stay')", self.table(name))).await;
    }

    fn must_have_the_stranger_s_row(&self, name: &str) {
        let rows = self.rows(name, &["candidate_key"]);
        assert!(rows.len() == 1 && rows[0].len() == 2 && rows[0]["wish"] == "to stay", "{name}: {rows:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_of_somebody_else_s_is_left_as_it_is() {
    // also the one that is looked at last
    for (name, labels) in [
        ("candidate", json!({})),
        ("application_event", json!({ "managed_by": "terraform" })),
        ("application_event_changes", json!({})),
    ] {
        let Some(warehouse) = Warehouse::new().await else { return };
        warehouse.make_dataset().await;
        warehouse.make_a_stranger_s_table(name, labels).await;
        let described = warehouse.described(name).await;
        let named = format!("the table {name} without the label managed_by=emply-pipeline");
        warehouse.must_refuse(&[&WORDS[..], &[&named, &warehouse.dataset]].concat());
        assert_eq!(warehouse.labels().await, Value::Null, "the dataset is not claimed");
        assert_eq!(warehouse.described(name).await, described);
        warehouse.must_have_the_stranger_s_row(name);
        // the way out
        warehouse.query(&format!("DROP TABLE {}", warehouse.table(name))).await;
        warehouse.export().run().must(0, &["the warehouse has what the store has"]);
        warehouse.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_table_is_not_ours_whatever_its_labels() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.make_dataset().await;
    // a statement and not a call: of a view that is made by a call, the emulator makes a table
    let view = warehouse.table("application_changes");
    let labels = "labels = [('managed_by', 'emply-pipeline')]";
    warehouse.query(&format!("CREATE VIEW {view} OPTIONS ({labels}) AS SELECT 1 AS a")).await;
    assert_eq!(warehouse.described("application_changes").await["type"], "VIEW");
    warehouse.must_refuse(&[&WORDS[..], &["the view application_changes"]].concat());
    warehouse.query(&format!("DROP VIEW {view}")).await;
    // kinds that the emulator does not make
    let (name, labels) = ("application_event_changes", json!({ "managed_by": "emply-pipeline" }));
    for (kind, named) in [
        ("MATERIALIZED_VIEW", "the materialized view application_event_changes"),
        ("EXTERNAL", "the external table application_event_changes"),
        ("SNAPSHOT", "the snapshot application_event_changes"),
    ] {
        for _ in 0..4 {
            let found = json!({ "type": kind, "labels": labels, "tableReference": { "tableId": name } });
            warehouse.proxy.next(Method::GET, &format!("/tables/{name}"), Action::Say(200, found));
        }
        warehouse.must_refuse(&[&WORDS[..], &[named]].concat());
    }
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_in_our_dataset_that_is_not_ours() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    for table in mappers() {
        for name in [table.name.to_owned(), format!("{}_changes", table.name)] {
            let labels = warehouse.described(&name).await["labels"].take();
            assert_eq!(labels["managed_by"], "emply-pipeline", "{name}: {labels}");
        }
    }
    // somebody has made it anew, with all our columns: rows are there, but no label
    let ours = warehouse.table("candidate");
    warehouse.query(&format!("CREATE TABLE {} AS SELECT * FROM {ours}", warehouse.table("copy"))).await;
    warehouse.query(&format!("DROP TABLE {ours}")).await;
    warehouse.query(&format!("CREATE TABLE {ours} AS SELECT * FROM {}", warehouse.table("copy"))).await;
    warehouse.rig.database.add_applications(vec![application(9, "New")]).await;
    let rows = warehouse.rows("candidate", &["candidate_key"]);
    warehouse.must_refuse(&[&WORDS[..], &["the table candidate without the label"]].concat());
    assert_eq!(warehouse.rows("candidate", &["candidate_key"]), rows);
    warehouse.query(&format!("DROP TABLE {ours}")).await;
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dataset_of_somebody_else_s_where_our_names_are_free_is_used() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.make_dataset().await;
    warehouse.label("team", "controlling").await;
    warehouse.make_a_stranger_s_table("patient", json!({})).await;
    let check = warehouse.export().argument("check").run();
    assert!(check.must(0, &[]).out.contains("ok    BigQuery: "), "{check:#?}");
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.export().argument("--full").run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_the_stranger_s_row("patient");
    let labels = warehouse.labels().await;
    assert_eq!((&labels["team"], &labels["managed_by"]), (&"controlling".into(), &"emply-pipeline".into()));
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_another_export_in_a_dataset_that_does_not_say_whose_it_is() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    let ours = warehouse.labels().await;
    warehouse.set_labels(json!({})).await;
    let words = ["has no label that says whose data it holds", "job_posting", "application_event_changes"];
    warehouse.must_refuse(&[&words[..], &["set the labels again that the dataset had"]].concat());
    warehouse.set_labels(ours).await;
    assert_eq!(warehouse.export().run().must(0, &[]).written(), (0, 0));
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_makes_while_an_export_is_at_work() {
    for name in ["application", "application_changes"] {
        let Some(warehouse) = Warehouse::new().await else { return };
        warehouse.make_dataset().await;
        warehouse.make_a_stranger_s_table(name, json!({})).await;
        // as if it had come after all names were looked at
        warehouse.proxy.next(Method::GET, &format!("/tables/{name}"), refusal(404, "notFound"));
        let named = format!("the table {name} without the label");
        warehouse.export().run().must(2, &[&WORDS[..], &[&named]].concat());
        warehouse.must_have_the_stranger_s_row(name);
        warehouse.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_that_has_become_another_one() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    warehouse.query(&format!("DROP TABLE {}", warehouse.table("candidate"))).await;
    let fields = json!([{ "name": "candidate_key", "type": "INTEGER" }]);
    let labels = json!({ "managed_by": "emply-pipeline" });
    warehouse.make_table("candidate", json!({ "schema": { "fields": fields }, "labels": labels })).await;
    warehouse.must_refuse(&["the table candidate has a column candidate_key of type INTEGER, and not STRING"]);
    warehouse.close().await;
}
