//! An application that enters a stage or a status leaves an event.

use domain::{Application, Localization};
use store::entity::application_event;

use crate::{
    place::Place,
    records::{application, at, day, text},
    session::{Rows, Session},
};

on_both! {
    the_first_sight_leaves_one_event,
    a_change_of_stage_or_status_leaves_one_event,
    an_edit_of_anything_else_leaves_none,
    without_an_instant_of_the_source_an_event_happened_when_it_was_seen,
}

/// The event, but for its place.
fn event(no: i64, from: Option<(&str, i32)>, to: (Option<&str>, Option<i32>)) -> application_event::Model {
    application_event::Model {
        application_id: "a".to_owned(),
        event_no: no,
        vacancy_id: Some("v1".to_owned()),
        occurred: day(1),
        observed: day(1),
        from_stage: from.map(|(stage, _)| stage.to_owned()),
        to_stage: to.0.map(str::to_owned),
        from_status: from.map(|(_, status)| status),
        to_status: to.1,
        removed_at: None,
        changed_seq: no,
    }
}

async fn the_first_sight_leaves_one_event(place: &Place) {
    let ingest = Session::begin(place).await;
    let created = at("2026-01-01T08:30:00.123456Z");
    ingest.applications(day(4), &[Application { created, ..application("a") }, application("b")]).await;
    let rows = Rows::of(place).await;
    assert_eq!(rows.events.len(), 2);
    let first = event(1, None, (Some("Neu"), Some(1)));
    assert_eq!(rows.events[0], application_event::Model { occurred: created, observed: day(4), ..first });
    ingest.applications(day(5), &[Application { created, ..application("a") }, application("b")]).await;
    assert_eq!(Rows::of(place).await.events, rows.events, "the second sight leaves none");
}

async fn a_change_of_stage_or_status_leaves_one_event(place: &Place) {
    let ingest = Session::begin(place).await;
    let steps = [
        (Some("Neu"), Some(1)),
        (Some("Gespräch"), Some(1)),
        (Some("Gespräch"), Some(0)),
        (Some("Angebot"), Some(1)),
        (None, Some(1)),
        (None, None),
        (Some("Neu"), None),
    ];
    let mut expected: Vec<application_event::Model> = Vec::new();
    for (number, (stage, status)) in (1..).zip(steps) {
        let updated = Some(day(10 * number));
        let stage_texts = stage.map_or_else(Localization::default, text);
        let record = Application { stage: stage_texts, status, updated, ..application("a") };
        ingest.applications(day(10 * number + 1), &[record, application("other")]).await;
        let before = expected.last().map(|event| (event.to_stage.clone(), event.to_status));
        let (from_stage, from_status) = before.unwrap_or_default();
        expected.push(application_event::Model {
            occurred: if number == 1 { day(1) } else { day(10 * number) },
            observed: day(10 * number + 1),
            from_stage,
            from_status,
            ..event(number, None, (stage, status))
        });
    }
    let rows = Rows::of(place).await;
    assert!(rows.events_of("a").into_iter().eq(&expected), "{:#?}", rows.events_of("a"));
    assert_eq!(rows.events_of("other").len(), 1);
}

async fn an_edit_of_anything_else_leaves_none(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[application("a")]).await;
    let edited = Application {
        email: Some("new@example.com".to_owned()),
        vacancy_id: Some("v2".to_owned()),
        updated: Some(day(2)),
        disqualify_reason: text("abgesagt"),
        ..application("a")
    };
    let done = ingest.applications(day(3), &[edited]).await;
    assert_eq!(done.updated, 1);
    assert_eq!(Rows::of(place).await.events, [event(1, None, (Some("Neu"), Some(1)))]);
}

async fn without_an_instant_of_the_source_an_event_happened_when_it_was_seen(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[application("a")]).await;
    ingest.applications(day(3), &[Application { status: Some(0), updated: None, ..application("a") }]).await;
    let expected = event(2, Some(("Neu", 1)), (Some("Neu"), Some(0)));
    let rows = Rows::of(place).await;
    assert_eq!(rows.events[1], application_event::Model { occurred: day(3), observed: day(3), ..expected });
}
