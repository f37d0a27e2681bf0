//! Fetches the files that an ad refers to.

use std::{
    fs::File,
    io::{Read as _, Seek as _, Write as _},
    time::Duration,
};

use reqwest::{StatusCode, header::LOCATION};
use runtime::{
    Context,
    http::{Answer, GaveUp, HttpClient, HttpError, HttpOptions, Next, Usage, shown},
};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::content::MediaType;
use crate::config::AttachmentSettings;

/// A host that does not answer within this is away.
const TIMEOUT: Duration = Duration::from_secs(30);
/// What all files of a run together may wait for hosts that are away.
const RETRY_BUDGET: Duration = Duration::from_mins(1);
const TRIES: u32 = 3;
const MOST_REDIRECTS: usize = 5;

/// Fetches files from hosts on a list, and not from private networks.
pub(crate) struct Fetcher {
    http: HttpClient,
    settings: AttachmentSettings,
}

/// A file, on disk: those of an ad may be more than there is memory. It has no name there, and is gone with the program,
/// however that ends.
pub(crate) struct Fetched {
    pub(crate) url: Url,
    pub(crate) media_type: MediaType,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    file: File,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum NotFetched {
    /// It may be there later.
    #[error("{0}")]
    Now(String),
    /// Only a person can mend that.
    #[error("{0}")]
    Ever(String),
}

impl Fetched {
    pub(crate) fn read(&self) -> std::io::Result<Vec<u8>> {
        let (mut file, mut bytes) = (&self.file, Vec::new());
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Fetcher {
    pub(crate) fn new(context: &Context, settings: &AttachmentSettings) -> Result<Self, HttpError> {
        let options = HttpOptions {
            timeout: TIMEOUT,
            retry_budget: RETRY_BUDGET,
            only_plain: false,
            shutdown: context.shutdown.clone(),
            tries_once: false,
        };
        let http = HttpClient::public(context.program, options, settings.private_hosts.as_slice())?;
        Ok(Self { http, settings: settings.clone() })
    }

    pub(crate) fn usage(&self) -> Usage {
        self.http.usage()
    }

    pub(crate) async fn fetch_all(&self, urls: &[Url]) -> Result<Vec<Fetched>, NotFetched> {
        let (count, most) = (urls.len(), self.settings.max_count);
        if count > most {
            return Err(NotFetched::Ever(format!("the ad refers to {count} files; ATTACHMENT_MAX_COUNT is {most}")));
        }
        let mut fetched = Vec::with_capacity(urls.len());
        for url in urls {
            fetched.push(self.fetch(url).await?);
        }
        Ok(fetched)
    }

    pub(crate) async fn fetch(&self, url: &Url) -> Result<Fetched, NotFetched> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            // at each redirect again: a listed host could lead to any other
            if !self.settings.hosts.has(&at) {
                return Err(NotFetched::Ever(not_listed(url, &at)));
            }
            let answer = self.ask(&at).await?;
            if answer.status.is_success() {
                // under the address that the ad has, wherever that led to
                return keep(url, &answer.body);
            }
            let next = answer.headers.get(LOCATION).and_then(|location| at.join(location.to_str().ok()?).ok());
            match next {
                Some(next) if answer.status.is_redirection() => at = next,
                _ => return Err(NotFetched::Ever(format!("{} answered {}", shown(&at), answer.status))),
            }
        }
        Err(NotFetched::Ever(format!("{} leads on and on", shown(url))))
    }

    async fn ask(&self, url: &Url) -> Result<Answer, NotFetched> {
        let (shown, most) = (shown(url), self.settings.max_bytes);
        let attempt = |_| async {
            match self.http.get(url.clone()).within(most).answer().await {
                Ok(answer) if !is_passing(answer.status) => Ok(answer),
                Ok(answer) => Err(NotFetched::Now(format!("{shown} answered {}", answer.status))),
                Err(HttpError::TooLarge { .. }) => {
                    Err(NotFetched::Ever(format!("{shown} is larger than ATTACHMENT_MAX_BYTES, {most}")))
                }
                Err(HttpError::Private { .. }) => {
                    let way_out = "ATTACHMENT_PRIVATE_HOSTS would allow it";
                    Err(NotFetched::Ever(format!("{shown} is in a private network; {way_out}")))
                }
                Err(error) if error.is_final() => Err(NotFetched::Ever(error.to_string())),
                Err(error) => Err(NotFetched::Now(error.to_string())),
            }
        };
        let next = |failure: &NotFetched, tries| match failure {
            NotFetched::Now(_) if tries < TRIES => Next::Wait(None),
            NotFetched::Now(_) | NotFetched::Ever(_) => Next::GiveUp,
        };
        self.http.retry(attempt, next).await.map_err(|gave_up| match gave_up {
            GaveUp::Failed(failure) | GaveUp::BudgetSpent(failure) => failure,
            GaveUp::Stopped => NotFetched::Now(HttpError::stopped(url).to_string()),
        })
    }
}

fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT)
}

fn keep(url: &Url, body: &[u8]) -> Result<Fetched, NotFetched> {
    let media_type =
        MediaType::of(body, url.path()).map_err(|what| NotFetched::Ever(format!("{}: {what}", shown(url))))?;
    // not for ever: there may be room again by the next run
    let no_room = |error: std::io::Error| NotFetched::Now(format!("{} cannot be kept: {error}", shown(url)));
    let mut file = tempfile::tempfile().map_err(no_room)?;
    file.write_all(body).map_err(no_room)?;
    let sha256 = const_hex::encode(Sha256::digest(body));
    Ok(Fetched { url: url.clone(), media_type, bytes: body.len() as u64, sha256, file })
}

fn not_listed(url: &Url, at: &Url) -> String {
    let host = at.host_str().unwrap_or_default();
    let port = at.port().map(|port| format!(":{port}")).unwrap_or_default();
    if url == at {
        return format!("{}: {host}{port} is not in ATTACHMENT_HOSTS", shown(url));
    }
    format!("{} leads to {host}{port}, which is not in ATTACHMENT_HOSTS", shown(url))
}
