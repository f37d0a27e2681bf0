//! In a store of many: who is due to be blanked, and what stays of who was.

use domain::cohort::Grouping;
use store::{GoneBefore, Scrubbed};

use crate::{
    place::Place,
    records::{application, day},
    session::Session,
};

async fn of_many(place: &Place) -> Session {
    let ingest = Session::begin(place).await;
    let all: Vec<_> = (0..3_000).map(|number| application(&format!("a{number}"))).collect();
    ingest.applications(day(2), &all).await;
    ingest
}

#[tokio::test]
async fn postgres_finds_nobody_without_reading_everybody() {
    crate::place::on_postgres(nobody_is_found_without_reading_everybody).await;
}

/// How often candidates and applications were read from their beginning, once all sessions are over.
async fn whole_reads(place: &Place) -> i64 {
    let reads = "SELECT sum(seq_scan)::bigint FROM pg_stat_user_tables WHERE relname IN ('application', 'candidate')";
    place.counted(reads).await
}

async fn nobody_is_found_without_reading_everybody(place: &Place) {
    drop(of_many(place).await);
    place.execute("ANALYZE").await;
    let before = whole_reads(place).await;

    let ingest = Session::begin(place).await;
    let gone = GoneBefore {
        removed: day(3),
        without_applications: day(3),
        rejected: day(3),
        now: day(3),
        pseudonymiser: None,
        at_once: 100,
        grouping: Grouping::default(),
    };
    let none = ingest.writer.blank_gone(&gone).await.unwrap();
    assert_eq!((none.forgotten.applications, none.waiting), (0, 0));
    assert_eq!(ingest.writer.release_exported_keys(day(3)).await.unwrap(), 0);
    drop(ingest);
    assert_eq!(whole_reads(place).await - before, 0);
}

/// VACUUM leaves out the indexes of a table in which few rows are dead, and what it left there stays to be read.
#[tokio::test]
async fn postgres_scrubs_indexes_too() {
    crate::place::on_postgres(one_of_many_leaves_nothing_dead).await;
}

async fn one_of_many_leaves_nothing_dead(place: &Place) {
    let ingest = of_many(place).await;
    let forgotten = ingest.forget(day(3), "a1500").await;
    assert_eq!((forgotten.applications, forgotten.candidates), (1, 1));
    assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
    let left =
        "SELECT sum(relpages - relallvisible)::bigint FROM pg_class WHERE relname IN ('application', 'candidate')";
    // who looks passes over a page that somebody else is just writing; what scrub has left no such look takes away
    let mut seen = i64::MAX;
    for _ in 0..5 {
        // a page with a dead row that an index still points to is not one of which everybody sees all; a server that does not
        // wait for its log knows that of the others only when it is written
        place.execute("CHECKPOINT").await;
        place.execute("VACUUM application, candidate").await;
        seen = place.number(left).await;
        if seen == 0 {
            break;
        }
    }
    assert_eq!(seen, 0);
}
