//! Starts the binary on a free port and asks it.

use std::{process::ExitStatus, time::Duration};

use reqwest::{Client, Method, Response, StatusCode};
use rig::{PATIENCE, Program, Running, http::client};
use serde_json::Value;

/// The first medium of the default settings.
pub(crate) const MEDIUM: &str = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3";
/// The second medium of the default settings.
pub(crate) const OTHER_MEDIUM: &str = "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21";
/// A full hour at which test worlds begin.
pub(crate) const START: &str = "2026-06-01T08:00:00Z";

/// A running mock; it is killed when dropped.
pub(crate) struct Mock {
    running: Running,
    pub(crate) address: String,
    client: Client,
}

/// The binary with these settings and no others.
pub(crate) fn program(settings: &[(&str, &str)]) -> Program {
    let program = Program::at(env!("CARGO_BIN_EXE_mock-api")).with("LOG_FORMAT", "json");
    program.with("MOCK_LISTEN", "127.0.0.1:0").with_all(settings)
}

impl Mock {
    /// A small world that begins at [`START`], ready.
    pub(crate) async fn start(settings: &[(&str, &str)]) -> Self {
        let mut all = vec![("MOCK_START", START), ("MOCK_APPLICATIONS", "300")];
        all.extend(settings);
        let mock = Self::listening(&all);
        mock.wait_until_ready().await;
        mock
    }

    /// A mock that listens; its world may still be in the making.
    pub(crate) fn listening(settings: &[(&str, &str)]) -> Self {
        let mut running = program(settings).start();
        let address = running.wait_for("listening")["address"].as_str().expect("an address").to_owned();
        Self { running, address, client: client() }
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        self.running.said()
    }

    pub(crate) async fn wait_until_ready(&self) {
        let ready = async {
            while self.get("/readyz").await.status() != StatusCode::OK {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ready).await.expect("the world is made in time");
    }

    /// Asks without a key.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(Method::GET, path, &[]).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)]) -> Response {
        let mut request = self.client.request(method, format!("http://{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    /// Sends a body.
    pub(crate) async fn post(&self, path: &str, media_type: &str, body: Vec<u8>) -> Response {
        self.try_post(path, media_type, body).await.expect("an answer")
    }

    /// Sends a body, and may get no answer.
    pub(crate) async fn try_post(&self, path: &str, media_type: &str, body: Vec<u8>) -> reqwest::Result<Response> {
        let request = self.client.post(format!("http://{}{path}", self.address)).header("content-type", media_type);
        request.body(body).send().await
    }

    /// Puts JSON.
    pub(crate) async fn put(&self, path: &str, body: Vec<u8>) -> Response {
        let request =
            self.client.put(format!("http://{}{path}", self.address)).header("content-type", "application/json");
        request.body(body).send().await.expect("an answer")
    }

    /// Asks with a key; the body of a 200.
    pub(crate) async fn bytes(&self, path: &str) -> Vec<u8> {
        let response = self.send(Method::GET, path, &[("x-api-key", "any")]).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.bytes().await.expect("a whole body").to_vec()
    }

    /// Asks with a key; the records of a 200.
    pub(crate) async fn list(&self, path: &str) -> Vec<Value> {
        serde_json::from_slice(&self.bytes(path).await).expect("a bare JSON array")
    }

    /// All applications there are.
    pub(crate) async fn applications(&self) -> Vec<Value> {
        self.applications_since("2020-01-01").await
    }

    /// All applications from that day on.
    pub(crate) async fn applications_since(&self, from: &str) -> Vec<Value> {
        self.list(&format!("/v1/acme/applications/find-by-date?from={from}")).await
    }

    /// All postings of a medium.
    pub(crate) async fn postings(&self, medium: &str) -> Vec<Value> {
        self.list(&format!("/v1/acme/postings/{medium}")).await
    }

    /// Moves the world on.
    pub(crate) async fn advance(&self, hours: u32) -> Value {
        let response = self.send(Method::POST, &format!("/_mock/advance?hours={hours}"), &[]).await;
        assert_eq!(response.status(), StatusCode::OK);
        json(response).await
    }

    /// What there is, counted.
    pub(crate) async fn world(&self) -> Value {
        json(self.get("/_mock/world").await).await
    }

    /// SIGTERM, and how it ended; within 5 s, since whoever sends one may kill soon after.
    pub(crate) fn terminate(self) -> ExitStatus {
        let (ended, took) = self.running.stop();
        assert!(took < Duration::from_secs(5), "it is still there 5 s after SIGTERM");
        ended.status
    }
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.expect("a whole body")).expect("JSON")
}
