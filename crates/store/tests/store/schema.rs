//! Migrations, and that the entities are what they make.

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, IntoActiveModel, ModelTrait};
use store::{
    OpenOptions, SchemaState, Store, StoreError,
    entity::{
        application, application_event, application_month, candidate, change_counter, export_cursor, posting,
        rejected_record, source, suppression, sync_cursor, sync_run,
    },
};

use crate::{
    place::{Place, options},
    records::{application as an_application, application_row, at, day, posting as a_posting, posting_row},
};

rig::on_each_backend!(
    one_set_of_steps_makes_the_schema_and_a_second_migrate_takes_nothing,
    migrates_at_once_do_not_disturb_each_other,
    steps_of_a_newer_release_are_tolerated_and_shown,
    an_empty_database_is_refused_naming_migrate,
    a_store_that_waits_opens_when_its_schema_comes,
    every_entity_matches_its_table,
);

const STEPS: &[&str] = &["m0001_tables"];

fn state(applied: &[&str], pending: &[&str], unknown: &[&str]) -> SchemaState {
    let owned = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect();
    SchemaState { applied: owned(applied), pending: owned(pending), unknown: owned(unknown) }
}

async fn one_set_of_steps_makes_the_schema_and_a_second_migrate_takes_nothing(place: &Place) {
    let store = Store::open_to_migrate(&place.url, &options("migrate")).await.unwrap();
    assert_eq!(store.schema().await.unwrap(), state(&[], STEPS, &[]));
    assert_eq!(store.migrate(day(1)).await.unwrap(), STEPS);
    assert_eq!(store.schema().await.unwrap(), state(STEPS, &[], &[]));
    assert_eq!(store.migrate(day(2)).await.unwrap(), Vec::<String>::new());
    let first = day(1).timestamp();
    assert_eq!(place.number("SELECT max(applied_at) FROM seaql_migrations").await, first, "taken once, on day 1");
}

async fn migrates_at_once_do_not_disturb_each_other(place: &Place) {
    let ready = tokio::sync::Barrier::new(8);
    // a SQLite file that several begin to use at once is locked for a moment, which the program waits out too
    let patient = OpenOptions { wait: std::time::Duration::from_secs(20), ..options("migrate") };
    let migrate = async || {
        let store = Store::open_to_migrate(&place.url, &patient).await.unwrap();
        ready.wait().await;
        store.migrate(day(1)).await
    };
    let all = futures_util::future::join_all((0..8).map(|_| migrate())).await;
    let mut taken: Vec<String> = all.into_iter().flat_map(Result::unwrap).collect();
    // who takes which is left to chance
    taken.sort();
    assert_eq!(taken, STEPS, "each step was taken by one of them");
}

async fn steps_of_a_newer_release_are_tolerated_and_shown(place: &Place) {
    place.migrate().await;
    place.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)").await;
    assert_eq!(place.migrate().await, Vec::<String>::new());
    let store = place.open("ingest").await;
    assert_eq!(store.schema().await.unwrap(), state(STEPS, &[], &["m9999_later"]));
}

async fn an_empty_database_is_refused_naming_migrate(place: &Place) {
    let error = Store::open(&place.url, &options("ingest")).await.unwrap_err();
    assert!(matches!(&error, StoreError::SchemaMissing { pending } if pending == STEPS), "{error:?}");
    assert!(error.to_string().contains("run migrate"), "{error}");
    assert!(!error.is_final(), "migrate may be on its way");
    let look = Store::open_to_look(&place.url, &options("ingest")).await.unwrap();
    assert_eq!(look.schema().await.unwrap(), state(&[], STEPS, &[]), "looking makes nothing");
}

async fn a_store_that_waits_opens_when_its_schema_comes(place: &Place) {
    let mut patient = options("ingest");
    patient.wait = std::time::Duration::from_mins(1);
    let (store, _) = tokio::join!(Store::open(&place.url, &patient), place.migrate());
    assert_eq!(store.unwrap().highest_change().await.unwrap(), 0);
}

/// Writes a row by its entity and reads it again.
async fn there_and_back<E>(place: &Place, row: E::Model)
where
    E: EntityTrait,
    E::Model: ModelTrait<Entity = E> + IntoActiveModel<E::ActiveModel> + PartialEq + Clone + Sync,
    E::ActiveModel: Send,
{
    let db = place.eyes().await;
    E::insert(row.clone().into_active_model()).exec_without_returning(db).await.unwrap();
    assert_eq!(E::find().all(db).await.unwrap(), [row]);
}

