//! `/_mock`.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use crate::harness::{MEDIUM, Mock, OTHER_MEDIUM};

fn by_key(records: Vec<Value>, key: impl Fn(&Value) -> String) -> BTreeMap<String, Value> {
    records.into_iter().map(|record| (key(&record), record)).collect()
}

async fn postings(mock: &Mock) -> BTreeMap<String, Value> {
    let mut postings = mock.postings(MEDIUM).await;
    postings.extend(mock.postings(OTHER_MEDIUM).await);
    by_key(postings, |posting| format!("{} {}", posting["vacancyId"], posting["mediaId"]))
}

async fn applications(mock: &Mock) -> BTreeMap<String, Value> {
    by_key(mock.applications().await, |application| application["id"].to_string())
}

fn count(
    before: &BTreeMap<String, Value>,
    after: &BTreeMap<String, Value>,
    changed: impl Fn(&Value, &Value) -> bool,
) -> usize {
    before.iter().filter(|(key, record)| after.get(*key).is_some_and(|now| changed(record, now))).count()
}

fn missing(from: &BTreeMap<String, Value>, in_: &BTreeMap<String, Value>) -> u64 {
    from.keys().filter(|key| !in_.contains_key(*key)).count().try_into().expect("a count")
}

#[tokio::test]
async fn a_day_brings_all_kinds_of_changes_and_says_so() {
    let mock = Mock::start(&[("MOCK_APPLICATIONS", "5000")]).await;
    let before = (postings(&mock).await, applications(&mock).await, mock.world().await);
    let said = mock.advance(24).await;
    let after = (postings(&mock).await, applications(&mock).await, mock.world().await);
    assert_eq!(said["postings"]["created"], missing(&after.0, &before.0));
    assert_eq!(said["postings"]["withdrawn"], missing(&before.0, &after.0));
    assert_eq!(said["applications"]["deleted"], missing(&before.1, &after.1));
    assert_eq!(said["applications"]["created"].as_u64().expect("a count"), missing(&after.1, &before.1));
    for (thing, kinds) in [
        ("postings", ["created", "edited", "closed", "withdrawn"]),
        ("applications", ["created", "moved", "disqualified", "deleted"]),
    ] {
        for kind in kinds {
            assert!(said[thing][kind].as_u64() >= Some(1), "{thing} {kind}: {said}");
        }
    }
    assert!(count(&before.0, &after.0, |old, new| old["stage"] == 1 && new["stage"] == 2) >= 1);
    assert!(count(&before.0, &after.0, |old, new| old["edited"] != new["edited"]) >= 1);
    assert!(
        count(&before.1, &after.1, |old, new| old["stage"] != new["stage"] && old["updated"] != new["updated"]) >= 1
    );
    assert_eq!(count(&before.1, &after.1, |old, new| (old == new) != (old["updated"] == new["updated"])), 0);
    assert_eq!(
        (said["hours"].as_u64(), said["advances"].as_u64(), said["hours_advanced"].as_u64()),
        (Some(24), Some(1), Some(24))
    );
    assert!(said["now"].as_str().is_some_and(|now| now.starts_with("2026-06-02T08:")), "{said}");
    assert_eq!(after.2["postings"]["withdrawn"], 1);
    assert_eq!(after.2["applications"]["total"], after.1.len());
    assert_eq!(before.2["postings"]["total"], before.0.len());
}

#[tokio::test]
async fn hour_by_hour_the_daily_things_happen_once() {
    let mock = Mock::start(&[]).await;
    let (mut withdrawn, mut deleted) = (0, 0);
    for hour in 1..=24 {
        let said = mock.advance(1).await;
        withdrawn += said["postings"]["withdrawn"].as_u64().expect("a count");
        deleted += said["applications"]["deleted"].as_u64().expect("a count");
        assert_eq!(withdrawn, u64::from(hour == 24));
    }
    assert_eq!(deleted, 1);
    assert!(mock.world().await["now"].as_str().is_some_and(|now| now.starts_with("2026-06-02T08:")));
}

#[tokio::test]
async fn the_rate_of_applications_stays() {
    let mock = Mock::start(&[("MOCK_APPLICATIONS", "18000")]).await;
    let said = mock.advance(14 * 24).await;
    let created = said["applications"]["created"].as_u64().expect("a count");
    assert!((1200..1600).contains(&created), "100 a day expected: {said}");
    let listed = mock.list("/v1/acme/applications/find-by-date?from=2026-06-01T08:00:00Z").await;
    assert!(
        listed.len() <= usize::try_from(created).expect("small")
            && listed.len() + 14 >= usize::try_from(created).expect("small")
    );
}

#[tokio::test]
async fn hours_must_make_sense() {
    let mock = Mock::start(&[]).await;
    for query in ["", "?hours=0", "?hours=-1", "?hours=soon", "?hours=100000"] {
        let response = mock.send(Method::POST, &format!("/_mock/advance{query}"), &[]).await;
        assert_eq!(response.status(), 400, "{query}");
    }
    assert_eq!(mock.world().await["advances"], 0);
    assert_eq!(mock.get("/_mock/advance?hours=1").await.status(), 405);
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let mock = Mock::start(&[("MOCK_CONTROL", "false")]).await;
    assert_eq!(mock.get("/_mock/world").await.status(), 404);
    assert_eq!(mock.send(Method::POST, "/_mock/advance?hours=1", &[]).await.status(), 404);
}
