//! The client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use opentelemetry::{KeyValue, global};
use reqwest::{Method, RequestBuilder, Response, Url};
use tokio::time::Instant;

use super::{HttpError, error::is_passing, install_tls, retry::Backoff, retry_after};
use crate::{Clock, Program};

/// How patient a client is.
#[derive(Debug, Clone, Copy)]
pub struct HttpOptions {
    /// Without a connection, or without a byte, for this long a call has failed.
    pub timeout: Duration,
    /// What all calls of the client together may wait between tries.
    pub retry_budget: Duration,
}

/// What a client has done so far.
#[derive(Debug, Clone, Default)]
pub struct Usage(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    retries: AtomicU64,
    bytes: AtomicU64,
}

impl Usage {
    /// Requests sent, repetitions included.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// Repetitions.
    pub fn retries(&self) -> u64 {
        self.0.retries.load(Ordering::Relaxed)
    }

    /// Bytes of bodies read by [`super::reader`], uncompressed.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn add_bytes(&self, count: usize) {
        self.0.bytes.fetch_add(count as u64, Ordering::Relaxed);
    }
}

/// Sends requests, one connection pool and one retry budget for all.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: reqwest::Client,
    backoff: Arc<Backoff>,
    usage: Usage,
}

impl HttpClient {
    /// A client that says who it is. Proxies and CAs come from the standard variables.
    pub fn new(program: &Program, options: HttpOptions) -> Result<Self, HttpError> {
        install_tls();
        #[expect(clippy::disallowed_methods, reason = "the one place that makes a client")]
        let inner = reqwest::Client::builder()
            .user_agent(format!("emply-pipeline-{}/{}", program.name, program.version))
            .connect_timeout(options.timeout)
            .read_timeout(options.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(HttpError::Client)?;
        let backoff = Arc::new(Backoff::new(options.retry_budget));
        Ok(Self { inner, backoff, usage: Usage::default() })
    }

    /// A call that may be repeated, since asking twice changes nothing.
    pub fn get(&self, url: Url) -> Call {
        self.call(Method::GET, url)
    }

    /// A call by any method. Only `GET`, `HEAD`, `PUT`, `DELETE` and `OPTIONS` are ever repeated.
    pub fn call(&self, method: Method, url: Url) -> Call {
        let mut shown = url.clone();
        shown.set_query(None);
        let _ = shown.set_password(None);
        let repeatable = method.is_idempotent();
        Call { client: self.clone(), request: self.inner.request(method, url), address: shown.to_string(), repeatable }
    }

    /// What this client and its clones have done so far.
    pub fn usage(&self) -> Usage {
        self.usage.clone()
    }

    /// Waits before the next try, for whoever decides by himself whether there is to be one; `false` when the budget does
    /// not last for it.
    pub async fn pause(&self, tries: u32) -> bool {
        let Some(pause) = self.backoff.pause(tries, None, fastrand::f64()) else { return false };
        self.usage.0.retries.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(pause).await;
        true
    }
}

/// One request to be sent.
#[derive(Debug)]
pub struct Call {
    client: HttpClient,
    request: RequestBuilder,
    address: String,
    repeatable: bool,
}

/// An answer that was read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Any.
    pub status: reqwest::StatusCode,
    /// Its headers.
    pub headers: reqwest::header::HeaderMap,
    /// Uncompressed.
    pub body: Vec<u8>,
}

impl Call {
    /// Adds a header. It is marked sensitive, so that it is in no debug output.
    #[must_use]
    pub fn secret_header(mut self, name: &'static str, value: &crate::Secret) -> Self {
        if let Ok(mut value) = reqwest::header::HeaderValue::from_str(value.reveal()) {
            value.set_sensitive(true);
            self.request = self.request.header(name, value);
        }
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Adds a body of JSON.
    #[must_use]
    pub fn json(mut self, json: &impl serde::Serialize) -> Self {
        self.request = self.request.json(json);
        self
    }

    /// Adds a body.
    #[must_use]
    pub fn bytes(mut self, bytes: Vec<u8>) -> Self {
        self.request = self.request.body(bytes);
        self
    }

    /// Sends it once, and gives what is answered, whatever its status: for interfaces that say in the body what is wrong.
    pub async fn answer(self) -> Result<Answer, HttpError> {
        let response = self.client.exchange(self.request, &self.address, 1).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.map_err(|error| no_answer(error, &self.address, 1))?;
        Ok(Answer { status, headers, body: body.into() })
    }

    /// Switches repetition off: the call is sent once, whatever comes of it.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Sends it, again and again while that may help and the budget lasts. Only a 2xx answer is a success.
    pub async fn send(self) -> Result<Response, HttpError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let Some(request) = self.request.try_clone() else {
                // a body that is a stream cannot be sent twice
                return self.once_through().await;
            };
            let (failure, asked) = match self.client.attempt(request, &self.address, tries).await {
                Ok(response) => return Ok(response),
                Err(failed) => failed,
            };
            if !self.repeatable || failure.is_final() || !may_pass(&failure) {
                return Err(failure);
            }
            let Some(pause) = self.client.backoff.pause(tries, asked, fastrand::f64()) else {
                return Err(HttpError::BudgetSpent { budget: self.client.backoff.budget(), last: Box::new(failure) });
            };
            tracing::debug!(pause_ms = u64::try_from(pause.as_millis()).ok(), error = %failure, "trying again");
            self.client.usage.0.retries.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(pause).await;
        }
    }

    async fn once_through(self) -> Result<Response, HttpError> {
        self.client.attempt(self.request, &self.address, 1).await.map_err(|(failure, _)| failure)
    }
}

impl HttpClient {
    async fn attempt(
        &self,
        request: RequestBuilder,
        address: &str,
        tries: u32,
    ) -> Result<Response, (HttpError, Option<Duration>)> {
        match self.exchange(request, address, tries).await {
            Ok(response) if response.status().is_success() => Ok(response),
            Ok(response) => {
                let asked = retry_after(response.headers(), Clock::System.now().into());
                Err((HttpError::Status { status: response.status(), address: address.to_owned(), tries }, asked))
            }
            Err(error) => Err((error, None)),
        }
    }

    /// Sends it, counts it and measures it, whatever the answer's status.
    async fn exchange(&self, request: RequestBuilder, address: &str, tries: u32) -> Result<Response, HttpError> {
        self.usage.0.requests.fetch_add(1, Ordering::Relaxed);
        let started = Instant::now();
        let result = request.send().await;
        measure(started.elapsed(), result.as_ref().ok().map(Response::status));
        result.map_err(|error| no_answer(error, address, tries))
    }
}

fn no_answer(error: reqwest::Error, address: &str, tries: u32) -> HttpError {
    HttpError::NoAnswer { address: address.to_owned(), source: error.without_url(), tries }
}

fn may_pass(failure: &HttpError) -> bool {
    failure.status().is_none_or(is_passing)
}

/// `http.client.request.duration` as OpenTelemetry's conventions name it: seconds until the answer's head.
fn measure(took: Duration, status: Option<reqwest::StatusCode>) {
    let histogram = global::meter("runtime").f64_histogram("http.client.request.duration").with_unit("s").build();
    let outcome = status.map_or_else(|| "none".to_owned(), |status| status.as_str().to_owned());
    histogram.record(took.as_secs_f64(), &[KeyValue::new("http.response.status_code", outcome)]);
}
