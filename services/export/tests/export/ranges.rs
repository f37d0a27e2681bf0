//! Which changes are sent: each once, all of them, also after a crash or in a lake that was lost.

use std::collections::BTreeSet;

use rig::on_each_backend;
use store::ExportCursor;

use crate::fixture::{Rig, Row, TABLES, application, posting, rows};

on_each_backend!(
    a_second_export_writes_nothing,
    only_what_changed,
    tombstones_travel,
    what_is_folded_leaves_its_group,
    a_crash_in_the_first_export,
    a_crash_in_a_later_export,
    an_emptied_lake_is_filled_again,
    a_table_that_was_lost,
    before_anything_was_read,
    a_store_that_was_restored_waits_for_ingest,
    a_store_that_was_restored_waits_without_news_too,
    a_run_that_died_is_told_of_with_what_comes_last,
);

/// Keys of each table.
const KEYS: [(&str, &[&str]); 6] = [
    ("job_posting", &["vacancy_id", "media_id"]),
    ("posting_event", &["vacancy_id", "media_id", "event_no"]),
    ("candidate", &["candidate_key"]),
    ("application", &["application_id"]),
    ("application_event", &["application_id", "event_no"]),
    ("application_month", &["group_key"]),
];

/// How many rows there are of each table, and that no version is there twice.
fn versions(rig: &Rig) -> [(&'static str, usize); 6] {
    KEYS.map(|(table, key)| {
        let rows = rig.lake.rows(table);
        let name = |column: &&str| column.to_owned().to_owned();
        let columns = key.iter().map(name).chain(["changed_seq".to_owned()]).collect::<Vec<_>>();
        let version = |row: &Row| columns.iter().map(|column| row[column].to_string()).collect::<Vec<_>>();
        let different = rows.iter().map(version).collect::<BTreeSet<_>>();
        assert_eq!(different.len(), rows.len(), "{table}: a version is there twice");
        (table, rows.len())
    })
}

async fn cursor(rig: &Rig) -> (i64, Option<(i64, i64)>) {
    let ExportCursor { sent, pending, .. } = rig.database.cursor(&rig.lake.target()).await;
    (sent, pending)
}

async fn a_second_export_writes_nothing(rig: &Rig) {
    assert_eq!(rig.export().run().must(0, &[]).written(), (21, 0));
    assert_eq!(
        (versions(rig), cursor(rig).await),
        (
            rows! { job_posting: 3, posting_event: 3, candidate: 3, application: 6, application_event: 6, application_month: 0 },
            (3, None)
        )
    );
    let files = rig.lake.data();
    assert_eq!(rig.export().run().must(0, &["succeeded"]).written(), (0, 0));
    assert!(rig.lake.data() == files, "a file was written");
    // an ingest that finds nothing new changes nothing here either
    rig.database.list_postings((0..3).map(|number| posting(number, "Nurse")).collect()).await;
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
    assert!(rig.lake.data() == files, "a file was written");
    let runs = rig.database.open("export").await.runs(Some("export"), 10).await.unwrap();
    let counts = runs.iter().map(|run| (run.outcome.as_str(), run.fetched)).collect::<Vec<_>>();
    assert_eq!(counts, [("succeeded", 0), ("succeeded", 0), ("succeeded", 21)]);
}

async fn only_what_changed(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(1, "Interview"), application(2, "New")]).await;
    // the application and its event; the candidate is the same
    assert_eq!(rig.export().run().must(0, &[]).written(), (2, 0));
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5"]);
    assert_eq!(rig.lake.files("application_event"), ["0-3", "3-5"]);
    assert_eq!((rig.lake.files("job_posting"), rig.lake.files("candidate")), (vec!["0-3".into()], vec!["0-3".into()]));
    assert_eq!(
        (versions(rig), cursor(rig).await),
        (
            rows! { job_posting: 3, posting_event: 3, candidate: 3, application: 7, application_event: 7, application_month: 0 },
            (5, None)
        )
    );
    let latest = rig.lake.latest("application", &["application_id"]);
    assert_eq!(latest.len(), 6);
    assert_eq!(latest.values().filter(|row| row["stage"] == "Interview").count(), 1);
}

