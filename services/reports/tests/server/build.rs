//! How dbt's build ended is told, and kept.

use std::{fs, path::Path};

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::fixture::{Reports, TOKEN, leftovers};

const FAILED: &str = r#"{"version": 1, "finished": "2026-02-03T04:05:06Z", "outcome": "failed",
    "error": "1 models or tests failed: not_null_x", "failed": ["not_null_x"], "warned": []}"#;

async fn put(reports: &Reports, token: &str, text: &str) -> (StatusCode, Value) {
    let answer = reports.ask(Method::PUT, "/build", token, text.as_bytes().to_vec()).await;
    let status = answer.status();
    (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

fn kept(folder: &Path) -> String {
    fs::read_to_string(folder.join("pages/build.json")).unwrap()
}

#[tokio::test]
async fn the_last_one_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let (status, answer) = put(&reports, TOKEN, FAILED).await;
    assert_eq!((status, &answer["outcome"]), (StatusCode::OK, &Value::from("failed")));
    assert_eq!(kept(folder.path()), FAILED);
    let good = FAILED.replace("\"failed\",", "\"succeeded\",");
    assert_eq!(put(&reports, TOKEN, &good).await.0, StatusCode::OK);
    drop(reports);
    let _again = Reports::start(folder.path(), &[]);
    assert_eq!((kept(folder.path()), leftovers(folder.path())), (good, Vec::new()));
}

#[tokio::test]
async fn what_is_no_good_is_refused_and_the_last_one_stays() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(put(&reports, TOKEN, FAILED).await.0, StatusCode::OK);
    let large = FAILED.to_owned() + &" ".repeat(64 << 10);
    for (token, text, expected, why) in [
        ("another-token-as-long", FAILED, StatusCode::UNAUTHORIZED, "REPORTS_TOKEN"),
        (TOKEN, &large, StatusCode::PAYLOAD_TOO_LARGE, "65536 bytes"),
        (TOKEN, "{}", StatusCode::BAD_REQUEST, "version"),
        (TOKEN, "", StatusCode::BAD_REQUEST, "EOF"),
        (TOKEN, &FAILED.replace(": 1,", ": 2,"), StatusCode::BAD_REQUEST, "version 2"),
    ] {
        let (status, answer) = put(&reports, token, text).await;
        assert_eq!(status, expected, "{answer}");
        assert!(answer["error"].as_str().unwrap().contains(why), "{answer}");
        assert_eq!(kept(folder.path()), FAILED);
    }
    let answer = reports.ask(Method::PUT, "/build", "", Vec::new()).await;
    assert_eq!(answer.headers()["www-authenticate"], "Bearer");
    assert_eq!(reports.get("/build").await.0, StatusCode::METHOD_NOT_ALLOWED);
}
