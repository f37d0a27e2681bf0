//! Tokens that are refused, come late, or never. They only go over https, so the emulator has TLS in front of it.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use tokio::{net::TcpListener, task::spawn_blocking, time::sleep};

use super::{
    Warehouse,
    google::{METADATA, Metadata, Tls, WORKLOAD, is_in_network},
    proxy::{Action, Proxy, refusal},
};
use rig::Program;

use crate::fixture::TOKEN;

/// How long a token is waited for at most, and a little.
const FIRST_MINUTE: Duration = Duration::from_secs(75);

/// A warehouse with TLS, in a network that has the address of the metadata server; none outside.
async fn warehouse(test: &str) -> Option<(Warehouse, Tls)> {
    let warehouse = Warehouse::new().await?;
    let test = format!("bigquery::tokens::{test}");
    if is_in_network(&test, &warehouse.emulator).await {
        let tls = Tls::before(&warehouse.proxy.url).await;
        return Some((warehouse, tls));
    }
    warehouse.close().await;
    None
}

fn export(warehouse: &Warehouse, tls: &Tls) -> Program {
    // no gcloud of this machine is to be asked
    let export = warehouse.export().with("PATH", "/nowhere");
    export.with("BIGQUERY_ENDPOINT", &tls.url).with("SSL_CERT_FILE", tls.ca().to_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_is_refused_is_replaced() {
    let Some((warehouse, tls)) = warehouse("a_token_that_is_refused_is_replaced").await else { return };
    let metadata = Metadata::listen();
    let calls = [
        (Method::GET, "/datasets/"),
        (Method::POST, "/tables"),
        (Method::POST, "/jobs"),
        (Method::PUT, "/upload/"),
        (Method::GET, "/jobs/"),
        (Method::POST, "/queries"),
    ];
    for (method, part) in calls.clone() {
        warehouse.proxy.next(method, part, Action::Revoke);
    }
    export(&warehouse, &tls).run().must(0, &["the warehouse has what the store has"]);
    assert_eq!(metadata.given(), 1 + calls.len(), "one more for each that was refused");
    assert_eq!(warehouse.proxy.token(), Some(format!("Bearer {TOKEN}{}", metadata.given())));
    assert_eq!(warehouse.proxy.data_jobs().len(), 12, "each once");
    warehouse.must_have_what_the_store_has().await;

    // while something else passes too; and an account that is never let in
    warehouse.proxy.next(Method::GET, "/datasets/", refusal(503, "backendError"));
    warehouse.proxy.next(Method::GET, "/datasets/", Action::Revoke);
    export(&warehouse, &tls).run().must(0, &[]);
    for _ in 0..2 {
        warehouse.proxy.next(Method::GET, "/datasets/", Action::Revoke);
    }
    export(&warehouse, &tls).run().must(2, &["BigQuery answered 401", "roles/bigquery.jobUser"]);
    let account = format!("ok    Google account: {WORKLOAD}, by the metadata server");
    export(&warehouse, &tls).argument("check").run().must(0, &[&account]);
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_goes_to_no_other_host() {
    let Some((warehouse, tls)) = warehouse("a_token_goes_to_no_other_host").await else { return };
    let _metadata = Metadata::listen();
    // it has a certificate that is trusted
    let other = Proxy::before(&warehouse.emulator);
    let elsewhere = Tls::before(&other.url).await;
    let both = tempfile::NamedTempFile::new().unwrap();
    let trusted = [tls.ca(), elsewhere.ca()].map(|ca| std::fs::read_to_string(ca).unwrap()).concat();
    std::fs::write(both.path(), trusted).unwrap();
    for place in [&elsewhere.url, &other.url] {
        let lead = Action::LeadTo(format!("{place}/upload/bigquery/v2/projects/test/jobs?upload_id=1"));
        warehouse.proxy.next(Method::POST, "/upload/", lead);
        let run = export(&warehouse, &tls).with("SSL_CERT_FILE", both.path().to_str().unwrap()).run();
        run.must(2, &["wants the file to go to", place, "BIGQUERY_ENDPOINT", "neither the file nor a token"]);
        assert_eq!(other.journal(), [""; 0]);
        assert_eq!(other.token(), None);
    }
    export(&warehouse, &tls).run().must(0, &["the warehouse has what the store has"]);
    other.close().await;
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_metadata_server_that_is_late_is_waited_for() {
    let Some((warehouse, tls)) = warehouse("a_metadata_server_that_is_late_is_waited_for").await else { return };
    let begun = Instant::now();
    let run = export(&warehouse, &tls).start();
    sleep(Duration::from_secs(30)).await;
    assert_eq!(warehouse.proxy.journal(), [""; 0], "nothing is asked without a token");
    let metadata = Metadata::listen();
    let ended = spawn_blocking(move || run.wait_at_most(FIRST_MINUTE)).await.unwrap();
    ended.must(0, &["waiting for an access token", "Connection refused", "the warehouse has what the store has"]);
    assert!(begun.elapsed() < Duration::from_mins(1), "it goes on soon after");
    assert_eq!(metadata.given(), 1, "one for all requests");
    assert_eq!(warehouse.proxy.token(), Some(format!("Bearer {TOKEN}1")));
    warehouse.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_metadata_server_that_never_answers() {
    let Some((warehouse, tls)) = warehouse("a_metadata_server_that_never_answers").await else { return };
    // it takes connections and says nothing
    let _listener = TcpListener::bind(METADATA).await.unwrap();
    let run = export(&warehouse, &tls).start();
    let ended = spawn_blocking(move || run.wait_at_most(FIRST_MINUTE)).await.unwrap();
    let why = "no access token for BigQuery: none was given within 60 seconds, and at last: no answer for 10 seconds";
    ended.must(1, &[why, "Workload Identity", "GOOGLE_APPLICATION_CREDENTIALS", "gcloud auth"]);
    assert_eq!(warehouse.proxy.journal(), [""; 0], "nothing was sent");

    // somebody waits for a check, and a signal waits for nobody
    let begun = Instant::now();
    let check = export(&warehouse, &tls).argument("check").run();
    let why = "none was given within 8 seconds, and at last: no answer for 8 seconds";
    assert!(check.code() == Some(1) && check.out.contains(why), "{check:#?}");
    assert!(begun.elapsed() < Duration::from_secs(13), "{:?}", begun.elapsed());
    let run = export(&warehouse, &tls).start();
    sleep(Duration::from_secs(2)).await;
    let (ended, took) = spawn_blocking(move || run.stop()).await.unwrap();
    ended.must(1, &["stopped by a signal"]);
    assert!(took < Duration::from_secs(5), "{took:?}");
    warehouse.close().await;
}

#[tokio::test]
async fn a_key_file_that_is_none_is_not_waited_for() {
    let rig = crate::fixture::Rig::sqlite().await;
    let program = rig.export().without("LAKE_PATH").with("WAREHOUSE_TYPE", "bigquery");
    let program = program.with("BIGQUERY_PROJECT", "test").with("BIGQUERY_DATASET", "d");
    let program = program.with("BIGQUERY_ENDPOINT", "https://127.0.0.1:1");
    let key = "GOOGLE_APPLICATION_CREDENTIALS";
    let begun = Instant::now();
    program.clone().with(key, "/nowhere/key.json").run().must(2, &["the credentials cannot be used", key]);
    let (file, words) = (rig.lake.path.with_extension("json"), "has no `type`");
    std::fs::write(&file, "{}").unwrap();
    program.with(key, file.to_str().unwrap()).run().must(2, &[words, key]);
    assert!(begun.elapsed() < Duration::from_secs(30), "it was waited for");
}
