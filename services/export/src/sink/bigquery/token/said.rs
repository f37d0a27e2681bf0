//! What the libraries say, in words for whoever has to do something.

use std::error::Error;

use serde_json::{Deserializer, Value};

use super::{super::shortened::shortened, file::File, refusal::Refusal};

/// What Google's library says of a file.
pub(super) async fn by_google(file: &File, error: &dyn Error, may_pass: bool) -> Refusal {
    let secrets = file.secrets().await;
    let why = format!("{file}: {}", said(file, error, may_pass, &secrets));
    if may_pass { Refusal::NotNow(why) } else { Refusal::Unusable(why) }
}

/// An error of gcp_auth's, with what is at the bottom of it.
pub(super) fn cause(error: &gcp_auth::Error) -> String {
    let said = error.to_string();
    match chain(error).last() {
        Some(bottom) if !said.contains(&bottom) => format!("{said}: {bottom}"),
        _ => said,
    }
}

fn said(file: &File, error: &dyn Error, may_pass: bool, secrets: &[String]) -> String {
    // a secret that was cut short would not be found any more
    let shown =
        |text: &str| shortened(&secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, "***")));
    let texts = chain(error).collect::<Vec<_>>();
    if let Some(answer) = texts.iter().find_map(|text| Answer::within(text)) {
        return answer.explained(file, may_pass, shown);
    }
    // the call, which has its address, and what is at the bottom of it
    let call = texts.iter().map(|text| bare(text)).find(|text| text.contains("for url ("));
    let bottom = texts.last().map(|text| bare(text)).unwrap_or_default();
    match call {
        Some(call) if call != bottom => format!("{}: {}", shown(call), shown(bottom)),
        _ => shown(bottom),
    }
}

fn chain(error: &dyn Error) -> impl Iterator<Item = String> {
    std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string)
}

/// Without a body, which the library puts behind what it says, and which may be a token.
fn bare(text: &str) -> &str {
    text.split(", body=<").next().unwrap_or_default()
}

/// What Google's servers say when they refuse.
enum Answer {
    /// Of an exchange (RFC 6749, section 5.2).
    OAuth { error: String, description: String },
    /// Of one of Google's APIs: here, that a service account is taken on.
    Api { status: String, message: String },
}

impl Answer {
    /// The one in a text of the library's, which has bodies in its messages.
    fn within(text: &str) -> Option<Self> {
        let begins = text.find('{')?;
        let json = Deserializer::from_str(&text[begins..]).into_iter::<Value>().next()?.ok()?;
        let words = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match &json["error"] {
            Value::String(error) => {
                Some(Self::OAuth { error: error.clone(), description: words(&json["error_description"]) })
            }
            Value::Object(error) => {
                let of = |name: &str| error.get(name).map(words).unwrap_or_default();
                Some(Self::Api { status: of("status"), message: of("message") })
            }
            _ => None,
        }
    }

    fn explained(&self, file: &File, may_pass: bool, shown: impl Fn(&str) -> String) -> String {
        let (who, code, message, remedy) = match self {
            Self::OAuth { error, description } => {
                (format!("{} refuses", file.token_address()), error, description, file.remedy())
            }
            Self::Api { status, message } => {
                let who = "the service account cannot be taken on".to_owned();
                (who, status, message, file.remedy_of_impersonation())
            }
        };
        let said = format!("{who} ({}): {}", shown(code), shown(message));
        if may_pass { said } else { format!("{said}: {remedy}") }
    }
}
