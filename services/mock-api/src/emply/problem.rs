//! Errors, as ASP.NET Core sends them (RFC 9457).

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
    web,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What went wrong with a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({
    "type": "https://tools.ietf.org/html/rfc9110#section-15.5.1",
    "title": "One or more validation errors occurred.",
    "status": 400,
    "traceId": "00-84c1fd4063c38d9f3900d06e56542d48-85d1d4aa59b24e6c-00",
    "errors": {"from": ["The value '2026-13-01' is not a date."]}
}))]
pub(crate) struct Problem {
    /// Address of the definition of this kind of error.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The error in a sentence.
    pub(crate) title: String,
    /// The status code again.
    pub(crate) status: u16,
    /// Names this answer, in the form of W3C trace context.
    pub(crate) trace_id: String,
    /// By parameter, what is wrong with it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) errors: BTreeMap<String, Vec<String>>,
}

impl Problem {
    pub(crate) fn validation(parameter: &str, message: String) -> Self {
        let title = "One or more validation errors occurred.".to_owned();
        let errors = BTreeMap::from([(parameter.to_owned(), vec![message])]);
        Self { errors, ..Self::new(StatusCode::BAD_REQUEST, "15.5.1", title) }
    }

    pub(crate) fn unauthorized(title: String) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "15.5.2", title)
    }

    pub(crate) fn not_found(title: String) -> Self {
        Self::new(StatusCode::NOT_FOUND, "15.5.5", title)
    }

    pub(crate) fn not_ready() -> Self {
        let title = "The world is still being made; ask again in a second.".to_owned();
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "15.6.4", title)
    }

    pub(crate) fn internal(error: &impl std::fmt::Display) -> Self {
        tracing::error!(%error, "the database failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "15.6.1", "An error occurred.".to_owned())
    }

    fn new(status: StatusCode, section: &str, title: String) -> Self {
        let (trace, span) = (Uuid::new_v4().simple().to_string(), Uuid::new_v4().simple().to_string());
        Self {
            kind: format!("https://tools.ietf.org/html/rfc9110#section-{section}"),
            title,
            status: status.as_u16(),
            trace_id: format!("00-{trace}-{}-00", &span[..16]),
            errors: BTreeMap::new(),
        }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.title)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json");
        if self.status_code() == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((header::RETRY_AFTER, "1"));
        }
        // not `.json()`: that would overwrite the content type of a problem
        response.body(serde_json::to_string(self).unwrap_or_default())
    }
}

impl From<sea_orm::DbErr> for Problem {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::internal(&error)
    }
}

pub(crate) fn query_config() -> web::QueryConfig {
    // one that cannot be read at all: a parameter twice, broken percent-encoding
    web::QueryConfig::default().error_handler(|error, _| Problem::validation("query", error.to_string()).into())
}
