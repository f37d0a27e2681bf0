//! A file with credentials, as Google gives them out (<https://google.aip.dev/auth/4110>).
//!
//! Whoever writes the file decides where its secrets go, as with Google's own libraries; here they go over https alone.

use std::{
    fmt,
    path::{Path, PathBuf},
};

use serde_json::Value;
use url::Url;

use super::{super::shortened::shortened, refusal::Refusal, subject};

/// Where gcloud leaves what it has logged in with, below the user's folder.
const OF_GCLOUD: &str = ".config/gcloud/application_default_credentials.json";

/// Where a login is exchanged, unless its file says otherwise.
const OAUTH: &str = "https://oauth2.googleapis.com/token";
/// Where secrets go.
const ADDRESSES: [&str; 3] = ["token_url", "token_uri", "service_account_impersonation_url"];
const SECRETS: [&str; 3] = ["private_key", "client_secret", "refresh_token"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A private key, which signs for the account.
    ServiceAccount,
    /// A person's login, of which Google gives tokens for years.
    AuthorizedUser,
    /// The same of a person whom another identity provider knows.
    ExternalAuthorizedUser,
    /// Whoever another identity provider knows, such as the cluster that a pod is in (<https://google.aip.dev/auth/4117>).
    ExternalAccount,
    /// Another file of these, in whose name a service account is taken on.
    Impersonated,
}

impl Kind {
    const ALL: [Self; 5] = [
        Self::ServiceAccount,
        Self::AuthorizedUser,
        Self::ExternalAuthorizedUser,
        Self::ExternalAccount,
        Self::Impersonated,
    ];

    /// As the file's `type` has it.
    const fn name(self) -> &'static str {
        match self {
            Self::ServiceAccount => "service_account",
            Self::AuthorizedUser => "authorized_user",
            Self::ExternalAuthorizedUser => "external_account_authorized_user",
            Self::ExternalAccount => "external_account",
            Self::Impersonated => "impersonated_service_account",
        }
    }

    const fn way(self) -> &'static str {
        match self {
            Self::ServiceAccount => "a service account's key",
            Self::AuthorizedUser => "a person's login",
            Self::ExternalAuthorizedUser => "a person's login by workforce identity federation",
            Self::ExternalAccount => "workload identity federation",
            Self::Impersonated => "impersonation",
        }
    }

    fn of(json: &Value) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| json["type"] == kind.name())
    }
}

/// It has secrets, so it is never shown as a whole.
pub(super) struct File {
    path: PathBuf,
    pub(super) kind: Kind,
    pub(super) json: Value,
}

impl File {
    /// The file of this name, or else that of gcloud, where there is one.
    pub(super) async fn find(named: Option<&Path>) -> Result<Option<Self>, Refusal> {
        if let Some(path) = named {
            let read = tokio::fs::read(path).await;
            let cannot = |error| Refusal::Unusable(format!("{} cannot be read: {error}", path.display()));
            return Self::of(path.to_owned(), &read.map_err(cannot)?).map(Some);
        }
        let Some(path) = std::env::home_dir().map(|home| home.join(OF_GCLOUD)) else { return Ok(None) };
        match tokio::fs::read(&path).await {
            Ok(text) => Self::of(path, &text).map(Some),
            // most pods have neither the file nor its folder
            Err(_) => Ok(None),
        }
    }

    fn of(path: PathBuf, text: &[u8]) -> Result<Self, Refusal> {
        let unusable = |why: &str| Refusal::Unusable(format!("{} {why}", path.display()));
        // without what the JSON says of itself: it may be a key
        let json: Value = serde_json::from_slice(text).map_err(|_| unusable("is not JSON"))?;
        let Some(kind) = Kind::of(&json) else {
            return Err(unusable(&unknown(&json)));
        };
        for credentials in with_source(&json) {
            refuse(credentials).map_or(Ok(()), |why| Err(unusable(&why)))?;
        }
        Ok(Self { path, kind, json })
    }

