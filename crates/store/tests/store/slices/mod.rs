//! What becomes of a slice: counts, cursors, records kept aside, and no trace when it fails.

mod first_load;
mod loading;
mod online;
mod parts;
mod recognised;

use domain::Application;
use sea_orm::EntityTrait as _;
use store::{
    CommitSlice, Cursor, SliceCounts, StoreError,
    entity::{application, posting, rejected_record},
};

use crate::{
    place::Place,
    records::{
        SITE, application as an_application, application_row, at, day, posting as a_posting, posting_row, retitled,
        text, touched, unreadable,
    },
    session::{RUN, Rows, Session, commit, complete},
};

rig::on_each_backend!(
    records_are_counted_as_new_changed_or_unchanged,
    when_an_application_came_in_stays_as_it_was_first_seen,
    an_unchanged_slice_writes_no_row,
    a_record_twice_in_a_slice_is_unchanged_the_second_time_and_its_newest_version_counts,
    of_equal_versions_in_a_slice_the_last_counts,
    rejected_records_are_kept_once_and_do_not_stop_the_others,
    a_slice_that_does_not_add_up_is_not_kept,
    suppressed_records_are_accounted_for,
    a_cursor_only_moves_forward,
    a_dropped_slice_leaves_no_trace,
    a_slice_that_fails_on_its_way_leaves_no_trace,
    a_slice_that_is_cancelled_is_kept_whole_or_not_at_all,
);

fn counts(fetched: u64, inserted: u64, updated: u64, unchanged: u64) -> SliceCounts {
    SliceCounts { fetched, inserted, updated, unchanged, ..SliceCounts::default() }
}

async fn records_are_counted_as_new_changed_or_unchanged(place: &Place) {
    let ingest = Session::begin(place).await;
    let first = [an_application("a"), an_application("b")];
    assert_eq!(ingest.applications(day(1), &first).await, counts(2, 2, 0, 0));
    let edited = Application { first_name: Some("Grace".to_owned()), ..an_application("a") };
    let second = [edited.clone(), an_application("b"), an_application("c")];
    assert_eq!(ingest.applications(day(2), &second).await, counts(3, 1, 1, 1));
    let rows = Rows::of(place).await;
    let mut expected = application_row(&edited, day(2));
    (expected.first_seen, expected.changed_seq) = (day(1), 2);
    assert_eq!(rows.application("a"), &expected, "every column is new but the first sight");
    let mut expected = application_row(&first[1], day(1));
    expected.changed_seq = 1;
    assert_eq!(rows.application("b"), &expected);

    assert_eq!(ingest.postings(day(2), &[a_posting("v1", SITE)]).await, counts(1, 1, 0, 0));
    let second = [retitled("v1", SITE, "Oberarzt", 2), a_posting("v2", SITE)];
    assert_eq!(ingest.postings(day(3), &second).await, counts(2, 1, 1, 0));
    let mut expected = posting_row(&second[0], day(3));
    (expected.first_seen, expected.changed_seq) = (day(2), 4);
    assert_eq!(Rows::of(place).await.posting("v1", SITE), &expected);
}

async fn when_an_application_came_in_stays_as_it_was_first_seen(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[an_application("a")]).await;
    let first = Rows::of(place).await.application("a").created;
    let moved = Application { created: day(70), ..an_application("a") };
    assert_eq!(ingest.applications(day(2), std::slice::from_ref(&moved)).await, counts(1, 0, 1, 0));
    let rows = Rows::of(place).await;
    let row = rows.application("a");
    assert_eq!((row.created, row.created_at_source), (first, day(70)));
    assert_eq!(ingest.applications(day(3), &[moved]).await, counts(1, 0, 0, 1), "it does not change for ever");
    // a tombstone and what comes back keep it, and so does what was blanked, of which the month is left
    place.execute("UPDATE application SET removed_at = first_seen").await;
    ingest.applications(day(4), &[an_application("a")]).await;
    assert_eq!(Rows::of(place).await.application("a").created, first);
    let blank =
        "UPDATE application SET content_hash = '', raw_hash = '', removed_at = first_seen, created = first_seen";
    for (seen, comes_back_as, expected) in [(5, day(3), day(3)), (6, day(70), day(5))] {
        place.execute(blank).await;
        ingest.applications(day(seen), &[Application { created: comes_back_as, ..an_application("a") }]).await;
        assert_eq!(Rows::of(place).await.application("a").created, expected, "within its month, or as it was");
    }
}

