//! The audit: each run is a row.

use chrono::{DateTime, Utc};
use domain::{Application, Window};
use store::{
    Begun, CommitSlice, Complete, CompleteList, NewRun, Outcome, RunTotals, SliceCounts, Store, Writer,
    entity::{application, posting, sync_run},
};

use crate::{
    place::Place,
    records::{
        SITE, application as an_application, application_row, at, day, posting as a_posting, posting_row, started_run,
        touched, unreadable,
    },
    session::commit,
};

rig::on_each_backend!(
    a_run_has_a_row_from_beginning_to_end,
    the_counts_of_slices_add_up_in_their_run,
    a_failed_run_says_why,
    a_run_whose_process_is_gone_is_marked_by_the_next,
    skipped_runs_in_a_row_are_counted,
    a_clock_that_was_ahead_hides_nothing,
);

fn new(id: &str, started_at: DateTime<Utc>) -> NewRun<'_> {
    NewRun { id, command: "run", trigger: "test", started_at, version: "0.1.0" }
}

async fn begin(store: &Store, id: &str, day_number: i64) -> Writer {
    match store.begin_run(&new(id, day(day_number))).await.unwrap() {
        Begun::Running { writer, .. } => writer,
        Begun::Skipped { .. } => panic!("{id} was skipped"),
    }
}

async fn row(store: &Store, id: &str) -> sync_run::Model {
    store.run(id).await.unwrap().unwrap()
}

async fn a_run_has_a_row_from_beginning_to_end(place: &Place) {
    place.migrate().await;
    let store = place.open("export").await;
    let begun = store.begin_run(&new("r1", at("2026-01-01T00:00:00.1234567Z"))).await.unwrap();
    let Begun::Running { interrupted: 0, .. } = &begun else { panic!("{begun:?}") };
    let started = started_run("r1", at("2026-01-01T00:00:00.123456Z"));
    assert_eq!(row(&store, "r1").await, started);
    let counts = SliceCounts {
        fetched: 21,
        inserted: 1,
        updated: 2,
        unchanged: 3,
        removed: 4,
        rejected: 5,
        suppressed: 6,
        outside: 7,
    };
    let window = Window::new(day(1), day(2));
    let totals =
        RunTotals { bytes: 7, requests: 8, retries: 9, jobs: 10, bytes_billed: 11, window, counts: Some(counts) };
    store.finish_run("r1", &Outcome::Succeeded, totals, day(3)).await.unwrap();
    let finished = sync_run::Model {
        finished_at: Some(day(3)),
        outcome: "succeeded".to_owned(),
        window_from: Some(day(1)),
        window_to: Some(day(2)),
        fetched: 21,
        inserted: 1,
        updated: 2,
        unchanged: 3,
        removed: 4,
        rejected: 5,
        suppressed: 6,
        outside: 7,
        bytes: 7,
        requests: 8,
        retries: 9,
        jobs: 10,
        bytes_billed: 11,
        ..started
    };
    assert_eq!(row(&store, "r1").await, finished);
    assert_eq!(store.run("r2").await.unwrap(), None);
}

async fn the_counts_of_slices_add_up_in_their_run(place: &Place) {
    place.migrate().await;
    let store = place.open("ingest").await;
    let writer = begin(&store, "r1", 1).await;
    let applications: [&[Application]; 3] = [
        &[an_application("a"), an_application("b"), an_application("b")],
        &[touched("a", 2), an_application("b"), an_application("c")],
        &[],
    ];
    for (records, suppressed) in applications.into_iter().zip([0, 2, 5]) {
        let mut slice = writer.slice::<application::Entity>();
        slice.add(records.iter().map(|record| application_row(record, day(2))).collect()).await.unwrap();
        let fetched = records.len() as u64 + suppressed;
        slice.commit(&CommitSlice { run_id: "r1", fetched, suppressed, ..commit(day(2), 0) }).await.unwrap();
    }
    for (now, vacancies) in [(day(2), ["v1", "v2"]), (day(3), ["v2", "v3"])] {
        let mut slice = writer.slice::<posting::Entity>();
        slice.add(vacancies.iter().map(|id| posting_row(&a_posting(id, SITE), now)).collect()).await.unwrap();
        slice.reject(vec![unreadable("{}")], "r1", now).await.unwrap();
        let complete = Some(Complete::List(CompleteList { media_id: SITE, accept_removals: 0 }));
        slice.commit(&CommitSlice { run_id: "r1", complete, ..commit(now, 3) }).await.unwrap();
    }
    let totals = RunTotals { requests: 5, ..RunTotals::default() };
    store.finish_run("r1", &Outcome::Succeeded, totals, day(4)).await.unwrap();
    let row = row(&store, "r1").await;
    assert_eq!((row.fetched, row.inserted, row.updated, row.unchanged), (19, 6, 1, 3), "the end overwrites none");
    assert_eq!((row.removed, row.rejected, row.suppressed, row.requests), (1, 2, 7, 5));
    assert_eq!(row.fetched, row.inserted + row.updated + row.unchanged + row.rejected + row.suppressed);
}

