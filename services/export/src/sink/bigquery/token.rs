//! Access tokens of Google: of the workload's identity, of a service account's file, or of gcloud on a laptop.

use std::{error::Error as _, sync::Arc, time::Duration};

use gcp_auth::TokenProvider;
use runtime::{Secret, http::retry_within};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;

use super::Patience;

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/bigquery"];
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Of one question at most, gcp_auth's own tries included; by itself it would wait for an answer for ever.
const NO_ANSWER_AFTER: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(super) enum NoToken {
    #[error(
        "no access token for BigQuery: the credentials cannot be used: {0}. Look at GOOGLE_APPLICATION_CREDENTIALS"
    )]
    Unusable(String),
    #[error(
        "no access token for BigQuery: none was given within {} seconds, and at last: {why}. On GKE, bind the pod's Kubernetes service account to one of \
         Google's (Workload Identity); elsewhere let GOOGLE_APPLICATION_CREDENTIALS name a key file, or run gcloud auth \
         application-default login",
        waited.as_secs()
    )]
    NotGiven {
        why: String,
        /// How long it was asked for.
        waited: Duration,
    },
}

pub(super) enum Tokens {
    /// None is asked for, and none is ever sent: the endpoint is plain http.
    None,
    /// Whatever gcp_auth finds, once it is needed.
    Google(Mutex<Option<Arc<dyn TokenProvider>>>),
}

impl Tokens {
    pub(super) fn for_endpoint(endpoint: &Url) -> Self {
        // a token goes to nobody who could be overheard
        if endpoint.scheme() == "https" { Self::Google(Mutex::new(None)) } else { Self::None }
    }

    pub(super) async fn get(&self, patience: Patience) -> Result<Option<Secret>, NoToken> {
        let Self::Google(known) = self else { return Ok(None) };
        // held while it waits: one call asks for all
        let known = Mutex::new(known.lock().await);
        let (begun, no_answer_after) = (Instant::now(), NO_ANSWER_AFTER.min(patience.answer));
        let ask = || async {
            let silence = || Refusal::NotNow(format!("no answer for {} seconds", no_answer_after.as_secs()));
            timeout(no_answer_after, token(&mut *known.lock().await)).await.unwrap_or_else(|_| Err(silence()))
        };
        let may_pass = |refusal: &Refusal| matches!(refusal, Refusal::NotNow(_));
        let waits = |refusal: &Refusal, _| {
            let (Refusal::NotNow(why) | Refusal::Unusable(why)) = refusal;
            tracing::info!(why, "waiting for an access token");
        };
        retry_within(patience.token, AGAIN_AFTER, ask, may_pass, waits).await.map(Some).map_err(|refusal| match refusal
        {
            Refusal::NotNow(why) => NoToken::NotGiven { why, waited: begun.elapsed().max(patience.token) },
            Refusal::Unusable(why) => NoToken::Unusable(why),
        })
    }

    pub(super) async fn forget(&self) {
        if let Self::Google(known) = self {
            // with the provider goes the token that it keeps for later
            *known.lock().await = None;
        }
    }
}

enum Refusal {
    Unusable(String),
    NotNow(String),
}

async fn token(known: &mut Option<Arc<dyn TokenProvider>>) -> Result<Secret, Refusal> {
    let provider = match known {
        Some(provider) => Arc::clone(provider),
        None => Arc::clone(known.insert(gcp_auth::provider().await.map_err(|error| no_provider(&error))?)),
    };
    let token = provider.token(SCOPES).await.map_err(|error| Refusal::NotNow(cause(&error)))?;
    Ok(Secret::new(format!("Bearer {}", token.as_str())))
}

fn no_provider(error: &gcp_auth::Error) -> Refusal {
    match error {
        // somebody who gives tokens may still appear; a key file stays as it is
        gcp_auth::Error::NoAuthMethod(_, metadata, _) => {
            Refusal::NotNow(format!("the metadata server: {}", cause(metadata)))
        }
        unusable => Refusal::Unusable(cause(unusable)),
    }
}

fn cause(error: &gcp_auth::Error) -> String {
    let sources = std::iter::successors(error.source(), |&error| error.source());
    let (said, bottom) = (error.to_string(), sources.last().map(ToString::to_string));
    match bottom {
        Some(bottom) if !said.contains(&bottom) => format!("{said}: {bottom}"),
        _ => said,
    }
}
