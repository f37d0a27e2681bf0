//! A lake that is no longer as export has left it. What its files are called, how large they are and how they end is looked at by
//! every run with changes; what stands in them once a week, and when somebody asks for it. The run after it makes it good.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use arrow_array::RecordBatch;
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    file::reader::{FileReader as _, SerializedFileReader},
};

use crate::fixture::{Rig, Saved, application};

const NOT_AS_LEFT: &str = "the lake is not as export leaves it; the next run writes it anew";

/// Three files of applications; candidates and postings have one.
async fn filled() -> Rig {
    let rig = Rig::sqlite().await;
    rig.export().run().must(0, &["the warehouse has what the store has"]);
    for stage in ["Interview", "Offer"] {
        rig.database.add_applications(vec![application(1, stage)]).await;
        rig.export().run().must(0, &["the warehouse has what was sent to it"]);
    }
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5", "5-7"]);
    rig
}

/// When damage is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    /// By the next run with changes.
    Soon,
    /// When all is compared: once a week, and by `--verify`.
    WhenAllIsCompared,
}

/// The run that has to find it names what is wrong, and the one after it writes everything anew.
async fn must_be_found_and_made_good(rig: &Rig, found: Found, words: &[&str]) {
    let files = rig.lake.data();
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0), "without a change nothing is looked at");
    assert!(rig.lake.data() == files);
    rig.database.add_applications(vec![application(2, "Interview")]).await;
    if found == Found::WhenAllIsCompared {
        rig.export().run().must(0, &["the warehouse has what was sent to it", "what was written"]);
        rig.export().argument("--verify").run().must(1, words);
    } else {
        rig.export().run().must(1, words);
    }
    let run = rig.database.open("export").await.runs(Some("export"), 1).await.unwrap().remove(0);
    assert!(run.outcome == "failed" && words.iter().all(|word| run.error.as_ref().unwrap().contains(word)), "{run:?}");
    must_be_made_good(rig).await;
}

async fn must_be_made_good(rig: &Rig) {
    rig.export().run().must(0, &["files that were written anew are removed", "the warehouse has what the store has"]);
    rig.must_have_what_the_store_has().await;
    assert_eq!(rig.lake.files("application").len(), 1);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
    something_changes(rig).await;
    rig.export().run().must(0, &["the warehouse has what was sent to it"]);
    rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
}

/// Something that was never there before.
async fn something_changes(rig: &Rig) {
    let stage = format!("Stage {}", rig.database.cursor(&rig.lake.target()).await.sent);
    rig.database.add_applications(vec![application(3, &stage)]).await;
}

fn file(rig: &Rig, table: &str, name: &str) -> PathBuf {
    rig.lake.changes(table).join(format!("{name}.parquet"))
}

/// Copies a file of applications.
fn copy(rig: &Rig, name: &str, to: &str) {
    fs::copy(file(rig, "application", name), file(rig, "application", to)).unwrap();
}

/// Writes a file anew with what `edit` makes of its rows.
fn edit(rig: &Rig, table: &str, name: &str, edit: impl FnOnce(RecordBatch) -> Vec<RecordBatch>) {
    let path = rig.lake.changes(table).join(name);
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap().build().unwrap();
    let batches = reader.map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(batches.len(), 1);
    let edited = edit(batches.into_iter().next().unwrap());
    let mut writer = ArrowWriter::try_new(File::create(&path).unwrap(), edited[0].schema(), None).unwrap();
    for rows in &edited {
        writer.write(rows).unwrap();
    }
    writer.close().unwrap();
}

/// Flips a bit in the middle of a column's values, which leaves the file's length and its end as they are.
fn flip(path: &Path, column: &str) {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let columns = reader.metadata().row_group(0).columns();
    let chunk = columns.iter().find(|chunk| chunk.column_path().string() == column).unwrap();
    let (start, length) = chunk.byte_range();
    let mut bytes = fs::read(path).unwrap();
    bytes[usize::try_from(start + length - 3).unwrap()] ^= 4;
    fs::write(path, bytes).unwrap();
}

/// A kind of damage: what is done, when a run that nobody asks for more finds it, and what that says; and what one says that is
/// asked at once. Nothing is said where it is no damage to who reads the files.
struct Damage {
    name: &'static str,
    by: fn(&Rig),
    found: Found,
    words: &'static [&'static str],
    when_asked: &'static [&'static str],
}

