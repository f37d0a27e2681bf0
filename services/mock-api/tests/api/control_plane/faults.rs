//! `/_mock/faults`: each fault as a client meets it.

use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{MEDIUM, Mock, json as parsed};

const BY_DATE: &str = "/v1/acme/applications/find-by-date";
const KEY: &[(&str, &str)] = &[("x-api-key", "any")];

async fn set(mock: &Mock, rules: Value) -> (StatusCode, Value) {
    let response = mock.put("/_mock/faults", rules.to_string().into_bytes()).await;
    (response.status(), parsed(response).await)
}

/// One rule, for the next request to the applications unless it says otherwise.
async fn next_time(mock: &Mock, fault: Value) {
    let (status, said) = set(mock, json!([{"path": BY_DATE, "fault": fault}])).await;
    assert_eq!(status, StatusCode::OK, "{said}");
}

fn all() -> String {
    format!("{BY_DATE}?from=2020-01-01")
}

#[tokio::test]
async fn a_status_so_many_times_and_then_the_truth() {
    let mock = Mock::start(&[]).await;
    let before = mock.applications().await;
    set(&mock, json!([{"path": "/v1/*", "skip": 1, "times": 2, "fault": {"kind": "status", "status": 503}}])).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(mock.send(Method::GET, &all(), KEY).await.status().as_u16());
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert_eq!(mock.applications().await, before);
    let rules = parsed(mock.get("/_mock/faults").await).await;
    assert_eq!((&rules[0]["seen"], &rules[0]["hit"]), (&json!(5), &json!(2)));
}

#[tokio::test]
async fn retry_after_as_seconds_as_zero_and_as_a_date() {
    let mock = Mock::start(&[]).await;
    for (given, wanted) in [(json!(3), "3"), (json!(0), "0")] {
        next_time(&mock, json!({"kind": "status", "status": 429, "retryAfterSeconds": given})).await;
        let answer = mock.send(Method::GET, &all(), KEY).await;
        assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().expect("text")), (429, wanted));
    }
    next_time(&mock, json!({"kind": "status", "status": 429, "retryAtSeconds": 60})).await;
    let answer = mock.send(Method::GET, &all(), KEY).await;
    let date = answer.headers()["retry-after"].to_str().expect("text").to_owned();
    assert!(date.ends_with(" GMT"), "{date}");
}