async fn tombstones_travel(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.list_postings(vec![posting(0, "Nurse")]).await;
    assert_eq!(rig.export().run().must(0, &[]).written(), (4, 2));
    let latest = rig.lake.latest("job_posting", KEYS[0].1);
    let gone = latest.values().filter(|row| row["removed"] == true).collect::<Vec<_>>();
    assert_eq!((latest.len(), gone.len()), (3, 2));
    let named = |row: &&Row| row["removed_at"].is_i64() && row["title"] == "Nurse" && row["department"] == "Ward 4";
    assert!(gone.iter().all(named), "{gone:?}");
    assert!(gone.iter().all(|row| row["address"].is_null() && row["ad_url"].is_null()), "{gone:?}");
    // one comes back
    rig.database.list_postings((0..2).map(|number| posting(number, "Nurse")).collect()).await;
    assert_eq!(rig.export().run().must(0, &[]).written(), (2, 0));
    let latest = rig.lake.latest("job_posting", KEYS[0].1);
    let back = &latest[r#""vacancy-1" "medium-1""#];
    assert!(back["removed"] == false && back["removed_at"].is_null(), "{back:?}");
    assert_eq!(
        versions(rig),
        rows! { job_posting: 6, posting_event: 6, candidate: 3, application: 6, application_event: 6, application_month: 0 }
    );
}

/// Leaves a file behind as if an export had been killed. It cannot be read, so who reads it notices.
fn leave_file(rig: &Rig, table: &str, name: &str) {
    std::fs::create_dir_all(rig.lake.changes(table)).unwrap();
    std::fs::write(rig.lake.changes(table).join(name), "left behind").unwrap();
}

async fn what_is_folded_leaves_its_group(rig: &Rig) {
    rig.database.freeze("k1", "Care (max@example.com)", 7).await;
    rig.export().run().must(0, &["the warehouse has what the store has"]);
    let row = &rig.lake.rows("application_month")[0];
    let told = ["month", "city", "outcome", "weeks", "applications", "removed"].map(|name| row[name].to_string());
    assert_eq!(told, ["\"2026-05\"", "\"Ulm\"", "\"rejected\"", "3", "7", "false"]);
    let department = row["department"].as_str().unwrap();
    assert!(department.starts_with("Care (") && !department.contains("max@"), "{department}");

    rig.database.fold("k1", "k2").await;
    let ended = rig.export().argument("--verify").run();
    assert_eq!(ended.must(0, &["the warehouse has what the store has"]).written(), (2, 1));
    let latest = rig.lake.latest("application_month", &["group_key"]);
    let told = latest.values().map(|row| ["department", "applications", "removed"].map(|name| row[name].to_string()));
    let expected = [[&*row["department"].to_string(), "0", "true"], ["\"small groups\"", "7", "false"]];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn a_crash_in_the_first_export(rig: &Rig) {
    // it has signed the lake first
    rig.export().run().must(0, &[]);
    for table in TABLES {
        std::fs::remove_dir_all(rig.lake.path.join(table)).unwrap();
    }
    // it was sending the postings; the applications were committed while it did
    rig.database.leave_pending(&rig.lake.target(), 0, (0, 1)).await;
    leave_file(rig, "job_posting", "0-1.parquet");
    // no candidate has changed so early; what is left behind must go all the same
    leave_file(rig, "candidate", "0-1.parquet");
    leave_file(rig, "application", "0-1.tmp");
    rig.export().run().must(0, &[]);
    assert_eq!(rig.lake.files("job_posting"), ["0-1"]);
    assert_eq!(rig.lake.files("application"), ["0-1", "1-4"]);
    assert_eq!(
        (versions(rig), cursor(rig).await),
        (
            rows! { job_posting: 3, posting_event: 3, candidate: 3, application: 6, application_event: 6, application_month: 0 },
            (4, None)
        )
    );
}

async fn a_crash_in_a_later_export(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(1, "Interview")]).await;
    rig.database.leave_pending(&rig.lake.target(), 3, (3, 4)).await;
    leave_file(rig, "application", "3-4.parquet");
    leave_file(rig, "candidate", "3-4.parquet");
    leave_file(rig, "application_event", "3-4.tmp");
    rig.database.add_applications(vec![application(2, "Interview")]).await;

    assert_eq!(rig.export().run().must(0, &[]).written(), (4, 0));
    assert_eq!(rig.lake.files("application"), ["0-3", "3-4", "4-6"]);
    assert_eq!(rig.lake.files("application_event"), ["0-3", "3-4", "4-6"]);
    assert_eq!(
        (versions(rig), cursor(rig).await),
        (
            rows! { job_posting: 3, posting_event: 3, candidate: 3, application: 8, application_event: 8, application_month: 0 },
            (6, None)
        )
    );
    let files = rig.lake.data();
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
    assert!(rig.lake.data() == files);
}

