//! What BigQuery has deleted meanwhile, by its expiry or by somebody's hand: staging tables, jobs, uploads. The range is begun
//! anew, and ends with what the store has.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{
    Warehouse,
    proxy::{Action, refusal},
};
use crate::fixture::{application, posting};

const STAGES: [&str; 4] =
    ["job_posting_changes", "candidate_changes", "application_changes", "application_event_changes"];

impl Warehouse {
    /// Filled once, and with something new in every table.
    async fn with_changes() -> Option<Self> {
        let warehouse = Self::new().await?;
        warehouse.export().run().must(0, &[]);
        warehouse.rig.database.list_postings(vec![posting(0, "Doctor"), posting(1, "Nurse")]).await;
        warehouse.rig.database.add_applications(vec![application(0, "Interview"), application(9, "New")]).await;
        warehouse.proxy.stop_at(None);
        Some(warehouse)
    }

    /// Kills a run once the first request to an address with this part in it was answered.
    async fn kill_after(&self, part: &str) {
        self.proxy.stop_after_first(part);
        self.kill_where_it_stops().await;
    }

    async fn drop_stages(&self) {
        for stage in STAGES {
            self.query(&format!("DROP TABLE IF EXISTS {}", self.table(stage))).await;
        }
    }

    /// The next run ends well, with what the store has, and leaves nothing to be done.
    async fn must_be_made_good(&self, words: &[&str]) {
        self.export().argument("--verify").run().must(0, &[&["the warehouse has what the store has"], words].concat());
        self.must_have_what_the_store_has().await;
        assert_eq!(self.export().run().must(0, &[]).written(), (0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_staging_table_lives_a_week_from_its_last_load() {
    let Some(warehouse) = Warehouse::with_changes().await else { return };
    let before = STAGES.map(|stage| warehouse.proxy.expiry(stage).unwrap());
    let begun = Instant::now();
    sleep(Duration::from_millis(100)).await;
    warehouse.export().run().must(0, &[]);
    for (stage, before) in STAGES.into_iter().zip(before) {
        let later = warehouse.proxy.expiry(stage).unwrap() - before;
        assert!((100..=60_000).contains(&later) && begun.elapsed() < Duration::from_mins(1), "{stage}: {later} ms");
    }
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_staging_table_that_expires_as_it_is_renewed_is_made() {
    let Some(warehouse) = Warehouse::with_changes().await else { return };
    warehouse.proxy.next(Method::PATCH, "candidate_changes", refusal(404, "notFound"));
    warehouse.must_be_made_good(&[]).await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staging_tables_that_have_gone_between_two_runs() {
    for part in ["_application_", "PUT /upload/", "_candidate_", "POST /bigquery/v2/projects/test/queries"] {
        let Some(warehouse) = Warehouse::with_changes().await else { return };
        warehouse.kill_after(part).await;
        warehouse.drop_stages().await;
        warehouse.must_be_made_good(&[]).await;
        warehouse.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_staging_table_that_goes_under_a_run() {
    let gone = || refusal(404, "notFound");
    let failed = |reason: &str| {
        let error = json!({ "reason": reason, "message": "Not found: Table application_changes" });
        Action::Say(200, json!({ "status": { "state": "DONE", "errorResult": error } }))
    };
    for (method, part, action) in [
        // the count of keys, the load job, the MERGE
        (Method::POST, "/queries", gone()),
        (Method::GET, "_load?", failed("notFound")),
        (Method::GET, "_merge?", failed("notFound")),
    ] {
        let Some(warehouse) = Warehouse::with_changes().await else { return };
        warehouse.proxy.next(method, part, action);
        warehouse.must_be_made_good(&["it is begun anew"]).await;
        warehouse.close().await;
    }
    // the months of what an earlier run has loaded
    let Some(warehouse) = Warehouse::with_changes().await else { return };
    warehouse.kill_after("POST /bigquery/v2/projects/test/queries").await;
    warehouse.proxy.next(Method::POST, "/queries", gone());
    warehouse.must_be_made_good(&["it is begun anew"]).await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_goes_under_a_run_is_made_by_the_next() {
    let Some(warehouse) = Warehouse::with_changes().await else { return };
    warehouse.kill_after("POST /bigquery/v2/projects/test/queries").await;
    warehouse.query(&format!("DROP TABLE {}", warehouse.table("candidate"))).await;
    warehouse.must_be_made_good(&["the warehouse lacks what was sent to it"]).await;
    // while its rows are counted in the end
    warehouse.rig.database.add_applications(vec![application(8, "New")]).await;
    // of postings and candidates there is nothing new
    for action in [Action::Pass, Action::Pass, Action::Pass, refusal(404, "notFound")] {
        warehouse.proxy.next(Method::POST, "/queries", action);
    }
    warehouse.export().run().must(1, &["it has gone since this run began", "the next run makes it again"]);
    warehouse.must_be_made_good(&[]).await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_that_bigquery_has_forgotten() {
    for part in ["_load", "_merge", ""] {
        let Some(warehouse) = Warehouse::with_changes().await else { return };
        warehouse.kill_after("POST /bigquery/v2/projects/test/jobs").await;
        warehouse.proxy.forget_jobs(part);
        warehouse.must_be_made_good(&[]).await;
        warehouse.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_that_bigquery_has_dropped_is_begun_anew() {
    let page = || Action::Say(404, Value::Null);
    for actions in [
        vec![refusal(404, "notFound")],
        vec![refusal(410, "gone")],
        vec![page()],
        // a stretch is lost, and then the question how much has arrived finds nothing
        vec![refusal(503, "backendError"), refusal(410, "gone")],
    ] {
        let Some(warehouse) = Warehouse::with_changes().await else { return };
        for action in actions {
            warehouse.proxy.next(Method::PUT, "/upload/", action);
        }
        warehouse.must_be_made_good(&["BigQuery has dropped the upload"]).await;
        warehouse.close().await;
    }
    let Some(warehouse) = Warehouse::with_changes().await else { return };
    for _ in 0..3 {
        warehouse.proxy.next(Method::PUT, "/upload/", refusal(410, "gone"));
    }
    warehouse.export().run().must(1, &["has dropped the upload of the file 3 times", "the next run sends it again"]);
    warehouse.must_be_made_good(&[]).await;
    warehouse.close().await;
}
