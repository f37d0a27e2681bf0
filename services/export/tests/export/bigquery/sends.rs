//! What arrives, when, and by which statements.

use actix_web::http::Method;
use export::transform::tables::mappers;
use serde_json::json;
use store::entity;

use super::{Warehouse, proxy::Action};
use crate::{
    fixture::{CANDIDATE, application, posting, traces_of_candidate},
    vocabulary::{self, WORDS},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn google_s_own_client_reads_what_the_store_has() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let first = warehouse.export().run();
    first.must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;

    // one is edited, one is gone, one has moved on, one is new
    warehouse.rig.database.list_postings(vec![posting(0, "Nurse"), posting(1, "Doctor"), posting(7, "Cook")]).await;
    warehouse.rig.database.add_applications(vec![application(0, "Interview"), application(9, "New")]).await;
    warehouse.export().run().must(0, &["the warehouse has what was sent to it"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_with_nothing_new_tells_of_itself_alone() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    assert_eq!(warehouse.proxy.jobs().len(), 14, "a load and a merge for each table");
    let again = warehouse.export().run();
    assert_eq!(again.must(0, &[]).written(), (0, 0));
    assert_eq!((warehouse.proxy.jobs().len(), warehouse.proxy.data_jobs().len()), (16, 12));
    assert_eq!(warehouse.rows("export_run", &["run_id"]).len(), 2);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_column_that_the_tables_lack_is_added() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    // as a release has left it that had fewer columns
    warehouse.label("row_form", "another").await;
    warehouse.query(&format!("DROP TABLE {}", warehouse.table("candidate"))).await;
    let fields = json!([{ "name": "candidate_key", "type": "STRING", "mode": "REQUIRED" }]);
    let ours = json!({ "schema": { "fields": fields }, "labels": { "managed_by": "emply-pipeline" } });
    warehouse.make_table("candidate", ours).await;
    warehouse.export().run().must(0, &["columns are added to the table", "row_hash"]);
    let candidates = mappers().iter().find(|table| table.name == "candidate").unwrap();
    assert_eq!(warehouse.rows("candidate", &["candidate_key"]), warehouse.expected(candidates).await);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_forgotten_person_nothing_stays() {
    for mode in ["pseudonymise", "drop", "keep"] {
        let Some(warehouse) = Warehouse::new().await else { return };
        let found = || {
            let rows = mappers().iter().map(|table| warehouse.rows(table.name, table.key));
            let text = format!("{:?}", rows.collect::<Vec<_>>());
            let whole = |trace: &String| text.contains(&format!("\"{trace}\""));
            traces_of_candidate().into_iter().filter(whole).collect::<Vec<_>>()
        };
        let export = || warehouse.export().argument("--verify").with("PII_MODE", mode).run();
        export().must(0, &[]);
        assert!(found().len() >= 2, "what is there is found, {mode}: {:?}", found());
        warehouse.rig.database.forget(CANDIDATE).await;
        export().must(0, &["the warehouse has what the store has"]);
        assert_eq!(found(), [""; 0], "{mode}");
        warehouse.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_blanked_and_has_come_back_is_there_once() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let database = &warehouse.rig.database;
    let known_by_address = || {
        let mut row = application(9, "New");
        (row.candidate_id, row.candidate_key) = (None, "email:0123456789abcdef".to_owned());
        row
    };
    let address = || store::Person::Email(known_by_address().email.unwrap());
    database.add_applications(vec![known_by_address()]).await;
    warehouse.export().run().must(0, &[]);
    database.forget_with(crate::fixture::KEY, address()).await;
    warehouse.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    database.add_applications(vec![known_by_address()]).await;
    warehouse.export().run().must(0, &[]);
    database.forget_with(crate::fixture::KEY, address()).await;
    // a row that is the same is not written again, with whatever number
    let back = entity::application::Model {
        email: Some("another@example.com".to_owned()),
        stage: Some("Back again".to_owned()),
        ..known_by_address()
    };
    database.add_applications(vec![back]).await;
    warehouse.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    // two tombstones and who is back have one key in the range
    let loaded = warehouse.rows("candidate_changes", &["candidate_key"]);
    assert!(loaded.len() == 1 && loaded[0]["removed"] == false, "{loaded:?}");
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dataset_is_of_one_customer_one_mode_one_key_and_one_place() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    for (name, value, words) in [
        ("PII_MODE", "drop", "it was filled with PII_MODE=pseudonymise"),
        ("PII_KEY", "another key, of the same length", "it was filled with another PII_KEY"),
        ("BIGQUERY_LOCATION", "US", "is in EU, and BIGQUERY_LOCATION says US"),
    ] {
        warehouse.export().with(name, value).run().must(2, &[words]);
    }
    // another customer's dataset beside it
    let beside = format!("{}_b", warehouse.dataset);
    warehouse.export().with("BIGQUERY_DATASET", &beside).run().must(0, &["the warehouse has what the store has"]);
    warehouse.export().run().must(0, &[]);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_else_is_in_the_tables_is_found_and_taken_out() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    let spoil = format!(
        "INSERT INTO {} (candidate_key, first_seen, removed, changed_seq) \
         VALUES ('nobody', CURRENT_TIMESTAMP(), FALSE, 1)",
        warehouse.table("candidate")
    );
    warehouse.query(&spoil).await;
    warehouse.rig.database.add_applications(vec![application(9, "New")]).await;
    let words = ["the warehouse differs from the store: candidate has", "the next run sends everything again"];
    warehouse.export().run().must(1, &words);
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

/// As many rows as before, and not the same: to find that, all of them have to be read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_that_was_edited_is_found_when_all_is_compared() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    let table = warehouse.table("candidate");
    warehouse.query(&format!("UPDATE {table} SET row_hash = '0123456789abcdef' WHERE email IS NOT NULL")).await;
    warehouse.rig.database.add_applications(vec![application(9, "New")]).await;
    warehouse.export().run().must(0, &["the warehouse has what was sent to it", "what was written"]);
    let words = ["the warehouse differs from the store: candidate has 4 rows here and there, and not the same ones"];
    warehouse.export().argument("--verify").run().must(1, &words);
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;

    // a week later a plain run does so, also when it has nothing to send
    warehouse.query(&format!("UPDATE {table} SET row_hash = '0123456789abcdef' WHERE email IS NOT NULL")).await;
    warehouse.export().run().must(0, &[]);
    warehouse.rig.database.a_week_passes().await;
    warehouse.export().run().must(1, &words);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_can_be_sent_again() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    warehouse.query(&format!("DELETE FROM {} WHERE TRUE", warehouse.table("application"))).await;
    let again = warehouse.export().argument("--full").run();
    again.must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.query(&format!("DROP TABLE {}", warehouse.table("application"))).await;
    warehouse.export().run().must(0, &["the warehouse lacks what was sent to it"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_that_another_release_has_made_are_sent_again() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().run().must(0, &[]);
    let ours = warehouse.labels().await;
    warehouse.label("row_form", "another").await;
    let spoil = "UPDATE {} SET stage = NULL, row_hash = '0123456789abcdef' WHERE TRUE";
    warehouse.query(&spoil.replace("{}", &warehouse.table("application"))).await;
    warehouse
        .export()
        .run()
        .must(0, &["the release or the vocabulary is another one", "the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    assert_eq!(warehouse.labels().await, ours);
    assert_eq!(warehouse.export().run().must(0, &[]).written(), (0, 0));
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_folded_leaves_its_group() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.rig.database.freeze("k1", "Care", 7).await;
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    let told = warehouse.rows("application_month", &["group_key"]).len();
    warehouse.rig.database.fold("k1", "k2").await;
    // it holds the two against each other
    warehouse.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    let after = warehouse.rows("application_month", &["group_key"]);
    assert_eq!((told, after.len()), (1, 1));
    assert!(format!("{after:?}").contains("small groups"), "{after:?}");
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_shows_rows_and_statements_and_sends_nothing() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let planned = warehouse.export().argument("plan").run();
    planned.must(0, &[]);
    for words in ["application_event", "MERGE `test.", "WHEN NOT MATCHED BY SOURCE THEN DELETE"] {
        assert!(planned.out.contains(words), "{}", planned.out);
    }
    assert!(warehouse.proxy.journal().iter().all(|line| line.starts_with("GET ")));
    warehouse.export().run().must(0, &[]);
    warehouse.rig.database.add_applications(vec![application(9, "New")]).await;
    let planned = warehouse.export().argument("plan").run();
    assert!(planned.must(0, &[]).out.contains("t.created >= TIMESTAMP '"), "{}", planned.out);
    warehouse.export().run().must(0, &[]);
    let planned = warehouse.export().argument("plan").run();
    assert!(planned.must(0, &[]).out.starts_with("nothing: bigquery:test."), "{}", planned.out);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_says_what_is_there() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let checked = warehouse.export().argument("check").run();
    assert!(checked.must(0, &[]).out.contains("is not there yet; export makes it"), "{}", checked.out);
    let error = json!({ "error": { "code": 403, "message": "m", "errors": [{ "reason": "accessDenied" }] } });
    warehouse.proxy.next(Method::GET, "/datasets/", Action::Say(403, error));
    let checked = warehouse.export().argument("check").run();
    assert!(checked.must(2, &[]).out.contains("roles/bigquery.dataEditor"), "{}", checked.out);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_listed_does_not_arrive() {
    for mode in ["pseudonymise", "drop"] {
        let Some(warehouse) = Warehouse::new().await else { return };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("vocabulary.toml");
        std::fs::write(&path, WORDS).unwrap();
        vocabulary::filled(&warehouse.rig).await;
        let export = warehouse.export().with("PII_MODE", mode).with("VOCABULARY_FILE", path.to_str().unwrap());
        export.run().must(0, &["the warehouse has what the store has"]);
        let said = mappers().iter().map(|table| format!("{:?}", warehouse.rows(table.name, table.key)));
        let said = said.collect::<Vec<_>>().join("\n");
        for word in [vocabulary::NOBODY, "max@example.com", "2345678"] {
            assert!(!said.contains(word), "{word} has arrived with {mode}");
        }
        for word in ["Gespräch", "interview", "Withdrawn", "candidate", "Indeed", "full time, ask ***"] {
            assert!(said.contains(word), "{word} has not arrived with {mode}");
        }
        warehouse.close().await;
    }
}
