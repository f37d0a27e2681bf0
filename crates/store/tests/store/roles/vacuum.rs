//! What was forgotten is taken out of the files of tables also by a role that does not own them.

use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, DbBackend, Statement, TransactionTrait as _};
use store::{Scrubbed, Store, StoreError};

use super::{migrate, role};
use crate::{
    place::{Place, on_postgres, options},
    records::{application, day},
    session::Session,
};

const OF_PERSONS: [&str; 4] = ["application", "application_event", "candidate", "rejected_record"];

/// As ingest, with somebody whom it has just forgotten.
async fn with_somebody_forgotten(place: &Place) -> Session {
    migrate(place).await;
    let store = Store::open(&place.url_of("ingest"), &options("ingest")).await.unwrap();
    let writer = store.writer().await.unwrap().unwrap();
    let ingest = Session { store, writer };
    ingest.applications(day(1), &[application("a"), application("b")]).await;
    ingest.forget(day(2), "a").await;
    ingest
}

async fn text(place: &Place, sql: &str) -> String {
    let row = place.eyes().await.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await;
    row.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// By which it shows that a table was vacuumed, or written anew.
async fn traces(place: &Place) -> Vec<String> {
    let mut traces = Vec::new();
    for table in OF_PERSONS {
        let sql = format!(
            "SELECT concat(pg_relation_filenode('{table}'::regclass), ' ', last_vacuum) FROM pg_stat_user_tables \
             WHERE relid = '{table}'::regclass"
        );
        traces.push(text(place, &sql).await);
    }
    traces
}

async fn can_maintain(place: &Place) -> bool {
    place.number("SELECT current_setting('server_version_num')::bigint").await >= 170_000
}

#[tokio::test]
async fn ingest_takes_out_what_it_has_forgotten() {
    on_postgres(async |place: &Place| {
        let ingest = with_somebody_forgotten(place).await;
        let before = traces(place).await;
        assert!(ingest.store.is_scrub_due().await.unwrap());
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
        assert!(!ingest.store.is_scrub_due().await.unwrap());
        for (table, (before, after)) in OF_PERSONS.iter().zip(before.iter().zip(&traces(place).await)) {
            assert_ne!(before, after, "{table}");
        }
        assert_eq!(place.number("SELECT count(*) FROM application").await, 2);
        let function = place.number("SELECT count(*) FROM pg_proc WHERE proname = 'rewrite_tables_of_persons'").await;
        assert_eq!(function == 1, !can_maintain(place).await, "it is there where it is needed");
    })
    .await;
}

#[tokio::test]
async fn a_table_that_was_left_out_is_an_error_and_the_next_migrate_makes_it_good() {
    on_postgres(async |place: &Place| {
        let ingest = with_somebody_forgotten(place).await;
        let name = role(place, "ingest").name;
        let (taken, left) = if can_maintain(place).await {
            (format!("REVOKE MAINTAIN ON candidate FROM {name}"), "VACUUM has left out candidate:")
        } else {
            let function = "rewrite_tables_of_persons()";
            (
                format!("REVOKE EXECUTE ON FUNCTION {function} FROM {name}"),
                "VACUUM has left out application, application_event, candidate, rejected_record:",
            )
        };
        place.execute(&taken).await;
        let error = ingest.writer.scrub().await.unwrap_err();
        assert!(matches!(&error, StoreError::NotVacuumed { .. }) && error.is_final(), "{error:?}");
        assert!(error.to_string().contains(left), "{error}");
        assert!(ingest.store.is_scrub_due().await.unwrap(), "the next run is to do it");
        assert_eq!(migrate(place).await.rights_changed, 1);
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
    })
    .await;
}

/// Where a function says that it was done, and it was not.
#[tokio::test]
async fn a_function_that_does_nothing_is_found_out() {
    on_postgres(async |place: &Place| {
        if can_maintain(place).await {
            return;
        }
        let ingest = with_somebody_forgotten(place).await;
        place
            .execute(
                "CREATE OR REPLACE FUNCTION rewrite_tables_of_persons() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
            )
            .await;
        let error = ingest.writer.scrub().await.unwrap_err();
        assert!(matches!(&error, StoreError::NotVacuumed { .. }), "{error:?}");
        assert_eq!(migrate(place).await.rights_changed, 1);
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
    })
    .await;
}

/// A reader of long ago is waited for, and so is a transaction that has read a table and does nothing, where that is in the way.
#[tokio::test]
async fn who_is_in_the_way_is_waited_for_and_then_it_stays_due() {
    on_postgres(async |place: &Place| {
        let ingest = with_somebody_forgotten(place).await;
        let other = place.connect().await.begin().await.unwrap();
        other.execute_unprepared("SELECT 1 FROM application").await.unwrap();
        let begun = Instant::now();
        let scrubbed = ingest.writer.scrub().await.unwrap();
        if can_maintain(place).await {
            assert_eq!(scrubbed, Scrubbed::Whole);
        } else {
            assert_eq!(scrubbed, Scrubbed::Hindered);
            assert!(begun.elapsed() > Duration::from_secs(9), "{:?}", begun.elapsed());
            other.rollback().await.unwrap();
            assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
        }
    })
    .await;
}

/// Whoever has written since before sees, in no snapshot, that they keep what was deleted.
#[tokio::test]
async fn a_transaction_that_writes_since_before_is_in_the_way() {
    on_postgres(async |place: &Place| {
        place.migrate().await;
        let other = place.connect().await.begin().await.unwrap();
        other
            .execute_unprepared("INSERT INTO place (service, place, noted_at) VALUES ('x', 'x', now())")
            .await
            .unwrap();
        let ingest = with_somebody_forgotten(place).await;
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Hindered);
        other.rollback().await.unwrap();
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Whole);
    })
    .await;
}
