//! Applications that a reconcile finds nowhere are gone, if that can be believed.

use domain::{Application, Window};
use store::{CommitSlice, Complete, Judged, Removals, StoreError, entity::application};

use crate::{
    place::Place,
    records::{application, application_row, day, unreadable},
    session::{RUN, Rows, Session, UNJUDGED, commit, judged},
};

rig::on_each_backend!(
    what_no_slice_had_is_gone_with_its_events_and_candidate,
    what_turned_up_in_another_slice_is_not_gone,
    what_lies_in_the_margin_does_not_stand_for_what_is_missing,
    nothing_goes_when_a_slice_was_no_evidence,
    what_comes_back_is_revived_with_its_history,
    an_unreadable_record_with_a_key_is_not_gone,
    too_many_are_refused_and_nothing_goes,
    what_an_earlier_reconcile_noted_is_forgotten,
);

fn on(number: i64, id: &str) -> Application {
    Application { created: day(number), candidate_id: Some(format!("person-{id}")), ..application(id) }
}

fn days(from: i64, to: i64) -> Window {
    Window::new(day(from), day(to)).unwrap()
}

async fn what_no_slice_had_is_gone_with_its_events_and_candidate(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "a"), on(1, "b"), on(3, "c")]).await;
    ingest.begin_reconcile().await;
    ingest.window(day(10), days(1, 2), &[on(1, "a")]).await;
    // an empty slice between others is evidence
    ingest.window(day(10), days(2, 3), &[]).await;
    ingest.window(day(10), days(3, 4), &[on(3, "c")]).await;
    let before = Rows::of(place).await;
    assert!(before.applications.iter().all(|row| row.removed_at.is_none()), "nothing goes before all was read");
    assert_eq!(ingest.writer.judge_missing(&judged(day(11))).await.unwrap(), 1);
    let rows = Rows::of(place).await;
    for row in &rows.applications {
        assert_eq!(row.removed_at, (row.id == "b").then(|| day(11)), "{}", row.id);
    }
    for event in &rows.events {
        assert_eq!(event.removed_at, (event.application_id == "b").then(|| day(11)), "{}", event.application_id);
    }
    for candidate in &rows.candidates {
        assert_eq!(candidate.removed_at, (candidate.key == "id:person-b").then(|| day(11)), "{}", candidate.key);
    }
    assert_eq!(rows.application("b").changed_seq, ingest.store.highest_change().await.unwrap());
    assert_eq!(ingest.store.cursor("done").await.unwrap(), Some(day(99)));
    assert_eq!(place.number("SELECT count(*) FROM missing_application").await, 0);
}

async fn what_turned_up_in_another_slice_is_not_gone(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "early"), on(3, "late"), on(2, "c")]).await;
    ingest.begin_reconcile().await;
    // somebody has corrected when they came in
    ingest.window(day(10), days(1, 2), &[on(1, "late")]).await;
    ingest.window(day(10), days(2, 3), &[on(2, "c")]).await;
    ingest.window(day(10), days(3, 4), &[on(3, "early")]).await;
    assert_eq!(ingest.writer.judge_missing(&judged(day(11))).await.unwrap(), 0);
    let rows = Rows::of(place).await;
    assert!(rows.applications.iter().all(|row| row.removed_at.is_none()));
    // it is listed by another date now; the one that a warehouse has it under stays
    let late = rows.application("late");
    assert_eq!((late.created, late.created_at_source), (day(3), day(1)));
    // and the next time everything is where it was the last time
    ingest.begin_reconcile().await;
    ingest.window(day(12), days(1, 2), &[on(1, "late")]).await;
    ingest.window(day(12), days(2, 4), &[on(2, "c"), on(3, "early")]).await;
    assert_eq!(ingest.writer.judge_missing(&judged(day(13))).await.unwrap(), 0);
}

async fn nothing_goes_when_a_slice_was_no_evidence(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "a"), on(2, "b"), on(3, "c")]).await;
    let unjudged = async || {
        // it has come, and as what was not asked for; where it belongs it is lacking
        let why = "1 records from outside".to_owned();
        let removals = Some(Removals::Unjudged { mark: UNJUDGED.to_owned(), why });
        let slice = ingest.writer.slice::<application::Entity>();
        slice.commit(&CommitSlice { outside: 1, removals, ..commit(day(10), 1) }).await.unwrap();
    };
    for is_evidence in [false, true] {
        ingest.begin_reconcile().await;
        if !is_evidence {
            unjudged().await;
        }
        ingest.window(day(10), days(1, 3), &[on(1, "a")]).await;
        ingest.window(day(10), days(3, 4), &[on(3, "c")]).await;
        let removed = ingest.writer.judge_missing(&judged(day(11))).await.unwrap();
        assert_eq!(removed, u64::from(is_evidence));
        assert_eq!(place.number("SELECT count(*) FROM missing_application").await, 0, "it has come to its end");
        let kept = ingest.store.cursor(UNJUDGED).await.unwrap().is_some();
        assert_eq!(kept, !is_evidence, "it is told until one can judge again");
    }
}