async fn every_entity_matches_its_table(place: &Place) {
    place.migrate().await;
    place.execute("DELETE FROM change_counter").await;
    let now = at("2026-02-03T04:05:06.123456Z");
    there_and_back::<posting::Entity>(place, full_posting(now)).await;
    there_and_back::<application::Entity>(place, full_application(now)).await;
    there_and_back::<candidate::Entity>(place, full_candidate(now)).await;
    there_and_back::<application_event::Entity>(place, full_event(now)).await;
    there_and_back::<sync_run::Entity>(place, full_run(now)).await;
    there_and_back::<rejected_record::Entity>(place, full_rejected_record(now)).await;
    let cursor = sync_cursor::Model { stream: text(), position: now, run_id: text(), moved_at: now };
    there_and_back::<sync_cursor::Entity>(place, cursor).await;
    let suppressed =
        suppression::Model { pseudonym: text(), kind: text(), suppressed_at: now, key_fingerprint: text() };
    there_and_back::<suppression::Entity>(place, suppressed).await;
    let (pending_from, pending_to) = (Some(5), Some(i64::MAX));
    let (pii_mode, pii_key_fingerprint) = (Some(text()), Some(text()));
    let sent = export_cursor::Model {
        target: text(),
        sent: 5,
        pending_from,
        pending_to,
        attempt: 3,
        pii_mode,
        pii_key_fingerprint,
        sums: Some(text()),
        verified_at: Some(now),
        moved_at: now,
    };
    there_and_back::<export_cursor::Entity>(place, sent).await;
    let month = application_month::Model {
        group_key: text(),
        month: text(),
        department: text(),
        city: text(),
        furthest_stage_kind: text(),
        outcome: text(),
        reason_kind: text(),
        is_eligible: true,
        weeks: Some(i64::MAX),
        applications: 7,
        removed_at: Some(now),
        changed_seq: i64::MAX,
    };
    there_and_back::<application_month::Entity>(place, month).await;
    there_and_back::<source::Entity>(place, source::Model { id: 1, base_url: text(), customer: text() }).await;
    there_and_back::<change_counter::Entity>(place, change_counter::Model { id: 1, value: i64::MAX }).await;
}

fn text() -> String {
    "x".to_owned()
}

fn full_posting(now: DateTime<Utc>) -> posting::Model {
    posting::Model {
        job_id: Some(i64::MAX),
        application_form_id: Some(text()),
        title_localized: Some(text()),
        content_localized: Some(text()),
        advertisements: Some(text()),
        deadline: Some(now),
        deadline_text: Some(text()),
        department_id: Some(text()),
        department: Some(text()),
        address: Some(text()),
        street: Some(text()),
        zip: Some(text()),
        city: Some(text()),
        country: Some(text()),
        latitude: Some(51.514_227_3),
        longitude: Some(-7.465_278_9),
        tags: Some(text()),
        facts: Some(text()),
        template_id: Some(text()),
        template_title: Some(text()),
        ad_url: Some(text()),
        external_application_url: Some(text()),
        time_zone: Some(text()),
        removed_at: Some(now),
        changed_seq: i64::MAX,
        ..posting_row(&a_posting("v1", "site"), now)
    }
}

fn full_application(now: DateTime<Utc>) -> application::Model {
    application::Model {
        number: Some(i64::MIN),
        middle_name: Some(text()),
        updated: Some(now),
        status: Some(i32::MIN),
        disqualify_reason: Some(text()),
        disqualify_reason_localized: Some(text()),
        source: Some(text()),
        removed_at: Some(now),
        changed_seq: 7,
        ..application_row(&an_application("a1"), now)
    }
}

fn full_candidate(now: DateTime<Utc>) -> candidate::Model {
    candidate::Model {
        key: text(),
        exported_key: Some(text()),
        candidate_id: Some(text()),
        email: Some(text()),
        first_name: Some(text()),
        middle_name: Some(text()),
        last_name: Some(text()),
        content_hash: text(),
        first_seen: now,
        removed_at: Some(now),
        changed_seq: 7,
    }
}

fn full_event(now: DateTime<Utc>) -> application_event::Model {
    application_event::Model {
        application_id: text(),
        event_no: 7,
        vacancy_id: Some(text()),
        occurred: now,
        observed: now,
        previous_observed: Some(now),
        is_first_sight: true,
        from_stage: Some(text()),
        from_stage_localized: Some(text()),
        to_stage: Some(text()),
        to_stage_localized: Some(text()),
        from_status: Some(0),
        to_status: Some(1),
        removed_at: Some(now),
        changed_seq: 7,
    }
}

fn full_run(now: DateTime<Utc>) -> sync_run::Model {
    sync_run::Model {
        id: text(),
        service: text(),
        command: "run".to_owned(),
        trigger: text(),
        started_at: now,
        finished_at: Some(now),
        outcome: text(),
        window_from: Some(now),
        window_to: Some(now),
        fetched: 1,
        inserted: 2,
        updated: 3,
        unchanged: 4,
        removed: 5,
        rejected: 6,
        suppressed: 7,
        outside: 8,
        bytes: i64::MAX,
        requests: 9,
        retries: 10,
        jobs: 11,
        bytes_billed: 12,
        error: Some(text()),
        unjudged: Some(text()),
        version: text(),
    }
}

fn full_rejected_record(now: DateTime<Utc>) -> rejected_record::Model {
    rejected_record::Model {
        fingerprint: text(),
        stream: text(),
        record_key: Some(text()),
        reason: text(),
        payload: text(),
        run_id: text(),
        first_seen: now,
        last_seen: now,
    }
}
