//! Wrong settings, a wrong place, another export at work.

use rig::{Program, on_each_backend};

use crate::fixture::{KEY, Rig, export};

on_each_backend!(another_one_is_at_work, a_check_writes_nothing, a_lake_of_another_customer);

fn settings() -> Program {
    export().with("DATABASE_URL", "sqlite://absent.db").with("LAKE_PATH", "/nowhere/lake").with("PII_KEY", KEY)
}

#[test]
fn what_is_missing_is_named_at_once() {
    let ended = export().run();
    ended.must(2, &["DATABASE_URL is missing", "LAKE_PATH is missing", "PII_KEY is missing", "3 settings are wrong"]);
}

#[test]
fn a_key_that_could_be_guessed() {
    settings().without("PII_KEY").run().must(2, &["PII_KEY is missing", "required unless PII_MODE is keep"]);
    let ended = settings().with("PII_KEY", "fifteen-letters").run();
    ended.must(2, &["PII_KEY is shorter than 16 characters and could be guessed"]);
    assert!(!ended.err.contains("fifteen-letters"));
    settings().with("PII_KEY", "short").with("PII_MODE", "drop").run().must(2, &["PII_KEY is shorter"]);
    settings().with("PII_MODE", "hash").run().must(2, &["PII_MODE has", "pseudonymise, drop", "or keep"]);
}

#[test]
fn a_warehouse_that_this_release_does_not_know() {
    let ended = settings().with("WAREHOUSE_TYPE", "snowflake").run();
    ended.must(2, &["WAREHOUSE_TYPE has a value that cannot be read", "lake (Parquet files) or bigquery"]);
}

#[test]
fn a_number_that_cannot_be_counted_with() {
    let bigquery = settings().with("WAREHOUSE_TYPE", "bigquery");
    let bigquery = bigquery.with("BIGQUERY_PROJECT", "p").with("BIGQUERY_DATASET", "d");
    for (name, value) in [
        ("BIGQUERY_JOB_MINUTES", u64::MAX),
        ("BIGQUERY_JOB_MINUTES", u64::MAX / 60),
        ("BIGQUERY_MAX_BYTES_BILLED", u64::MAX),
        ("BIGQUERY_MAX_BYTES_BILLED", 0),
    ] {
        bigquery
            .clone()
            .with(name, value.to_string())
            .run()
            .must(2, &[name, "is not a whole number from", "1 settings are wrong"]);
    }
}

#[tokio::test]
async fn a_lake_that_is_a_file() {
    let rig = Rig::sqlite().await;
    std::fs::write(&rig.lake.path, "a file").unwrap();
    rig.export().run().must(2, &["LAKE_PATH", rig.lake.path.to_str().unwrap(), "is not a folder"]);
    let check = rig.export().argument("check").run();
    assert!(check.code() == Some(2) && check.out.contains("FAIL  lake: LAKE_PATH"), "{check:#?}");
    assert_eq!(std::fs::read(&rig.lake.path).unwrap(), b"a file");

    // below a file there cannot be a folder either
    let below = rig.lake.path.join("lake");
    rig.export().with("LAKE_PATH", below.to_str().unwrap()).run().must(2, &["LAKE_PATH", "cannot be used as a folder"]);
    let check = rig.export().with("LAKE_PATH", below.to_str().unwrap()).argument("check").run();
    assert!(check.code() == Some(2) && check.out.contains("FAIL  lake: LAKE_PATH"), "{check:#?}");
    let run = rig.database.open("export").await.runs(Some("export"), 1).await.unwrap().remove(0);
    assert!(run.outcome == "failed" && run.error.unwrap().contains("LAKE_PATH"));
}

async fn a_check_writes_nothing(rig: &Rig) {
    let check = rig.export().argument("check").run();
    assert_eq!(check.code(), Some(0), "{check:#?}");
    let lines = check.out.lines().collect::<Vec<_>>();
    let well = lines.iter().filter(|line| line.starts_with("ok    ")).count();
    assert!(lines.len() == 7 && well == 6 && lines[5].starts_with("warn  vocabulary: "), "{lines:?}");
    assert!(lines[6].contains("is not there yet; export makes it"), "{lines:?}");
    assert!(!rig.lake.path.exists());
    assert_eq!(rig.database.open("export").await.runs(Some("export"), 1).await.unwrap(), []);
}

async fn another_one_is_at_work(rig: &Rig) {
    let lock = rig.database.at_work().await;
    for _ in 0..2 {
        rig.export().run().must_be_skipped("another export is at work on this store");
    }
    rig.export().run().must(1, &["so it was the last 3 times", "is one hanging?"]);
    // what a person asks for waits, and then says that nothing was done
    for asked in ["--full", "--verify"] {
        let asked = rig.export().argument(asked).argument("--wait").argument("1s").run();
        asked.must(1, &["another export is at work on this store; waiting for its end", "nothing was done"]);
        assert!(asked.out.starts_with("nothing was done: another export was at work"), "{}", asked.out);
    }
    assert!(!rig.lake.path.exists());
    drop(lock);
    rig.database.wait_until_unlocked().await;
    rig.export().run().must(0, &["succeeded"]);
}

async fn a_lake_of_another_customer(rig: &Rig) {
    std::fs::create_dir(&rig.lake.path).unwrap();
    let identity = r#"{"base_url": "http://elsewhere", "customer": "other", "pii_mode": "pseudonymise", "form": "a"}"#;
    std::fs::write(rig.lake.path.join("lake.json"), identity).unwrap();
    let files = rig.lake.snapshot();
    rig.export().run().must(2, &["it holds the data of other at http://elsewhere", "name an empty folder"]);
    assert!(rig.lake.snapshot() == files);
}
