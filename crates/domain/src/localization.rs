//! A text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// When one text is wanted of several: these languages first, then whichever comes first by name.
const PREFERRED: [&str; 2] = ["de", "en"];

/// Texts by locale (`de-DE`), sorted, without empty ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Localization(BTreeMap<String, String>);

impl Localization {
    /// Whether there is no text in any language.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in the preferred language.
    pub fn preferred(&self) -> Option<&str> {
        self.preferred_of(&PREFERRED)
    }

    /// The text in the first of these languages (`de`) that it has; else whichever comes first by locale.
    pub fn preferred_of(&self, languages: &[impl AsRef<str>]) -> Option<&str> {
        let in_language = |language: &str| {
            self.0.iter().find(|(locale, _)| {
                locale.split(['-', '_']).next().is_some_and(|first| first.eq_ignore_ascii_case(language))
            })
        };
        let found = languages.iter().find_map(|language| in_language(language.as_ref()));
        found.or_else(|| self.0.iter().next()).map(|(_, text)| text.as_str())
    }

    /// The texts, by locale.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// All texts, as a JSON object from locale to text; `None` when there are none.
    pub fn to_json(&self) -> Option<String> {
        if self.is_empty() { None } else { serde_json::to_string(&self.0).ok() }
    }
}

impl FromIterator<(String, String)> for Localization {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        Self(texts.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> Localization {
        pairs.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn german_then_english_then_the_first() {
        assert_eq!(texts(&[("en-GB", "nurse"), ("de-DE", "Pflege")]).preferred(), Some("Pflege"));
        assert_eq!(texts(&[("nl-NL", "verpleger"), ("en-GB", "nurse")]).preferred(), Some("nurse"));
        assert_eq!(texts(&[("nl-NL", "verpleger"), ("da-DK", "sygeplejerske")]).preferred(), Some("sygeplejerske"));
        assert_eq!(texts(&[("de-DE", "")]).preferred(), None);
    }

    #[test]
    fn order_does_not_count() {
        assert_eq!(texts(&[("b", "2"), ("a", "1")]).to_json().as_deref(), Some(r#"{"a":"1","b":"2"}"#));
        assert_eq!(texts(&[]).to_json(), None);
    }
}
