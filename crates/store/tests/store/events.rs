//! An application that enters a stage or a status leaves an event.

use chrono::{DateTime, Utc};
use domain::{Application, Localization, Pseudonymiser, Window};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use store::{
    CommitSlice, Forget, Person,
    entity::{application, application_event, sync_run},
};

use crate::{
    place::Place,
    records::{application as sent, application_row, at, day, started_run, text},
    session::{RUN, Rows, Session, commit, judged, recognising, some_window},
};

rig::on_each_backend!(
    the_first_sight_leaves_one_event,
    a_change_of_stage_or_status_leaves_one_event,
    an_edit_of_anything_else_leaves_none,
    without_an_instant_of_the_source_an_event_happened_when_it_was_seen,
    a_stage_in_more_or_fewer_locales_is_the_same,
    it_is_known_when_an_application_was_last_read_before,
    the_source_s_clock_says_when_it_was_seen,
    whoever_was_blanked_is_seen_for_the_first_time,
);

/// The event, but for its place.
fn event(no: i64, from: Option<(&str, i32)>, to: (Option<&str>, Option<i32>)) -> application_event::Model {
    application_event::Model {
        application_id: "a".to_owned(),
        event_no: no,
        vacancy_id: Some("v1".to_owned()),
        occurred: day(1),
        observed: day(1),
        previous_observed: from.map(|_| day(1)),
        is_first_sight: from.is_none(),
        from_stage: from.map(|(stage, _)| stage.to_owned()),
        from_stage_localized: from.and_then(|(stage, _)| text(stage).to_json()),
        to_stage: to.0.map(str::to_owned),
        to_stage_localized: to.0.and_then(|stage| text(stage).to_json()),
        from_status: from.map(|(_, status)| status),
        to_status: to.1,
        removed_at: None,
        changed_seq: no,
    }
}

async fn the_first_sight_leaves_one_event(place: &Place) {
    let ingest = Session::begin(place).await;
    let created = at("2026-01-01T08:30:00.123456Z");
    ingest.applications(day(4), &[Application { created, ..sent("a") }, sent("b")]).await;
    let rows = Rows::of(place).await;
    assert_eq!(rows.events.len(), 2);
    let first = event(1, None, (Some("Neu"), Some(1)));
    assert_eq!(rows.events[0], application_event::Model { occurred: created, observed: day(4), ..first });
    ingest.applications(day(5), &[Application { created, ..sent("a") }, sent("b")]).await;
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
        let record = Application { stage: stage_texts, status, updated, ..sent("a") };
        ingest.applications(day(10 * number + 1), &[record, sent("other")]).await;
        let before = expected.last().map(|event| (event.to_stage.clone(), event.to_status));
        let (from_stage, from_status) = before.unwrap_or_default();
        let from_stage_localized = from_stage.as_deref().and_then(|stage| text(stage).to_json());
        expected.push(application_event::Model {
            occurred: if number == 1 { day(1) } else { day(10 * number) },
            observed: day(10 * number + 1),
            from_stage,
            from_stage_localized,
            from_status,
            is_first_sight: number == 1,
            previous_observed: (number > 1).then(|| day(10 * (number - 1) + 1)),
            ..event(number, None, (stage, status))
        });
    }
    let rows = Rows::of(place).await;
    assert!(rows.events_of("a").into_iter().eq(&expected), "{:#?}", rows.events_of("a"));
    assert_eq!(rows.events_of("other").len(), 1);
}

async fn an_edit_of_anything_else_leaves_none(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[sent("a")]).await;
    let edited = Application {
        email: Some("new@example.com".to_owned()),
        vacancy_id: Some("v2".to_owned()),
        updated: Some(day(2)),
        disqualify_reason: text("abgesagt"),
        ..sent("a")
    };
    let done = ingest.applications(day(3), &[edited]).await;
    assert_eq!(done.updated, 1);
    assert_eq!(Rows::of(place).await.events, [event(1, None, (Some("Neu"), Some(1)))]);
}

async fn without_an_instant_of_the_source_an_event_happened_when_it_was_seen(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[sent("a")]).await;
    ingest.applications(day(3), &[Application { status: Some(0), updated: None, ..sent("a") }]).await;
    let expected = event(2, Some(("Neu", 1)), (Some("Neu"), Some(0)));
    let rows = Rows::of(place).await;
    assert_eq!(rows.events[1], application_event::Model { occurred: day(3), observed: day(3), ..expected });
}

fn in_locales(labels: &[(&str, &str)]) -> Localization {
    labels.iter().map(|(locale, label)| ((*locale).to_owned(), (*label).to_owned())).collect()
}

