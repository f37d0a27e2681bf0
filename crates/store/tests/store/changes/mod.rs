//! Numbers of changes are in the order of commits, so that export misses none and sends none twice.

mod reading;

use store::{
    APPLICATIONS, Changing as _, ExportCursor, ExportRunRow, Store,
    entity::{application, export_run, posting},
};

use crate::{
    place::Place,
    records::{SITE, application as an_application, day, posting as a_posting, retitled, touched},
    session::{RUN, Rows, Session, complete, known_by, writer},
};
use reading::{read, read_table};

rig::on_each_backend!(
    every_row_of_a_commit_bears_its_number,
    two_writers_at_once_draw_different_numbers,
    an_export_between_two_slices_loses_nothing_and_sends_nothing_twice,
    a_snapshot_stands_still,
    rows_come_in_the_order_of_their_numbers,
    an_export_cursor_is_kept_with_what_was_pending,
    an_export_is_a_change_that_says_up_to_when_all_was_read,
    rows_are_counted_with_tombstones_and_without,
);

async fn every_row_of_a_commit_bears_its_number(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[an_application("a"), an_application("b")]).await;
    assert_eq!(Rows::of(place).await.numbers(), [1; 6]);
    ingest.list(day(1), complete(SITE), &[a_posting("v1", SITE), a_posting("v2", SITE)]).await.unwrap();
    let list = [retitled("v1", SITE, "Oberarzt", 2), a_posting("v3", SITE)];
    ingest.list(day(2), complete(SITE), &list).await.unwrap();
    assert!(Rows::of(place).await.postings.iter().all(|row| row.changed_seq == 3), "changed, new and gone");
    let moved = domain::Application { candidate_id: Some("p".to_owned()), status: Some(0), ..touched("a", 2) };
    ingest.applications(day(2), &[moved]).await;
    let rows = Rows::of(place).await;
    let candidates = [rows.candidate("id:of-a").changed_seq, rows.candidate("id:p").changed_seq];
    assert_eq!((rows.application("a").changed_seq, candidates), (4, [4, 4]), "the one left and the one joined");
    let events: Vec<_> = rows.events_of("a").iter().map(|event| (event.event_no, event.changed_seq)).collect();
    assert_eq!(events, [(1, 1), (4, 4)]);
    assert_eq!(rows.application("b").changed_seq, 1);
    assert_eq!(ingest.store.highest_change().await.unwrap(), 4);
}

async fn two_writers_at_once_draw_different_numbers(place: &Place) {
    let ingest = Session::begin(place).await;
    let store = place.open("forget").await;
    let other = Session { writer: writer(&store).await, store };
    for round in 0..8 {
        let id = |who: &str| format!("{who}{round}");
        let (here, there) = ([an_application(&id("here"))], [a_posting(&id("there"), SITE)]);
        tokio::join!(ingest.applications(day(1), &here), other.postings(day(1), &there));
        assert_eq!(ingest.store.highest_change().await.unwrap(), 2 * (round + 1));
    }
    let rows = Rows::of(place).await;
    let mut numbers: Vec<i64> = rows.applications.iter().map(|row| row.changed_seq).collect();
    numbers.extend(rows.postings.iter().map(|row| row.changed_seq));
    numbers.sort_unstable();
    assert!(numbers.into_iter().eq(1..=16));
}

/// What an export of a range sends, in the order of its keys.
async fn sent(store: &Store, after: i64, up_to: i64) -> Rows {
    let mut rows = read(&mut store.snapshot().await.unwrap(), after, up_to).await;
    rows.sort();
    rows
}

async fn an_export_between_two_slices_loses_nothing_and_sends_nothing_twice(place: &Place) {
    let ingest = Session::begin(place).await;
    let export = place.open("export").await;
    ingest.applications(day(1), &[an_application("a"), an_application("b")]).await;
    let after_the_first = Rows::of(place).await.cut_for_export();
    let up_to = export.highest_change().await.unwrap();
    // the second slice commits after the range was fixed and before it is read: b is new again, c is new
    ingest
        .applications(day(2), &[domain::Application { status: Some(0), ..touched("b", 2) }, an_application("c")])
        .await;
    let first = sent(&export, 0, up_to).await;
    let ids = |rows: &Rows| rows.applications.iter().map(|row| row.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&first), ["a"], "b changed again: it belongs to the next range, as it is then");
    assert_eq!(first.events, after_the_first.events, "what happened first is sent first");
    assert_eq!(first.candidates, after_the_first.candidates);
    let highest = export.highest_change().await.unwrap();
    let second = sent(&export, up_to, highest).await;
    assert_eq!(ids(&second), ["b", "c"]);
    let all = Rows::of(place).await.cut_for_export();
    assert_eq!(second.applications, all.applications[1..]);
    let mut events = [first.events, second.events].concat();
    events.sort_by_cached_key(|row| (row.application_id.clone(), row.event_no));
    assert_eq!(events, all.events, "each event once");
    let mut candidates = [first.candidates, second.candidates].concat();
    candidates.sort_by_cached_key(|row| row.key.clone());
    assert_eq!(candidates, all.candidates, "each candidate once");
    assert_eq!(sent(&export, highest, highest + 100).await, Rows::default());
}

