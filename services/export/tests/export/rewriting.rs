//! When the lake is written anew: after an erasure, when it has many files, when rows are made in another way, when somebody
//! asks for it.

use rig::{Program, on_each_backend};

use crate::fixture::{CANDIDATE, KEY, Rig, TABLES, application, posting, rows};

on_each_backend!(
    of_a_forgotten_person_no_byte_stays,
    of_a_forgotten_person_no_byte_stays_where_persons_are_kept,
    an_erasure_that_was_cut_off_is_ended_by_the_next_export,
    many_files_become_one,
    everything_can_be_sent_again,
    rows_that_another_release_has_made_are_sent_again,
    of_a_release_with_fewer_tables_all_is_sent_again_once,
    many_exports_of_nothing_leave_the_lake_as_it_is,
);

async fn forgotten(rig: &Rig, export: impl Fn() -> Program) {
    export().run().must(0, &[]);
    rig.database.add_applications(vec![application(0, "Interview"), application(9, "New")]).await;
    export().run().must(0, &[]);
    assert!(rig.found_of_candidate().len() >= 6, "they are there: {:?}", rig.found_of_candidate());
    rig.database.forget(CANDIDATE).await;
    export().run().must(0, &["the lake was written anew", "files that were written anew are removed"]);
    assert_eq!(rig.found_of_candidate(), [""; 0]);
    assert!(TABLES.iter().all(|table| rig.lake.files(table).len() == 1));
    let others = rig.lake.latest("application", &["application_id"]);
    assert_eq!(others.len(), 5, "the other persons' are there");
    assert_eq!(export().run().must(0, &[]).written(), (0, 0));
}

async fn of_a_forgotten_person_no_byte_stays(rig: &Rig) {
    forgotten(rig, || rig.export()).await;
}

async fn of_a_forgotten_person_no_byte_stays_where_persons_are_kept(rig: &Rig) {
    forgotten(rig, || rig.export().with("PII_MODE", "keep")).await;
}

async fn an_erasure_that_was_cut_off_is_ended_by_the_next_export(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let first = rig.lake.changes("application").join("0-3.parquet");
    let old = std::fs::read(&first).unwrap();
    rig.database.forget(CANDIDATE).await;
    rig.export().run().must(0, &[]);
    // as if it had been killed when all was written and nothing removed
    std::fs::write(&first, old).unwrap();
    assert!(!rig.found_of_candidate().is_empty());
    rig.export().run().must(0, &["files that an earlier run has left are removed"]);
    assert_eq!(rig.found_of_candidate(), [""; 0]);
}

async fn many_files_become_one(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let stages = ["Interview", "Offer"];
    let mut most = 0;
    for round in 0..34 {
        rig.database.add_applications(vec![application(0, stages[round % 2])]).await;
        rig.export().run().must(0, &[]);
        most = most.max(rig.lake.files("application").len());
    }
    assert!((30..=33).contains(&most), "{most}");
    assert!(rig.lake.files("application").len() < 8, "{:?}", rig.lake.files("application"));
    let latest = rig.lake.latest("application", &["application_id"]);
    let row = &latest[&format!("\"{}\"", domain::Pseudonymiser::new(KEY).unwrap().id("appl1cation-0"))];
    assert_eq!((latest.len(), &row["stage"]), (6, &"Offer".into()));
}

async fn everything_can_be_sent_again(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.list_postings(vec![posting(0, "Porter"), posting(1, "Nurse")]).await;
    rig.export().run().must(0, &[]);
    let latest = TABLES.map(|table| rig.lake.rows(table).len());
    std::fs::remove_file(rig.lake.changes("candidate").join("0-3.parquet")).unwrap();
    std::fs::write(rig.lake.changes("candidate").join("3-5.parquet"), "no Parquet").unwrap();
    rig.export().argument("--full").run().must(0, &["files that were written anew are removed"]);
    assert!(TABLES.iter().all(|table| rig.lake.files(table) == ["0-6"]));
    // without the versions that are no longer the latest; of what is gone, postings
    assert_eq!(
        TABLES.map(|table| (table, rig.lake.rows(table).len())),
        rows! { job_posting: 3, posting_event: 4, candidate: 3, application: 6, application_event: 6, application_month: 0,
        export_run: 3 }
    );
    assert!(latest[0] > 3);
}

async fn rows_that_another_release_has_made_are_sent_again(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().run().must(0, &[]);
    let label = rig.lake.path.join("lake.json");
    let ours = std::fs::read_to_string(&label).unwrap();
    let mut theirs: serde_json::Value = serde_json::from_str(&ours).unwrap();
    theirs["form"] = "another".into();
    std::fs::write(&label, theirs.to_string()).unwrap();
    let planned = rig.export().argument("plan").run();
    planned.must(0, &[]);
    assert!(planned.out.contains("changes 1 to 5 to lake:"), "{}", planned.out);
    assert_eq!(std::fs::read_to_string(&label).unwrap(), theirs.to_string(), "a plan writes nothing");
    rig.export()
        .run()
        .must(0, &["the release or the vocabulary is another one", "the warehouse has what the store has"]);
    assert!(TABLES.iter().all(|table| rig.lake.files(table) == ["0-6"]));
    assert_eq!(std::fs::read_to_string(&label).unwrap(), ours);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn of_a_release_with_fewer_tables_all_is_sent_again_once(rig: &Rig) {
    rig.export().run().must(0, &[]);
    std::fs::remove_dir_all(rig.lake.path.join("export_run")).unwrap();
    let label = rig.lake.path.join("lake.json");
    let ours = std::fs::read_to_string(&label).unwrap();
    std::fs::write(&label, ours.replace("\"form\": \"", "\"form\": \"not ")).unwrap();
    assert_ne!(std::fs::read_to_string(&label).unwrap(), ours);
    let ended = rig.export().run();
    assert_eq!(ended.must(0, &["everything is sent again"]).written(), (21, 0));
    assert_eq!(std::fs::read_to_string(&label).unwrap(), ours);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn many_exports_of_nothing_leave_the_lake_as_it_is(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let (files, mut most) = (rig.lake.data(), 0);
    for _ in 0..34 {
        rig.export().run().must(0, &[]);
        most = most.max(rig.lake.files("export_run").len());
    }
    assert!(rig.lake.data() == files, "a file was written");
    assert!((29..=31).contains(&most), "{most}");
    assert!(rig.lake.files("export_run").len() < 8, "{:?}", rig.lake.files("export_run"));
    assert_eq!(rig.lake.rows("export_run").len(), 35);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().run().must(0, &["the warehouse has what the store has"]);
}