async fn what_lies_in_the_margin_does_not_stand_for_what_is_missing(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "before"), on(2, "a"), on(2, "b"), on(3, "after")]).await;
    ingest.begin_reconcile().await;
    // as many as the window has, and none of them is in it
    let complete = Some(Complete::Window { window: days(2, 3), asked: days(1, 4) });
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice
        .add([on(1, "before"), on(3, "after")].iter().map(|record| application_row(record, day(10))).collect())
        .await
        .unwrap();
    slice.commit(&CommitSlice { complete, ..commit(day(10), 2) }).await.unwrap();
    assert_eq!(ingest.writer.judge_missing(&judged(day(11))).await.unwrap(), 2);
    let rows = Rows::of(place).await;
    let gone = rows.applications.iter().filter(|row| row.removed_at.is_some()).map(|row| &*row.id);
    assert_eq!(gone.collect::<Vec<_>>(), ["a", "b"]);
}

async fn what_comes_back_is_revived_with_its_history(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "a"), on(1, "b")]).await;
    let before = Rows::of(place).await;
    ingest.begin_reconcile().await;
    ingest.window(day(10), days(1, 2), &[on(1, "a")]).await;
    ingest.writer.judge_missing(&judged(day(11))).await.unwrap();
    let counts = ingest.applications(day(12), &[on(1, "a"), on(1, "b")]).await;
    assert_eq!((counts.inserted, counts.updated, counts.unchanged), (0, 1, 1));
    let rows = Rows::of(place).await;
    assert_eq!(rows.application("b").removed_at, None);
    assert_eq!(rows.application("b").first_seen, before.application("b").first_seen);
    assert!(rows.events.iter().all(|event| event.removed_at.is_none()), "its history is true again");
    assert_eq!(rows.events.iter().filter(|event| event.application_id == "b").count(), 2, "and it has come back");
    assert!(rows.candidates.iter().all(|row| row.removed_at.is_none()));
}

async fn an_unreadable_record_with_a_key_is_not_gone(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "a"), on(1, "b")]).await;
    ingest.begin_reconcile().await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(vec![application_row(&on(1, "a"), day(10))]).await.unwrap();
    let b = store::RejectedRecord { key: Some("b".to_owned()), ..unreadable("{\"id\":\"b\"}") };
    slice.reject(vec![b], RUN, day(10)).await.unwrap();
    let complete = Some(Complete::Window { window: days(1, 2), asked: days(1, 2) });
    slice.commit(&CommitSlice { complete, ..commit(day(10), 2) }).await.unwrap();
    assert_eq!(ingest.writer.judge_missing(&judged(day(11))).await.unwrap(), 0);
}

async fn too_many_are_refused_and_nothing_goes(place: &Place) {
    let ingest = Session::begin(place).await;
    let all: Vec<Application> = (0..60).map(|number| on(1, &format!("a{number:02}"))).collect();
    ingest.applications(day(9), &all).await;
    let before = Rows::of(place).await;
    ingest.begin_reconcile().await;
    // a fifth may go
    ingest.window(day(10), days(1, 2), &all[..47]).await;
    let refused = ingest.writer.judge_missing(&judged(day(11))).await.unwrap_err();
    assert!(matches!(refused, StoreError::MissingApplications { .. }) && refused.is_final(), "{refused}");
    let text = refused.to_string();
    assert!(text.contains("13 of 60") && !text.contains("--"), "the service names its own option: {text}");
    assert_eq!(Rows::of(place).await, before);
    assert_eq!(ingest.store.cursor("done").await.unwrap(), None);
    let accepted = Judged { accept_removals: 13, ..judged(day(11)) };
    assert_eq!(ingest.writer.judge_missing(&accepted).await.unwrap(), 13);

    ingest.begin_reconcile().await;
    ingest.window(day(10), days(1, 2), &[]).await;
    let nothing = ingest.writer.judge_missing(&Judged { accept_removals: 46, ..judged(day(12)) }).await.unwrap_err();
    assert!(nothing.to_string().contains("47 of 47"), "an empty source is not believed: {nothing}");
}

async fn what_an_earlier_reconcile_noted_is_forgotten(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(9), &[on(1, "a"), on(1, "b")]).await;
    ingest.begin_reconcile().await;
    ingest.window(day(10), days(1, 2), &[on(1, "a")]).await;
    ingest.begin_reconcile().await;
    assert_eq!(ingest.writer.judge_missing(&judged(day(11))).await.unwrap(), 0);
}
