//! `PUT /build`: dbt tells how a build ended, good or not.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use serde_json::json;

use crate::{
    build::{self, Build, MOST_BYTES, Problem},
    server::State,
    token::{self, Unauthorized},
};

pub(super) async fn put(
    request: HttpRequest,
    state: web::Data<State>,
    body: web::Payload,
) -> Result<HttpResponse, Refusal> {
    let taken = take(&request, state, body).await;
    match &taken {
        Ok(build) => tracing::info!(outcome = ?build.outcome, finished = %build.finished, "dbt has told of a build"),
        Err(refusal) => tracing::warn!(error = %refusal, "how a build of dbt ended was not taken"),
    }
    Ok(HttpResponse::Ok().json(json!({ "outcome": taken?.outcome })))
}

async fn take(request: &HttpRequest, state: web::Data<State>, body: web::Payload) -> Result<Build, Refusal> {
    let reports = &state.settings.reports;
    token::authorise(request, reports.token.reveal())?;
    let seconds = reports.upload_idle_seconds;
    let text = tokio::time::timeout(Duration::from_secs(seconds), body.to_bytes_limited(MOST_BYTES)).await;
    let text = text.map_err(|_| Refusal::TooSlow(seconds))?.map_err(|_| Refusal::Build(Problem::TooLarge))?;
    let text = text.map_err(|error| Refusal::BrokenOff(error.to_string()))?;
    let build = Build::parse(&text).map_err(Refusal::Build)?;
    let shelf = state.shelf.clone();
    let kept = web::block(move || shelf.keep(build::FILE, &text)).await;
    kept.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(Refusal::Disk)?;
    Ok(build)
}

/// Why it was not taken; the last one stays.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// No token, or another one.
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    /// Whoever sends it takes too long.
    #[error("it did not arrive within {0} s, the limit of REPORTS_UPLOAD_IDLE_SECONDS: send it again")]
    TooSlow(u64),
    /// The connection ended before the body did.
    #[error("it broke off: {0}")]
    BrokenOff(String),
    /// Too large, or not as described.
    #[error(transparent)]
    Build(Problem),
    /// Our own disk.
    #[error("it cannot be kept in REPORTS_DIR: {0}")]
    Disk(std::io::Error),
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Build(Problem::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff(_) | Self::Build(_) => StatusCode::BAD_REQUEST,
            Self::Disk(error) => token::disk_status(error),
        }
    }

    fn error_response(&self) -> HttpResponse {
        token::refused(self.status_code(), self)
    }
}