    /// Whose tokens it gives, as far as the file says.
    pub(super) fn account(&self) -> String {
        let text = |name: &str| self.json[name].as_str().filter(|text| !text.is_empty());
        let who = match self.kind {
            Kind::ServiceAccount => text("client_email").map(str::to_owned),
            Kind::AuthorizedUser | Kind::ExternalAuthorizedUser => text("account").map(str::to_owned),
            Kind::ExternalAccount | Kind::Impersonated => self
                .impersonated()
                .map(str::to_owned)
                .or_else(|| text("audience").map(|audience| format!("a principal of {audience}"))),
        };
        format!("{}, by {self}", who.as_deref().unwrap_or("an account without a name"))
    }

    /// The service account that is taken on in the end.
    fn impersonated(&self) -> Option<&str> {
        let (_, account) = self.json["service_account_impersonation_url"].as_str()?.rsplit_once("/serviceAccounts/")?;
        account.split(':').next()
    }

    /// What a workload shows of itself can be read, and is what it is said to be.
    pub(super) async fn look_at_subject(&self) -> Result<(), Refusal> {
        for credentials in with_source(&self.json) {
            let said = |why: String| format!("{}: {why}", self.path.display());
            subject::read(&credentials["credential_source"]).await.map_err(|refusal| refusal.map(said))?;
        }
        Ok(())
    }

    /// What nobody is to read, also where somebody else repeats it.
    pub(super) async fn secrets(&self) -> Vec<String> {
        let mut secrets = Vec::new();
        for credentials in with_source(&self.json) {
            secrets.extend(SECRETS.iter().filter_map(|name| credentials[*name].as_str()).map(str::to_owned));
            secrets.extend(subject::read(&credentials["credential_source"]).await.ok().flatten());
        }
        // a file may end with the end of a line
        secrets.into_iter().map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty()).collect()
    }

    /// Where it is exchanged for a token.
    pub(super) fn token_address<'a>(&'a self) -> &'a str {
        let named = |json: &'a Value| json["token_url"].as_str().or_else(|| json["token_uri"].as_str());
        with_source(&self.json).find_map(named).unwrap_or(OAUTH)
    }

    /// What is to be looked at when that is refused.
    pub(super) fn remedy(&self) -> &'static str {
        let inner = with_source(&self.json).last().and_then(Kind::of).unwrap_or(self.kind);
        match inner {
            Kind::ServiceAccount => "make a new key, or look whether the account and this key are still there",
            Kind::AuthorizedUser => "log in anew (gcloud auth application-default login)",
            Kind::ExternalAuthorizedUser | Kind::ExternalAccount | Kind::Impersonated => {
                "hold audience and subject_token_type in the file, and issuer and audience of the token that it names, against the \
                 provider: gcloud iam workload-identity-pools providers describe"
            }
        }
    }

    /// What is to be looked at when the service account cannot be taken on.
    pub(super) fn remedy_of_impersonation(&self) -> &'static str {
        match self.kind {
            Kind::ExternalAccount => {
                "the principal of the pool needs roles/iam.workloadIdentityUser on the service account"
            }
            _ => "whoever takes it on needs roles/iam.serviceAccountTokenCreator on the service account",
        }
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}, {})", self.kind.way(), self.kind.name(), self.path.display())
    }
}

/// Credentials, and those in whose name they are used.
fn with_source(json: &Value) -> impl Iterator<Item = &Value> {
    std::iter::successors(Some(json), |json| json.get("source_credentials"))
}

fn unknown(json: &Value) -> String {
    let kinds = Kind::ALL.map(Kind::name).join(", ");
    match json["type"].as_str() {
        Some(other) => format!("has credentials of the type {:?}, which are not taken; {kinds} are", shortened(other)),
        None => format!("has no `type`, as files with credentials of Google's have: {kinds}"),
    }
}

/// Why credentials cannot be used, in words that come after the file's name.
fn refuse(credentials: &Value) -> Option<String> {
    if credentials["credential_source"].get("executable").is_some() {
        return Some(
            "names a program to be run (credential_source.executable), which export does not do: let a file hold the subject \
             token (credential_source.file), as a projected service account token of Kubernetes does"
                .to_owned(),
        );
    }
    ADDRESSES.iter().find_map(|name| {
        let address =
            credentials.get(name).filter(|address| !address.is_null())?.as_str().and_then(|text| Url::parse(text).ok());
        let is_safe = address.is_some_and(|url| url.scheme() == "https" && url.has_host());
        (!is_safe).then(|| format!("has a {name} that is no address of https, and a secret goes to no other"))
    })
}
