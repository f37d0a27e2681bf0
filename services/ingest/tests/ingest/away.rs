//! What has to be there and is not: the database, its schema, the source. A retry may help.

use rig::{Database, http::nobody, on_each_backend};

use crate::fixture::{PASSWORD, Rig, settings};

on_each_backend!(the_source_is_away, the_schema_is_missing);

async fn the_source_is_away(rig: &Rig) {
    rig.fill().await;
    let nobody = nobody();
    // the same source at its old address is still the same store's: only the port is dead
    let program = rig.ingest().with("EMPLY_BASE_URL", format!("http://{nobody}")).argument("--adopt");
    let ended = program.with("EMPLY_MAX_RETRY_SECONDS", "1").run();
    ended.must(1, &[&nobody, "cannot be reached", "the retry budget of 1 s is used up", "EMPLY_BASE_URL"]);
    let run = rig.database.last_run().await;
    assert_eq!((run.outcome.as_str(), run.fetched), ("failed", 0));
    assert!(run.retries > 0 && run.requests == run.retries + 1, "{run:?}");
}

async fn the_schema_is_missing(rig: &Rig) {
    let empty = Database::new(rig.database.backend).await;
    let ended = settings(&empty.url, &rig.source.url()).with("DATABASE_WAIT_SECONDS", "1").run();
    ended.must(1, &["the schema of the store lacks", "run migrate against the same DATABASE_URL"]);
    assert!(rig.source.take_requests().is_empty(), "nothing is asked before there is a place for it");
}

#[test]
fn the_database_server_is_away() {
    let nobody = nobody();
    let url = format!("postgres://pipeline:{PASSWORD}@{nobody}/pipeline");
    let ended = settings(&url, "http://localhost").run();
    ended.must(1, &[&format!("postgres://{nobody}/pipeline"), "cannot be reached"]);
}

#[test]
fn the_database_file_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("absent.db");
    let ended = settings(&format!("sqlite://{}", file.display()), "http://localhost").run();
    ended.must(1, &["absent.db", "cannot be reached"]);
    assert!(!file.exists(), "only migrate makes a store");
}
