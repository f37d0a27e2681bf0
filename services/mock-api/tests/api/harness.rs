//! Starts the binary on a free port and asks it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, Once},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;

/// The first medium of the default settings.
pub(crate) const MEDIUM: &str = "172d5ed0-9986-4ab4-8e3a-3432b94b57a3";
/// The second medium of the default settings.
pub(crate) const OTHER_MEDIUM: &str = "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21";
/// A full hour at which test worlds begin.
pub(crate) const START: &str = "2026-06-01T08:00:00Z";
/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// A running mock; it is killed when dropped.
pub(crate) struct Mock {
    child: Child,
    log: Arc<Mutex<String>>,
    pub(crate) address: String,
    client: Client,
}

impl Drop for Mock {
    fn drop(&mut self) {
        // an error means that it has ended already
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary with these settings and no others.
pub(crate) fn command(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mock-api"));
    command.env_clear().env("LOG_FORMAT", "json").env("MOCK_LISTEN", "127.0.0.1:0");
    command.envs(settings.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
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
        let mut child = command(settings).spawn().expect("the binary starts");
        let mut lines = BufReader::new(child.stderr.take().expect("stderr is piped")).lines();
        let mut seen = String::new();
        let address = loop {
            let line = lines.next().unwrap_or_else(|| panic!("it ended without listening:\n{seen}")).expect("a line");
            let event: Value = serde_json::from_str(&line).unwrap_or_default();
            if event["message"] == "listening" {
                break event["address"].as_str().expect("an address").to_owned();
            }
            seen += &line;
            seen += "\n";
        };
        let log = Arc::new(Mutex::new(seen));
        let written = Arc::clone(&log);
        // read on, so that the pipe is never full
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = written.lock().expect("nobody panics with it");
                *log += &line;
                *log += "\n";
            }
        });
        Self { child, log, address, client: client() }
    }

    /// What it has written to its log so far.
    pub(crate) fn log(&self) -> String {
        self.log.lock().expect("nobody panics with it").clone()
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
    pub(crate) fn terminate(mut self) -> std::process::ExitStatus {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(killed.success());
        let told = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be asked for") {
                return status;
            }
            assert!(told.elapsed() < Duration::from_secs(5), "it is still there 5 s after SIGTERM");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

pub(crate) async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.expect("a whole body")).expect("JSON")
}

/// A client without retries, gzip or proxies: what is asked is what is sent.
#[expect(clippy::disallowed_methods, reason = "these tests play a stranger, and look at single answers")]
fn client() -> Client {
    static TLS: Once = Once::new();
    TLS.call_once(|| {
        // an error means that there is a provider already
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::builder()
        .no_proxy()
        .gzip(false)
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
        .build()
        .expect("a client")
}