async fn a_failed_run_says_why(place: &Place) {
    place.migrate().await;
    let store = place.open("ingest").await;
    let _writer = begin(&store, "r1", 1).await;
    let outcome = Outcome::Failed("the source is away".to_owned());
    store.finish_run("r1", &outcome, RunTotals::default(), day(2)).await.unwrap();
    let row = row(&store, "r1").await;
    assert_eq!((row.outcome.as_str(), row.error.as_deref()), ("failed", Some("the source is away")));
    assert_eq!((row.finished_at, row.window_from), (Some(day(2)), None));
}

async fn a_run_whose_process_is_gone_is_marked_by_the_next(place: &Place) {
    place.migrate().await;
    let (ingest, export) = (place.open("ingest").await, place.open("export").await);
    let killed = begin(&ingest, "killed", 1).await;
    let _exporting = begin(&export, "exporting", 1).await;
    assert!(matches!(ingest.begin_run(&new("beside", day(2))).await.unwrap(), Begun::Skipped { .. }));
    assert_eq!(row(&ingest, "killed").await.outcome, "running", "its lock is held, so it lives");
    drop(killed);
    place.until_locks_held(1).await;
    let begun = ingest.begin_run(&new("next", day(3))).await.unwrap();
    let Begun::Running { interrupted, writer: _writer } = begun else { panic!("{begun:?}") };
    assert_eq!(interrupted, 1);
    let marked = row(&ingest, "killed").await;
    assert_eq!((marked.outcome.as_str(), marked.finished_at), ("failed", Some(day(3))));
    assert!(marked.error.as_deref().is_some_and(|error| error.starts_with("interrupted")), "{marked:?}");
    assert_eq!(row(&export, "exporting").await.outcome, "running", "other services are not judged");
    assert_eq!(row(&export, "beside").await.outcome, "skipped");
}

async fn skipped_runs_in_a_row_are_counted(place: &Place) {
    place.migrate().await;
    let (ingest, export) = (place.open("ingest").await, place.open("export").await);
    let skipped = async |store: &Store, id: &str, on: i64| match store.begin_run(&new(id, day(on))).await.unwrap() {
        Begun::Skipped { in_a_row } => in_a_row,
        Begun::Running { .. } => 0,
    };
    let holder = begin(&ingest, "r01", 1).await;
    let _exporting = begin(&export, "e01", 1).await;
    assert_eq!(skipped(&ingest, "r02", 2).await, 1);
    assert_eq!(skipped(&export, "e02", 2).await, 1, "each service for itself");
    assert_eq!(skipped(&ingest, "r03", 3).await, 2);
    assert_eq!(skipped(&ingest, "r04", 4).await, 3);
    let row = row(&ingest, "r04").await;
    assert_eq!((row.outcome.as_str(), row.finished_at, row.error), ("skipped", Some(day(4)), None));
    drop(holder);
    place.until_locks_held(1).await;
    let _holder = begin(&ingest, "r05", 5).await;
    assert_eq!(skipped(&ingest, "r06", 6).await, 1, "a run between them counts them anew");
    let ids = |runs: Vec<sync_run::Model>| runs.into_iter().map(|run| run.id).collect::<Vec<_>>();
    assert_eq!(ids(ingest.runs(Some("ingest"), 3).await.unwrap()), ["r06", "r05", "r04"]);
    assert_eq!(ingest.runs(None, 100).await.unwrap().len(), 8);
}

async fn a_clock_that_was_ahead_hides_nothing(place: &Place) {
    place.migrate().await;
    let ingest = place.open("ingest").await;
    let hour = std::time::Duration::from_hours(1);
    let fresh = async || ingest.freshness(&["run"], hour, day(2)).await.unwrap();
    assert!(fresh().await.is_stale && fresh().await.sentence(hour).contains("never"));
    drop(begin(&ingest, "ahead", 1000).await);
    ingest.finish_run("ahead", &Outcome::Succeeded, RunTotals::default(), day(1000)).await.unwrap();
    let found = fresh().await;
    assert!(found.is_stale && found.is_ahead && found.sentence(hour).contains("is yet to come"), "{found:?}");
    place.until_locks_held(0).await;
    drop(begin(&ingest, "good", 2).await);
    ingest.finish_run("good", &Outcome::Succeeded, RunTotals::default(), day(2)).await.unwrap();
    let found = fresh().await;
    assert_eq!((found.is_stale, found.ended), (false, Some(day(2))), "what comes after counts");
    place.until_locks_held(0).await;
    let _holder = begin(&ingest, "hanging", 3).await;
    for (id, expected) in [("s1", 1), ("s2", 2), ("s3", 3)] {
        let begun = ingest.begin_run(&new(id, day(3))).await.unwrap();
        assert!(matches!(begun, Begun::Skipped { in_a_row } if in_a_row == expected), "{begun:?}");
    }
}