const DAMAGES: &[Damage] = &[
    Damage {
        name: "a file is gone",
        by: |rig| fs::remove_file(file(rig, "application", "0-3")).unwrap(),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "application/changes/0-3.parquet is gone"],
        when_asked: &["the warehouse differs from the store: application has 6 rows here and 1 there"],
    },
    Damage {
        name: "a version is gone, and the row is there, in an earlier one",
        by: |rig| fs::remove_file(file(rig, "application", "5-7")).unwrap(),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "application/changes/5-7.parquet is gone"],
        when_asked: &[
            "the warehouse differs from the store: application has 6 rows here and there, and not the same ones",
        ],
    },
    Damage {
        name: "a file is empty",
        by: |rig| fs::write(file(rig, "candidate", "0-3"), "").unwrap(),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet has 0 bytes, and was written with"],
        when_asked: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet"],
    },
    Damage {
        name: "a file is cut off",
        by: |rig| {
            let path = file(rig, "candidate", "0-3");
            let bytes = fs::read(&path).unwrap();
            fs::write(&path, &bytes[..2000]).unwrap();
        },
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet has 2000 bytes, and was written with"],
        when_asked: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet"],
    },
    Damage {
        name: "the end of a file is another one",
        by: |rig| {
            let path = file(rig, "candidate", "0-3");
            let mut bytes = fs::read(&path).unwrap();
            bytes.iter_mut().rev().take(40).for_each(|byte| *byte = 0);
            fs::write(&path, bytes).unwrap();
        },
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "reading the end of", "candidate/changes/0-3.parquet"],
        when_asked: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet"],
    },
    Damage {
        name: "a row is gone",
        by: |rig| edit(rig, "candidate", "0-3.parquet", |rows| vec![rows.slice(1, 2)]),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet has", "bytes, and was written with"],
        when_asked: &["the warehouse differs from the store: candidate has 3 rows here and 2 there"],
    },
    Damage {
        name: "a row is there twice",
        by: |rig| {
            edit(rig, "candidate", "0-3.parquet", |rows| vec![rows.slice(0, 1), rows]);
        },
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "candidate/changes/0-3.parquet has", "bytes, and was written with"],
        when_asked: &["the warehouse differs from the store: candidate has 3 rows here and 4 there"],
    },
    Damage {
        name: "a file stands there a second time, by another name",
        by: |rig| copy(rig, "5-7", "90-99"),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "application/changes/90-99.parquet is none of the files that export has written last"],
        when_asked: &[NOT_AS_LEFT, "application/changes/90-99.parquet"],
    },
    Damage {
        name: "two files have the same changes",
        by: |rig| copy(rig, "0-3", "0-4"),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "have the same changes"],
        when_asked: &[NOT_AS_LEFT, "have the same changes"],
    },
    Damage {
        name: "a file was renamed",
        by: |rig| fs::rename(file(rig, "application", "5-7"), file(rig, "application", "6-7")).unwrap(),
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "application/changes/6-7.parquet is none of the files"],
        when_asked: &[NOT_AS_LEFT, "application/changes/6-7.parquet back: it has a row of change 6"],
    },
    Damage {
        name: "the list says something else",
        by: |rig| {
            let list = fs::read_to_string(rig.lake.manifest()).unwrap();
            let edited = list.replacen("\"rows\":6", "\"rows\":7", 1);
            assert_ne!(edited, list);
            fs::write(rig.lake.manifest(), edited).unwrap();
        },
        found: Found::Soon,
        words: &[NOT_AS_LEFT, "0-3.parquet has 6 rows, and was written with 7"],
        when_asked: &[],
    },
    Damage {
        name: "hashes were edited, or a disk has lost a bit of them",
        by: |rig| flip(&file(rig, "application", "0-3"), "row_hash"),
        found: Found::WhenAllIsCompared,
        words: &["the next run"],
        when_asked: &["the next run"],
    },
];

#[tokio::test]
async fn every_kind_of_damage_is_found_and_made_good() {
    for damage in DAMAGES {
        // shown when it fails
        println!("{}", damage.name);
        let rig = filled().await;
        (damage.by)(&rig);
        must_be_found_and_made_good(&rig, damage.found, damage.words).await;
    }
}

#[tokio::test]
async fn whoever_asks_is_told_of_every_kind_of_damage_at_once() {
    for damage in DAMAGES {
        println!("{}", damage.name);
        let rig = filled().await;
        (damage.by)(&rig);
        let asked = rig.export().argument("--verify").run();
        if damage.when_asked.is_empty() {
            asked.must(0, &["the warehouse has what the store has"]);
            rig.database.add_applications(vec![application(2, "Interview")]).await;
            rig.export().run().must(0, &["the warehouse has what was sent to it"]);
        } else {
            asked.must(1, damage.when_asked);
            must_be_made_good(&rig).await;
        }
    }
}

