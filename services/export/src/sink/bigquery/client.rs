//! Calls to BigQuery's REST API (v2).

use std::{
    fmt::Display,
    sync::atomic::{AtomicU32, Ordering},
};

use reqwest::{Method, StatusCode, header::HeaderMap};
use runtime::{
    Context, Final,
    http::{Call, GaveUp, HttpClient, HttpError, HttpOptions, Next, Usage},
};
use serde_json::Value;
use url::Url;

use super::{
    Patience,
    error::{ApiError, Remedy},
    token::Tokens,
};

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
    pub(super) fn new(context: &Context, endpoint: Url, project: &str, patience: Patience) -> Result<Self, HttpError> {
        let only_plain = endpoint.scheme() == "http";
        let options = HttpOptions {
            timeout: patience.answer,
            retry_budget: patience.tries,
            only_plain,
            shutdown: context.shutdown.clone(),
            tries_once: false,
        };
        let http = HttpClient::new(context.program, options)?;
        let (tokens, project) = (Tokens::for_endpoint(&endpoint), project.to_owned());
        Ok(Self { http, tokens, endpoint, project, patience })
    }

    pub(super) fn project(&self) -> &str {
        &self.project
    }

    pub(super) fn usage(&self) -> Usage {
        self.http.usage()
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
