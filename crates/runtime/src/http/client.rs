//! The client.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use opentelemetry::{KeyValue, global};
use reqwest::{ClientBuilder, Method, RequestBuilder, Response, Url};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    GaveUp, HttpError, Next,
    error::{is_passing, shown},
    guard::Guard,
    install_tls, proxies,
    retry::Budget,
    retry_after,
};
use crate::{Clock, Program, check::LONGEST};

/// Whoever takes no connection within this is away, however long answers may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a call that must not be made twice is waited for after a signal: what it has done is worth knowing.
const LAST_WORD: Duration = Duration::from_secs(2);

/// How patient a client is.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Without a byte for this long a call has failed; without a connection after 10 s already.
    pub timeout: Duration,
    /// What all calls of the client together may wait between tries.
    pub retry_budget: Duration,
    /// Whether only addresses of plain http are called. Then the certificates that are trusted are not read, which takes
    /// longer than an hourly run has to do otherwise, and https fails.
    pub only_plain: bool,
    /// Ends every wait: [`crate::Context::shutdown`].
    pub shutdown: CancellationToken,
    /// Whether no call is repeated, whatever comes of it.
    pub tries_once: bool,
}

impl HttpOptions {
    /// The same for a check: each call once, and at most 10 s for it.
    #[must_use]
    pub fn at_a_glance(self) -> Self {
        Self { timeout: self.timeout.min(LONGEST), tries_once: true, ..self }
    }
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
    budget: Arc<Budget>,
    usage: Usage,
    guard: Option<Guard>,
    shutdown: CancellationToken,
    tries_once: bool,
}

impl HttpClient {
    /// A client that says who it is. Proxies and CAs come from the standard variables.
    pub fn new(program: &Program, options: HttpOptions) -> Result<Self, HttpError> {
        Self::build(program, options, None, |builder| builder)
    }

    /// For calls that must not be made twice. Nothing below repeats one, and each has a connection of its own.
    pub fn careful(program: &Program, options: HttpOptions) -> Result<Self, HttpError> {
        // one that is kept may be closed by the other side just when it is used again, and then nobody knows what has arrived
        Self::build(program, options, None, |builder| builder.pool_max_idle_per_host(0).retry(reqwest::retry::never()))
    }

    /// For addresses that strangers have written down: private networks are not asked, but for these hosts. Behind a proxy
    /// it is the proxy that looks names up, and that has to refuse them.
    pub fn public(program: &Program, options: HttpOptions, private_hosts: &[String]) -> Result<Self, HttpError> {
        let guard = Guard::but_for(private_hosts.iter().cloned().chain(proxies::hosts()).collect());
        let resolver = Arc::new(guard.clone());
        Self::build(program, options, Some(guard), |builder| builder.dns_resolver(resolver))
    }

    fn build(
        program: &Program,
        options: HttpOptions,
        guard: Option<Guard>,
        change: impl FnOnce(ClientBuilder) -> ClientBuilder,
    ) -> Result<Self, HttpError> {
        install_tls();
        #[expect(clippy::disallowed_methods, reason = "the one place that makes a client")]
        let builder = reqwest::Client::builder();
        // a proxy may be an address of https
        let trusting_nobody = options.only_plain && proxies::hosts().next().is_none();
        let builder = if trusting_nobody { builder.tls_certs_only([]) } else { builder };
        let builder = builder
            .user_agent(format!("emply-pipeline-{}/{}", program.name, program.version))
            .connect_timeout(options.timeout.min(CONNECT_TIMEOUT))
            .read_timeout(options.timeout)
            .redirect(reqwest::redirect::Policy::none());
        let inner = change(builder).build().map_err(HttpError::Client)?;
        let budget = Arc::new(Budget::new(options.retry_budget, options.shutdown.clone()));
        let (shutdown, tries_once) = (options.shutdown, options.tries_once);
        Ok(Self { inner, budget, usage: Usage::default(), guard, shutdown, tries_once })
    }

    /// A call that may be repeated, since asking twice changes nothing.
    pub fn get(&self, url: Url) -> Call {
        self.call(Method::GET, url)
    }

    /// A call by any method. Only `GET`, `HEAD`, `PUT`, `DELETE` and `OPTIONS` are ever repeated.
    pub fn call(&self, method: Method, url: Url) -> Call {
        let (repeatable, address) = (method.is_idempotent(), shown(&url));
        let is_refused = self.guard.as_ref().is_some_and(|guard| !guard.admits(&url));
        let request = self.inner.request(method, url);
        Call { client: self.clone(), request, address, repeatable, is_refused, limit: u64::MAX }
    }

    /// What this client and its clones have done so far.
    pub fn usage(&self) -> Usage {
        self.usage.clone()
    }

    /// Makes attempts, which get their number from 1 on, for whoever knows by himself what may be repeated and when. The pauses
    /// come out of the budget of the client.
    pub async fn retry<T, E: std::fmt::Display, F: Future<Output = Result<T, E>>>(
        &self,
        attempt: impl FnMut(u32) -> F,
        next: impl Fn(&E, u32) -> Next,
    ) -> Result<T, GaveUp<E>> {
        let again = |error: &E, tries, pause: Option<Duration>| {
            let pause_ms = pause.and_then(|pause| u64::try_from(pause.as_millis()).ok());
            tracing::debug!(tries, pause_ms, %error, "trying again");
            self.usage.0.retries.fetch_add(u64::from(pause.is_some()), Ordering::Relaxed);
        };
        let next = |error: &E, tries| if self.tries_once { Next::GiveUp } else { next(error, tries) };
        self.budget.retry(self.budget.sleeper(), again, attempt, next).await
    }

