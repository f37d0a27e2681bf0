//! The job board: five calls, and `error` for anything else.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Mock, json as parsed};

const FULL: &str = include_str!("../../../../contracts/board/full.json");
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";

fn error() -> Value {
    json!({"result": "error"})
}

/// A call with a body; status and answer.
async fn call(mock: &Mock, path: &str, media_type: &str, body: impl Into<Vec<u8>>) -> (u16, Value) {
    let response = mock.post(&format!("/api/job/{path}"), media_type, body.into()).await;
    (response.status().as_u16(), parsed(response).await)
}

/// Hands over the ad; gives the listing's id.
async fn handed_over(mock: &Mock, how: &str) -> String {
    let (status, answer) = call(mock, how, "application/json", FULL).await;
    assert_eq!((status, &answer["result"]), (200, &json!("ok")), "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

/// Announces a file; gives the attachment's id.
async fn announced(mock: &Mock, id: &str, filename: &str, mime_type: &str) -> Value {
    let body = json!({"filename": filename, "mimeType": mime_type}).to_string();
    call(mock, &format!("prepare-upload/{id}"), "application/json", body).await.1["result"].clone()
}

async fn published(mock: &Mock, id: &str) -> Value {
    parsed(mock.send(Method::GET, &format!("/api/job/publish/{id}"), &[]).await).await
}

async fn seen(mock: &Mock, id: &str) -> Value {
    parsed(mock.get(&format!("/_mock/board/listings/{id}")).await).await
}

/// The reason of the last refusal, as the journal has it.
async fn reason(mock: &Mock) -> String {
    let entries = parsed(mock.get("/_mock/requests").await).await;
    let last = entries.as_array().and_then(|entries| entries.last()).expect("an entry");
    last["reason"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_job_ad_is_handed_over_with_its_attachments() {
    whole_way(&Mock::start(&[]).await).await;
}

/// All five calls, on whichever database.
pub(crate) async fn whole_way(mock: &Mock) {
    let id = handed_over(mock, "create").await;
    assert!(id.len() == 24 && id.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
    let files: [(&str, &str, &[u8]); 2] =
        [("logo.png", "image/png", PNG), ("text.txt", "text/plain", b"Gr\xc3\xbc\xc3\x9fe\n")];
    for (name, media_type, bytes) in files {
        let attachment = announced(mock, &id, name, media_type).await;
        let attachment = attachment.as_str().expect("an id");
        assert!(attachment.len() == 10 && attachment.bytes().all(|byte| byte.is_ascii_uppercase()), "{attachment}");
        let sent = call(mock, &format!("upload/{id}/{attachment}"), media_type, bytes).await;
        assert_eq!(sent, (200, json!({"result": "ok"})), "{}", reason(mock).await);
        let kept = mock.get(&format!("/_mock/board/listings/{id}/attachments/{attachment}")).await;
        assert_eq!(kept.bytes().await.expect("a body"), bytes);
    }
    assert_eq!(seen(mock, &id).await["published"], Value::Null);
    assert_eq!(published(mock, &id).await, json!({"result": "ok"}));
    let listing = seen(mock, &id).await;
    let given: Value = serde_json::from_str(FULL).expect("JSON");
    assert_eq!((&listing["job"], &listing["mode"]), (&given["job"], &json!("create")));
    assert_eq!(listing["attachments"][0]["filename"], "logo.png");
    assert_eq!(listing["attachments"][1]["bytes"], 8);
    assert!(listing["published"].is_string());
    assert!(!listing.to_string().contains("not-a-real-password"), "the password is kept");
    let all = parsed(mock.get("/_mock/board/listings").await).await;
    assert_eq!(all, json!([listing]));
}

#[tokio::test]
async fn a_trial_is_marked_and_takes_the_other_calls_as_usual() {
    let mock = Mock::start(&[]).await;
    let id = handed_over(&mock, "test").await;
    assert!(announced(&mock, &id, "a.pdf", "application/pdf").await.as_str().expect("an id").len() == 10);
    assert_eq!(published(&mock, &id).await, json!({"result": "ok"}));
    assert_eq!(seen(&mock, &id).await["mode"], "test");
}

#[tokio::test]
async fn each_call_makes_a_listing_of_its_own() {
    let mock = Mock::start(&[]).await;
    assert_ne!(handed_over(&mock, "create").await, handed_over(&mock, "create").await);
}

#[tokio::test]
async fn calls_in_the_wrong_order_are_errors() {
    let mock = Mock::start(&[]).await;
    let unknown = "58089674d3fa73a0a457b72c";
    assert_eq!(announced(&mock, unknown, "a.txt", "text/plain").await, "error");
    assert_eq!(published(&mock, unknown).await, error());
    let (one, other) = (handed_over(&mock, "create").await, handed_over(&mock, "create").await);
    let (_, unprepared) = call(&mock, &format!("upload/{one}/ABCDEFGHIJ"), "text/plain", "x").await;
    assert_eq!(unprepared, error());
    let attachment = announced(&mock, &one, "a.txt", "text/plain").await;
    let path = |id: &str| format!("upload/{id}/{}", attachment.as_str().expect("an id"));
    assert_eq!(call(&mock, &path(&other), "text/plain", "x").await.1, error(), "another listing's");
    assert_eq!(call(&mock, &path(&one), "text/html", "x").await.1, error(), "another type");
    assert_eq!(call(&mock, &path(&one), "text/plain", &b"PK\x03\x04\x14\0\0\0"[..]).await.1, error(), "an archive");
    assert_eq!(reason(&mock).await, "the attachment is an archive");
    assert_eq!(call(&mock, &path(&one), "text/plain; charset=utf-8", "x").await.1, json!({"result": "ok"}));
    assert_eq!(call(&mock, &path(&one), "text/plain", "x").await.1, error(), "twice");
    assert_eq!(published(&mock, &one).await, json!({"result": "ok"}));
    assert_eq!(published(&mock, &one).await, error(), "twice");
    assert_eq!(announced(&mock, &one, "b.txt", "text/plain").await, "error", "after publish");
}

#[tokio::test]
async fn what_cannot_be_an_attachment_is_not_even_announced() {
    let mock = Mock::start(&[]).await;
    let id = handed_over(&mock, "create").await;
    for (name, media_type) in [
        ("a.zip", "text/plain"),
        ("A.ZIP", "image/png"),
        ("a.bin", "application/zip"),
        ("a.mp4", "video/mp4"),
        ("", "text/plain"),
        ("../a.txt", "text/plain"),
        ("a\nb.txt", "text/plain"),
        (&"a".repeat(300), "text/plain"),
    ] {
        assert_eq!(announced(&mock, &id, name, media_type).await, "error", "{name} {media_type}");
    }
    let (_, answer) =
        call(&mock, &format!("prepare-upload/{id}"), "application/json", "{\"filename\": \"a.txt\"}").await;
    assert_eq!(answer, error());
}

#[tokio::test]
async fn an_error_tells_nothing_and_the_journal_does() {
    let mock = Mock::start(&[]).await;
    let wrong = FULL.replace("\"Befristete Stelle\"", "\"Ehrenamt\"");
    assert_eq!(call(&mock, "create", "application/json", wrong).await, (200, error()));
    assert!(reason(&mock).await.starts_with("job.description.hiringType: "), "{}", reason(&mock).await);
    // the document's own examples lack commas
    assert_eq!(call(&mock, "create", "application/json", FULL.replacen(',', "", 3)).await, (200, error()));
    assert!(reason(&mock).await.starts_with("the body is not JSON: line "));
    assert_eq!(call(&mock, "create", "text/plain", FULL).await, (200, error()));
    assert_eq!(parsed(mock.get("/_mock/board/listings").await).await, json!([]), "something was kept");
}

#[tokio::test]
async fn accounts_are_held_against_a_list_and_errors_have_the_status_that_is_set() {
    let settings = [
        ("MOCK_BOARD_ACCOUNTS", "other@example.org:x, info@example.org:not-a-real-password"),
        ("MOCK_BOARD_ERROR_STATUS", "422"),
        ("MOCK_BOARD_MAX_BYTES", "5000"),
    ];
    let mock = Mock::start(&settings).await;
    handed_over(&mock, "create").await;
    let wrong = FULL.replace("not-a-real-password", "another");
    assert_eq!(call(&mock, "create", "application/json", wrong).await, (422, error()));
    assert_eq!(call(&mock, "create", "application/json", " ".repeat(5001)).await, (413, error()));
}

#[tokio::test]
async fn of_many_at_once_one_publishes() {
    let mock = Mock::start(&[]).await;
    let id = handed_over(&mock, "create").await;
    let answers = futures_util::future::join_all((0..8).map(|_| published(&mock, &id))).await;
    assert_eq!(answers.iter().filter(|answer| answer["result"] == "ok").count(), 1, "{answers:?}");
}

#[tokio::test]
async fn listings_outlive_the_process() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("mock.db").display());
    let settings = [("MOCK_DATABASE_URL", url.as_str())];
    let mock = Mock::start(&settings).await;
    let id = handed_over(&mock, "create").await;
    assert!(mock.terminate().success());
    let mock = Mock::start(&settings).await;
    assert_eq!(published(&mock, &id).await, json!({"result": "ok"}));
}
