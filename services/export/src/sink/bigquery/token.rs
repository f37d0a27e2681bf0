//! Access tokens of Google: of the workload's identity, of a service account's file, or of gcloud on a laptop.

use std::{error::Error as _, sync::Arc, time::Duration};

use gcp_auth::TokenProvider;
use runtime::Secret;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep, timeout},
};
use url::Url;

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/bigquery"];
/// A pod's metadata server may not answer in its first minute.
const FIRST_MINUTE: Duration = Duration::from_mins(1);
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Of one question, gcp_auth's own tries included; by itself it would wait for an answer for ever.
const NO_ANSWER_AFTER: Duration = Duration::from_secs(10);

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoToken {
    /// Waiting cannot help.
    #[error(
        "no access token for BigQuery: the credentials cannot be used: {0}. Look at GOOGLE_APPLICATION_CREDENTIALS"
    )]
    Unusable(String),
    /// It was waited for.
    #[error(
        "no access token for BigQuery: none was given within {seconds} seconds, and at last: {0}. On GKE, bind the pod's Kubernetes service account to one of \
         Google's (Workload Identity); elsewhere let GOOGLE_APPLICATION_CREDENTIALS name a key file, or run gcloud auth \
         application-default login",
        seconds = FIRST_MINUTE.as_secs()
    )]
    NotGiven(String),
}

/// Where tokens come from.
pub(super) enum Tokens {
    /// None is asked for, and none is ever sent: the endpoint is plain http.
    None,
    /// Whatever gcp_auth finds, once it is needed.
    Google(Mutex<Option<Arc<dyn TokenProvider>>>),
}

impl Tokens {
    /// A token goes to nobody who could be overheard.
    pub(super) fn for_endpoint(endpoint: &Url) -> Self {
        if endpoint.scheme() == "https" { Self::Google(Mutex::new(None)) } else { Self::None }
    }

    /// One that is valid.
    pub(super) async fn get(&self) -> Result<Option<Secret>, NoToken> {
        let Self::Google(known) = self else { return Ok(None) };
        let mut known = known.lock().await;
        let until = Instant::now() + FIRST_MINUTE;
        loop {
            let why = match timeout(NO_ANSWER_AFTER, token(&mut known)).await {
                Ok(Ok(token)) => return Ok(Some(token)),
                Ok(Err(NoToken::NotGiven(why))) => why,
                Ok(Err(unusable)) => return Err(unusable),
                Err(_) => format!("no answer for {} seconds", NO_ANSWER_AFTER.as_secs()),
            };
            if Instant::now() + AGAIN_AFTER > until {
                return Err(NoToken::NotGiven(why));
            }
            tracing::info!(why, "waiting for an access token");
            sleep(AGAIN_AFTER).await;
        }
    }

    /// The one that was given is not accepted.
    pub(super) async fn forget(&self) {
        if let Self::Google(known) = self {
            *known.lock().await = None;
        }
    }
}

async fn token(known: &mut Option<Arc<dyn TokenProvider>>) -> Result<Secret, NoToken> {
    let provider = match known {
        Some(provider) => Arc::clone(provider),
        None => Arc::clone(known.insert(gcp_auth::provider().await.map_err(|error| no_provider(&error))?)),
    };
    let token = provider.token(SCOPES).await.map_err(|error| NoToken::NotGiven(cause(&error)))?;
    Ok(Secret::new(format!("Bearer {}", token.as_str())))
}

/// Somebody who gives tokens may still appear; a key file stays as it is.
fn no_provider(error: &gcp_auth::Error) -> NoToken {
    match error {
        gcp_auth::Error::NoAuthMethod(_, metadata, _) => {
            NoToken::NotGiven(format!("the metadata server: {}", cause(metadata)))
        }
        unusable => NoToken::Unusable(cause(unusable)),
    }
}

/// What it says, and what is at the bottom of it.
fn cause(error: &gcp_auth::Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    let (said, bottom) = (error.to_string(), sources.last().map(ToString::to_string));
    match bottom {
        Some(bottom) if !said.contains(&bottom) => format!("{said}: {bottom}"),
        _ => said,
    }
}
