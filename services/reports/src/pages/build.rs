//! `PUT /build`: dbt tells how a build ended, good or not.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use serde_json::json;

use crate::{
    build::{self, Build, BuildError, MOST_BYTES},
    state::State,
    token::{self, Unauthorized},
};

pub(super) async fn put(
    request: HttpRequest,
    state: web::Data<State>,
    body: web::Payload,
) -> Result<HttpResponse, BuildRefusal> {
    let taken = take(&request, state, body).await;
    match &taken {
        Ok(build) => tracing::info!(outcome = ?build.outcome, finished = %build.finished, "dbt has told of a build"),
        Err(refusal) => tracing::warn!(error = %refusal, "how a build of dbt ended was not taken"),
    }
    Ok(HttpResponse::Ok().json(json!({ "outcome": taken?.outcome })))
}

async fn take(request: &HttpRequest, state: web::Data<State>, body: web::Payload) -> Result<Build, BuildRefusal> {
    let reports = &state.settings.reports;
    token::authorise(request, reports.token.reveal())?;
    let seconds = reports.upload_idle_seconds;
    let text = tokio::time::timeout(Duration::from_secs(seconds), body.to_bytes_limited(MOST_BYTES)).await;
    let text =
        text.map_err(|_| BuildRefusal::TooSlow(seconds))?.map_err(|_| BuildRefusal::Build(BuildError::TooLarge))?;
    let text = text.map_err(|error| BuildRefusal::BrokenOff(error.to_string()))?;
    let build = Build::parse(&text).map_err(BuildRefusal::Build)?;
    let shelf = state.shelf.clone();
    let kept = web::block(move || shelf.keep(build::FILE, &text)).await;
    kept.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(BuildRefusal::Disk)?;
    Ok(build)
}

#[derive(Debug, thiserror::Error)]
pub(super) enum BuildRefusal {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("it did not arrive within {0} s, the limit of REPORTS_UPLOAD_IDLE_SECONDS: send it again")]
    TooSlow(u64),
    #[error("it broke off: {0}")]
    BrokenOff(String),
    #[error(transparent)]
    Build(BuildError),
    #[error("it cannot be kept in REPORTS_DIR: {0}")]
    Disk(std::io::Error),
}

impl ResponseError for BuildRefusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Build(BuildError::TooLarge) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff(_) | Self::Build(_) => StatusCode::BAD_REQUEST,
            Self::Disk(error) => token::disk_status(error),
        }
    }

    fn error_response(&self) -> HttpResponse {
        token::refused(self.status_code(), self)
    }
}
