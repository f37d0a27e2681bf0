//! A lake that is no longer as export has left it: the next run with changes says so, and the one after it makes it good.

use std::fs::{self, File};

use arrow_array::RecordBatch;
use parquet::arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder};

use crate::fixture::{Rig, Saved, application};

/// Three files of applications; candidates and postings have one.
async fn filled() -> Rig {
    let rig = Rig::sqlite().await;
    rig.export().run().must(0, &["the warehouse has what the store has"]);
    for stage in ["Interview", "Offer"] {
        rig.database.add_applications(vec![application(1, stage)]).await;
        rig.export().run().must(0, &["the warehouse has what the store has"]);
    }
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5", "5-7"]);
    rig
}

/// The run with the next change names what is wrong, and the one after it writes everything anew.
async fn must_be_found_and_made_good(rig: &Rig, words: &[&str]) {
    let files = rig.lake.data();
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0), "without a change nothing is read");
    assert!(rig.lake.data() == files);
    rig.database.add_applications(vec![application(2, "Interview")]).await;
    rig.export().run().must(1, words);
    let run = rig.database.open("export").await.runs(Some("export"), 1).await.unwrap().remove(0);
    assert!(run.outcome == "failed" && words.iter().all(|word| run.error.as_ref().unwrap().contains(word)), "{run:?}");
    rig.export().run().must(0, &["files that were written anew are removed", "the warehouse has what the store has"]);
    rig.must_have_what_the_store_has().await;
    assert_eq!(rig.lake.files("application").len(), 1);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

/// Writes a file anew with what `edit` makes of its rows.
fn edit(rig: &Rig, table: &str, name: &str, edit: impl FnOnce(RecordBatch) -> RecordBatch) {
    let path = rig.lake.changes(table).join(name);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap().build().unwrap();
    let batches = reader.map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(batches.len(), 1);
    let edited = edit(batches.into_iter().next().unwrap());
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), edited.schema(), None).unwrap();
    writer.write(&edited).unwrap();
    writer.close().unwrap();
}

#[tokio::test]
async fn a_file_that_is_gone() {
    let rig = filled().await;
    fs::remove_file(rig.lake.changes("application").join("0-3.parquet")).unwrap();
    let words = ["the warehouse differs from the store: application has 6 rows here and 2 there"];
    must_be_found_and_made_good(&rig, &words).await;
}

#[tokio::test]
async fn a_version_that_is_gone() {
    let rig = filled().await;
    // the row is there, in an earlier version
    fs::remove_file(rig.lake.changes("application").join("5-7.parquet")).unwrap();
    let words = ["the warehouse differs from the store: application has 6 rows here and there, and not the same ones"];
    must_be_found_and_made_good(&rig, &words).await;
}

#[tokio::test]
async fn a_file_that_is_damaged() {
    for length in [0, 10, 2000] {
        let rig = filled().await;
        let path = rig.lake.changes("candidate").join("0-3.parquet");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..length]).unwrap();
        let words = ["the lake is not as export leaves it; the next run writes it anew", path.to_str().unwrap()];
        must_be_found_and_made_good(&rig, &words).await;
    }
}

#[tokio::test]
async fn rows_that_are_gone_or_there_twice() {
    let rig = filled().await;
    edit(&rig, "candidate", "0-3.parquet", |rows| rows.slice(1, 2));
    must_be_found_and_made_good(&rig, &["candidate has 3 rows here and 2 there"]).await;
}

#[tokio::test]
async fn a_store_that_was_put_back_from_a_backup() {
    let rig = filled().await;
    let backup = Saved::of(&[rig.database.folder()]);
    for number in 10..12 {
        rig.database.add_applications(vec![application(number, "New")]).await;
        rig.export().run().must(0, &[]);
    }
    assert_eq!(rig.lake.files("candidate"), ["0-3", "7-9"]);
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5", "5-7", "7-9", "9-11"]);
    backup.put_back();
    // ingest was told who was forgotten since
    rig.database.execute("DELETE FROM place WHERE service = 'ingest'").await;
    // it has never heard of the last two
    must_be_found_and_made_good(
        &rig,
        &["the lake is not as export leaves it; the next run writes it anew", "have the same changes"],
    )
    .await;
}
