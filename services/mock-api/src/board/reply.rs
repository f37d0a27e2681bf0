//! What the board answers: `ok` with an id perhaps, or `error` without a reason.

use std::borrow::Cow;

use actix_web::{HttpResponse, error::PayloadError, http::StatusCode, web};
use sea_orm::DbErr;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{journal::Reason, state::State};

/// The answer of every call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
// the name that it has in the document
#[schema(as = Answer, example = json!({"result": "ok", "id": "58089674d3fa73a0a457b72c"}))]
pub(crate) struct Reply {
    /// `ok`, `error`, or the id of an announced attachment (10 capital letters).
    pub(crate) result: String,
    /// Of a new listing, 24 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

impl Reply {
    pub(crate) fn ok() -> Self {
        Self { result: "ok".to_owned(), id: None }
    }

    pub(crate) fn listing(id: String) -> Self {
        Self { result: "ok".to_owned(), id: Some(id) }
    }

    pub(crate) fn attachment(id: String) -> Self {
        Self { result: id, id: None }
    }
}

/// Why a call was refused; for the log and the journal, so it names fields and never their values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Cow<'static, str>,
    /// A status that does not depend on the settings, such as 413.
    status: Option<StatusCode>,
}

impl Refusal {
    pub(crate) fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into(), status: None }
    }

    pub(crate) fn not_ready() -> Self {
        Self {
            reason: "the world is still being made; ask again in a second".into(),
            status: Some(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

impl From<DbErr> for Refusal {
    fn from(error: DbErr) -> Self {
        tracing::error!(%error, "the database failed");
        Self { reason: "the database failed".into(), status: Some(StatusCode::INTERNAL_SERVER_ERROR) }
    }
}

pub(super) fn body(received: Result<web::Bytes, actix_web::Error>) -> Result<web::Bytes, Refusal> {
    received.map_err(|error| match error.as_error::<PayloadError>() {
        Some(PayloadError::Overflow) => Refusal {
            reason: "the body is larger than MOCK_BOARD_MAX_BYTES".into(),
            status: Some(StatusCode::PAYLOAD_TOO_LARGE),
        },
        _ => Refusal::new("the body broke off"),
    })
}

pub(super) fn respond(state: &State, outcome: Result<Reply, Refusal>) -> HttpResponse {
    match outcome {
        Ok(reply) => HttpResponse::Ok().json(reply),
        Err(Refusal { reason, status }) => {
            tracing::info!(%reason, "the board refused a call");
            let usual = StatusCode::from_u16(state.settings.board_error_status).unwrap_or(StatusCode::OK);
            let error = Reply { result: "error".to_owned(), id: None };
            let mut response = HttpResponse::build(status.unwrap_or(usual)).json(error);
            // for the journal alone: the answer must not tell it
            response.extensions_mut().insert(Reason(reason.into_owned()));
            response
        }
    }
}
