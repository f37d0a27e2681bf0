//! `GET /v1/{customer}/departments`.

use std::collections::BTreeMap;

use reqwest::{Method, StatusCode};

use crate::harness::{MEDIUM, Mock, OTHER_MEDIUM};

#[tokio::test]
async fn every_department_of_a_posting_is_there_once_and_the_same() {
    let mock = Mock::start(&[("MOCK_POSTINGS", "200")]).await;
    let listed = mock.list("/v1/acme/departments").await;
    let by_id: BTreeMap<&str, _> =
        listed.iter().map(|one| (one["id"].as_str().expect("an id"), &one["title"])).collect();
    assert_eq!(by_id.len(), listed.len(), "one is there twice");
    let mut postings = mock.postings(MEDIUM).await;
    postings.extend(mock.postings(OTHER_MEDIUM).await);
    let mut named = 0;
    for department in postings.iter().map(|posting| &posting["department"]).filter(|department| department.is_object())
    {
        let titles = by_id[department["id"].as_str().expect("an id")]["localization"].as_array().expect("titles");
        assert!(titles.contains(&department["title"]["localization"][0]), "{department} {titles:?}");
        named += 1;
    }
    assert!(named > 50, "{named}");
}

#[tokio::test]
async fn it_wants_a_key_and_a_customer_that_exists() {
    let mock = Mock::start(&[]).await;
    assert_eq!(mock.get("/v1/acme/departments").await.status(), StatusCode::UNAUTHORIZED);
    let stranger = mock.send(Method::GET, "/v1/nobody/departments", &[("x-api-key", "any")]).await;
    assert_eq!(stranger.status(), StatusCode::NOT_FOUND);
}