async fn a_stage_in_more_or_fewer_locales_is_the_same(place: &Place) {
    let ingest = Session::begin(place).await;
    let (german, english) = (("de-DE", "Gespräch"), ("en-GB", "Interview"));
    // how it is called, and whether that is another stage
    let steps: &[(&[(&str, &str)], bool)] = &[
        (&[german, english], true),
        (&[english], false),
        (&[("da-DK", "Samtale"), english], false),
        (&[("da-DK", "Samtale")], false),
        // no locale is left of those before
        (&[german], true),
        (&[("de-DE", "Angebot"), english], true),
        (&[("de-DE", "Angebot")], false),
        (&[], true),
        (&[german], true),
    ];
    let mut expected = 0;
    for (number, (labels, is_another)) in (1..).zip(steps) {
        let record = Application { stage: in_locales(labels), updated: Some(day(number)), ..sent("a") };
        ingest.applications(day(number), &[record]).await;
        expected += usize::from(*is_another);
        assert_eq!(Rows::of(place).await.events.len(), expected, "{labels:?}");
    }
    // whoever comes back in the same stage has not moved, whatever it is called now
    ingest.applications(day(19), &[sent("stays")]).await;
    ingest.begin_reconcile().await;
    ingest.window(day(20), Window::new(day(1), day(2)).unwrap(), &[sent("stays")]).await;
    assert_eq!(ingest.writer.judge_missing(&judged(day(20))).await.unwrap(), 1);
    let record = Application { stage: in_locales(&[english, german]), updated: Some(day(21)), ..sent("a") };
    ingest.applications(day(21), &[record]).await;
    let rows = Rows::of(place).await;
    let back = rows.events_of("a").into_iter().last().unwrap();
    assert_eq!((back.observed, back.is_first_sight), (day(21), false));
    assert_eq!((&back.from_stage, &back.from_stage_localized), (&back.to_stage, &back.to_stage_localized));
}

/// A run of ingest that has read the applications of a window.
fn run(id: &str, outcome: &str, (from, to): (i64, i64)) -> sync_run::Model {
    sync_run::Model {
        service: "ingest".to_owned(),
        finished_at: Some(day(to)),
        outcome: outcome.to_owned(),
        window_from: Some(day(from)),
        window_to: Some(day(to)),
        ..started_run(id, day(to))
    }
}

async fn it_is_known_when_an_application_was_last_read_before(place: &Place) {
    let ingest = Session::begin(place).await;
    let of = |id: &str, created: i64, status: i32| Application {
        created: day(created),
        status: Some(status),
        updated: None,
        ..sent(id)
    };
    ingest.applications(day(10), &[of("old", 1, 1), of("young", 15, 1)]).await;
    let runs = [
        run("everything", "succeeded", (0, 20)),
        run("news", "succeeded", (14, 30)),
        // what it has read nobody knows, and of these nobody has read an application
        run("cut off", "failed", (0, 40)),
        sync_run::Model { service: "export".to_owned(), ..run("of another service", "succeeded", (0, 41)) },
        sync_run::Model { command: "backfill".to_owned(), ..run("of the past", "succeeded", (0, 42)) },
        run("of a clock that was ahead", "succeeded", (0, 90)),
    ];
    let runs = runs.map(sync_run::Model::into_active_model);
    sync_run::Entity::insert_many(runs).exec(place.eyes().await).await.unwrap();
    ingest.applications(day(50), &[of("old", 1, 0), of("young", 15, 0), of("new", 45, 1)]).await;
    let rows = Rows::of(place).await;
    let last_read = |id: &str| rows.events_of(id).into_iter().map(|event| event.previous_observed).collect::<Vec<_>>();
    assert_eq!(last_read("old"), [None, Some(day(20))]);
    assert_eq!(last_read("young"), [None, Some(day(30))]);
    assert_eq!(last_read("new"), [None]);
    // nobody has written down that it was read, but its event was seen
    ingest.applications(day(60), &[of("old", 1, 1)]).await;
    let rows = Rows::of(place).await;
    assert_eq!(rows.events_of("old").into_iter().last().unwrap().previous_observed, Some(day(50)));
}

async fn the_source_s_clock_says_when_it_was_seen(place: &Place) {
    let ingest = Session::begin(place).await;
    for (ours, theirs, status) in [(day(1), day(101), 1), (day(2), day(102), 0)] {
        let mut slice = ingest.writer.slice::<application::Entity>();
        let record = Application { status: Some(status), updated: None, ..sent("a") };
        let rows = [application_row(&record, ours)].into_iter();
        recognising(&ingest.writer, &mut slice, rows, some_window(), |row| &row.raw).await;
        slice.commit(&CommitSlice { observed: theirs, ..commit(ours, 1) }).await.unwrap();
    }
    let rows = Rows::of(place).await;
    let seen = |event: &application_event::Model| (event.occurred, event.observed, event.previous_observed);
    let seen: Vec<(DateTime<Utc>, DateTime<Utc>, _)> = rows.events.iter().map(seen).collect();
    assert_eq!(seen, [(day(1), day(101), None), (day(102), day(102), Some(day(101)))]);
    assert_eq!(rows.applications[0].first_seen, day(1), "that is ours");
}

async fn whoever_was_blanked_is_seen_for_the_first_time(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[sent("a")]).await;
    let key = Pseudonymiser::new("0123456789abcdef-of-the-tests").unwrap();
    let grouping = domain::cohort::Grouping::default();
    let forget = Forget { run_id: RUN, now: day(2), pseudonymiser: &key, grouping, freezing: None };
    ingest.writer.forget(&[Person::Application("a".to_owned())], &forget).await.unwrap();
    let [blanked] = Rows::of(place).await.events.try_into().unwrap();
    assert_eq!((blanked.previous_observed, blanked.to_stage_localized), (None, None));
    // the slice takes it: whether it may come back is for its reader to say
    ingest.applications(day(3), &[sent("a")]).await;
    let rows = Rows::of(place).await;
    let back = rows.events.iter().find(|event| event.observed == day(3)).unwrap();
    assert_eq!((back.is_first_sight, back.previous_observed), (true, None));
    assert_eq!((back.occurred, &back.from_stage, back.from_status), (day(1), &None, None));
}
