//! The HTTP client against a server that answers by script.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod kinds;

use std::time::Duration;

use reqwest::Method;
use rig::http::{Answer, Server};
use runtime::{
    Clock, ExitStatus, Program, Secret,
    http::{HttpClient, HttpError, HttpOptions, reader},
};
use tokio::io::AsyncReadExt as _;
use url::Url;

static PROGRAM: Program = Program { name: "test", version: "1.2.3", about: "" };

fn client(retry_budget: Duration) -> HttpClient {
    let shutdown = tokio_util::sync::CancellationToken::new();
    let options =
        HttpOptions { timeout: Duration::from_secs(2), retry_budget, only_plain: true, shutdown, tries_once: false };
    HttpClient::new(&PROGRAM, options).unwrap()
}

/// A complete answer; `headers` end in line breaks.
fn answer(status: u16, headers: &str, body: &str) -> Answer {
    raw(status, &format!("{headers}content-length: {}\r\n", body.len()), body)
}

/// An answer whose headers are as given, whatever the body.
fn raw(status: u16, headers: &str, body: &str) -> Answer {
    Answer::raw(format!("HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}\r\n{body}"))
}

fn redirect(to: &Url) -> Answer {
    answer(302, &format!("location: {to}\r\n"), "")
}

fn url(server: &Server, path: &str) -> Url {
    Url::parse(&server.url()).unwrap().join(path).unwrap()
}

/// Enough for a few of the shortest pauses.
const PATIENT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_passing_failure_is_repeated_and_counted() {
    let server = Server::of_script(vec![answer(503, "", ""), answer(502, "", ""), answer(200, "", "fine")]);
    let client = client(PATIENT);
    let response = client.get(url(&server, "/x")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!((client.usage().requests(), client.usage().retries()), (3, 2));
    let requests = server.requests();
    let all = |name, value: &str| requests.iter().all(|request| request.header(name) == Some(value));
    assert!(all("user-agent", "emply-pipeline-test/1.2.3") && all("accept-encoding", "gzip"), "{requests:?}");
}

#[tokio::test]
async fn retry_after_is_obeyed_in_all_its_forms() {
    let past = "retry-after: Sun, 06 Nov 1994 08:49:37 GMT\r\n";
    let soon = format!(
        "retry-after: {}\r\n",
        httpdate::fmt_http_date((Clock::System.now() + chrono::TimeDelta::seconds(2)).into())
    );
    let script =
        vec![answer(429, "retry-after: 0\r\n", ""), answer(429, past, ""), answer(503, &soon, ""), answer(200, "", "")];
    let server = Server::of_script(script);
    let client = client(PATIENT);
    client.get(url(&server, "/")).send().await.unwrap();
    assert_eq!(client.usage().retries(), 3);
}

#[tokio::test]
async fn a_wait_beyond_the_budget_is_not_begun() {
    let server = Server::of_script(vec![answer(429, "retry-after: 3600\r\n", "")]);
    let error = client(PATIENT).get(url(&server, "/path?apiKey=hush")).send().await.unwrap_err();
    assert!(matches!(error, HttpError::BudgetSpent { .. }), "{error:?}");
    assert!(!error.is_final(), "another run may find it over");
    let text = format!("{error} {error:?}");
    assert!(text.contains("retry budget of 20 s") && text.contains("429") && !text.contains("hush"), "{text}");
}

#[tokio::test]
async fn the_budget_is_one_for_all_calls() {
    let server = Server::of_script(vec![
        answer(503, "retry-after: 1\r\n", ""),
        answer(200, "", ""),
        answer(503, "retry-after: 1\r\n", ""),
    ]);
    let client = client(Duration::from_millis(1_500));
    client.get(url(&server, "/")).send().await.unwrap();
    let error = client.get(url(&server, "/")).send().await.unwrap_err();
    assert!(matches!(error, HttpError::BudgetSpent { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_not_idempotent_or_is_to_be_sent_once_is_sent_once() {
    let server = Server::of_script(vec![answer(503, "", ""); 3]);
    let client = client(PATIENT);
    client.call(Method::POST, url(&server, "/")).send().await.unwrap_err();
    client.get(url(&server, "/")).once().send().await.unwrap_err();
    assert_eq!((client.usage().requests(), client.usage().retries(), server.requests().len()), (2, 0, 2));
}

#[tokio::test]
async fn a_refusal_is_final_and_not_repeated() {
    for status in [400, 401, 403, 404] {
        let server = Server::of_script(vec![answer(status, "", "")]);
        let error = client(PATIENT).get(url(&server, "/")).send().await.unwrap_err();
        assert!(error.is_final(), "{status}");
        assert_eq!(ExitStatus::of(&anyhow::Error::new(error).context("asking")), ExitStatus::Final);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::of_script(vec![answer(200, "", "")]);
    let server = Server::of_script(vec![redirect(&url(&elsewhere, "/"))]);
    let call = client(PATIENT).get(url(&server, "/")).secret_header("x-api-key", &Secret::new("hush"));
    assert!(!format!("{call:?}").contains("hush"));
    let error = call.send().await.unwrap_err();
    assert!(error.is_final(), "{error}");
    assert_eq!(server.requests()[0].header("x-api-key"), Some("hush"));
    assert_eq!(elsewhere.requests().len(), 0, "the key must not go to another host");
}

#[tokio::test]
async fn nobody_there_may_be_retried_later() {
    let gone = Url::parse("http://127.0.0.1:9/").unwrap();
    let error = client(Duration::from_millis(300)).get(gone).send().await.unwrap_err();
    assert!(!error.is_final());
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[tokio::test]
async fn silence_is_a_failure() {
    let server = Server::of_script(vec![Answer::silence()]);
    let error = client(Duration::ZERO).get(url(&server, "/")).send().await.unwrap_err();
    assert!(error.to_string().contains("did not answer in time"), "{error}");
}

#[tokio::test]
async fn a_body_is_counted_and_a_cut_is_an_error() {
    let whole = "content-length: 5\r\n";
    let server = Server::of_script(vec![raw(200, whole, "12345"), raw(200, whole, "123")]);
    let client = client(PATIENT);
    let mut text = String::new();
    let response = client.get(url(&server, "/")).send().await.unwrap();
    reader(response, client.usage()).read_to_string(&mut text).await.unwrap();
    assert_eq!((text.as_str(), client.usage().bytes()), ("12345", 5));
    let response = client.get(url(&server, "/secret?apiKey=hush")).send().await.unwrap();
    let error = reader(response, client.usage()).read_to_string(&mut text).await.unwrap_err();
    assert!(!format!("{error:?}").contains("hush"), "{error:?}");
}
