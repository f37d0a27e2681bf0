//! Access tokens of Google: of a file with credentials, of the workload's identity, or of gcloud on a laptop.
//!
//! - `file`: a file with credentials, and what is in it
//! - `subject`: what a workload outside Google shows, and Google takes for it
//! - `provider`: whoever gives tokens
//! - `refusal`: whether another try may help; `said`: what the libraries say, and what it means

mod file;
mod provider;
mod refusal;
mod said;
mod subject;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use runtime::{Secret, http::retry_within};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};
use url::Url;

use super::Patience;
pub(super) use provider::Account;
use provider::Provider;
use refusal::Refusal;

const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Of one question at most, what the libraries try themselves included; by itself neither of them would end.
const NO_ANSWER_AFTER: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub(super) enum NoToken {
    #[error("no access token for BigQuery: the credentials cannot be used: {why}{origin}")]
    Unusable { why: String, origin: String },
    #[error(
        "no access token for BigQuery: none was given within {} seconds, and at last: {why}{origin}",
        waited.as_secs()
    )]
    NotGiven {
        why: String,
        /// How long it was asked for.
        waited: Duration,
        origin: String,
    },
}

const NOBODY_NAMED: &str = ". On GKE, bind the pod's Kubernetes service account to one of Google's (Workload Identity); elsewhere let \
                            GOOGLE_APPLICATION_CREDENTIALS name a file with credentials (of workload identity federation, or a key), \
                            or run gcloud auth application-default login";

pub(super) enum Tokens {
    /// None is asked for, and none is ever sent: the endpoint is plain http.
    None,
    /// Whoever is found, once a token is needed.
    Google(Google),
}

pub(super) struct Google {
    /// The file that is to be taken.
    named: Option<PathBuf>,
    known: Mutex<Option<Provider>>,
}

impl Tokens {
    /// `named` is the file that is to be taken.
    pub(super) fn for_endpoint(endpoint: &Url, named: Option<PathBuf>) -> Self {
        // a token goes to nobody who could be overheard
        if endpoint.scheme() == "https" { Self::Google(Google { named, known: Mutex::new(None) }) } else { Self::None }
    }

    pub(super) async fn get(&self, patience: Patience) -> Result<Option<Secret>, NoToken> {
        let Self::Google(Google { named, known }) = self else { return Ok(None) };
        // held while it waits: one call asks for all
        let known = Mutex::new(known.lock().await);
        let (begun, no_answer_after) = (Instant::now(), NO_ANSWER_AFTER.min(patience.answer));
        let ask = || async {
            let mut known = known.lock().await;
            let silence = || Refusal::NotNow(format!("no answer for {} seconds", no_answer_after.as_secs()));
            let asked = timeout(no_answer_after, token(named.as_deref(), &mut known)).await;
            let answer = asked.unwrap_or_else(|_| Err(silence()));
            if answer.is_err() {
                // Google's library goes on asking by itself, and repeats what it was told last
                **known = None;
            }
            answer
        };
        let may_pass = |refusal: &Refusal| matches!(refusal, Refusal::NotNow(_));
        let waits = |refusal: &Refusal, _| {
            let (Refusal::NotNow(why) | Refusal::Unusable(why)) = refusal;
            tracing::info!(why, "waiting for an access token");
        };
        let given = retry_within(patience.token, AGAIN_AFTER, ask, may_pass, waits).await;
        let named =
            named.as_ref().map(|path| format!(". GOOGLE_APPLICATION_CREDENTIALS names the file {}", path.display()));
        given.map(Some).map_err(|refusal| match refusal {
            Refusal::NotNow(why) => {
                let origin = named.unwrap_or_else(|| NOBODY_NAMED.to_owned());
                NoToken::NotGiven { why, waited: begun.elapsed().max(patience.token), origin }
            }
            Refusal::Unusable(why) => NoToken::Unusable { why, origin: named.unwrap_or_default() },
        })
    }

    /// Whose tokens they are; nobody's where none is asked for.
    pub(super) async fn account(&self, patience: Patience) -> Result<Option<Account>, NoToken> {
        self.get(patience).await?;
        let Self::Google(Google { known, .. }) = self else { return Ok(None) };
        Ok(known.lock().await.as_ref().map(|provider| provider.account.clone()))
    }

    pub(super) async fn forget(&self) {
        if let Self::Google(Google { known, .. }) = self {
            // with the provider goes the token that it keeps for later
            *known.lock().await = None;
        }
    }
}

async fn token(named: Option<&Path>, known: &mut Option<Provider>) -> Result<Secret, Refusal> {
    let provider = match known {
        Some(provider) => provider,
        None => known.insert(Provider::find(named).await?),
    };
    Ok(Secret::new(format!("Bearer {}", provider.token().await?)))
}
