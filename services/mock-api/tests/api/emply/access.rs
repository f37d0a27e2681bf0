//! Keys and customers.

use reqwest::Method;

use crate::harness::{MEDIUM, Mock, json};

const APPLICATIONS: &str = "/v1/acme/applications/find-by-date?from=2026-05-31";

async fn status(mock: &Mock, path: &str, headers: &[(&str, &str)]) -> u16 {
    mock.send(Method::GET, path, headers).await.status().as_u16()
}

#[tokio::test]
async fn any_key_will_do_but_there_must_be_one() {
    let mock = Mock::start(&[]).await;
    for path in [APPLICATIONS.to_owned(), format!("/v1/acme/postings/{MEDIUM}?x=1")] {
        assert_eq!(status(&mock, &path, &[]).await, 401, "{path}");
        assert_eq!(status(&mock, &path, &[("x-api-key", "")]).await, 401, "{path}");
        assert_eq!(status(&mock, &format!("{path}&apiKey="), &[]).await, 401, "{path}");
        assert_eq!(status(&mock, &path, &[("X-API-Key", "k")]).await, 200, "{path}");
        assert_eq!(status(&mock, &format!("{path}&apiKey=k"), &[]).await, 200, "{path}");
    }
    let refused = mock.get(APPLICATIONS).await;
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert_eq!(json(refused).await["status"], 401);
}

#[tokio::test]
async fn listed_keys_are_the_only_ones() {
    let mock = Mock::start(&[("MOCK_KEYS", "one, two")]).await;
    assert_eq!(status(&mock, APPLICATIONS, &[("x-api-key", "two")]).await, 200);
    assert_eq!(status(&mock, &format!("{APPLICATIONS}&apiKey=one"), &[]).await, 200);
    assert_eq!(status(&mock, APPLICATIONS, &[("x-api-key", "three")]).await, 401);
    assert_eq!(status(&mock, APPLICATIONS, &[("x-api-key", "one, two")]).await, 401);
    // the header counts
    assert_eq!(status(&mock, &format!("{APPLICATIONS}&apiKey=one"), &[("x-api-key", "three")]).await, 401);
}

#[tokio::test]
async fn published_postings_are_public() {
    let mock = Mock::start(&[]).await;
    assert_eq!(status(&mock, "/v1/acme/postings", &[]).await, 200);
}

#[tokio::test]
async fn an_unknown_customer_is_not_found() {
    let mock = Mock::start(&[("MOCK_CUSTOMERS", "globex")]).await;
    for path in
        ["postings".to_owned(), format!("postings/{MEDIUM}"), "applications/find-by-date?from=2026-05-31".to_owned()]
    {
        assert_eq!(status(&mock, &format!("/v1/acme/{path}"), &[("x-api-key", "k")]).await, 404, "{path}");
        assert_eq!(status(&mock, &format!("/v1/globex/{path}"), &[("x-api-key", "k")]).await, 200, "{path}");
    }
}
