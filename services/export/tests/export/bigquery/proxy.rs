//! What stands between export and the emulator: it does what BigQuery does and the emulator does not (a job keeps the name
//! it was given, and a second one of that name is refused), misbehaves on command, and stops at any request.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::ServerHandle,
    http::{Method, StatusCode, header::HeaderMap},
    web::{Bytes, Data, PayloadConfig, to},
};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// The largest body that is passed on.
const LARGEST: usize = 64 * 1024 * 1024;
/// Headers that are passed on, there and back.
const HEADERS: [&str; 5] = ["content-type", "content-range", "range", "x-upload-content-length", "location"];

/// What becomes of a request.
#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// It is answered so, and goes no further.
    Say(u16, Value),
    /// It is done.
    Pass,
    /// It is done, and the answer is lost.
    LoseAnswer,
    /// It is done, and the answer leads to this address.
    LeadTo(String),
    /// The token that came with it is refused, now and for ever.
    Revoke,
}

/// Where a run is stopped.
#[derive(Debug)]
enum Stop {
    /// At that request of the journal, counted from 0.
    At(usize, Moment),
    /// After the first request whose line in the journal has this part.
    AfterFirst(String),
}

impl Stop {
    fn moment(&self, number: usize, line: &str) -> Option<Moment> {
        match self {
            Self::At(at, moment) => (*at == number).then_some(*moment),
            Self::AfterFirst(part) => line.contains(part).then_some(Moment::After),
        }
    }
}

/// Of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The request is not done any more.
    Before,
    /// It is done, and the answer is not given any more.
    After,
}

#[derive(Debug)]
struct Rule {
    method: Method,
    part: String,
    action: Action,
}

#[derive(Debug, Default)]
struct Inner {
    journal: Vec<String>,
    rules: Vec<Rule>,
    /// The token that came last.
    token: Option<String>,
    revoked: HashSet<String>,
    stop: Option<Stop>,
    /// By their names.
    jobs: HashMap<String, Value>,
    /// When tables expire, by their names, in milliseconds since 1970; the emulator keeps that for none.
    expiries: HashMap<String, i64>,
    /// Names of jobs that nothing is known of any more.
    forgotten: HashSet<String>,
    /// Names of the jobs, by the ids of their uploads.
    uploads: HashMap<String, String>,
}

struct State {
    emulator: String,
    http: reqwest::Client,
    inner: Mutex<Inner>,
    stopped: Notify,
}

/// A proxy that is listening.
pub(crate) struct Proxy {
    pub(crate) url: String,
    state: Arc<State>,
    server: ServerHandle,
}

