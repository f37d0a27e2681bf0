//! Access tokens of Google: of the workload's identity, of a service account's file, or of gcloud on a laptop.

use std::{sync::Arc, time::Duration};

use gcp_auth::TokenProvider;
use runtime::Secret;
use tokio::{
    sync::Mutex,
    time::{Instant, sleep},
};
use url::Url;

use super::error::ApiError;

const SCOPES: &[&str] = &["https://www.googleapis.com/auth/bigquery"];
/// A pod's metadata server may not answer in its first minute.
const FIRST_MINUTE: Duration = Duration::from_secs(90);
const AGAIN_AFTER: Duration = Duration::from_secs(2);

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
    pub(super) async fn get(&self) -> Result<Option<Secret>, ApiError> {
        let Self::Google(known) = self else { return Ok(None) };
        let mut known = known.lock().await;
        let until = Instant::now() + FIRST_MINUTE;
        loop {
            match token(&mut known).await {
                Ok(token) => return Ok(Some(token)),
                Err(error) if Instant::now() < until => {
                    tracing::info!(%error, "waiting for an access token");
                    sleep(AGAIN_AFTER).await;
                }
                Err(error) => return Err(ApiError::NoToken(error)),
            }
        }
    }

    /// The one that was given is not accepted.
    pub(super) async fn forget(&self) {
        if let Self::Google(known) = self {
            *known.lock().await = None;
        }
    }
}

async fn token(known: &mut Option<Arc<dyn TokenProvider>>) -> Result<Secret, gcp_auth::Error> {
    let provider = match known {
        Some(provider) => Arc::clone(provider),
        None => Arc::clone(known.insert(gcp_auth::provider().await?)),
    };
    Ok(Secret::new(format!("Bearer {}", provider.token(SCOPES).await?.as_str())))
}
