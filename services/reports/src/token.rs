//! Who may hand something over, and what the others are answered.

use std::{fmt::Display, io};

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, http::header};
use serde_json::json;
use subtle::ConstantTimeEq as _;

#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the token is missing or wrong: send `Authorization: Bearer …` with the value of REPORTS_TOKEN")]
pub(crate) struct Unauthorized;

pub(crate) fn authorise(request: &HttpRequest, token: &str) -> Result<(), Unauthorized> {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    // in constant time: how long it takes must not tell how much of a guess is right
    if bool::from(given.as_bytes().ct_eq(token.as_bytes())) { Ok(()) } else { Err(Unauthorized) }
}

pub(crate) fn refused(status: StatusCode, why: &dyn Display) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    answer.json(json!({ "error": why.to_string() }))
}

pub(crate) fn disk_status(error: &io::Error) -> StatusCode {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StatusCode::INSUFFICIENT_STORAGE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
