//! The OpenAPI document and the Swagger UI.

use std::{fs, path::PathBuf};

use serde_json::Value;

use crate::harness::{Mock, json};

fn snapshot(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("openapi").join(name)
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not a setting of a program")]
fn refresh() -> bool {
    std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value == "1")
}

#[test]
fn the_committed_documents_are_what_the_code_says() {
    for (name, document) in [("emply.json", mock_api::emply::openapi()), ("board.json", mock_api::board::openapi())] {
        let text = document.to_pretty_json().expect("JSON") + "\n";
        if refresh() {
            fs::write(snapshot(name), &text).expect("the snapshot can be written");
        }
        let committed = fs::read_to_string(snapshot(name)).unwrap_or_default();
        assert!(
            committed == text,
            "services/mock-api/openapi/{name} is out of date; refresh it with\n  UPDATE_SNAPSHOTS=1 cargo test --workspace --test api documents"
        );
    }
}

#[tokio::test]
async fn the_documents_are_served_and_say_nothing_of_the_control_plane() {
    let mock = Mock::start(&[]).await;
    let board = json(mock.get("/openapi/board.json").await).await;
    assert_eq!(board, serde_json::to_value(mock_api::board::openapi()).expect("JSON"));
    assert!(!board.to_string().contains("_mock"));
    let calls: Vec<&String> = board["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(calls.len(), 5, "{calls:?}");
    let served = json(mock.get("/openapi/emply.json").await).await;
    let written: Value = serde_json::to_value(mock_api::emply::openapi()).expect("JSON");
    assert_eq!(served, written);
    assert!(!served.to_string().contains("_mock"));
    let paths: Vec<&String> = served["paths"].as_object().expect("paths").keys().collect();
    assert_eq!(
        paths,
        [
            "/v1/{customer}/applications/find-by-date",
            "/v1/{customer}/departments",
            "/v1/{customer}/postings",
            "/v1/{customer}/postings/{mediaId}"
        ]
    );
    let parameters = served["paths"]["/v1/{customer}/applications/find-by-date"]["get"]["parameters"]
        .as_array()
        .expect("parameters");
    let parameters: Vec<_> = parameters.iter().filter_map(|parameter| parameter["name"].as_str()).collect();
    assert_eq!(parameters, ["customer", "from", "to", "date"]);
    assert_eq!(served["components"]["securitySchemes"]["header"]["name"], "x-api-key");
    assert_eq!(served["components"]["securitySchemes"]["query"]["name"], "apiKey");
    assert_eq!(served["components"]["schemas"]["Posting"]["example"]["jobId"], 21157);
    for (name, field) in served["components"]["schemas"]["Posting"]["properties"].as_object().expect("fields") {
        let described = field["description"].is_string() || field["oneOf"][0]["description"].is_string();
        assert!(described, "{name} has no description: {field}");
    }
}

#[tokio::test]
async fn the_front_door_leads_to_the_swagger_ui() {
    let mock = Mock::start(&[]).await;
    let door = mock.get("/").await;
    assert_eq!((door.status().as_u16(), door.headers()["location"].to_str().expect("text")), (302, "/swagger-ui/"));
    let page = mock.get("/swagger-ui/").await;
    assert_eq!(page.status(), 200);
    assert!(page.text().await.expect("a page").contains("swagger-ui"));
    let script = mock.get("/swagger-ui/swagger-initializer.js").await.text().await.expect("a script");
    assert!(script.contains("/openapi/emply.json") && script.contains("/openapi/board.json"));
}
