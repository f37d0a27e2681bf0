//! Records of one's own, and worlds made beforehand.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{MEDIUM, Mock, START, json as parsed, program};

const VACANCY: &str = "83360fff-0663-4df2-a37b-8d014e3b1ec8";
const APPLICATION: &str = "9c0f5c52-1c61-4e02-8a0a-6f2f0f3a6b11";

async fn put_in(mock: &Mock, what: &str, record: &Value) -> (StatusCode, Value) {
    let answer = mock.post(&format!("/_mock/{what}"), "application/json", record.to_string().into_bytes()).await;
    (answer.status(), parsed(answer).await)
}

async fn found(mock: &Mock) -> Vec<Value> {
    let all = mock.applications().await;
    all.into_iter().filter(|one| one["id"] == APPLICATION).collect()
}

#[tokio::test]
async fn a_posting_and_its_application_are_put_in_changed_and_taken_out() {
    let mock = Mock::start(&[]).await;
    let posting = json!({"vacancyId": VACANCY, "title": "Hebamme (m/w/d)", "location": "Am Markt 1, 44137, Dortmund"});
    assert_eq!(put_in(&mock, "postings", &posting).await.1["new"], true);
    let mine =
        |postings: Vec<Value>| postings.into_iter().find(|one| one["vacancyId"] == VACANCY).expect("it is listed");
    let listed = mine(mock.postings(MEDIUM).await);
    assert_eq!(listed["title"]["localization"][0]["value"], "Hebamme (m/w/d)");
    assert_eq!((&listed["stage"], &listed["location"]["address"]), (&json!(1), &posting["location"]));
    let mut closed = posting.clone();
    closed["status"] = json!("unpublished");
    assert_eq!(put_in(&mock, "postings", &closed).await.1["new"], false);
    assert_eq!(mine(mock.postings(MEDIUM).await)["stage"], 2);

    let mut application = json!({"vacancyId": VACANCY, "id": APPLICATION, "lastName": "Muster", "firstName": "Max",
        "email": "max@example.com", "created": "2026-02-03T04:05:06.1234567Z"});
    let before = mock.applications().await.len();
    assert_eq!(put_in(&mock, "applications", &application).await.1["new"], true);
    let first = found(&mock).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        (&first[0]["created"], &first[0]["vacancyId"]),
        (&json!("2026-02-03T04:05:06.1234567Z"), &json!(VACANCY))
    );
    assert_eq!((&first[0]["lastName"], &first[0]["status"]), (&json!("Muster"), &json!(1)));
    application["status"] = json!(0);
    application["updated"] = json!("2026-02-04T00:00:00Z");
    assert_eq!(put_in(&mock, "applications", &application).await.1["new"], false);
    assert_eq!((found(&mock).await[0]["status"].clone(), mock.applications().await.len()), (json!(0), before + 1));
    mock.advance(48).await;
    assert_eq!(found(&mock).await[0]["updated"], "2026-02-04T00:00:00Z", "it moved by itself");
    let removed = json!({"vacancyId": VACANCY, "id": APPLICATION, "deleted": true});
    assert_eq!(put_in(&mock, "applications", &removed).await.1["deleted"], true);
    assert!(found(&mock).await.is_empty());
    // the numbers that were drawn are not drawn again
    mock.advance(24).await;
}

#[tokio::test]
async fn a_record_that_cannot_be_is_refused_by_the_name_of_its_field() {
    let mock = Mock::start(&[]).await;
    for (what, record, named) in [
        ("postings", json!({}), "title"),
        ("postings", json!({"title": "x", "langauge": "de-DE"}), "langauge"),
        ("postings", json!({"title": "x", "language": "fr-FR"}), "language"),
        ("postings", json!({"title": "x", "status": "open"}), "status"),
        ("postings", json!({"title": "x", "created": "yesterday"}), "created"),
        ("applications", json!({"lastName": "x"}), "vacancyId"),
        ("applications", json!({"vacancyId": VACANCY}), "vacancyId"),
        ("applications", json!({"vacancyId": VACANCY, "status": 2}), "status"),
        ("applications", json!({"vacancyId": VACANCY, "stage": 6}), "stage"),
        ("applications", json!({"vacancyId": VACANCY, "firstName": "x"}), "lastName"),
        ("applications", json!({"vacancyId": VACANCY, "lastName": "x, y"}), "lastName"),
    ] {
        let (status, said) = put_in(&mock, what, &record).await;
        assert!(status == StatusCode::BAD_REQUEST && said.to_string().contains(named), "{record}: {said}");
    }
}

#[tokio::test]
async fn an_unknown_medium_is_empty_or_not_found() {
    let path = "/v1/acme/postings/00000000-0000-0000-0000-000000000000";
    let mock = Mock::start(&[]).await;
    assert_eq!(mock.list(path).await, Vec::<Value>::new());
    let mock = Mock::start(&[("MOCK_UNKNOWN_MEDIUM", "not-found")]).await;
    assert_eq!(mock.send(Method::GET, path, &[("x-api-key", "any")]).await.status(), StatusCode::NOT_FOUND);
    assert!(!mock.postings(&MEDIUM.to_uppercase()).await.is_empty());
    let own = json!({"title": "x", "mediaId": "00000000-0000-0000-0000-000000000000"});
    put_in(&mock, "postings", &own).await;
    assert_eq!(mock.list(path).await.len(), 1);
}

#[tokio::test]
async fn a_world_is_made_beforehand_and_never_over_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("mock.db").display());
    let settings = [("MOCK_DATABASE_URL", url.as_str()), ("MOCK_START", START)];
    let seed = || program(&settings).arguments(&["seed", "--postings", "12", "--applications", "3456"]).run();
    seed().must_succeed();
    seed().must(2, &["holds a world already"]);
    let mock = Mock::start(&settings).await;
    assert_eq!(mock.world().await["applications"]["total"], 3456);
    program(&[]).argument("seed").run().must(2, &["MOCK_DATABASE_URL"]);
}
