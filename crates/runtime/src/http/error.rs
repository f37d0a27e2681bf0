//! What can go wrong with a call.

use std::time::Duration;

use reqwest::{StatusCode, Url};

/// A call that did not succeed. Addresses are shown without their query, which may hold a key.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// The answer has another status than 2xx.
    #[error("{address} answered {status}{}", times(*.tries))]
    Status {
        /// The status of the last answer.
        status: StatusCode,
        /// What was asked, without its query.
        address: String,
        /// How often it was sent.
        tries: u32,
    },
    /// No answer: no connection, or none in time.
    #[error("{address} {}{}", silence(source), times(*.tries))]
    NoAnswer {
        /// What was asked, without its query.
        address: String,
        /// Why, from the HTTP library.
        source: reqwest::Error,
        /// How often it was sent.
        tries: u32,
    },
    /// The retry budget does not last for the next wait.
    #[error("the retry budget of {} s is used up: {last}", budget.as_secs())]
    BudgetSpent {
        /// What the whole client may wait in its life.
        budget: Duration,
        /// What the last try came to.
        last: Box<HttpError>,
    },
    /// It is in a private network, and the client may not go there.
    #[error("{address} is in a private network")]
    Private {
        /// What was to be asked, without its query.
        address: String,
    },
    /// The answer has more bytes than it may have.
    #[error("{address} answered more than {limit} bytes")]
    TooLarge {
        /// What was asked, without its query.
        address: String,
        /// Bytes that its body may have.
        limit: u64,
    },
    /// A signal has come before the answer.
    #[error("{address} was not waited for any longer: stopped by a signal")]
    Stopped {
        /// What was asked, without its query.
        address: String,
    },
    /// Its body is a stream, which cannot be sent a second time, or a header or address of it cannot be sent at all.
    #[error("{address} was not asked: the call cannot be written, or not a second time")]
    Unrepeatable {
        /// What was to be asked, without its query.
        address: String,
    },
    /// The client itself cannot be made.
    #[error("no HTTP client can be made")]
    Client(#[source] reqwest::Error),
}

impl HttpError {
    /// A signal has come before the answer from there.
    pub fn stopped(url: &Url) -> Self {
        Self::Stopped { address: shown(url) }
    }

    /// Whether a retry cannot help: the request itself is refused.
    pub fn is_final(&self) -> bool {
        match self {
            // a redirect is not followed: a key in a header would go with it to another host
            Self::Status { status, .. } => {
                status.is_redirection() || (status.is_client_error() && !is_passing(*status))
            }
            Self::NoAnswer { source, .. } => source.is_builder(),
            Self::Private { .. } | Self::TooLarge { .. } | Self::Unrepeatable { .. } => true,
            Self::BudgetSpent { .. } | Self::Stopped { .. } | Self::Client(_) => false,
        }
    }

    /// The status of the answer, if there was one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Status { status, .. } => Some(*status),
            Self::BudgetSpent { last, .. } => last.status(),
            _ => None,
        }
    }

    /// Whether the request may have arrived: there was a connection, and then no answer that could be read.
    pub fn may_have_arrived(&self) -> bool {
        match self {
            Self::NoAnswer { source, .. } => !source.is_connect() && !source.is_builder(),
            Self::BudgetSpent { last, .. } => last.may_have_arrived(),
            Self::Status { .. } | Self::TooLarge { .. } | Self::Stopped { .. } => true,
            Self::Private { .. } | Self::Unrepeatable { .. } | Self::Client(_) => false,
        }
    }
}

/// An address for logs and messages: without user and password, and without query and fragment, which may hold a key or a signature.
pub fn shown(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.set_fragment(None);
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.into()
}

/// Whether the same request may succeed a little later.
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

fn times(tries: u32) -> String {
    if tries > 1 { format!(" ({tries} tries)") } else { String::new() }
}

fn silence(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else if error.is_builder() {
        "is not an address that can be asked"
    } else {
        "broke off"
    }
}