#[tokio::test]
async fn a_week_later_all_is_compared_without_being_asked() {
    let rig = filled().await;
    flip(&file(&rig, "application", "0-3"), "row_hash");
    rig.export().run().must(0, &[]);
    rig.database.a_week_passes().await;
    rig.export().run().must(1, &["the next run"]);
    must_be_made_good(&rig).await;
    // and when it was good, not again for a week
    rig.database.a_week_passes().await;
    rig.export().run().must(0, &["the warehouse has what the store has", "everything"]);
    let quiet = rig.export().run();
    assert!(!quiet.must(0, &[]).err.contains("the warehouse has"), "{quiet:#?}");
}

#[tokio::test]
async fn who_asks_is_answered_whether_something_was_sent_or_not() {
    let rig = filled().await;
    let before = rig.database.cursor(&rig.lake.target()).await;
    let asked = rig.export().argument("--verify").run();
    assert_eq!(asked.must(0, &["the warehouse has what the store has"]).written(), (0, 0));
    let run = rig.database.open("export").await.runs(Some("export"), 1).await.unwrap().remove(0);
    assert_eq!((run.outcome.as_str(), run.command.as_str()), ("succeeded", "verify"));
    let after = rig.database.cursor(&rig.lake.target()).await;
    assert!(after.verified_at > before.verified_at && after.sums != before.sums, "{after:?}");
    rig.database.add_applications(vec![application(2, "Interview")]).await;
    assert_eq!(rig.export().argument("--verify").run().must(0, &["everything"]).written(), (2, 0));
    rig.export().argument("--verify").argument("--full").run().must(2, &["--full"]);
    rig.export().argument("--verify").argument("plan").run().must(2, &["--verify is for a run"]);
}

#[tokio::test]
async fn a_lake_that_was_put_back_from_a_copy() {
    let rig = filled().await;
    let copy = Saved::of(&[&rig.lake.path]);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().run().must(0, &[]);
    copy.put_back();
    let words =
        ["the lake is not the one that was written last", "candidate has 4 rows as it was sent and 3 in its files"];
    must_be_found_and_made_good(&rig, Found::Soon, &words).await;
    // nothing but what tells of an export is older
    let copy = Saved::of(&[&rig.lake.path]);
    rig.export().run().must(0, &[]);
    copy.put_back();
    rig.database.add_applications(vec![application(4, "Interview")]).await;
    rig.export().run().must(1, &["the lake is not the one that was written last", "export_run has"]);
    must_be_made_good(&rig).await;
}

#[tokio::test]
async fn a_lake_without_a_list_of_its_files_is_read() {
    let rig = filled().await;
    for list in [None, Some(""), Some("{\"tables\": []}")] {
        let before = fs::read_to_string(rig.lake.manifest()).unwrap();
        match list {
            None => fs::remove_file(rig.lake.manifest()).unwrap(),
            Some(list) => fs::write(rig.lake.manifest(), list).unwrap(),
        }
        let ended = rig.export().run();
        assert_eq!(ended.must(0, &["the warehouse has what the store has", "everything"]).written(), (0, 0));
        let after = fs::read_to_string(rig.lake.manifest()).unwrap();
        assert!(after.len() > before.len(), "with the file that tells of this run: {after}");
    }
    rig.database.add_applications(vec![application(2, "Interview")]).await;
    rig.export().run().must(0, &["the warehouse has what was sent to it"]);
    // it hides nothing
    fs::remove_file(rig.lake.manifest()).unwrap();
    fs::remove_file(file(&rig, "application", "3-5")).unwrap();
    fs::remove_file(file(&rig, "candidate", "0-3")).unwrap();
    fs::copy(file(&rig, "job_posting", "0-3"), file(&rig, "candidate", "0-3")).unwrap();
    rig.export().run().must(1, &["candidate has 3 rows here and there, and not the same ones"]);
    must_be_made_good(&rig).await;
    fs::remove_file(rig.lake.manifest()).unwrap();
    fs::create_dir(rig.lake.manifest()).unwrap();
    rig.export().run().must(2, &["there is a file in the place of a folder, or a folder in the place of a file"]);
    fs::remove_dir(rig.lake.manifest()).unwrap();
    rig.export().run().must(0, &["the warehouse has what the store has"]);
}

#[tokio::test]
async fn a_row_of_the_store_that_was_edited_by_hand() {
    let rig = filled().await;
    rig.database.execute("UPDATE application SET stage = 'Hired' WHERE stage = 'New'").await;
    let words = ["the warehouse differs from the store: application has 6 rows here and there, and not the same ones"];
    must_be_found_and_made_good(&rig, Found::WhenAllIsCompared, &words).await;
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
    must_be_found_and_made_good(&rig, Found::Soon, &[NOT_AS_LEFT, "have the same changes"]).await;
}