async fn an_unchanged_slice_writes_no_row(place: &Place) {
    let ingest = Session::begin(place).await;
    let (applications, postings) = ([an_application("a"), an_application("b")], [a_posting("v1", SITE)]);
    ingest.applications(day(1), &applications).await;
    ingest.postings(day(1), &postings).await;
    let (before, number) = (Rows::of(place).await, ingest.store.highest_change().await.unwrap());
    let tables = ["posting", "application", "candidate", "application_event", "change_counter"];
    place.forbid_writes(&tables).await;
    assert_eq!(ingest.applications(day(2), &applications).await, counts(2, 0, 0, 2));
    assert_eq!(ingest.postings(day(2), &postings).await, counts(1, 0, 0, 1));
    let listed = ingest.list(day(2), complete(SITE), &postings).await.unwrap();
    assert_eq!(listed, counts(1, 0, 0, 1));
    assert_eq!(ingest.applications(day(2), &[]).await, counts(0, 0, 0, 0));
    assert_eq!(Rows::of(place).await, before);
    assert_eq!(ingest.store.highest_change().await.unwrap(), number);

    let mut slice = ingest.writer.slice::<posting::Entity>();
    slice.add(vec![posting_row(&retitled("v1", SITE, "Oberarzt", 2), day(2))]).await.unwrap();
    let error = slice.commit(&commit(day(2), 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "a changed one does write: {error:?}");
}

async fn a_record_twice_in_a_slice_is_unchanged_the_second_time_and_its_newest_version_counts(place: &Place) {
    let ingest = Session::begin(place).await;
    let newest = Application { stage: text("Gespräch"), ..touched("a", 5) };
    let slice = [touched("a", 2), newest.clone(), touched("a", 3), an_application("b")];
    assert_eq!(ingest.applications(day(6), &slice).await, counts(4, 2, 0, 2));
    let rows = Rows::of(place).await;
    assert_eq!(rows.application("a").content_hash, newest.content_hash().as_str());
    assert_eq!(rows.events_of("a").len(), 1);
    let newest = retitled("v1", SITE, "Oberarzt", 4);
    let slice = [newest.clone(), retitled("v1", SITE, "Assistenzarzt", 3)];
    assert_eq!(ingest.postings(day(6), &slice).await, counts(2, 1, 0, 1));
    assert_eq!(Rows::of(place).await.posting("v1", SITE).title, "Oberarzt");
    let newer = Application { updated: None, created: day(6), ..an_application("a") };
    let slice = [newer.clone(), touched("a", 5)];
    assert_eq!(ingest.applications(day(7), &slice).await, counts(2, 0, 1, 1));
    let rows = Rows::of(place).await;
    assert_eq!(rows.application("a").created_at_source, day(6), "without `updated` its `created` counts");
}

async fn of_equal_versions_in_a_slice_the_last_counts(place: &Place) {
    let ingest = Session::begin(place).await;
    let named = |name: &str| Application { first_name: Some(name.to_owned()), ..an_application("a") };
    let mut slice = ingest.writer.slice::<application::Entity>();
    for name in ["Zoe", "Ada", "Grace"] {
        slice.add(vec![application_row(&named(name), day(1))]).await.unwrap();
    }
    assert_eq!(slice.commit(&commit(day(1), 3)).await.unwrap(), counts(3, 1, 0, 2));
    assert_eq!(Rows::of(place).await.application("a").first_name.as_deref(), Some("Grace"));
}

async fn rejected_records_are_kept_once_and_do_not_stop_the_others(place: &Place) {
    let ingest = Session::begin(place).await;
    let payload = "{\"vacancyId\":\"\\u0000\tü\\N\"}";
    for (now, run) in [(day(1), "run-1"), (day(2), "run-2"), (day(3), "run-3")] {
        let mut slice = ingest.writer.slice::<posting::Entity>();
        slice.reject(vec![unreadable(payload)], run, now).await.unwrap();
        slice.add(vec![posting_row(&a_posting("v1", SITE), now)]).await.unwrap();
        slice.reject(vec![unreadable(payload), unreadable("{}")], run, now).await.unwrap();
        let done = slice.commit(&CommitSlice { run_id: run, ..commit(now, 4) }).await.unwrap();
        assert_eq!((done.fetched, done.rejected, done.inserted + done.unchanged), (4, 3, 1));
    }
    let mut kept = rejected_record::Entity::find().all(place.eyes().await).await.unwrap();
    kept.sort_by_key(|row| row.payload.len());
    assert_eq!(kept.len(), 2);
    let row = &kept[1];
    assert_eq!((row.stream.as_str(), row.payload.as_str()), ("posting", payload));
    assert_eq!((row.run_id.as_str(), row.first_seen, row.last_seen), ("run-1", day(1), day(3)));
    assert_eq!(row.reason, "posting.title: missing");
    assert_eq!(Rows::of(place).await.postings.len(), 1);
    let mut slice = ingest.writer.slice::<posting::Entity>();
    let elsewhere = store::RejectedRecord { stream: "application".to_owned(), ..unreadable("{}") };
    slice.reject(vec![elsewhere], RUN, day(4)).await.unwrap();
    slice.commit(&commit(day(4), 1)).await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM rejected_record").await, 3, "another stream, another record");
}

async fn a_slice_that_does_not_add_up_is_not_kept(place: &Place) {
    let ingest = Session::begin(place).await;
    for (fetched, suppressed) in [(2, 0), (4, 0), (3, 1), (0, 0)] {
        let mut slice = ingest.writer.slice::<posting::Entity>();
        slice.add(vec![posting_row(&a_posting("v1", SITE), day(1)); 2]).await.unwrap();
        slice.reject(vec![unreadable("{}")], RUN, day(1)).await.unwrap();
        let error = slice.commit(&CommitSlice { suppressed, ..commit(day(1), fetched) }).await.unwrap_err();
        let (fetched, accounted) = (fetched as u64, 3 + suppressed);
        assert!(
            matches!(error, StoreError::Unaccounted { fetched: f, accounted: a } if (f, a) == (fetched, accounted)),
            "{error:?}"
        );
        assert!(!error.is_final());
    }
    nothing_was_kept(place).await;
}

async fn suppressed_records_are_accounted_for(place: &Place) {
    let ingest = Session::begin(place).await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(vec![application_row(&an_application("a"), day(1))]).await.unwrap();
    let done = slice.commit(&CommitSlice { suppressed: 2, ..commit(day(1), 3) }).await.unwrap();
    assert_eq!(done, SliceCounts { suppressed: 2, ..counts(3, 1, 0, 0) });
}

async fn a_cursor_only_moves_forward(place: &Place) {
    let ingest = Session::begin(place).await;
    assert_eq!(ingest.store.cursor("applications").await.unwrap(), None);
    let steps = [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.5Z"),
        ("2026-01-01T00:00:00.500001Z", "2026-01-01T00:00:00.500001Z"),
        ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.500001Z"),
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.500001Z"),
        ("2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.500001Z"),
        ("2026-01-01T00:00:01.0000009Z", "2026-01-01T00:00:01Z"),
    ];
    for (given, stands) in steps {
        let slice = ingest.writer.slice::<application::Entity>();
        let cursor = Some(Cursor { stream: "applications".to_owned(), position: at(given) });
        slice.commit(&CommitSlice { cursors: cursor.into_iter().collect(), ..commit(day(1), 0) }).await.unwrap();
        assert_eq!(ingest.store.cursor("applications").await.unwrap(), Some(at(stands)), "given {given}");
    }
    assert_eq!(ingest.store.cursor("postings").await.unwrap(), None, "each stream has its own");
}

async fn a_dropped_slice_leaves_no_trace(place: &Place) {
    let ingest = Session::begin(place).await;
    {
        let mut slice = ingest.writer.slice::<application::Entity>();
        slice.add(vec![application_row(&an_application("gone"), day(1))]).await.unwrap();
        slice.reject(vec![unreadable("{}")], RUN, day(1)).await.unwrap();
    }
    nothing_was_kept(place).await;
    assert_eq!(ingest.applications(day(2), &[an_application("a")]).await, counts(1, 1, 0, 0));
    let rows = Rows::of(place).await;
    assert_eq!((rows.applications.len(), rows.application("a").changed_seq), (1, 1));
    assert_eq!(place.number("SELECT count(*) FROM rejected_record").await, 0);
}

async fn a_slice_that_fails_on_its_way_leaves_no_trace(place: &Place) {
    let ingest = Session::begin(place).await;
    // the last table that a commit writes
    place.execute("ALTER TABLE sync_run RENAME TO put_away").await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(vec![application_row(&an_application("a"), day(1))]).await.unwrap();
    slice.reject(vec![unreadable("{}")], RUN, day(1)).await.unwrap();
    let cursor = Some(Cursor { stream: "applications".to_owned(), position: day(1) });
    let whole = CommitSlice { cursors: cursor.into_iter().collect(), ..commit(day(1), 2) };
    let error = slice.commit(&whole).await.unwrap_err();
    assert!(matches!(error, StoreError::Database(_)), "{error:?}");
    nothing_was_kept(place).await;
    assert_eq!(ingest.store.cursor("applications").await.unwrap(), None);
    place.execute("ALTER TABLE put_away RENAME TO sync_run").await;
    let again = ingest.applications(day(2), &[an_application("a")]).await;
    assert_eq!(again, counts(1, 1, 0, 0), "the same writer goes on");
}

async fn a_slice_that_is_cancelled_is_kept_whole_or_not_at_all(place: &Place) {
    let ingest = Session::begin(place).await;
    let (mut cut_off, mut polls) = (0, 0);
    // on a busy machine a server may have answered before anybody has to wait for it; then it begins anew
    for round in 0..1_000 {
        polls += 1;
        let number = format!("{round:03}");
        let before = Rows::of(place).await;
        let mut slice = ingest.writer.slice::<application::Entity>();
        slice.add(vec![application_row(&an_application(&number), day(1))]).await.unwrap();
        let whole = commit(day(1), 1);
        let done = cancelled_after(polls, slice.commit(&whole)).await;
        // whatever is still on its way arrives before the next statement of the same connection
        let _ = ingest.writer.slice::<application::Entity>();
        let rows = Rows::of(place).await;
        let kept = rows.applications.len() - before.applications.len();
        let complete = (rows.candidates.len(), rows.events.len()) == (rows.applications.len(), rows.applications.len());
        assert!(complete, "{} of {polls} polls: {rows:?}", rows.applications.len());
        if let Some(done) = done {
            assert_eq!((done.unwrap(), kept), (counts(1, 1, 0, 0), 1));
            if cut_off > 3 {
                return;
            }
            polls = 0;
            continue;
        }
        assert!(kept <= 1);
        cut_off += 1;
    }
    panic!("it was cut off at several moments, not at {cut_off}");
}

/// Runs a future until it has been looked at so often, then drops it.
async fn cancelled_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (std::pin::pin!(future), polls);
    std::future::poll_fn(|context| {
        if left == 0 {
            return std::task::Poll::Ready(None);
        }
        left -= 1;
        future.as_mut().poll(context).map(Some)
    })
    .await
}

async fn nothing_was_kept(place: &Place) {
    assert_eq!(Rows::of(place).await, Rows::default());
    assert_eq!(place.number("SELECT count(*) FROM rejected_record").await, 0);
    assert_eq!(place.number("SELECT count(*) FROM sync_cursor").await, 0);
    assert_eq!(place.number("SELECT value FROM change_counter").await, 0);
}
