//! A key that stands twice in the staging table: BigQuery refuses such a MERGE, the emulator carries it out in silence.

use actix_web::http::Method;
use serde_json::json;

use super::{
    Warehouse,
    proxy::{Action, refusal},
};

/// What is said of it.
const WORDS: [&str; 4] = [
    "job_posting_changes has 4 rows and 3 different keys (vacancy_id, media_id)",
    "Nothing of it was merged",
    "export --full loads everything anew",
    "a defect of export",
];

impl Warehouse {
    /// Leaves the staging table of job_posting loaded and not merged.
    fn load_postings(&self) {
        self.proxy.next(Method::POST, "/queries", refusal(403, "quotaExceeded"));
        self.export().run().must(1, &["a quota is used up"]);
        assert_eq!(self.proxy.jobs().len(), 1, "one load");
    }

    fn must_have_merged_nothing(&self) {
        let jobs = self.proxy.jobs();
        assert!(jobs.iter().all(|name| name.ends_with("_load")), "{jobs:?}");
        assert_eq!(self.rows("job_posting", &["vacancy_id"]), []);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_counted_before_anything_is_merged() {
    let Some(warehouse) = Warehouse::new().await else { return };
    let counts = json!({ "jobComplete": true, "rows": [{ "f": [{ "v": "4" }, { "v": "3" }] }] });
    warehouse.proxy.next(Method::POST, "/queries", Action::Say(200, counts));
    warehouse.export().run().must(2, &WORDS);
    warehouse.must_have_merged_nothing();
    // the load is found again, and as it is well, merged
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    assert_eq!(warehouse.proxy.data_jobs().len(), 12, "each once");
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn are_found_in_what_another_run_has_loaded() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.load_postings();
    let stage = warehouse.table("job_posting_changes");
    warehouse.query(&format!("INSERT INTO {stage} SELECT * FROM {stage} LIMIT 1")).await;
    for _ in 0..2 {
        warehouse.export().run().must(2, &WORDS);
        warehouse.must_have_merged_nothing();
    }
    // the way out
    warehouse.export().argument("--full").run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_staging_table_that_has_gone_is_loaded_anew() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.load_postings();
    warehouse.query(&format!("DROP TABLE {}", warehouse.table("job_posting_changes"))).await;
    let words = ["job_posting_changes has gone since it was loaded", "the warehouse has what the store has"];
    warehouse.export().run().must(0, &words);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}
