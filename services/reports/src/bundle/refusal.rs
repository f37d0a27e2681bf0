//! Why a bundle was not taken in.

use std::io;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use crate::token::{self, Unauthorized};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error(transparent)]
    Unauthorized(#[from] Unauthorized),
    #[error("another bundle is just being taken in: try again")]
    Busy,
    #[error("the bundle did not arrive in time: {0}; send it again")]
    TooSlow(String),
    #[error("reports is just stopping: send the bundle again")]
    Stopping,
    #[error("the bundle has more than {0} bytes, the limit of REPORTS_MAX_BUNDLE_BYTES")]
    TooLarge(u64),
    #[error("the bundle has more than {0} once it is unpacked")]
    TooMuch(String),
    #[error("the bundle cannot be read as tar.gz: {0}")]
    Unreadable(String),
    #[error("the bundle holds {0}")]
    Entry(String),
    #[error("the bundle has no index.html at its top")]
    NoIndex,
    #[error("the bundle broke off: {0}")]
    BrokenOff(String),
    #[error("there is no room for the bundle: the volume of REPORTS_DIR is full")]
    NoRoom,
    #[error("the bundle cannot be kept: {0}")]
    Disk(io::Error),
}

impl Refusal {
    pub(super) fn unreadable(error: &io::Error) -> Self {
        // the archive's fault: a mere `?` would blame our own disk
        Self::Unreadable(error.to_string())
    }
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom,
            _ => Self::Disk(error),
        }
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Busy => StatusCode::CONFLICT,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Stopping => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge(_) | Self::TooMuch(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BrokenOff(_) => StatusCode::BAD_REQUEST,
            Self::Unreadable(_) | Self::Entry(_) | Self::NoIndex => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            Self::Disk(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        token::refused(self.status_code(), self)
    }
}
