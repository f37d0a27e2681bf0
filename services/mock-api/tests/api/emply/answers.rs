//! What all answers have in common.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;

use crate::harness::{MEDIUM, Mock, START, json};

#[tokio::test]
async fn the_date_of_every_answer_is_the_worlds_time() {
    let mock = Mock::start(&[]).await;
    let start: DateTime<Utc> = START.parse().expect("a date-time");
    for path in ["/healthz", "/v1/acme/postings", "/v1/acme/applications/find-by-date", "/nowhere", "/swagger-ui/"] {
        let date = mock.get(path).await.headers()["date"].to_str().expect("text").to_owned();
        let ahead = DateTime::parse_from_rfc2822(&date).expect("an HTTP date").to_utc() - start;
        assert!(ahead >= TimeDelta::zero() && ahead < TimeDelta::minutes(10), "{path}: {date}");
    }
}

#[tokio::test]
async fn gzip_comes_when_asked_for() {
    let mock = Mock::start(&[]).await;
    let path = "/v1/acme/applications/find-by-date?from=2026-01-01&apiKey=k";
    let plain = mock.get(path).await;
    assert!(plain.headers().get("content-encoding").is_none());
    assert_eq!(plain.headers()["transfer-encoding"], "chunked");
    let plain = plain.bytes().await.expect("a body");
    let zipped = mock.send(Method::GET, path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(zipped.headers()["content-encoding"], "gzip");
    let zipped = zipped.bytes().await.expect("a body");
    assert!(zipped.starts_with(&[0x1f, 0x8b]) && zipped.len() < plain.len() / 2);
}

#[tokio::test]
async fn lists_hold_what_they_should() {
    let mock = Mock::start(&[]).await;
    let listed = mock.postings(MEDIUM).await;
    assert!(listed.iter().any(|posting| posting["stage"] == 1) && listed.iter().any(|posting| posting["stage"] == 2));
    assert!(listed.iter().all(|posting| posting["mediaId"] == MEDIUM));
    assert_eq!(mock.postings(&MEDIUM.to_uppercase()).await, listed);
    let public = mock.list("/v1/acme/postings").await;
    assert!(public.iter().all(|posting| posting["stage"] == 1));
    let media: std::collections::BTreeSet<_> = public.iter().map(|posting| posting["mediaId"].to_string()).collect();
    assert_eq!(media.len(), 2);
    for unknown in ["00000000-0000-0000-0000-000000000000", "no-guid"] {
        assert_eq!(mock.bytes(&format!("/v1/acme/postings/{unknown}")).await, b"[]");
    }
}

#[tokio::test]
async fn some_vacancies_are_on_both_media() {
    let mock = Mock::start(&[]).await;
    let other = mock.postings(crate::harness::OTHER_MEDIUM).await;
    let both = mock
        .postings(MEDIUM)
        .await
        .into_iter()
        .filter(|posting| other.iter().any(|other| other["vacancyId"] == posting["vacancyId"]));
    assert!(both.count() >= 5);
}

#[tokio::test]
async fn other_paths_are_not_found_in_words() {
    let mock = Mock::start(&[]).await;
    for path in ["/nowhere", "/v1/acme/candidates", "/v1/acme"] {
        let response = mock.get(path).await;
        assert_eq!(response.status(), 404, "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        assert!(json(response).await["title"].as_str().is_some_and(|title| title.contains("/swagger-ui/")), "{path}");
    }
    assert_eq!(mock.send(Method::POST, "/v1/acme/postings", &[]).await.status(), 405);
}
