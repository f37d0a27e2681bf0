//! In which language a page is.

use std::{fmt, str::FromStr};

use actix_web::http::header::{AcceptLanguage, Preference};
use serde::Deserialize;

use super::{Words, de, en, nl};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    De,
    En,
    Nl,
}

impl Language {
    pub(crate) const ALL: [Self; 3] = [Self::De, Self::En, Self::Nl];

    /// As BCP 47 and addresses have it.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Nl => "nl",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::De => "Deutsch",
            Self::En => "English",
            Self::Nl => "Nederlands",
        }
    }

    pub(crate) const fn words(self) -> &'static Words {
        match self {
            Self::De => &de::WORDS,
            Self::En => &en::WORDS,
            Self::Nl => &nl::WORDS,
        }
    }

    pub(crate) fn choose(asked: Option<&str>, accepted: Option<&AcceptLanguage>, usual: Self) -> Self {
        let named = asked.and_then(|tag| tag.parse().ok());
        let liked = || {
            accepted?.ranked().into_iter().find_map(|preference| match preference {
                Preference::Specific(tag) => tag.to_string().parse().ok(),
                Preference::Any => Some(usual),
            })
        };
        named.or_else(liked).unwrap_or(usual)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.tag())
    }
}

impl FromStr for Language {
    type Err = String;

    /// `de-AT` is German.
    fn from_str(tag: &str) -> Result<Self, String> {
        let first = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(first))
            .ok_or_else(|| "is none of the languages that there are: de, en, nl".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::Header as _, test::TestRequest};

    use super::*;

    #[test]
    fn the_reader_decides() {
        for (asked, accepted, expected) in [
            (None, None, Language::En),
            (None, Some("nl"), Language::Nl),
            (None, Some("de-AT,de;q=0.9,en;q=0.8"), Language::De),
            (None, Some("fr,en;q=0.2,nl;q=0.5"), Language::Nl),
            (None, Some("fr, *;q=0.1"), Language::En),
            (None, Some("fr"), Language::En),
            (Some("de"), Some("nl"), Language::De),
            (Some("DE"), None, Language::De),
            (Some("fr"), Some("nl"), Language::Nl),
            (Some(""), None, Language::En),
        ] {
            let request = TestRequest::default();
            let request = match accepted {
                Some(accepted) => request.insert_header(("Accept-Language", accepted)),
                None => request,
            };
            let accepted = AcceptLanguage::parse(&request.to_http_request()).ok();
            assert_eq!(Language::choose(asked, accepted.as_ref(), Language::En), expected, "{asked:?} {accepted:?}");
        }
    }
}
