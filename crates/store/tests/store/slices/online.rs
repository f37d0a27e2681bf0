//! A posting that goes online or offline leaves an event.

use domain::Posting;
use sea_orm::{EntityTrait as _, QueryOrder as _};
use store::entity::posting_event::{Column, Entity, Model};

use crate::{
    place::Place,
    records::{BOARD, SITE, day, posting, retitled},
    session::{Session, complete},
};

rig::on_each_backend!(
    what_is_published_when_it_is_first_seen_leaves_an_event,
    each_change_of_what_is_online_leaves_an_event,
    what_is_gone_and_back_has_left_both,
    of_two_media_each_leaves_its_own,
);

/// Events, as vacancy, medium, number, whether it went online, whether at first sight.
async fn events(place: &Place) -> Vec<(String, String, i64, bool, bool)> {
    let query =
        Entity::find().order_by_asc(Column::EventNo).order_by_asc(Column::VacancyId).order_by_asc(Column::MediaId);
    let rows: Vec<Model> = query.all(place.eyes().await).await.unwrap();
    assert!(rows.iter().all(|row| row.changed_seq == row.event_no && row.observed == day(row.event_no)), "{rows:?}");
    rows.into_iter()
        .map(|row| (row.vacancy_id, row.media_id, row.event_no, row.is_published, row.is_first_sight))
        .collect()
}

fn event(
    vacancy: &str,
    media: &str,
    no: i64,
    is_published: bool,
    is_first_sight: bool,
) -> (String, String, i64, bool, bool) {
    (vacancy.to_owned(), media.to_owned(), no, is_published, is_first_sight)
}

fn staged(vacancy: &str, stage: Option<i32>, edited: i64) -> Posting {
    Posting { stage, ..retitled(vacancy, SITE, "Pflegefachkraft", edited) }
}

async fn what_is_published_when_it_is_first_seen_leaves_an_event(place: &Place) {
    let ingest = Session::begin(place).await;
    let list = [staged("v1", Some(1), 1), staged("v2", Some(2), 1), staged("v3", None, 1)];
    ingest.list(day(1), complete(SITE), &list).await.unwrap();
    assert_eq!(events(place).await, [event("v1", SITE, 1, true, true)]);
    // the same again, and another one beside those that are known
    ingest.list(day(1), complete(SITE), &list).await.unwrap();
    let more = [staged("v1", Some(1), 1), staged("v2", Some(2), 2), staged("v3", None, 1), staged("v4", Some(1), 2)];
    ingest.list(day(2), complete(SITE), &more).await.unwrap();
    assert_eq!(events(place).await, [event("v1", SITE, 1, true, true), event("v4", SITE, 2, true, true)]);
}

async fn each_change_of_what_is_online_leaves_an_event(place: &Place) {
    let ingest = Session::begin(place).await;
    let steps = [
        (Some(2), None),
        (Some(1), Some(true)),
        (Some(1), None),
        (None, Some(false)),
        (Some(2), None),
        (Some(1), Some(true)),
    ];
    let mut expected = Vec::new();
    for (number, (stage, told)) in (1..).zip(steps) {
        let list = [staged("v1", stage, number), posting("v0", SITE)];
        ingest.list(day(number), complete(SITE), &list).await.unwrap();
        expected.extend((number == 1).then(|| event("v0", SITE, 1, true, true)));
        expected.extend(told.map(|is_published| event("v1", SITE, number, is_published, false)));
        assert_eq!(events(place).await, expected, "step {number}");
    }
}

async fn what_is_gone_and_back_has_left_both(place: &Place) {
    let ingest = Session::begin(place).await;
    let all = [staged("v1", Some(1), 1), staged("v2", Some(2), 1), posting("v0", SITE)];
    ingest.list(day(1), complete(SITE), &all).await.unwrap();
    ingest.list(day(2), complete(SITE), &[posting("v0", SITE)]).await.unwrap();
    ingest.list(day(3), complete(SITE), &all).await.unwrap();
    let expected = [
        event("v0", SITE, 1, true, true),
        event("v1", SITE, 1, true, true),
        event("v1", SITE, 2, false, false),
        event("v1", SITE, 3, true, false),
    ];
    assert_eq!(events(place).await, expected, "what was offline when it went has left none");
}

async fn of_two_media_each_leaves_its_own(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.list(day(1), complete(SITE), &[posting("v1", SITE), posting("v2", SITE)]).await.unwrap();
    ingest.list(day(2), complete(BOARD), &[posting("v1", BOARD)]).await.unwrap();
    ingest.list(day(3), complete(SITE), &[posting("v2", SITE)]).await.unwrap();
    let expected = [
        event("v1", SITE, 1, true, true),
        event("v2", SITE, 1, true, true),
        event("v1", BOARD, 2, true, true),
        event("v1", SITE, 3, false, false),
    ];
    assert_eq!(events(place).await, expected);
}
