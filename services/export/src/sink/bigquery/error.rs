//! What BigQuery refuses, and what that means for the next step.

use reqwest::StatusCode;
use runtime::{Final, http::HttpError};
use serde::Deserialize;

use super::{shortened::shortened, token::NoToken};

#[derive(Debug, thiserror::Error)]
pub(super) enum ApiError {
    #[error(transparent)]
    NoAnswer(#[from] HttpError),
    #[error("BigQuery answered {status} ({reason}): {message}")]
    Refused {
        status: StatusCode,
        /// In one word, as BigQuery names it; the documentation lists them.
        reason: String,
        message: String,
    },
    #[error("BigQuery answered {status} with something else than JSON: is BIGQUERY_ENDPOINT the address of its API?")]
    NotJson { status: StatusCode },
    #[error(transparent)]
    NoToken(#[from] NoToken),
}

/// Something that was asked for is not there. Where it was seen before in this run, it has gone since, by its expiry or by
/// somebody's hand, and what it held can be sent again.
#[derive(Debug, thiserror::Error)]
#[error("{said}")]
pub(super) struct Missing {
    pub(super) said: String,
    /// Where it was never seen.
    #[source]
    advice: Final,
}

pub(super) fn gone_meanwhile(error: anyhow::Error) -> anyhow::Error {
    match error.downcast_ref::<Missing>() {
        Some(Missing { said, .. }) => anyhow::anyhow!(
            "{said}: it has gone since this run began, deleted or expired; the next run makes it again and sends what is missing"
        ),
        None => error,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    Wait,
    NewToken,
    None,
}

impl ApiError {
    pub(super) fn of(status: StatusCode, body: &[u8]) -> Self {
        let Ok(answer) = serde_json::from_slice::<ErrorBody>(body) else { return Self::NotJson { status } };
        let error = answer.error;
        let reason = error.errors.into_iter().next().map(|item| item.reason).filter(|reason| !reason.is_empty());
        Self::Refused {
            status,
            reason: reason.or(error.status).unwrap_or_else(|| "no reason".to_owned()),
            message: shortened(&error.message),
        }
    }

    pub(super) fn remedy(&self) -> Remedy {
        match self {
            Self::NoAnswer(error) if !error.is_final() => Remedy::Wait,
            Self::Refused { status, .. } if *status == StatusCode::UNAUTHORIZED => Remedy::NewToken,
            Self::Refused { status, reason, .. } => match &**reason {
                passing if is_passing(passing) => Remedy::Wait,
                // a rate is over in a moment, a quota is over for today; BigQuery answers 403 to both
                "quotaExceeded" => Remedy::None,
                _ if status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS => Remedy::Wait,
                _ => Remedy::None,
            },
            // the page of something in between, such as a load balancer
            Self::NotJson { status } if status.is_server_error() => Remedy::Wait,
            _ => Remedy::None,
        }
    }

    pub(super) fn is(&self, wanted: StatusCode) -> bool {
        matches!(self, Self::Refused { status, .. } if *status == wanted)
    }

    /// Whether an upload has come to its end unasked: its session is kept for a week, and then answers so, with or without
    /// JSON (<https://cloud.google.com/bigquery/docs/reference/api-uploads>).
    pub(super) fn is_session_gone(&self) -> bool {
        let (Self::Refused { status, .. } | Self::NotJson { status }) = self else { return false };
        matches!(*status, StatusCode::NOT_FOUND | StatusCode::GONE)
    }

    /// What to look at, and whether another run can help. What is not there is [`Missing`].
    pub(super) fn explained(self) -> anyhow::Error {
        let Self::Refused { status, reason, message } = &self else {
            return match self {
                Self::NoAnswer(error) if error.is_final() => Final::new(format!("BigQuery: {error}")).into(),
                Self::NotJson { status } if !status.is_server_error() => Final::new(self.to_string()).into(),
                Self::NoToken(NoToken::Unusable { .. }) => Final::new(self.to_string()).into(),
                other => other.into(),
            };
        };
        let advice = match (&**reason, status.as_u16()) {
            ("quotaExceeded", _) => {
                // over for today, not for ever
                return anyhow::anyhow!(
                    "{self}: a quota is used up; what is pending is sent by a later run. Quotas are listed at IAM & Admin > \
                     Quotas of the project"
                );
            }
            ("accessDenied", _) | (_, 401 | 403) => {
                "the account may not do this: it needs roles/bigquery.jobUser on the project, and roles/bigquery.dataOwner on \
                 the dataset or roles/bigquery.dataEditor on the project, where it then makes the dataset itself"
            }
            ("bytesBilledLimitExceeded", _) => "BIGQUERY_MAX_BYTES_BILLED is lower than what the statement reads",
            ("notFound", _) | (_, 404) => {
                let advice = Final::new("look at BIGQUERY_PROJECT, BIGQUERY_DATASET and BIGQUERY_LOCATION");
                return Missing { said: self.to_string(), advice }.into();
            }
            ("invalid" | "invalidQuery" | "badRequest", _) => "this is a defect, or somebody has changed a table",
            _ => return self.into(),
        };
        Final::new(format!("BigQuery answered {status} ({reason}): {message}: {advice}")).into()
    }
}

/// Whether it is BigQuery's own reason, or over in a moment.
pub(super) fn is_passing(reason: &str) -> bool {
    matches!(reason, "rateLimitExceeded" | "backendError" | "internalError" | "jobBackendError" | "jobInternalError")
}

#[derive(Deserialize)]
struct ErrorBody {
    error: ErrorDetails,
}

#[derive(Deserialize)]
struct ErrorDetails {
    #[serde(default)]
    message: String,
    #[serde(default)]
    errors: Vec<Item>,
    status: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    reason: String,
}

#[cfg(test)]
mod tests {
    use runtime::ExitStatus;

    use super::*;

    fn refused(status: u16, reason: &str) -> ApiError {
        let body = format!(r#"{{"error":{{"code":{status},"message":"m","errors":[{{"reason":"{reason}"}}]}}}}"#);
        ApiError::of(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn a_rate_is_waited_out_and_a_quota_is_not() {
        for (status, reason, remedy) in [
            (403, "rateLimitExceeded", Remedy::Wait),
            (403, "quotaExceeded", Remedy::None),
            (403, "accessDenied", Remedy::None),
            (401, "authError", Remedy::NewToken),
            (429, "somethingNew", Remedy::Wait),
            (503, "backendError", Remedy::Wait),
            (500, "somethingNew", Remedy::Wait),
            (400, "invalidQuery", Remedy::None),
            (404, "notFound", Remedy::None),
        ] {
            assert_eq!(refused(status, reason).remedy(), remedy, "{status} {reason}");
        }
        assert_eq!(ApiError::of(StatusCode::BAD_GATEWAY, b"<html>").remedy(), Remedy::Wait);
        assert_eq!(ApiError::of(StatusCode::OK, b"<html>").remedy(), Remedy::None);
    }

    #[test]
    fn what_is_said_names_the_way_out() {
        let said = |status, reason| format!("{:#}", refused(status, reason).explained());
        assert!(said(403, "accessDenied").contains("roles/bigquery.dataEditor"));
        assert!(said(403, "quotaExceeded").contains("a later run"));
        assert!(said(404, "notFound").contains("BIGQUERY_DATASET"));
        let is_final = |error: &anyhow::Error| ExitStatus::of(error) == ExitStatus::Final;
        assert!(is_final(&refused(404, "notFound").explained()));
        let gone = gone_meanwhile(refused(404, "notFound").explained());
        assert!(!is_final(&gone) && !format!("{gone:#}").contains("BIGQUERY_"), "{gone:#}");
        assert!(is_final(&gone_meanwhile(refused(403, "accessDenied").explained())));
        assert!(is_final(&refused(403, "accessDenied").explained()));
        assert!(!is_final(&refused(403, "quotaExceeded").explained()));
    }
}
