//! One journey: what the mock has arrives in the store, the lake and the mart; a day later too.

use std::collections::BTreeMap;

use e2e::{
    lake::{self, KEYS},
    rows::Rows,
};
use rig::{Backend, Database, Mock, Program};
use serde_json::Value;

use super::stages::{Dbt, export, ingest, migrate};

#[tokio::test]
async fn on_sqlite() {
    journey(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    if Backend::Postgres.is_there() {
        journey(Backend::Postgres).await;
    }
}

async fn journey(backend: Backend) {
    let (mock, database, dbt) = (Mock::start(), Database::absent(backend), Dbt::find());
    // the lake is the same from either database, and dbt takes longest: once is enough on the second
    let every_day = dbt.as_ref().filter(|_| backend == Backend::Sqlite);
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("lake");
    let migrate = migrate(&database);
    assert!(migrate.clone().run().must_succeed().count("rows") > 0);
    assert_eq!(migrate.run().must_succeed().count("rows"), 0, "a second migrate changes nothing");
    let (ingest, export) =
        (ingest(&database.url_of("ingest"), &mock.address), export(&database.url_of("export"), &lake));

    // the first day
    let first = ingest.clone().run();
    let rows = Rows::of(&database.url).await;
    let live = rows.postings.len() + rows.applications.len();
    assert_eq!(first.must_succeed().count("inserted"), live as u64);
    assert_eq!(rows.runs.last().unwrap().outcome, "succeeded");
    let world = mock.world().await;
    assert_eq!(world["applications"]["total"], rows.applications.len());
    assert_eq!(world["postings"]["listed"], listed(&rows));
    same_as_the_mock(&mock, &rows).await;
    assert!(export.clone().run().must_succeed().count("rows") > live as u64);
    same_in_the_lake(&lake, &rows);
    same_in_the_mart(every_day, &lake, &rows);

    // a day later
    let happened = mock.advance(24).await;
    let count = |kind: &str, what: &str| happened[kind][what].as_u64().unwrap();
    let second = ingest.clone().run();
    let created = count("postings", "created") + count("applications", "created");
    assert!(created > 0 && count("postings", "withdrawn") > 0 && count("applications", "deleted") > 0, "{happened}");
    assert_eq!(second.must_succeed().count("inserted"), created);
    // a day has passed, so everything is read again, and what the source has deleted is no longer found
    assert_eq!(second.count("removed"), count("postings", "withdrawn") + count("applications", "deleted"));
    let rows = Rows::of(&database.url).await;
    assert_eq!(mock.world().await["postings"]["listed"], listed(&rows));
    same_as_the_mock(&mock, &rows).await;
    export.clone().run().must_succeed();
    same_in_the_lake(&lake, &rows);
    same_in_the_mart(dbt.as_ref(), &lake, &rows);

    // nothing more has happened
    let third = ingest.run();
    assert_eq!((third.must_succeed().count("inserted"), third.count("updated"), third.count("removed")), (0, 0, 0));
    assert_eq!(third.count("unchanged"), third.count("fetched"));
    assert_eq!(export.run().must_succeed().count("rows"), 0);
    let reports = Program::of_workspace("reports").argument("check").with("REPORTS_TOKEN", "a-long-random-secret");
    let reports = reports.with("REPORTS_DIR", folder.path().join("pages").display().to_string());
    let looked = reports.with("DATABASE_URL", database.url_of("reports")).run();
    assert!(looked.must_succeed().out.contains("ok    store: has runs"), "{looked:?}");
}

/// Live postings of each medium.
fn listed(rows: &Rows) -> Value {
    let mut listed = BTreeMap::<&str, u64>::new();
    for row in rows.postings.iter().filter(|row| row.removed_at.is_none()) {
        *listed.entry(&row.media_id).or_default() += 1;
    }
    serde_json::to_value(listed).unwrap()
}

/// Every record of the mock is in the store as it is now, and besides them only what the mock has deleted.
async fn same_as_the_mock(mock: &Mock, rows: &Rows) {
    let parsed = |raw: &str| serde_json::from_str::<Value>(raw).unwrap();
    let live = rows.postings.iter().filter(|row| row.removed_at.is_none());
    let held = live.map(|row| (format!("{} {}", row.vacancy_id, row.media_id), parsed(&row.raw)));
    let text = |value: &Value| value.as_str().unwrap().to_lowercase();
    let there = mock.postings().await.into_iter();
    let there =
        there.map(|posting| (format!("{} {}", text(&posting["vacancyId"]), text(&posting["mediaId"])), posting));
    same(&held.collect(), &there.collect());

    let held = rows.applications.iter().filter(|row| row.removed_at.is_none());
    let held = held.map(|row| (row.id.clone(), parsed(&row.raw)));
    let there = mock.applications().await.into_iter().map(|application| (text(&application["id"]), application));
    same(&held.collect(), &there.collect());
}

fn same(held: &BTreeMap<String, Value>, there: &BTreeMap<String, Value>) {
    for (key, record) in there {
        assert_eq!(held.get(key), Some(record), "{key}");
    }
    assert_eq!(held.len(), there.len());
}

fn same_in_the_lake(lake: &std::path::Path, rows: &Rows) {
    let held = rows.versions();
    for (table, _) in KEYS {
        assert!(lake::latest(lake, table) == held[table], "{table}: the lake's latest versions are not the store's");
    }
}

fn same_in_the_mart(dbt: Option<&Dbt>, lake: &std::path::Path, rows: &Rows) {
    let Some(dbt) = dbt else { return };
    dbt.build(lake);
    let (counted, expected) = (lake::mart(lake), rows.applications_per_vacancy());
    assert_eq!(counted.values().sum::<i64>(), expected.values().sum::<i64>());
    assert_eq!(counted, expected);
    assert!(expected.values().sum::<i64>() > 0);
}
