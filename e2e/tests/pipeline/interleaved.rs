//! Exports between the slices of one ingest, and while a slice is read and committed: nothing is lost, nothing is sent twice.

use std::{collections::BTreeSet, path::Path};

use e2e::{
    lake::{self, KEYS, Version},
    rows::Rows,
    tap::Tap,
};
use rig::{Backend, Database, Mock, Program};

use super::stages::{export, ingest, migrate};

#[tokio::test]
async fn on_sqlite() {
    interleaved(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    if Backend::Postgres.is_there() {
        interleaved(Backend::Postgres).await;
    }
}

async fn interleaved(backend: Backend) {
    let (mock, database) = (Mock::start(), Database::absent(backend));
    let tap = Tap::on(&mock.address);
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    migrate(&database).run().must_succeed();
    let (ingest, export) =
        (ingest(&database.url_of("ingest"), &tap.address.to_string()), export(&database.url_of("export"), &lake));
    tap.hold();

    // everything is new
    let overlaps = while_it_runs(&ingest, &export, &tap, &database).await;
    nothing_lost_nothing_twice(&lake, &database).await;
    let files = lake::files(&lake, "application").len();
    assert!(files > 3, "the slices of one ingest came in {files} files");
    assert!(overlaps > 0, "no slice was committed in the middle of an export");

    // rows that are there change; some go
    mock.advance(72).await;
    while_it_runs(&ingest, &export, &tap, &database).await;
    nothing_lost_nothing_twice(&lake, &database).await;
    assert!(lake::files(&lake, "application").len() > files);
    assert!(lake::versions(&lake, "job_posting").iter().any(|version| version.removed), "no removal has been sent");
}

/// Runs ingest to its end. While it waits for an answer, an export begins to send what the slice before has brought, and
/// stands still in the middle of it until the next slice is committed. How often that came about.
async fn while_it_runs(ingest: &Program, export: &Program, tap: &Tap, database: &Database) -> usize {
    let mut overlaps = 0;
    let mut running = ingest.clone().start();
    while tap.wait_until_held(|| running.is_running()) {
        let mut sending = export.clone().with("RUST_LOG", "debug").start();
        // of the first of four tables; without something to send there is none
        if sending.look_for("table written").is_some() {
            sending.pause();
            if database.is_free().await {
                overlaps += usize::from(!sending.has_said("changes written"));
            } else {
                // it had come to its bookkeeping, and standing still there would keep ingest out
                sending.resume();
            }
        }
        tap.let_one_go();
        tap.wait_until_held(|| running.is_running());
        sending.resume();
        let ended = sending.wait();
        // at the very beginning nobody knows yet whose data it is
        if !ended.err.contains("the store is empty") {
            ended.must_succeed();
        }
    }
    running.wait().must_succeed();
    export.clone().run().must_succeed();
    overlaps
}

async fn nothing_lost_nothing_twice(lake: &Path, database: &Database) {
    let held = Rows::of(&database.url).await.versions();
    for (table, _) in KEYS {
        let versions = lake::versions(lake, table);
        let different: BTreeSet<&Version> = versions.iter().collect();
        assert_eq!(different.len(), versions.len(), "{table}: a version was sent twice");
        assert!(lake::latest(lake, table) == held[table], "{table}: the lake's latest versions are not the store's");
        assert!(!held[table].is_empty());
    }
}