async fn an_emptied_lake_is_filled_again(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.list_postings(vec![posting(0, "Porter"), posting(1, "Nurse")]).await;
    rig.export().run().must(0, &[]);
    let latest = KEYS.map(|(table, key)| rig.lake.latest(table, key));
    std::fs::remove_dir_all(&rig.lake.path).unwrap();

    let ended = rig.export().run();
    ended.must(0, &["the warehouse lacks what was sent to it; everything is sent again"]);
    // of 3 postings and their 4 events, one is gone
    assert_eq!(ended.written(), (22, 1), "of what is gone, nothing but postings is sent to where it never was");
    assert!(KEYS.map(|(table, key)| rig.lake.latest(table, key)) == latest);
    assert_eq!(
        (versions(rig), cursor(rig).await),
        (
            rows! { job_posting: 3, posting_event: 4, candidate: 3, application: 6, application_event: 6, application_month: 0 },
            (6, None)
        )
    );
    assert!(TABLES.iter().all(|table| rig.lake.files(table) == ["0-6"]));
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn a_table_that_was_lost(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(1, "Interview")]).await;
    rig.export().run().must(0, &[]);
    let latest = KEYS.map(|(table, key)| rig.lake.latest(table, key));
    std::fs::remove_dir_all(rig.lake.changes("candidate")).unwrap();
    rig.export().run().must(0, &["everything is sent again"]);
    // a version may be there twice now; which one is read makes no difference
    assert!(KEYS.map(|(table, key)| rig.lake.latest(table, key)) == latest);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn before_anything_was_read(rig: &Rig) {
    let empty = crate::fixture::Database::migrated(rig::Database::new(rig.database.backend).await).await;
    let program = rig.export().with("DATABASE_URL", &empty.url);
    program.run().must(1, &["the store is empty: let ingest run first"]);
    assert!(!rig.lake.path.exists());
}

async fn a_store_that_was_restored_waits_for_ingest(rig: &Rig) {
    rig.database.list_postings(vec![posting(1, "Nurse")]).await;
    // as it is after a restore, with whoever was forgotten since
    rig.database.execute("UPDATE place SET place = 'elsewhere' WHERE service = 'ingest'").await;
    let words = ["the store is not where it was (elsewhere; noted", "so nothing was sent", "Let ingest run first"];
    rig.export().run().must(2, &words);
    assert!(!rig.lake.is_any_table_there(), "something was sent");
    // ingest was told
    rig.database.execute("DELETE FROM place WHERE service = 'ingest'").await;
    rig.export().run().must(0, &[]);
}

async fn a_store_that_was_restored_waits_without_news_too(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let files = rig.lake.snapshot();
    rig.database.execute("UPDATE place SET place = 'elsewhere' WHERE service = 'ingest'").await;
    rig.export().run().must(2, &["the store is not where it was (elsewhere; noted", "so nothing was sent"]);
    assert!(rig.lake.snapshot() == files, "something was written");
}

/// The rows of a range that was being sent may have moved on to a later one: who sends it again may not say that all has arrived.
async fn a_run_that_died_is_told_of_with_what_comes_last(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(1, "Interview")]).await;
    rig.database.tell_of_export("died").await;
    rig.database.leave_pending(&rig.lake.target(), 3, (3, 5)).await;
    leave_file(rig, "export_run", "3-5.parquet");
    rig.database.add_applications(vec![application(2, "Interview")]).await;
    rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5", "5-7"]);
    let told = |row: Row| (row["run_id"] == "died", row["changed_seq"].as_i64().unwrap());
    let mut told = rig.lake.rows("export_run").into_iter().map(told).collect::<Vec<_>>();
    told.sort_unstable();
    assert_eq!(told, [(false, 3), (false, 7), (true, 7)]);
}