    /// Waits for an answer; after a signal no longer, or a moment longer for one that cannot be asked for again.
    async fn unless_stopped<T>(
        &self,
        repeatable: bool,
        address: &str,
        answer: impl Future<Output = Result<T, HttpError>>,
    ) -> Result<T, HttpError> {
        let stopped = async {
            self.shutdown.cancelled().await;
            if !repeatable {
                tokio::time::sleep(LAST_WORD).await;
            }
        };
        tokio::select! {
            // an answer that is there counts, also after a signal
            biased;
            answer = answer => answer,
            () = stopped => Err(HttpError::Stopped { address: address.to_owned() }),
        }
    }
}

/// One request to be sent.
#[derive(Debug)]
pub struct Call {
    client: HttpClient,
    request: RequestBuilder,
    address: String,
    repeatable: bool,
    is_refused: bool,
    limit: u64,
}

/// An answer that was read to its end.
#[derive(Debug)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct Answer {
    pub status: reqwest::StatusCode,
    pub headers: reqwest::header::HeaderMap,
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

    /// An [`Call::answer`] whose body has more bytes is not read to its end, but an error.
    #[must_use]
    pub fn within(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Sends it once, and gives what is answered, whatever its status: for interfaces that say in the body what is wrong.
    pub async fn answer(self) -> Result<Answer, HttpError> {
        if self.is_refused {
            return Err(HttpError::Private { address: self.address });
        }
        let Self { client, request, address, repeatable, limit, .. } = self;
        let answer = async {
            let mut response = client.exchange(request, &address, 1).await?;
            let (status, headers) = (response.status(), response.headers().clone());
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| no_answer(error, &address, 1))? {
                // counted as it comes: a length that is told beforehand need not be true
                if (body.len() + chunk.len()) as u64 > limit {
                    return Err(HttpError::TooLarge { address: address.clone(), limit });
                }
                body.extend_from_slice(&chunk);
            }
            Ok(Answer { status, headers, body })
        };
        client.unless_stopped(repeatable, &address, answer).await
    }

    /// Switches repetition off: the call is sent once, whatever comes of it.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.repeatable = false;
        self
    }

    /// Sends it, again and again while that may help and the budget lasts. Only a 2xx answer is a success.
    pub async fn send(self) -> Result<Response, HttpError> {
        if self.is_refused {
            return Err(HttpError::Private { address: self.address });
        }
        let (client, address, repeatable) = (&self.client, &self.address, self.repeatable);
        let attempt = |tries| {
            let request = self.request.try_clone();
            async move {
                // `None` is a body that is a stream, or what cannot be sent at all
                let request =
                    request.ok_or_else(|| Failed::from(HttpError::Unrepeatable { address: address.clone() }))?;
                let answer = client.unless_stopped(repeatable, address, client.exchange(request, address, tries));
                judged(answer.await?, address, tries)
            }
        };
        let next = |failed: &Failed, _| {
            if repeatable && failed.may_pass() { Next::Wait(failed.asked) } else { Next::GiveUp }
        };
        client.retry(attempt, next).await.map_err(|gave_up| match gave_up {
            GaveUp::Failed(Failed { failure, .. }) => failure,
            GaveUp::BudgetSpent(Failed { failure, .. }) => {
                HttpError::BudgetSpent { budget: client.budget.whole, last: Box::new(failure) }
            }
            GaveUp::Stopped => HttpError::Stopped { address: address.clone() },
        })
    }
}

/// A failure, and how long the server wants to be left alone.
#[derive(Debug, thiserror::Error)]
#[error("{failure}")]
struct Failed {
    failure: HttpError,
    asked: Option<Duration>,
}

impl From<HttpError> for Failed {
    fn from(failure: HttpError) -> Self {
        Self { failure, asked: None }
    }
}

impl Failed {
    fn may_pass(&self) -> bool {
        let is_stopped = matches!(self.failure, HttpError::Stopped { .. });
        !is_stopped && !self.failure.is_final() && self.failure.status().is_none_or(is_passing)
    }
}

fn judged(response: Response, address: &str, tries: u32) -> Result<Response, Failed> {
    if response.status().is_success() {
        return Ok(response);
    }
    let asked = retry_after(response.headers(), Clock::System.now().into());
    let (status, address) = (response.status(), address.to_owned());
    Err(Failed { failure: HttpError::Status { status, address, tries }, asked })
}

impl HttpClient {
    async fn exchange(&self, request: RequestBuilder, address: &str, tries: u32) -> Result<Response, HttpError> {
        self.usage.0.requests.fetch_add(1, Ordering::Relaxed);
        let started = Instant::now();
        let result = request.send().await;
        measure(started.elapsed(), result.as_ref().ok().map(Response::status));
        result.map_err(|error| no_answer(error, address, tries))
    }
}

fn no_answer(error: reqwest::Error, address: &str, tries: u32) -> HttpError {
    if Guard::has_refused(&error) {
        return HttpError::Private { address: address.to_owned() };
    }
    // its query may hold a key
    HttpError::NoAnswer { address: address.to_owned(), source: error.without_url(), tries }
}

/// `http.client.request.duration` as OpenTelemetry's conventions name it: seconds until the answer's head.
fn measure(took: Duration, status: Option<reqwest::StatusCode>) {
    let histogram = global::meter("runtime").f64_histogram("http.client.request.duration").with_unit("s").build();
    let outcome = status.map_or_else(|| "none".to_owned(), |status| status.as_str().to_owned());
    histogram.record(took.as_secs_f64(), &[KeyValue::new("http.response.status_code", outcome)]);
}
