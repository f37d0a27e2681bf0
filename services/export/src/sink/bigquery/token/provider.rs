//! Whoever gives access tokens: gcp_auth for a key, the workload's identity and gcloud; Google's own library for all other files.

use std::{panic::AssertUnwindSafe, path::Path};

use futures_util::FutureExt as _;
use gcp_auth::{CustomServiceAccount, GCloudAuthorizedUser, MetadataServiceAccount, TokenProvider};
use google_cloud_auth::credentials::{
    AccessTokenCredentials, external_account, external_account_authorized_user, impersonated, user_account,
};

use super::{
    file::{File, Kind},
    refusal::Refusal,
    said::{self, cause},
};

const SCOPES: [&str; 1] = ["https://www.googleapis.com/auth/bigquery"];

/// Who it is that the tokens are for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Account {
    /// The workload's own, of which the metadata server knows the name.
    Workload,
    Told(String),
}

pub(super) struct Provider {
    by: By,
    pub(super) account: Account,
}

enum By {
    GcpAuth(Box<dyn TokenProvider>),
    /// It keeps its token, and asks for the next one by itself four minutes before this one ends.
    Google(AccessTokenCredentials, Box<File>),
}

impl Provider {
    /// `named` is the file that is to be taken.
    pub(super) async fn find(named: Option<&Path>) -> Result<Self, Refusal> {
        if let Some(file) = File::find(named).await? {
            return Self::of(file).await;
        }
        let no_metadata = match MetadataServiceAccount::new().await {
            Ok(workload) => return Ok(Self { by: By::GcpAuth(Box::new(workload)), account: Account::Workload }),
            Err(error) => error,
        };
        match GCloudAuthorizedUser::new().await {
            Ok(gcloud) => {
                let account = Account::Told("the account that gcloud has logged in".to_owned());
                Ok(Self { by: By::GcpAuth(Box::new(gcloud)), account })
            }
            // somebody who gives tokens may still appear
            Err(_) => Err(Refusal::NotNow(format!("the metadata server: {}", cause(&no_metadata)))),
        }
    }

    async fn of(file: File) -> Result<Self, Refusal> {
        let (account, json) = (Account::Told(file.account()), file.json.clone());
        let built = match file.kind {
            Kind::ServiceAccount => {
                let unusable = |error| Refusal::Unusable(format!("{file}: {}", cause(&error)));
                let key = CustomServiceAccount::from_json(&json.to_string()).map_err(unusable)?;
                return Ok(Self { by: By::GcpAuth(Box::new(key)), account });
            }
            // what a person has agreed to is in the login, and may not have this scope by its name
            Kind::AuthorizedUser => user_account::Builder::new(json).build_access_token_credentials(),
            Kind::ExternalAuthorizedUser => {
                external_account_authorized_user::Builder::new(json).build_access_token_credentials()
            }
            Kind::ExternalAccount => {
                external_account::Builder::new(json).with_scopes(SCOPES).build_access_token_credentials()
            }
            Kind::Impersonated => impersonated::Builder::new(json).with_scopes(SCOPES).build_access_token_credentials(),
        };
        match built {
            Ok(credentials) => {
                file.look_at_subject().await?;
                Ok(Self { by: By::Google(credentials, Box::new(file)), account })
            }
            Err(error) => Err(said::by_google(&file, &error, false).await),
        }
    }

    pub(super) async fn token(&self) -> Result<String, Refusal> {
        match &self.by {
            By::GcpAuth(provider) => match provider.token(&SCOPES).await {
                Ok(token) => Ok(token.as_str().to_owned()),
                Err(error) => Err(Refusal::NotNow(match &self.account {
                    Account::Workload => cause(&error),
                    Account::Told(name) => format!("{name}: {}", cause(&error)),
                })),
            },
            By::Google(credentials, file) => by_google(credentials, file).await,
        }
    }
}

async fn by_google(credentials: &AccessTokenCredentials, file: &File) -> Result<String, Refusal> {
    // it breaks off, instead of failing, where a token has ended before it came (1.19)
    let Ok(answer) = AssertUnwindSafe(credentials.access_token()).catch_unwind().await else {
        return Err(Refusal::NotNow(format!("{file}: the answer cannot be used: is the clock of this machine right?")));
    };
    match answer {
        Ok(token) => Ok(token.token),
        Err(error) => {
            // the library says it in other words, and with what is in the file
            file.look_at_subject().await?;
            Err(said::by_google(file, &error, error.is_transient()).await)
        }
    }
}
