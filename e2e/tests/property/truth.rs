//! What must be true at the end of every story.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::Path,
};

use e2e::{
    lake::{self, KEYS},
    rows::Rows,
};
use rig::{Database, Mock};
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Value, value::RawValue};
use store::entity::application;
use uuid::Uuid;

/// Every record of the source is a live row, byte for byte, and no other row is live; what is derived is derived from
/// live rows.
pub(crate) async fn store_is_what_the_source_is(mock: &Mock, database: &Database, forgotten: &BTreeSet<String>) {
    let rows = Rows::of(&database.url).await;
    let live = rows.applications.iter().filter(|row| row.removed_at.is_none());
    let mut given = mock.raw_applications().await;
    given.retain(|record| !forgotten.contains(&id_of(record)));
    same("applications", live.clone().map(|row| row.raw.as_str()), &given);
    let postings = rows.postings.iter().filter(|row| row.removed_at.is_none());
    same("postings", postings.map(|row| row.raw.as_str()), &mock.raw_postings().await);
    candidates(&rows, live.clone().collect());
    events(&rows);
    for run in rows.runs.iter().filter(|run| run.service == "ingest") {
        assert_ne!(run.outcome, "running", "{run:?}");
        let accounted = run.inserted + run.updated + run.unchanged + run.rejected + run.suppressed + run.outside;
        assert_eq!(run.fetched, accounted, "{run:?}");
    }
    let rejected: Vec<_> = rows.rejected.iter().map(|row| (&row.reason, &row.payload)).collect();
    assert!(rejected.is_empty(), "the mock sends nothing that cannot be read: {rejected:#?}");
}

/// Whoever is forgotten, or gone from the source for long enough, is blanked.
pub(crate) async fn nobody_is_left(database: &Database, forgotten: &BTreeSet<String>, gone_days: u32) {
    let rows = Rows::of(&database.url).await;
    for row in rows.applications.iter().filter(|row| row.removed_at.is_some()) {
        if forgotten.contains(&row.id) || gone_days == 0 {
            assert_eq!((row.raw.as_str(), &row.email, &row.last_name), ("", &None, &None), "{}", row.id);
        }
    }
    assert!(!rows.applications.iter().any(|row| row.removed_at.is_none() && forgotten.contains(&row.id)));
    if gone_days == 0 {
        let left = rows.candidates.iter().filter(|row| row.removed_at.is_some() && !row.content_hash.is_empty());
        assert_eq!(left.count(), 0, "candidates without applications");
    }
}

/// The application's id as it is in the tidy form, however it is spelled.
fn id_of(record: &str) -> String {
    let record: Value = serde_json::from_str(record).expect("a record is JSON");
    let id = record["id"].as_str().expect("an id");
    Uuid::parse_str(id).expect("a GUID").to_string()
}

/// Compares members byte for byte, in their order, also those whose name comes twice.
fn same<'a>(what: &str, held: impl Iterator<Item = &'a str>, given: &[String]) {
    let mut held: Vec<String> = held.map(members).collect();
    let mut given: Vec<String> = given.iter().map(|record| members(record)).collect();
    held.sort();
    given.sort();
    let only = |one: &[String], other: &[String]| -> Vec<String> {
        one.iter().filter(|record| !other.contains(record)).cloned().collect()
    };
    let (only_held, only_given) = (only(&held, &given), only(&given, &held));
    assert!(held == given, "{what}\nonly in the store: {only_held:#?}\nonly at the source: {only_given:#?}");
}

/// One member a line, without who is in charge, whom ingest does not store. White space between members is not kept where
/// somebody is left out.
fn members(record: &str) -> String {
    struct Members(String);
    impl<'de> Deserialize<'de> for Members {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Lines)
        }
    }
    struct Lines;
    impl<'de> Visitor<'de> for Lines {
        type Value = Members;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
            let mut lines = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                if !name.starts_with("projectManager") {
                    lines.push(format!("{name}: {}", value.get()));
                }
            }
            Ok(Members(lines.join("\n")))
        }
    }
    serde_json::from_str::<Members>(record).expect("a record is an object").0
}

/// Each is what the latest of its applications says.
fn candidates(rows: &Rows, live: Vec<&application::Model>) {
    let mut latest: BTreeMap<&str, &application::Model> = BTreeMap::new();
    let version = |row: &application::Model| (row.updated.unwrap_or(row.created_at_source), row.id.clone());
    for row in live {
        let held = latest.entry(&row.candidate_key).or_insert(row);
        if version(held) < version(row) {
            *held = row;
        }
    }
    let derived: BTreeSet<_> = latest
        .values()
        .map(|row| (row.candidate_key.as_str(), &row.candidate_id, &row.email, &row.first_name))
        .collect();
    let held = rows.candidates.iter().filter(|row| row.removed_at.is_none());
    let held: BTreeSet<_> =
        held.map(|row| (row.key.as_str(), &row.candidate_id, &row.email, &row.first_name)).collect();
    assert_eq!(held, derived, "candidates");
}

/// The last event of an application says where it is; of one that is gone all events are. One that was blanked and has come back
/// begins a new history, beside what is left of the old one.
fn events(rows: &Rows) {
    for row in &rows.applications {
        let of_this: Vec<_> = rows.events.iter().filter(|event| event.application_id == row.id).collect();
        let last = of_this.last().unwrap_or_else(|| panic!("{} has no event", row.id));
        assert_eq!((&last.to_stage, last.to_status), (&row.stage, row.status), "{}", row.id);
        for event in of_this {
            let is_blank = event.removed_at.is_some() && event.to_stage.is_none() && event.to_status.is_none();
            assert!(is_blank || event.removed_at.is_some() == row.removed_at.is_some(), "{}", row.id);
        }
    }
}

/// The latest version of every row is in the lake, and no version twice.
pub(crate) async fn lake_is_what_the_store_is(lake: &Path, database: &Database) {
    let held = Rows::of(&database.url).await.versions();
    for (table, _) in KEYS {
        let versions = lake::versions(lake, table);
        assert_eq!(versions.iter().collect::<BTreeSet<_>>().len(), versions.len(), "{table}: a version was sent twice");
        assert!(lake::latest(lake, table) == held[table], "{table}: the lake's latest versions are not the store's");
    }
}
