//! Several customers in one mock.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::harness::{MEDIUM, Mock, json};

/// All ids of a customer's applications and vacancies.
async fn ids(mock: &Mock, customer: &str) -> BTreeSet<String> {
    let applications = mock.list(&format!("/v1/{customer}/applications/find-by-date?from=2020-01-01")).await;
    let postings = mock.list(&format!("/v1/{customer}/postings/{MEDIUM}")).await;
    assert_eq!(applications.len(), 300, "{customer}");
    assert!(!postings.is_empty(), "{customer}");
    let of = |records: &[Value], field: &str| -> Vec<String> {
        records.iter().map(|record| record[field].as_str().expect("a GUID").to_owned()).collect()
    };
    of(&applications, "id").into_iter().chain(of(&postings, "vacancyId")).collect()
}

/// Two customers side by side, whatever the database.
pub(crate) async fn live_apart(settings: &[(&str, &str)]) {
    let settings = [settings, &[("MOCK_CUSTOMERS", "acme, globex")]].concat();
    let mock = Mock::start(&settings).await;
    let (acme, globex) = (ids(&mock, "acme").await, ids(&mock, "globex").await);
    assert!(acme.is_disjoint(&globex), "a record is in two worlds");
    let alone = Mock::start(&[]).await;
    assert_eq!(acme, ids(&alone, "acme").await, "the first world changed because there is another");

    let body = r#"{"title": "Only here", "vacancyId": "83360fff-0663-4df2-a37b-8d014e3b1ec8"}"#;
    let put = mock.post("/_mock/postings?customer=globex", "application/json", body.into()).await;
    assert_eq!(put.status(), 200);
    let has = async |customer: &str| {
        let postings = mock.list(&format!("/v1/{customer}/postings/{MEDIUM}")).await;
        postings.iter().any(|posting| posting["vacancyId"] == "83360fff-0663-4df2-a37b-8d014e3b1ec8")
    };
    assert_eq!((has("acme").await, has("globex").await), (false, true));
    let nobody = mock.post("/_mock/postings?customer=initech", "application/json", body.into()).await;
    assert_eq!(nobody.status(), 404);

    let of_one = alone.advance(24).await;
    let of_both = mock.advance(24).await;
    let created = |answer: &Value| answer["applications"]["created"].as_u64().expect("a number");
    assert!(created(&of_both) > created(&of_one), "{of_both} beside {of_one}");
    let world = async |customer: &str| json(mock.get(&format!("/_mock/world?customer={customer}")).await).await;
    let (acme, globex) = (world("acme").await, world("globex").await);
    assert_eq!((&acme["customer"], &globex["customer"]), (&"acme".into(), &"globex".into()));
    assert_eq!((&acme["hours_advanced"], &globex["hours_advanced"]), (&24.into(), &24.into()));
    assert_eq!(acme["applications"], alone.world().await["applications"]);
    assert_ne!(acme["seed"], globex["seed"]);

    assert!(mock.terminate().success());
    if settings.iter().any(|(name, _)| *name == "MOCK_DATABASE_URL") {
        let again = Mock::start(&settings).await;
        let world = json(again.get("/_mock/world?customer=globex").await).await;
        assert_eq!((&world["applications"], &world["postings"]), (&globex["applications"], &globex["postings"]));
    }
}

#[tokio::test]
async fn worlds_in_memory_are_apart() {
    live_apart(&[]).await;
}

#[tokio::test]
async fn worlds_in_files_are_apart_and_outlive_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}/mock.db?mode=rwc", folder.path().display());
    live_apart(&[("MOCK_DATABASE_URL", &url)]).await;
    assert!(folder.path().join("mock-globex.db").exists());
}
