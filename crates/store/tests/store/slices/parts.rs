//! A slice that is committed in parts.

use domain::{Application, Window};
use store::{CommitSlice, Complete, RejectedRecord, SliceCounts, StoreError, entity::application};

use super::counts;
use crate::{
    place::Place,
    records::{
        SITE, application as an_application, application_row, day, posting as a_posting, text, touched, unreadable,
    },
    session::{RUN, Rows, Session, commit, complete, judged},
};

rig::on_each_backend!(
    each_part_is_kept_with_a_number_of_its_own,
    a_part_that_does_not_add_up_leaves_those_before_it,
    of_a_key_in_two_parts_the_newest_version_counts,
    what_all_parts_lack_is_missing,
    a_key_that_came_twice_does_not_stand_for_one_that_is_missing,
    what_a_list_in_parts_lacks_is_gone,
    records_are_kept_aside_with_their_part,
    an_unchanged_slice_in_parts_writes_no_row,
);

async fn each_part_is_kept_with_a_number_of_its_own(place: &Place) {
    let ingest = Session::begin(place).await;
    let moved = Application { stage: text("Gespräch"), ..touched("a", 3) };
    let parts = [&[touched("a", 2), an_application("b")][..], &[moved], &[an_application("b"), an_application("c")]];
    assert_eq!(ingest.in_parts(day(4), &parts).await, counts(5, 3, 1, 1));
    let rows = Rows::of(place).await;
    let numbers = ["a", "b", "c"].map(|id| rows.application(id).changed_seq);
    assert_eq!(numbers, [2, 1, 3]);
    let events: Vec<_> = rows.events_of("a").iter().map(|event| (event.event_no, event.is_first_sight)).collect();
    assert_eq!(events, [(1, true), (2, false)], "it has moved while the answer was read");
}

async fn a_part_that_does_not_add_up_leaves_those_before_it(place: &Place) {
    let ingest = Session::begin(place).await;
    let rows = |ids: &[&str]| ids.iter().map(|id| application_row(&an_application(id), day(1))).collect();
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(rows(&["a", "b"])).await.unwrap();
    slice.commit_part(&commit(day(1), 2)).await.unwrap();
    slice.add(rows(&["c"])).await.unwrap();
    let error = slice.commit_part(&commit(day(1), 3)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unaccounted { fetched: 3, accounted: 1 }), "{error}");
    assert_eq!(Rows::of(place).await.applications.len(), 2);
    assert_eq!(ingest.applications(day(2), &[an_application("b"), an_application("c")]).await, counts(2, 1, 0, 1));
}

async fn of_a_key_in_two_parts_the_newest_version_counts(place: &Place) {
    let ingest = Session::begin(place).await;
    let named = |name: &str, number| Application { first_name: Some(name.to_owned()), ..touched("a", number) };
    let first_name = async || Rows::of(place).await.application("a").first_name.clone();
    let parts = [&[named("Grace", 5)][..], &[named("Ada", 3), an_application("b")]];
    assert_eq!(ingest.in_parts(day(6), &parts).await, counts(3, 2, 0, 1));
    assert_eq!(first_name().await.as_deref(), Some("Grace"));
    // also where the first of them was what the store has, so that nothing was written
    let parts = [&[named("Grace", 5)][..], &[an_application("b"), named("Zoe", 4)]];
    assert_eq!(ingest.in_parts(day(7), &parts).await, counts(3, 0, 0, 3));
    assert_eq!(first_name().await.as_deref(), Some("Grace"));
    // of equal ones the last
    let parts = [&[named("Grace", 5)][..], &[named("Ada", 5)]];
    assert_eq!(ingest.in_parts(day(8), &parts).await, counts(2, 0, 1, 1));
    assert_eq!(first_name().await.as_deref(), Some("Ada"));
    // and what the source itself has put back is believed
    let parts = [&[an_application("b")][..], &[named("Grace", 2)]];
    assert_eq!(ingest.in_parts(day(9), &parts).await, counts(2, 0, 1, 1));
    assert_eq!(first_name().await.as_deref(), Some("Grace"));
}

async fn gone(place: &Place) -> Vec<String> {
    let rows = Rows::of(place).await;
    rows.applications.into_iter().filter(|row| row.removed_at.is_some()).map(|row| row.id).collect()
}

fn whole() -> Window {
    Window::new(day(0), day(99)).unwrap()
}

