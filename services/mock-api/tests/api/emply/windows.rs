//! Windows of find-by-date.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::Method;
use serde_json::Value;

use crate::harness::{Mock, json};

const FIND: &str = "/v1/acme/applications/find-by-date";

/// Any of the three forms as an instant; the seventh digit counts.
fn instant(text: &Value) -> DateTime<Utc> {
    let text = text.as_str().expect("a date-time");
    text.parse().unwrap_or_else(|_| text.parse::<NaiveDateTime>().expect("ISO 8601 without a zone").and_utc())
}

fn ids(applications: &[Value]) -> BTreeSet<&str> {
    applications.iter().map(|application| application["id"].as_str().expect("an id")).collect()
}

#[tokio::test]
async fn a_date_that_is_missing_or_cannot_be_is_refused() {
    let mock = Mock::start(&[]).await;
    for (query, named) in [
        ("", "from"),
        ("?to=2026-05-01", "from"),
        ("?from=yesterday", "from"),
        ("?from=", "from"),
        ("?from=2026-02-30", "from"),
        ("?date=31-05-2026", "date"),
        ("?from=2026-05-01&to=05/31/2026", "to"),
        ("?from=2026-05-02&to=2026-05-01", "from"),
        ("?from=2030-01-01", "from"),
        ("?from=2026-05-01&date=05-01-2026", "date"),
        ("?from=2026-05-01&from=2026-05-02", "query"),
    ] {
        let response = mock.send(Method::GET, &format!("{FIND}{query}"), &[("x-api-key", "k")]).await;
        assert_eq!(response.status(), 400, "{query}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{query}");
        let problem = json(response).await;
        assert!(problem["errors"][named][0].is_string(), "{query}: {problem}");
        for key in ["type", "title", "status", "traceId"] {
            assert!(!problem[key].is_null(), "{query}: {problem}");
        }
    }
}

#[tokio::test]
async fn windows_are_half_open_to_the_seventh_digit() {
    let mock = Mock::start(&[]).await;
    let all = mock.applications().await;
    assert_eq!(all.len(), 300);
    let fractional =
        |one: &&Value| one["created"].as_str().is_some_and(|text| text.len() == "2026-05-20T09:14:03.1234567Z".len());
    let one = all.iter().skip(100).find(fractional).expect("seven digits");
    let created = one["created"].as_str().expect("text");
    let until = mock.list(&format!("{FIND}?from=2020-01-01&to={created}")).await;
    let since = mock.list(&format!("{FIND}?from={created}")).await;
    assert!(!ids(&until).contains(one["id"].as_str().expect("an id")));
    assert!(ids(&since).contains(one["id"].as_str().expect("an id")));
    assert_eq!(until.len() + since.len(), all.len());
    assert_eq!(mock.list(&format!("{FIND}?from={created}&to={created}")).await, Vec::<Value>::new());
}

#[tokio::test]
async fn all_forms_of_a_date_mean_the_same() {
    let mock = Mock::start(&[]).await;
    let expected = mock.list(&format!("{FIND}?from=2026-05-01T00:00:00Z")).await;
    assert!(expected.len() > 10 && expected.len() < 300);
    for query in [
        "from=05-01-2026",
        "date=05-01-2026",
        "from=2026-05-01",
        "from=2026-05-01T02:00:00%2B02:00",
        "date=2026-05-01T00:00:00",
    ] {
        assert_eq!(mock.list(&format!("{FIND}?{query}")).await, expected, "{query}");
    }
}

#[tokio::test]
async fn answers_are_in_order_and_nothing_comes_twice_over_many_pages() {
    let mock = Mock::start(&[("MOCK_APPLICATIONS", "5500")]).await;
    let all = mock.applications().await;
    assert_eq!((all.len(), ids(&all).len()), (5500, 5500));
    let instants: Vec<_> = all.iter().map(|one| instant(&one["created"])).collect();
    assert!(instants.is_sorted());
    let start: DateTime<Utc> = crate::harness::START.parse().expect("a date-time");
    assert!(instants.iter().all(|created| *created < start));
    assert!(*instants.first().expect("one") > start - chrono::TimeDelta::days(181));
    assert!(all.iter().all(|one| instant(&one["updated"]) >= instant(&one["created"])));
    // a day's records, however the days are cut
    let mut pieces = 0;
    for (from, to) in
        [("2026-01-01", "2026-03-01"), ("2026-03-01", "2026-04-11"), ("2026-04-11", "2026-06-01T08:00:00Z")]
    {
        pieces += mock.list(&format!("{FIND}?from={from}&to={to}")).await.len();
    }
    assert_eq!(
        pieces,
        instants
            .iter()
            .filter(|created| **created >= "2026-01-01T00:00:00Z".parse::<DateTime<Utc>>().expect("a date-time"))
            .count()
    );
}