#[tokio::test]
async fn latency_delays_and_changes_nothing() {
    let mock = Mock::start(&[]).await;
    let before = mock.applications().await;
    next_time(&mock, json!({"kind": "latency", "milliseconds": 300})).await;
    let began = Instant::now();
    assert_eq!(mock.applications().await, before);
    assert!(began.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_reset_cuts_the_body_off_and_a_truncation_ends_it() {
    let mock = Mock::start(&[]).await;
    let whole = mock.bytes(&all()).await;
    next_time(&mock, json!({"kind": "reset", "afterBytes": 5000})).await;
    let answer = mock.send(Method::GET, &all(), KEY).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.bytes().await.is_err(), "the body came whole");
    next_time(&mock, json!({"kind": "truncate", "bytes": 5000})).await;
    assert_eq!(mock.bytes(&all()).await, whole[..5000]);
    assert_eq!(mock.bytes(&all()).await, whole, "the fault was for once");
}

#[tokio::test]
async fn a_page_instead_of_json_and_a_key_that_is_revoked() {
    let mock = Mock::start(&[]).await;
    next_time(&mock, json!({"kind": "notJson"})).await;
    let answer = mock.send(Method::GET, &all(), KEY).await;
    assert_eq!(answer.headers()["content-type"], "text/html; charset=utf-8");
    assert!(serde_json::from_slice::<Value>(&answer.bytes().await.expect("a body")).is_err());
    next_time(&mock, json!({"kind": "revokedKey"})).await;
    assert_eq!(mock.send(Method::GET, &all(), KEY).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn records_come_twice_or_late() {
    let mock = Mock::start(&[]).await;
    let before = mock.applications().await;
    next_time(&mock, json!({"kind": "duplicate"})).await;
    let twice = mock.applications().await;
    assert!(twice.len() == 2 * before.len() && twice[0] == before[0] && twice[1] == before[0] && twice[2] == before[1]);
    next_time(&mock, json!({"kind": "withhold", "every": 3})).await;
    let fewer = mock.applications().await;
    let kept: Vec<Value> =
        (1..).zip(&before).filter(|(number, _)| number % 3 != 0).map(|(_, one)| one.clone()).collect();
    assert_eq!(fewer, kept);
    assert_eq!(mock.applications().await, before, "late, with their old created");
}

#[tokio::test]
async fn the_clock_is_wrong_for_one_answer() {
    let mock = Mock::start(&[]).await;
    let path = format!("/v1/acme/postings/{MEDIUM}");
    set(&mock, json!([{"path": path, "fault": {"kind": "skewedClock", "seconds": -86400}}])).await;
    let (wrong, right) = (mock.send(Method::GET, &path, KEY).await, mock.send(Method::GET, &path, KEY).await);
    assert!(wrong.headers()["date"].to_str().expect("text").starts_with("Sun, 31 May 2026"));
    assert!(right.headers()["date"].to_str().expect("text").starts_with("Mon, 01 Jun 2026"));
}

#[tokio::test]
async fn an_answer_is_lost_after_the_work_was_done() {
    let mock = Mock::start(&[]).await;
    set(&mock, json!([{"path": "/api/job/create", "method": "POST", "fault": {"kind": "lostAnswer"}}])).await;
    let body = include_str!("../../../../../contracts/board/full.json").as_bytes().to_vec();
    assert!(mock.try_post("/api/job/create", "application/json", body).await.is_err(), "the answer came");
    let listings = parsed(mock.get("/_mock/board/listings").await).await;
    assert_eq!(listings.as_array().expect("an array").len(), 1);
}

#[tokio::test]
async fn rules_that_cannot_be_are_refused_and_change_nothing() {
    let mock = Mock::start(&[]).await;
    next_time(&mock, json!({"kind": "duplicate"})).await;
    for (rules, named) in [
        (json!([{"path": "/v1/*", "fault": {"kind": "explode"}}]), "explode"),
        (json!([{"path": "/v1/*", "fualt": {"kind": "duplicate"}}]), "fualt"),
        (json!([{"path": "/_mock/world", "fault": {"kind": "duplicate"}}]), "path"),
        (json!([{"path": "/v1/*", "fault": {"kind": "status", "status": 200}}]), "status"),
        (json!([{"path": "/v1/*", "fault": {"kind": "withhold", "every": 0}}]), "every"),
        (json!({"path": "/v1/*"}), "rules"),
    ] {
        let (status, said) = set(&mock, rules).await;
        assert!(status == StatusCode::BAD_REQUEST && said.to_string().contains(named), "{named}: {said}");
    }
    assert_eq!(parsed(mock.get("/_mock/faults").await).await.as_array().expect("rules").len(), 1);
    assert_eq!(set(&mock, json!([])).await, (StatusCode::OK, json!([])));
}

#[tokio::test]
async fn a_reset_makes_everything_as_it_was() {
    let mock = Mock::start(&[]).await;
    let before = (mock.applications().await, mock.postings(MEDIUM).await);
    mock.advance(48).await;
    let body = include_str!("../../../../../contracts/board/full.json").as_bytes().to_vec();
    mock.post("/api/job/create", "application/json", body).await;
    next_time(&mock, json!({"kind": "duplicate"})).await;
    assert_ne!(mock.postings(MEDIUM).await, before.1);
    let answer = mock.send(Method::POST, "/_mock/reset", &[]).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!((mock.applications().await, mock.postings(MEDIUM).await), before);
    for path in ["/_mock/faults", "/_mock/board/listings"] {
        assert_eq!(parsed(mock.get(path).await).await, json!([]), "{path}");
    }
}
