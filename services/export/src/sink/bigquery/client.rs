//! Calls to BigQuery's REST API (v2).

use std::{
    fmt::Display,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use runtime::{
    Context, Final,
    http::{Call, GaveUp, HttpClient, HttpError, HttpOptions, Next, Usage},
};
use serde_json::Value;
use tokio::time::timeout;
use url::Url;

use super::{
    Patience,
    error::{ApiError, Remedy},
    token::{Account, Tokens},
};
use crate::config::BigQuerySettings;

/// What the metadata server calls the workload (<https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys>).
const WORKLOAD: &str = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/email";
const LONGEST_NAME: u64 = 1000;
/// It is for a person's eyes alone, and has just given a token.
const NAME_WITHIN: Duration = Duration::from_secs(2);

#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// `null` when there is none.
    pub(super) json: Value,
}

pub(super) struct Client {
    http: HttpClient,
    tokens: Tokens,
    endpoint: Url,
    project: String,
    patience: Patience,
}

impl Client {
    pub(super) fn new(context: &Context, settings: &BigQuerySettings, patience: Patience) -> Result<Self, HttpError> {
        let endpoint = settings.endpoint.clone();
        let only_plain = endpoint.scheme() == "http";
        let options = HttpOptions {
            timeout: patience.answer,
            retry_budget: patience.tries,
            only_plain,
            shutdown: context.shutdown.clone(),
            tries_once: false,
        };
        let http = HttpClient::new(context.program, options)?;
        let tokens = Tokens::for_endpoint(&endpoint, settings.credentials.clone());
        Ok(Self { http, tokens, endpoint, project: settings.project.clone(), patience })
    }

    pub(super) fn project(&self) -> &str {
        &self.project
    }

    pub(super) fn usage(&self) -> Usage {
        self.http.usage()
    }

    /// Whose rights it has; nobody's where no token is sent.
    pub(super) async fn account(&self) -> Result<Option<String>, ApiError> {
        let name = match self.tokens.account(self.patience).await? {
            None => None,
            Some(Account::Told(name)) => Some(name),
            Some(Account::Workload) => Some(format!(
                "{}, by the metadata server",
                self.workload().await.as_deref().unwrap_or("the workload's")
            )),
        };
        Ok(name)
    }

    async fn workload(&self) -> Option<String> {
        let call = self.http.get(Url::parse(WORKLOAD).ok()?).header("metadata-flavor", "Google").within(LONGEST_NAME);
        let answer =
            timeout(NAME_WITHIN, call.answer()).await.ok()?.ok().filter(|answer| answer.status.is_success())?;
        String::from_utf8(answer.body).ok().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty())
    }

    /// `…/bigquery/v2/projects/<project>/<path>`, with `upload/` before for uploads.
    pub(super) fn address(&self, before: &[&str], path: &[&str]) -> anyhow::Result<Url> {
        let mut url = self.endpoint.clone();
        url.path_segments_mut()
            .map_err(|()| Final::new("BIGQUERY_ENDPOINT cannot be the base of an address"))?
            .pop_if_empty()
            .extend(before)
            .extend(["bigquery", "v2", "projects", &self.project])
            .extend(path);
        Ok(url)
    }

    pub(super) fn table(&self, dataset: &str, name: &str) -> anyhow::Result<Url> {
        self.address(&[], &["datasets", dataset, "tables", name])
    }

    pub(super) async fn find(&self, url: Url) -> Result<Option<Value>, ApiError> {
        match self.send(Method::GET, url, &Body::None).await {
            Ok(answer) => Ok(Some(answer.json)),
            Err(error) if error.is(StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) async fn make(&self, url: Url, json: &Value) -> Result<bool, ApiError> {
        match self.send(Method::POST, url, &Body::Json(json)).await {
            Ok(_) => Ok(true),
            // perhaps by a try whose answer was lost: so it may be repeated, whatever became of that
            Err(error) if error.is(StatusCode::CONFLICT) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Sends a call that may be repeated, as long as that may help and the budget lasts.
    pub(super) async fn send(&self, method: Method, url: Url, body: &Body<'_>) -> Result<Response, ApiError> {
        let new_tokens = AtomicU32::new(0);
        let attempt = |_| async {
            let answer = self.once(method.clone(), url.clone(), body).await;
            let is_old = answer.as_ref().is_err_and(|error| error.remedy() == Remedy::NewToken);
            if is_old && new_tokens.fetch_add(1, Ordering::Relaxed) == 0 {
                self.tokens.forget().await;
            }
            answer
        };
        let next = |error: &ApiError, _| match error.remedy() {
            // once: what refuses a new token too does not refuse it for its age
            Remedy::NewToken if new_tokens.load(Ordering::Relaxed) == 1 => Next::AtOnce,
            Remedy::Wait => Next::Wait(None),
            Remedy::NewToken | Remedy::None => Next::GiveUp,
        };
        self.retry(&url, attempt, next).await
    }

    /// As [`HttpClient::retry`], for calls of this address.
    pub(super) async fn retry<T, E: Display + From<ApiError>, F: Future<Output = Result<T, E>>>(
        &self,
        url: &Url,
        attempt: impl FnMut(u32) -> F,
        next: impl Fn(&E, u32) -> Next,
    ) -> Result<T, E> {
        self.http.retry(attempt, next).await.map_err(|gave_up| match gave_up {
            GaveUp::Failed(error) | GaveUp::BudgetSpent(error) => error,
            GaveUp::Stopped => ApiError::NoAnswer(HttpError::stopped(url)).into(),
        })
    }

    pub(super) async fn once(&self, method: Method, url: Url, body: &Body<'_>) -> Result<Response, ApiError> {
        let mut call = body.added_to(self.http.call(method, url));
        if let Some(token) = self.tokens.get(self.patience).await? {
            call = call.secret_header("authorization", &token);
        }
        let runtime::http::Answer { status, headers, body: bytes } = call.answer().await?;
        // 308 says yes, too: an upload that goes on
        if !status.is_success() && status != StatusCode::PERMANENT_REDIRECT {
            return Err(ApiError::of(status, &bytes));
        }
        let json = if bytes.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&bytes) };
        let json = json.map_err(|_| ApiError::NotJson { status })?;
        Ok(Response { status, headers, json })
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Body<'a> {
    None,
    Json(&'a Value),
    /// The load job whose file is to follow, so many bytes.
    Announcement(&'a Value, u64),
    /// A stretch of a file: bytes, and the header that says which.
    Stretch(&'a [u8], &'a str),
}

impl Body<'_> {
    fn added_to(self, call: Call) -> Call {
        match self {
            Self::None => call,
            Self::Json(json) => call.json(json),
            Self::Announcement(json, length) => call
                .header("x-upload-content-type", "application/octet-stream")
                .header("x-upload-content-length", &length.to_string())
                .json(json),
            Self::Stretch(bytes, range) => call.header("content-range", range).bytes(bytes.to_vec()),
        }
    }
}