async fn what_all_parts_lack_is_missing(place: &Place) {
    let ingest = Session::begin(place).await;
    let all = ["a", "b", "c", "d", "e"].map(an_application);
    ingest.applications(day(2), &all).await;
    ingest.begin_reconcile().await;
    let changed = Application { first_name: Some("Grace".to_owned()), ..touched("c", 2) };
    let parts = [&[all[0].clone(), changed][..], &[an_application("f")], &[all[3].clone()]];
    ingest.window_in_parts(day(3), whole(), &parts).await;
    assert_eq!(gone(place).await, [""; 0], "nothing goes before all was read");
    assert_eq!(ingest.writer.judge_missing(&judged(day(4))).await.unwrap(), 2);
    assert_eq!(gone(place).await, ["b", "e"]);
    // all of them, in parts of which the last is empty
    ingest.begin_reconcile().await;
    let parts = [&all[..2], &all[2..], &[an_application("f")], &[]];
    ingest.window_in_parts(day(5), whole(), &parts).await;
    assert_eq!(ingest.writer.judge_missing(&judged(day(6))).await.unwrap(), 0);
    assert_eq!(gone(place).await, [""; 0]);
}

async fn a_key_that_came_twice_does_not_stand_for_one_that_is_missing(place: &Place) {
    let ingest = Session::begin(place).await;
    let [a, b, c] = ["a", "b", "c"].map(an_application);
    ingest.applications(day(2), &[a.clone(), b.clone(), c]).await;
    ingest.begin_reconcile().await;
    // as many as the store has
    ingest.window_in_parts(day(3), whole(), &[&[a.clone(), b], &[a]]).await;
    ingest.writer.judge_missing(&judged(day(4))).await.unwrap();
    assert_eq!(gone(place).await, ["c"]);
}

async fn what_a_list_in_parts_lacks_is_gone(place: &Place) {
    let ingest = Session::begin(place).await;
    let of = |ids: &[&str]| ids.iter().map(|id| a_posting(id, SITE)).collect::<Vec<_>>();
    ingest.list(day(1), complete(SITE), &of(&["v1", "v2", "v3", "v4"])).await.unwrap();
    let (first, second, third) = (of(&["v1", "v5"]), of(&["v3"]), of(&["v1"]));
    let listed = ingest.list_in_parts(day(2), complete(SITE), &[&first, &second, &third]).await.unwrap();
    assert_eq!(listed, SliceCounts { removed: 2, ..counts(4, 1, 0, 3) });
    let rows = Rows::of(place).await;
    let gone = rows.postings.iter().filter(|row| row.removed_at.is_some()).map(|row| &*row.vacancy_id);
    assert_eq!(gone.collect::<Vec<_>>(), ["v2", "v4"]);
}

async fn records_are_kept_aside_with_their_part(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[an_application("a"), an_application("b")]).await;
    ingest.begin_reconcile().await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    let b =
        RejectedRecord { stream: "application".to_owned(), key: Some("b".to_owned()), ..unreadable("{\"id\":\"b\"}") };
    slice.reject(vec![b], RUN, day(2)).await.unwrap();
    let part = slice.commit_part(&commit(day(2), 1)).await.unwrap();
    assert_eq!((part.fetched, part.rejected), (1, 1));
    let kept = async || place.number("SELECT count(*) FROM rejected_record").await;
    assert_eq!(kept().await, 1);
    slice.add(vec![application_row(&an_application("a"), day(2))]).await.unwrap();
    slice.reject(vec![unreadable("{\"id\":\"x\"}")], RUN, day(2)).await.unwrap();
    let complete = Some(Complete::Window { window: whole(), asked: whole() });
    let last = slice.commit(&CommitSlice { complete, ..commit(day(2), 2) }).await.unwrap();
    assert_eq!((last.fetched, last.rejected, last.unchanged), (2, 1, 1));
    assert_eq!(kept().await, 2);
    assert_eq!(ingest.writer.judge_missing(&judged(day(3))).await.unwrap(), 0, "it was there, and could not be read");
    // whoever is read after all is not kept aside any more, in whatever part
    ingest.in_parts(day(4), &[&[an_application("a")], &[touched("b", 3)]]).await;
    assert_eq!(kept().await, 1);
}

async fn an_unchanged_slice_in_parts_writes_no_row(place: &Place) {
    let ingest = Session::begin(place).await;
    let all = ["a", "b", "c"].map(an_application);
    ingest.applications(day(1), &all).await;
    let before = Rows::of(place).await;
    place.forbid_writes(&["application", "candidate", "application_event", "change_counter"]).await;
    assert_eq!(ingest.in_parts(day(2), &[&all[..1], &all[1..], &[]]).await, counts(3, 0, 0, 3));
    ingest.begin_reconcile().await;
    assert_eq!(ingest.window_in_parts(day(2), whole(), &[&all[..2], &all[2..]]).await, counts(3, 0, 0, 3));
    assert_eq!(Rows::of(place).await, before);
}