async fn a_snapshot_stands_still(place: &Place) {
    let ingest = Session::begin(place).await;
    let export = place.open("export").await;
    ingest.applications(day(1), &[an_application("a")]).await;
    ingest.postings(day(1), &[a_posting("v1", SITE)]).await;
    let before = Rows::of(place).await.cut_for_export();
    let mut snapshot = export.snapshot().await.unwrap();
    assert_eq!(snapshot.highest_change().await.unwrap(), 2);
    ingest.applications(day(2), &[domain::Application { status: Some(0), ..touched("a", 2) }]).await;
    ingest.postings(day(2), &[retitled("v1", SITE, "Oberarzt", 2)]).await;
    assert_eq!(read(&mut snapshot, 0, i64::MAX).await, before, "also tables that it had not looked at");
    assert_eq!(snapshot.highest_change().await.unwrap(), 2);
    drop(snapshot);
    assert_eq!(sent(&export, 0, i64::MAX).await, Rows::of(place).await.cut_for_export());
}

async fn rows_come_in_the_order_of_their_numbers(place: &Place) {
    let ingest = Session::begin(place).await;
    for id in ["c", "a", "b"] {
        ingest.applications(day(1), &[an_application(id)]).await;
    }
    let rows = read(&mut ingest.store.snapshot().await.unwrap(), 0, 3).await;
    let ids: Vec<_> = rows.applications.iter().map(|row| (row.changed_seq, row.id.as_str())).collect();
    assert_eq!(ids, [(1, "c"), (2, "a"), (3, "b")]);
}

async fn an_export_cursor_is_kept_with_what_was_pending(place: &Place) {
    place.migrate().await;
    let export = place.open("export").await;
    let writer = writer(&export).await;
    assert_eq!(export.export_cursor("lake").await.unwrap(), ExportCursor::default());
    let sums = |sums: &str| Some(sums.to_owned());
    let steps = [
        ExportCursor { pending: Some((0, 5)), ..ExportCursor::default() },
        ExportCursor { sent: 5, sums: sums("{}"), verified_at: Some(day(1)), ..ExportCursor::default() },
        ExportCursor { sent: 5, pending: Some((5, 9)), attempt: 2, sums: sums("{}"), verified_at: Some(day(2)) },
        ExportCursor { sent: 9, attempt: 2, ..ExportCursor::default() },
    ];
    for step in steps {
        writer.save_export_cursor("lake", &step, &known_by(), day(1)).await.unwrap();
        assert_eq!(export.export_cursor("lake").await.unwrap(), step);
    }
    assert_eq!(export.export_cursor("bigquery").await.unwrap(), ExportCursor::default(), "each has its own");
}

async fn an_export_is_a_change_that_says_up_to_when_all_was_read(place: &Place) {
    let ingest = Session::begin(place).await;
    let export = writer(&place.open("export").await).await;
    export.tell_of_export("first", None, day(1)).await.unwrap();
    ingest.applications(day(2), &[an_application("a")]).await;
    ingest.writer.set_cursor(APPLICATIONS, Some(day(2)), RUN, day(3)).await.unwrap();
    export.tell_of_export("second", None, day(3)).await.unwrap();
    let mut snapshot = ingest.store.snapshot().await.unwrap();
    assert_eq!(snapshot.highest_change().await.unwrap(), 3);
    let told = |row: &ExportRunRow<'_>| (row.run_id.to_owned(), row.started, row.as_of, row.changed_seq);
    let mut rows = read_table::<export_run::Entity, _>(&mut snapshot, (0, 3), told).await.0;
    rows.sort_by_key(|row| row.3);
    let (first, second) = ("first".to_owned(), "second".to_owned());
    assert_eq!(rows, [(first, day(1), None, 1), (second, day(3), Some(day(2)), 3)]);
    // of the second it is not known whether it has arrived; the first has
    export.tell_of_export("third", Some((1, 3)), day(4)).await.unwrap();
    let mut rows =
        read_table::<export_run::Entity, _>(&mut ingest.store.snapshot().await.unwrap(), (0, 4), told).await.0;
    rows.sort_by_key(|row| row.1);
    let numbers = rows.iter().map(|row| (&*row.0, row.3)).collect::<Vec<_>>();
    assert_eq!(numbers, [("first", 1), ("second", 4), ("third", 4)]);
}

async fn rows_are_counted_with_tombstones_and_without(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[an_application("a"), an_application("b")]).await;
    ingest.list(day(1), complete(SITE), &[a_posting("v1", SITE), a_posting("v2", SITE)]).await.unwrap();
    ingest.list(day(2), complete(SITE), &[a_posting("v1", SITE)]).await.unwrap();
    let mut snapshot = ingest.store.snapshot().await.unwrap();
    assert_eq!(snapshot.highest_change().await.unwrap(), 3);
    ingest.applications(day(2), &[an_application("c")]).await;
    let mut counts = Vec::new();
    for table in [posting::Entity::TABLE, application::Entity::TABLE] {
        for without_removed in [false, true] {
            counts.push(snapshot.count(table, without_removed).await.unwrap());
        }
    }
    assert_eq!(counts, [2, 1, 2, 2], "as they are in the view that stands still");
}
