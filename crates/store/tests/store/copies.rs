//! A store knows whether it is where a service has left it.

use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use store::{Elsewhere, OpenOptions, Store, Whereabouts};

use crate::{
    place::{Place, on_postgres, on_sqlite},
    records::day,
    session::writer,
};

rig::on_each_backend!(where_it_was_made_is_where_it_is, who_finds_none_notes_one, each_service_goes_by_its_own,);

async fn where_it_was_made_is_where_it_is(place: &Place) {
    place.migrate().await;
    for service in ["transfer", "ingest", "export"] {
        assert!(place.open(service).await.elsewhere().await.unwrap().is_none(), "{service}");
    }
    assert_eq!(place.number("SELECT count(*) FROM place").await, 2, "export wants to know nothing");
    // neither another migration nor what a database does with its files changes that
    place.migrate().await;
    place.execute("VACUUM").await;
    assert!(place.open("transfer").await.elsewhere().await.unwrap().is_none());
}

async fn who_finds_none_notes_one(place: &Place) {
    place.migrate().await;
    place.execute("DELETE FROM place").await;
    let store = place.open("transfer").await;
    assert!(matches!(store.whereabouts().await.unwrap(), Whereabouts::Unknown));
    let transfer = writer(&store).await;
    transfer.note_place(&store, day(2)).await.unwrap();
    assert_eq!(place.number("SELECT count(*) FROM place WHERE service = 'transfer'").await, 1);
}

async fn each_service_goes_by_its_own(place: &Place) {
    place.migrate().await;
    place.execute("UPDATE place SET place = 'elsewhere'").await;
    let store = place.open("transfer").await;
    let found = store.elsewhere().await.unwrap().expect("it is elsewhere");
    assert!(found.to_string().contains("not where it was (elsewhere; noted"), "{found}");
    let transfer = writer(&store).await;
    transfer.note_place(&store, day(2)).await.unwrap();
    assert!(store.elsewhere().await.unwrap().is_none());
    assert!(place.open("ingest").await.elsewhere().await.unwrap().is_some(), "what one was told the other was not");
}

#[tokio::test]
async fn a_file_that_was_copied_is_told() {
    on_sqlite(async |place| {
        place.migrate().await;
        let file = place.url.strip_prefix("sqlite://").unwrap();
        drop(writer(&place.open("transfer").await).await);
        place.execute("PRAGMA wal_checkpoint(TRUNCATE)").await;
        let copy = format!("{file}.copy");
        std::fs::copy(file, &copy).unwrap();
        assert!(elsewhere(&format!("sqlite://{copy}"), "transfer").await.is_some());
        // in the place of the one that it was made of it is another file still
        std::fs::rename(&copy, file).unwrap();
        assert!(elsewhere(&place.url, "transfer").await.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_database_that_was_restored_is_told() {
    on_postgres(async |place| {
        place.migrate().await;
        assert_eq!(place.backend, rig::Backend::Postgres);
        // a database made of another has the same rows, on the same server, on the same timeline
        let server = url::Url::parse(&place.url).unwrap();
        let name = server.path().trim_start_matches('/').to_owned();
        let mut admin = server.clone();
        admin.set_path("postgres");
        let copy = format!("{name}_copy");
        let db = rig::connect(admin.as_str()).await;
        // sessions that a moment ago were at work there are in the way
        let alone = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        while db.execute_unprepared(&format!("CREATE DATABASE {copy} TEMPLATE {name}")).await.is_err() {
            db.execute_unprepared(&alone).await.unwrap();
        }
        let mut url = server.clone();
        url.set_path(&copy);
        let found = elsewhere(url.as_str(), "transfer").await;
        db.execute_unprepared(&format!("DROP DATABASE {copy} WITH (FORCE)")).await.unwrap();
        let found = found.expect("it is elsewhere");
        let (before, now) = (found.before.to_string(), found.now.to_string());
        let same: Vec<bool> = before.split(", ").zip(now.split(", ")).map(|(before, now)| before == now).collect();
        assert_eq!(same, [true, true, false, true], "{found}");
        assert!(before.split(", ").all(|part| !part.ends_with([' ', '-'])), "{found}");
    })
    .await;
}

#[tokio::test]
async fn who_may_ask_for_less_goes_by_less() {
    on_postgres(async |place| {
        place.migrate().await;
        // of each server once: a right is the database's own
        for function in ["pg_control_system()", "pg_current_wal_lsn()"] {
            place.execute(&format!("REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")).await;
        }
        let role = format!("modest_{}", std::process::id());
        place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'modest'")).await;
        place.execute(&format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")).await;
        let mut url = url::Url::parse(&place.url).unwrap();
        url.set_username(&role).unwrap();
        url.set_password(Some("modest")).unwrap();
        let found = elsewhere(url.as_str(), "transfer").await;
        place.execute(&format!("DROP OWNED BY {role}")).await;
        place.execute(&format!("DROP ROLE {role}")).await;
        assert!(found.is_none(), "what it may not ask speaks against nothing: {found:?}");
        // the rest does
        place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'modest'")).await;
        place.execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")).await;
        place.execute("UPDATE place SET place = replace(place, 'database ', 'database 1')").await;
        let found = elsewhere(url.as_str(), "transfer").await;
        place.execute(&format!("DROP OWNED BY {role}")).await;
        place.execute(&format!("DROP ROLE {role}")).await;
        let now = found.expect("it is another database").now.to_string();
        assert!(now.starts_with("system -, timeline -, database "), "{now}");
    })
    .await;
}

async fn elsewhere(url: &str, service: &'static str) -> Option<Elsewhere> {
    let options = OpenOptions { service, max_connections: 1, wait: Duration::ZERO };
    Store::open(url, &options).await.unwrap().elsewhere().await.unwrap()
}
