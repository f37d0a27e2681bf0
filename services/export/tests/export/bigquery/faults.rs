//! What BigQuery refuses, loses and delays.

use std::time::Duration;

use actix_web::http::Method;
use serde_json::json;
use tokio::{task::spawn_blocking, time::sleep};

use super::{
    Warehouse,
    proxy::{Action, refusal},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_passes_is_waited_out() {
    let Some(warehouse) = Warehouse::new().await else { return };
    for (method, part, action) in [
        (Method::GET, "/datasets/", refusal(503, "backendError")),
        (Method::POST, "/tables", refusal(403, "rateLimitExceeded")),
        (Method::POST, "/upload/", refusal(429, "rateLimitExceeded")),
        (Method::PUT, "/upload/", refusal(503, "backendError")),
        (Method::POST, "projects/test/jobs", refusal(500, "internalError")),
        (Method::GET, "/jobs/", refusal(503, "backendError")),
        (Method::POST, "/queries", refusal(503, "backendError")),
    ] {
        warehouse.proxy.next(method, part, action);
    }
    let run = warehouse.export().run();
    run.must(0, &["the warehouse has what the store has"]);
    assert_eq!(warehouse.proxy.data_jobs().len(), 12);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_lost_does_nothing_twice() {
    let Some(warehouse) = Warehouse::new().await else { return };
    for (method, part) in [
        (Method::POST, "/datasets"),
        (Method::POST, "/tables"),
        (Method::POST, "/upload/"),
        (Method::PUT, "/upload/"),
        (Method::POST, "projects/test/jobs"),
        (Method::GET, "/jobs/"),
    ] {
        warehouse.proxy.next(method, part, Action::LoseAnswer);
    }
    let run = warehouse.export().run();
    run.must(0, &["the warehouse has what the store has"]);
    assert_eq!(warehouse.proxy.data_jobs().len(), 12, "each once");
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_pass_is_said_with_the_way_out() {
    let Some(warehouse) = Warehouse::new().await else { return };
    for (part, status, reason, code, words) in [
        ("/datasets", 403, "accessDenied", 2, "roles/bigquery.dataEditor"),
        ("/datasets", 404, "notFound", 2, "look at BIGQUERY_PROJECT"),
        ("/upload/", 403, "quotaExceeded", 1, "a quota is used up"),
        ("projects/test/jobs", 403, "accessDenied", 2, "roles/bigquery.jobUser"),
        ("/queries", 400, "bytesBilledLimitExceeded", 2, "BIGQUERY_MAX_BYTES_BILLED is lower"),
    ] {
        warehouse.proxy.next(Method::POST, part, refusal(status, reason));
        warehouse.export().run().must(code, &[words]);
    }
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_has_failed_is_begun_anew_under_another_name() {
    let Some(warehouse) = Warehouse::new().await else { return };
    // the job fails when it is looked at the first time
    let failed = json!({ "status": { "state": "DONE", "errorResult": { "reason": "backendError", "message": "m" } } });
    warehouse.proxy.next(Method::GET, "_job_posting_", Action::Say(200, failed.clone()));
    let run = warehouse.export().run();
    run.must(0, &["it is begun anew", "the warehouse has what the store has"]);
    assert_eq!(warehouse.proxy.data_jobs().len(), 13, "one load twice");

    // a job with an error of ours fails the run; the next one does not find it again
    warehouse.rig.database.add_applications(vec![crate::fixture::application(9, "New")]).await;
    let failed = json!({ "status": { "state": "DONE", "errorResult": { "reason": "invalid", "message": "row 3" } } });
    warehouse.proxy.next(Method::GET, "_application_", Action::Say(200, failed));
    warehouse.export().run().must(2, &["loading changes of application", "row 3"]);
    warehouse.proxy.fail_job("_application_", "invalid");
    warehouse
        .export()
        .argument("--verify")
        .run()
        .must(0, &["it is begun anew", "the warehouse has what the store has"]);
    warehouse.must_have_what_the_store_has().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_does_not_end_is_left_alone_and_found_again() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.proxy.next(Method::GET, "_load?", Action::Say(200, json!({ "status": { "state": "RUNNING" } })));
    let impatient = warehouse.export().with("BIGQUERY_JOB_MINUTES", "0").run();
    impatient.must(1, &["has not ended within 0 minutes", "the next run looks for it again"]);
    // it is asked for twice more before it ends
    for _ in 0..2 {
        let running = json!({ "status": { "state": "RUNNING" } });
        warehouse.proxy.next(Method::GET, "_load?", Action::Say(200, running));
    }
    warehouse.export().run().must(0, &["the warehouse has what the store has"]);
    assert_eq!(warehouse.proxy.data_jobs().len(), 12, "each once");
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_ends_the_wait_for_a_job() {
    let Some(warehouse) = Warehouse::new().await else { return };
    for _ in 0..20 {
        let running = json!({ "status": { "state": "RUNNING" } });
        warehouse.proxy.next(Method::GET, "_load?", Action::Say(200, running));
    }
    let run = warehouse.export().start();
    sleep(Duration::from_secs(8)).await;
    let (ended, took) = spawn_blocking(move || run.stop()).await.unwrap();
    ended.must(1, &["stopped by a signal; what was being sent is sent again by the next run"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_are_missing_or_wrong_are_named() {
    let Some(warehouse) = Warehouse::new().await else { return };
    warehouse.export().without("BIGQUERY_PROJECT").run().must(2, &["BIGQUERY_PROJECT"]);
    warehouse
        .export()
        .with("BIGQUERY_DATASET", "a-b")
        .run()
        .must(2, &["BIGQUERY_DATASET", "letters, digits and _ alone"]);
    warehouse.close().await;
}
