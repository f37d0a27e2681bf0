//! How long anything is waited for, and that a signal ends it.

use std::time::{Duration, Instant};

use rig::{Program, http::Silence};
use tokio::time::sleep;

use crate::fixture::Rig;

/// How soon after a signal a run has ended.
const SOON: Duration = Duration::from_secs(5);
/// How long an item of a check takes at most, and a little.
const AN_ITEM: Duration = Duration::from_secs(13);

fn to_bigquery(rig: &Rig, endpoint: &str) -> Program {
    let program = rig.export().without("LAKE_PATH").with("WAREHOUSE_TYPE", "bigquery");
    program.with("BIGQUERY_PROJECT", "p").with("BIGQUERY_DATASET", "d").with("BIGQUERY_ENDPOINT", endpoint)
}

/// Starts it, lets it come to where it waits, and stops it.
async fn must_stop_soon(program: Program, words: &[&str]) {
    let shown = format!("{program:?}");
    let run = program.start();
    sleep(Duration::from_secs(2)).await;
    let (ended, took) = run.stop();
    ended.must(1, &[&["stopped by a signal"], words].concat());
    assert!(took < SOON, "{took:?}: {shown}");
}

#[tokio::test]
async fn a_signal_ends_every_wait_for_bigquery() {
    let (rig, silence) = (Rig::sqlite().await, Silence::start());
    let endpoint = silence.url();
    must_stop_soon(to_bigquery(&rig, &endpoint), &["is sent again by the next run"]).await;
    for command in ["plan", "check"] {
        must_stop_soon(to_bigquery(&rig, &endpoint).argument(command), &["nothing was written"]).await;
    }
    // between tries, when nobody takes connections
    must_stop_soon(to_bigquery(&rig, "http://127.0.0.1:1"), &[]).await;
}

#[tokio::test]
async fn a_signal_ends_every_wait_for_the_store() {
    let (rig, silence) = (Rig::sqlite().await, Silence::start());
    let empty = rig.lake.path.with_extension("db");
    std::fs::write(&empty, "").unwrap();
    let urls = [format!("sqlite://{}", empty.display()), format!("postgres://u:p@{}/store", silence.address)];
    for url in urls {
        let export = || rig.export().with("DATABASE_URL", &url);
        must_stop_soon(export(), &["nothing was sent"]).await;
        for command in ["plan", "vocabulary", "fresh --max-age 1h"] {
            let program = command.split(' ').fold(export(), Program::argument);
            must_stop_soon(program, &["nothing was written"]).await;
        }
    }
}

#[tokio::test]
async fn a_signal_ends_the_wait_for_a_person() {
    let rig = Rig::sqlite().await;
    let typed = rig.export().argument("vocabulary").argument("--base").argument("-").waiting_for_its_input();
    must_stop_soon(typed, &[]).await;
    let lock = rig.database.at_work().await;
    must_stop_soon(rig.export().argument("--full"), &["while another export was at work"]).await;
    drop(lock);
}

#[tokio::test]
async fn a_check_tries_each_thing_once_and_soon_gives_up() {
    let (rig, silence) = (Rig::sqlite().await, Silence::start());
    let endpoint = silence.url();
    for (endpoint, longest, words) in [
        (&*endpoint, AN_ITEM, "did not answer in time"),
        ("http://127.0.0.1:1", Duration::from_secs(4), "cannot be reached"),
    ] {
        let begun = Instant::now();
        let ended = to_bigquery(&rig, endpoint).argument("check").run();
        assert!(ended.code() == Some(1) && ended.out.contains("FAIL  BigQuery: "), "{ended:#?}");
        assert!(ended.out.contains(words) && begun.elapsed() < longest, "{:?}: {ended:#?}", begun.elapsed());
    }
    let begun = Instant::now();
    let check =
        rig.export().with("DATABASE_URL", format!("postgres://u:p@{}/store", silence.address)).argument("check").run();
    assert!(check.code() == Some(1) && check.out.contains("FAIL  database: "), "{check:#?}");
    assert!(check.out.contains("ok    lake"), "what comes after is said all the same: {check:#?}");
    assert!(begun.elapsed() < AN_ITEM, "{:?}: {check:#?}", begun.elapsed());
}
