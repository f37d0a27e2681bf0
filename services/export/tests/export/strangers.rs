//! What somebody else has put where the lake is to be: it is refused, and left as it is.

use std::fs;

use crate::fixture::{Rig, application};

/// A run, a check and a plan say so; no file is made, written or removed, and nothing is noted as sent.
async fn must_be_refused(rig: &Rig, words: &[&str]) {
    let (files, cursor) = (rig.lake.snapshot(), rig.database.cursor(&rig.lake.target()).await);
    rig.export().run().must(2, words);
    rig.export().argument("--full").run().must(2, words);
    rig.export().argument("plan").run().must(2, words);
    let check = rig.export().argument("check").run();
    check.must(2, &[]);
    for word in words {
        assert!(check.out.contains("FAIL  lake: ") && check.out.contains(word), "{word:?}: {check:#?}");
    }
    assert!(rig.lake.snapshot() == files, "a file was written or removed: {:?}", rig.lake.snapshot().keys());
    assert_eq!(rig.database.cursor(&rig.lake.target()).await, cursor);
}

fn put(rig: &Rig, name: &str) {
    let path = rig.lake.path.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, "somebody else's").unwrap();
}

#[tokio::test]
async fn a_folder_that_is_somebody_else_s() {
    // the second is what a lake of an export has, but it says nothing of whose it is
    for name in ["application/changes/part-0.parquet", "candidate/changes/0-2.parquet", "job_posting/2026.parquet"] {
        let rig = Rig::sqlite().await;
        put(&rig, name);
        let path = rig.lake.path.join(name);
        let words = ["has no lake.json that says whose lake it is", path.to_str().unwrap(), "It is left as it is"];
        must_be_refused(&rig, &[&words[..], &["Let LAKE_PATH name an empty folder"]].concat()).await;
        fs::remove_file(path).unwrap();
        rig.export().run().must(0, &["the warehouse has what the store has"]);
    }
}

#[tokio::test]
async fn a_file_in_our_lake_that_is_not_ours() {
    let rig = Rig::sqlite().await;
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(9, "New")]).await;
    // of what is in a folder of theirs, the folder is named
    for (named, below) in [
        ("application/changes/copy of 0-2.parquet", ""),
        ("application/changes/export.tmp", ""),
        ("application/changes/notes.txt", ""),
        ("application_event/changes/year=2026", "/0-2.parquet"),
        ("application_event/changes/2-3.parquet", "/2-3.parquet"),
        ("candidate/current", "/0.parquet"),
    ] {
        put(&rig, &format!("{named}{below}"));
        let path = rig.lake.path.join(named);
        let words = ["has something in the folders of its tables that export has not written", "It is left as it is"];
        must_be_refused(&rig, &[&words[..], &[path.to_str().unwrap(), "Move it elsewhere"]].concat()).await;
        if below.is_empty() { fs::remove_file(path).unwrap() } else { fs::remove_dir_all(path).unwrap() }
    }
    rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    rig.must_have_what_the_store_has().await;
}

#[tokio::test]
async fn what_lies_beside_the_tables_stays() {
    let rig = Rig::sqlite().await;
    let beside = [
        ".DS_Store",
        "lost+found/a",
        "marts/fct.parquet",
        "patient/changes/0-2.parquet",
        "notes.txt",
        "candidate/.DS_Store",
        "candidate/changes/.nfs00000001",
    ];
    for name in beside {
        put(&rig, name);
    }
    rig.export().run().must(0, &["the warehouse has what the store has"]);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    rig.export().argument("--full").run().must(0, &["the warehouse has what the store has"]);
    rig.export().argument("check").run().must(0, &[]);
    for name in beside {
        assert_eq!(fs::read(rig.lake.path.join(name)).unwrap(), b"somebody else's", "{name}");
    }
}

#[tokio::test]
async fn a_lake_json_that_is_somebody_else_s() {
    let rig = Rig::sqlite().await;
    for name in ["lake.json", "lake.json/a"] {
        put(&rig, name);
        must_be_refused(
            &rig,
            &["lake.json is not what export has written there", "Let LAKE_PATH name an empty folder"],
        )
        .await;
        fs::remove_file(rig.lake.path.join(name)).unwrap();
    }
}

#[tokio::test]
async fn a_lake_whose_lake_json_is_gone() {
    let rig = Rig::sqlite().await;
    rig.export().run().must(0, &[]);
    let label = rig.lake.path.join("lake.json");
    let ours = fs::read(&label).unwrap();
    fs::remove_file(&label).unwrap();
    must_be_refused(&rig, &["where it is an export's, put its lake.json back"]).await;
    fs::write(&label, ours).unwrap();
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}
