//! What a complete list lacks is gone, if that can be believed.

use domain::{Posting, TooManyRemovals};
use store::{CompleteList, MediumPostings, SliceCounts, StoreError};

use crate::{
    place::Place,
    records::{BOARD, SITE, day, posting, posting_row, retitled},
    session::{Rows, Session, complete},
};

rig::on_each_backend!(
    a_posting_that_the_list_lacks_becomes_a_tombstone,
    a_posting_that_comes_back_is_revived,
    a_list_says_nothing_of_other_media,
    too_many_removals_are_refused_and_nothing_is_kept,
    a_fifth_may_go_and_no_more,
    removals_that_were_accepted_happen,
    an_empty_list_is_not_believed,
);

fn postings(media_id: &str, numbers: std::ops::Range<i32>) -> Vec<Posting> {
    numbers.map(|number| posting(&format!("v{number:03}"), media_id)).collect()
}

fn live(rows: &Rows) -> usize {
    rows.postings.iter().filter(|row| row.removed_at.is_none()).count()
}

async fn a_posting_that_the_list_lacks_becomes_a_tombstone(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..3)).await.unwrap();
    let list = [posting("v000", SITE), retitled("v002", SITE, "Oberarzt", 2), posting("v009", SITE)];
    let done = ingest.list(day(2), complete(SITE), &list).await.unwrap();
    let expected =
        SliceCounts { fetched: 3, inserted: 1, updated: 1, unchanged: 1, removed: 1, ..SliceCounts::default() };
    assert_eq!(done, expected);
    let rows = Rows::of(place).await;
    let mut tombstone = posting_row(&posting("v001", SITE), day(1));
    (tombstone.removed_at, tombstone.changed_seq) = (Some(day(2)), 2);
    assert_eq!(rows.posting("v001", SITE), &tombstone, "it says what it was");
    assert_eq!(rows.posting("v000", SITE).changed_seq, 1);
    let again = ingest.list(day(3), complete(SITE), &list).await.unwrap();
    assert_eq!((again.removed, again.unchanged), (0, 3), "gone once");
    assert_eq!(Rows::of(place).await, rows);
    let done = ingest.postings(day(4), &[posting("v000", SITE)]).await;
    assert_eq!(done.removed, 0, "a list that is not complete says nothing of what it lacks");
    assert_eq!(Rows::of(place).await, rows);
}

async fn a_posting_that_comes_back_is_revived(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..3)).await.unwrap();
    ingest.list(day(2), complete(SITE), &postings(SITE, 0..1)).await.unwrap();
    let list = [posting("v000", SITE), posting("v001", SITE), retitled("v002", SITE, "Oberarzt", 3)];
    let done = ingest.list(day(3), complete(SITE), &list).await.unwrap();
    assert_eq!((done.inserted, done.updated, done.unchanged, done.removed), (0, 2, 1, 0));
    let rows = Rows::of(place).await;
    assert_eq!(rows.postings.len(), 3);
    for (row, given) in rows.postings.iter().zip(&list).skip(1) {
        let mut expected = posting_row(given, day(3));
        (expected.first_seen, expected.changed_seq) = (day(1), 3);
        assert_eq!(row, &expected, "as it is now, known since day 1");
    }
}

async fn a_list_says_nothing_of_other_media(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(BOARD), &postings(BOARD, 0..2)).await.unwrap();
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..2)).await.unwrap();
    let done = ingest.list(day(2), complete(SITE), &postings(SITE, 1..2)).await.unwrap();
    assert_eq!(done.removed, 1);
    let rows = Rows::of(place).await;
    assert_eq!(rows.posting("v000", SITE).removed_at, Some(day(2)));
    assert_eq!(rows.posting("v000", BOARD).removed_at, None);
    assert_eq!(rows.posting("v000", BOARD).changed_seq, 1);
    let counts = ingest.store.postings_by_medium().await.unwrap();
    let of = |media_id: &str, live| MediumPostings { media_id: media_id.to_owned(), live, ever: 2 };
    assert_eq!(counts, [of(BOARD, 2), of(SITE, 1)]);
    let foreign = ingest.list(day(3), complete(SITE), &postings(BOARD, 0..2)).await;
    assert!(matches!(foreign, Err(StoreError::Removals { .. })), "rows of another medium do not fill a list");
}

async fn too_many_removals_are_refused_and_nothing_is_kept(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..12)).await.unwrap();
    let before = Rows::of(place).await;
    let list = [retitled("v000", SITE, "Oberarzt", 2), posting("v999", SITE)];
    let error = ingest.list(day(2), complete(SITE), &list).await.unwrap_err();
    let expected = TooManyRemovals { missing: 11, live: 12, allowed: 10 };
    assert!(matches!(error, StoreError::Removals { judgement } if judgement == expected), "{error:?}");
    assert!(error.is_final(), "a retry would find the same");
    let text = error.to_string();
    assert!(text.contains("11 of 12") && !text.contains("--"), "the service names its own option: {text}");
    assert_eq!(Rows::of(place).await, before);
    assert_eq!(ingest.store.highest_change().await.unwrap(), 1);
    let done = ingest.list(day(3), complete(SITE), &postings(SITE, 0..12)).await.unwrap();
    assert_eq!(done.unchanged, 12, "the same writer goes on");
}

async fn a_fifth_may_go_and_no_more(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..60)).await.unwrap();
    assert!(ingest.list(day(2), complete(SITE), &postings(SITE, 13..60)).await.is_err());
    let done = ingest.list(day(2), complete(SITE), &postings(SITE, 12..60)).await.unwrap();
    assert_eq!(done.removed, 12);
    let done = ingest.list(day(3), complete(SITE), &postings(SITE, 22..60)).await.unwrap();
    assert_eq!(done.removed, 10, "of the 48 that were live");
    assert!(ingest.list(day(4), complete(SITE), &postings(SITE, 33..60)).await.is_err());
}

async fn removals_that_were_accepted_happen(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..20)).await.unwrap();
    let accepting = |accept_removals| CompleteList { media_id: SITE, accept_removals };
    assert!(ingest.list(day(2), accepting(18), &postings(SITE, 0..1)).await.is_err());
    let done = ingest.list(day(2), accepting(19), &postings(SITE, 0..1)).await.unwrap();
    assert_eq!((done.removed, live(&Rows::of(place).await)), (19, 1));
    let done = ingest.list(day(3), accepting(1), &[]).await.unwrap();
    assert_eq!((done.removed, live(&Rows::of(place).await)), (1, 0));
}

async fn an_empty_list_is_not_believed(place: &Place) {
    let ingest = Session::begin(place).await;
    let done = ingest.list(day(1), complete(SITE), &[]).await.unwrap();
    assert_eq!(done, SliceCounts::default(), "there was nothing, there is nothing");
    ingest.list(day(1), complete(SITE), &postings(SITE, 0..1)).await.unwrap();
    let error = ingest.list(day(2), complete(SITE), &[]).await.unwrap_err();
    let expected = TooManyRemovals { missing: 1, live: 1, allowed: 0 };
    assert!(matches!(error, StoreError::Removals { judgement } if judgement == expected), "{error:?}");
    assert_eq!(live(&Rows::of(place).await), 1);
}