impl Proxy {
    pub(crate) fn before(emulator: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        #[expect(clippy::disallowed_methods, reason = "a test is not a service")]
        let http = reqwest::Client::new();
        let emulator = emulator.trim_end_matches('/').to_owned();
        let state = Arc::new(State { emulator, http, inner: Mutex::default(), stopped: Notify::new() });
        let data = Data::from(Arc::clone(&state));
        let server = HttpServer::new(move || {
            App::new().app_data(data.clone()).app_data(PayloadConfig::new(LARGEST)).default_service(to(handle))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
        let url = format!("http://{}", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { url, state, server: handle }
    }

    /// The next request by this method to an address with this part in it.
    pub(crate) fn next(&self, method: Method, part: &str, action: Action) {
        self.inner(|inner| inner.rules.push(Rule { method, part: part.to_owned(), action }));
    }

    /// Begins a new journal; the run stops at that request of it, counted from 0.
    pub(crate) fn stop_at(&self, stop: Option<(usize, Moment)>) {
        self.inner(|inner| {
            inner.journal.clear();
            inner.stop = stop.map(|(at, moment)| Stop::At(at, moment));
        });
    }

    /// The run stops once the first request with this part, of method or address, is done.
    pub(crate) fn stop_after_first(&self, part: &str) {
        self.inner(|inner| inner.stop = Some(Stop::AfterFirst(part.to_owned())));
    }

    /// Waits until a run has stopped.
    pub(crate) async fn stopped(&self) {
        self.state.stopped.notified().await;
    }

    /// What was asked, in order: method and address.
    pub(crate) fn journal(&self) -> Vec<String> {
        self.inner(|inner| inner.journal.clone())
    }

    /// The token that came last.
    pub(crate) fn token(&self) -> Option<String> {
        self.inner(|inner| inner.token.clone())
    }

    /// Names of the jobs that were made.
    pub(crate) fn jobs(&self) -> Vec<String> {
        self.inner(|inner| inner.jobs.keys().cloned().collect())
    }

    /// When a table expires, in milliseconds since 1970, as it was said last.
    pub(crate) fn expiry(&self, table: &str) -> Option<i64> {
        self.inner(|inner| inner.expiries.get(table).copied())
    }

    /// Of these, those that brought data, and did not tell of an export.
    pub(crate) fn data_jobs(&self) -> Vec<String> {
        self.jobs().into_iter().filter(|name| !name.contains("_export_run_")).collect()
    }

    /// Forgets the jobs with this in their names, as BigQuery does after half a year. Their names stay taken.
    pub(crate) fn forget_jobs(&self, part: &str) {
        self.inner(|inner| {
            let names = inner.jobs.keys().filter(|name| name.contains(part)).cloned().collect::<Vec<_>>();
            inner.forgotten.extend(names);
        });
    }

    /// Makes a job look as if it had failed.
    pub(crate) fn fail_job(&self, part: &str, reason: &str) {
        self.inner(|inner| {
            let found = inner.jobs.iter_mut().filter(|(name, _)| name.contains(part)).map(|(_, job)| job);
            for job in found {
                job["status"] =
                    json!({ "state": "DONE", "errorResult": { "reason": reason, "message": "made to fail" } });
            }
        });
    }

    fn inner<T>(&self, work: impl FnOnce(&mut Inner) -> T) -> T {
        work(&mut self.state.inner.lock().unwrap())
    }

    pub(crate) async fn close(self) {
        self.server.stop(false).await;
    }
}

async fn handle(request: HttpRequest, body: Bytes, state: Data<State>) -> HttpResponse {
    let address = request.uri().to_string();
    let (stop, action) = {
        let mut inner = state.inner.lock().unwrap();
        let line = format!("{} {address}", request.method());
        let stop = inner.stop.as_ref().and_then(|stop| stop.moment(inner.journal.len(), &line));
        inner.journal.push(line);
        let rule = inner.rules.iter().position(|rule| rule.method == *request.method() && address.contains(&rule.part));
        let action = rule.map(|at| inner.rules.remove(at).action);
        (stop, inner.look_at_token(&request, action))
    };
    if stop == Some(Moment::Before) {
        return for_ever(&state).await;
    }
    if let Some(Action::Say(status, json)) = &action {
        return HttpResponse::build(StatusCode::from_u16(*status).unwrap()).json(json);
    }
    let answer = answer(&request, body.clone(), &state).await;
    if answer.status().is_success() {
        state.inner.lock().unwrap().look_at_expiry(&request, &body);
    }
    if stop == Some(Moment::After) {
        return for_ever(&state).await;
    }
    match action {
        Some(Action::LoseAnswer) => HttpResponse::BadGateway().body("<html>the answer was lost</html>"),
        Some(Action::LeadTo(address)) => HttpResponse::Ok().insert_header(("location", address)).finish(),
        _ => answer,
    }
}

impl Inner {
    fn look_at_expiry(&mut self, request: &HttpRequest, body: &[u8]) {
        let Ok(table) = serde_json::from_slice::<Value>(body) else { return };
        let name = table["tableReference"]["tableId"].as_str().or_else(|| request.path().rsplit('/').next());
        if let Some((name, at)) = name.zip(table["expirationTime"].as_str()) {
            self.expiries.insert(name.to_owned(), at.parse().unwrap());
        }
    }

    fn look_at_token(&mut self, request: &HttpRequest, action: Option<Action>) -> Option<Action> {
        let token = request.headers().get("authorization").and_then(|token| token.to_str().ok());
        self.token = token.map(str::to_owned);
        if matches!(action, Some(Action::Revoke)) {
            self.revoked.extend(self.token.clone());
        }
        let is_refused = self.token.as_ref().is_some_and(|token| self.revoked.contains(token));
        if is_refused { Some(refusal(401, "authError")) } else { action }
    }
}

/// Says no for this reason.
pub(crate) fn refusal(status: u16, reason: &str) -> Action {
    let error = json!({ "code": status, "message": "made to fail", "errors": [{ "reason": reason }] });
    Action::Say(status, json!({ "error": error }))
}

fn unknown_job() -> HttpResponse {
    let error = json!({ "code": 404, "message": "Not found: Job", "errors": [{ "reason": "notFound" }] });
    HttpResponse::NotFound().json(json!({ "error": error }))
}

async fn for_ever(state: &State) -> HttpResponse {
    state.stopped.notify_one();
    std::future::pending().await
}

/// As BigQuery would.
async fn answer(request: &HttpRequest, body: Bytes, state: &State) -> HttpResponse {
    let (method, address) = (request.method(), request.uri().to_string());
    let is_upload = address.starts_with("/upload/");
    let name = serde_json::from_slice::<Value>(&body).ok().and_then(|job| {
        let is_job = request.path().ends_with("/jobs");
        job["jobReference"]["jobId"].as_str().filter(|_| is_job).map(str::to_owned)
    });
    let job_of = |name: &str| state.inner.lock().unwrap().jobs.get(name).cloned();
    if let Some(name) = name.as_deref().filter(|_| method == Method::POST) {
        if job_of(name).is_some() {
            let error = json!({ "code": 409, "message": "Already Exists: Job", "errors": [{ "reason": "duplicate" }] });
            return HttpResponse::Conflict().json(json!({ "error": error }));
        }
    } else if let Some((_, name)) = request.path().split_once("/jobs/")
        && let Some(job) = job_of(name)
    {
        let is_forgotten = state.inner.lock().unwrap().forgotten.contains(name);
        return if is_forgotten { unknown_job() } else { HttpResponse::Ok().json(job) };
    }
    let upload = address.split_once("upload_id=").map(|(_, id)| id.to_owned());
    let uploading = upload.as_ref().and_then(|id| state.inner.lock().unwrap().uploads.get(id).cloned());
    if let Some(job) = uploading.as_deref().and_then(job_of) {
        // the emulator knows nothing any more of an upload that has ended
        return HttpResponse::Ok().json(job);
    }
    let (status, headers, bytes) = forward(request, body, state).await;
    let mut response = HttpResponse::build(status);
    for header in HEADERS {
        if let Some(value) = headers.get(header).and_then(|value| value.to_str().ok()) {
            // to the proxy, whatever its address
            response.insert_header((header, value.replace(&state.emulator, "")));
        }
    }
    let mut inner = state.inner.lock().unwrap();
    if is_upload
        && method == Method::POST
        && let (Some(name), Some(place)) = (&name, headers.get("location"))
    {
        let id = place.to_str().unwrap().split_once("upload_id=").unwrap().1.to_owned();
        inner.uploads.insert(id, name.clone());
    }
    let made = name.filter(|_| !is_upload).or(uploading).filter(|_| status == StatusCode::OK);
    if let Some(name) = made.filter(|_| method == Method::POST || method == Method::PUT) {
        let mut job: Value = serde_json::from_slice(&bytes).unwrap();
        job["jobReference"]["jobId"] = name.clone().into();
        inner.jobs.insert(name, job.clone());
        return response.body(job.to_string());
    }
    response.body(bytes)
}

async fn forward(request: &HttpRequest, body: Bytes, state: &State) -> (StatusCode, HeaderMap, Bytes) {
    let method = reqwest::Method::from_bytes(request.method().as_str().as_bytes()).unwrap();
    let mut call = state.http.request(method, format!("{}{}", state.emulator, request.uri())).body(body.to_vec());
    for header in HEADERS {
        if let Some(value) = request.headers().get(header).and_then(|value| value.to_str().ok()) {
            call = call.header(header, value);
        }
    }
    let answer = call.send().await.unwrap();
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap();
    let mut headers = HeaderMap::new();
    for header in HEADERS {
        if let Some(value) = answer.headers().get(header).and_then(|value| value.to_str().ok()) {
            headers.insert(header.try_into().unwrap(), value.parse().unwrap());
        }
    }
    (status, headers, answer.bytes().await.unwrap())
}
