//! The mock, as a source and as a board.

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, value::RawValue};

use crate::{
    http::client,
    program::{Program, Running},
};

/// The media that its postings are on.
pub const MEDIA: [&str; 2] = ["172d5ed0-9986-4ab4-8e3a-3432b94b57a3", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21"];
/// When its world begins. All applications were made in the 180 days before.
const START: &str = "2026-06-01T08:00:00Z";

#[derive(Debug)]
pub struct Mock {
    pub address: String,
    client: Client,
    _running: Running,
}

impl Mock {
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    pub fn start_with(settings: &[(&str, &str)]) -> Self {
        let program = Program::of_workspace("mock-api").with("LOG_FORMAT", "json").with("MOCK_LISTEN", "127.0.0.1:0");
        let mut running = program.with("MOCK_START", START).with_all(settings).start();
        let address = running.wait_for("listening")["address"].as_str().unwrap_or_default().to_owned();
        running.wait_for("ready");
        Self { address, client: client(), _running: running }
    }

    pub async fn advance(&self, hours: u32) -> Value {
        self.ask(Method::POST, &format!("/_mock/advance?hours={hours}")).await
    }

    pub async fn world(&self) -> Value {
        self.ask(Method::GET, "/_mock/world").await
    }

    pub async fn applications(&self) -> Vec<Value> {
        parsed(&self.raw_applications().await)
    }

    /// The same, byte for byte: in the rough world a name may come twice, and a number be too big for a [`Value`].
    pub async fn raw_applications(&self) -> Vec<String> {
        self.list("/v1/acme/applications/find-by-date?from=2020-01-01").await
    }

    /// All postings of all media, without who is in charge of them, whom ingest does not store.
    pub async fn postings(&self) -> Vec<Value> {
        let mut all = parsed(&self.raw_postings().await);
        for posting in all.iter_mut().filter_map(Value::as_object_mut) {
            posting.retain(|name, _| !name.starts_with("projectManager"));
        }
        all
    }

    /// All postings of all media, byte for byte; who is in charge of them is still there.
    pub async fn raw_postings(&self) -> Vec<String> {
        let mut all = Vec::new();
        for medium in MEDIA {
            all.extend(self.list(&format!("/v1/acme/postings/{medium}")).await);
        }
        all
    }

    async fn list(&self, path: &str) -> Vec<String> {
        let body = self.bytes(path).await;
        // a list of the rough world may begin with a byte order mark
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&body);
        let records: Vec<&RawValue> =
            serde_json::from_slice(body).unwrap_or_else(|error| panic!("{path} answers no array: {error}"));
        records.into_iter().map(|record| record.get().to_owned()).collect()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.send(Method::POST, path, Some(body)).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Value {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Asks for something; the bytes of a file are no JSON, see [`Self::bytes`].
    pub async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path).await
    }

    pub async fn bytes(&self, path: &str) -> Vec<u8> {
        self.answer(Method::GET, path, None).await
    }

    async fn ask(&self, method: Method, path: &str) -> Value {
        self.send(method, path, None).await
    }

    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let body = self.answer(method, path, body).await;
        serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    async fn answer(&self, method: Method, path: &str, body: Option<&Value>) -> Vec<u8> {
        let mut request =
            self.client.request(method, format!("http://{}{path}", self.address)).header("x-api-key", "any");
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap_or_else(|error| panic!("{path}: {error}"));
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.bytes().await.unwrap_or_else(|error| panic!("{path}: {error}")).into()
    }
}

fn parsed(records: &[String]) -> Vec<Value> {
    records.iter().map(|record| serde_json::from_str(record).expect("a record is JSON")).collect()
}
