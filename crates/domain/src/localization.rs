//! A text in several languages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text;

/// When one text is wanted of several: these languages first, then whichever comes first by name.
pub const PREFERRED: [&str; 2] = ["de", "en"];

/// Texts by locale (`de-DE`), sorted, without those of which nothing can be seen. Of two texts of one locale the longer one stays,
/// and of two as long the one that is greater by its bytes: in whichever order they come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "BTreeMap<String, String>")]
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

    /// The text in the first of these languages that it has; else whichever comes first by locale.
    pub fn preferred_of(&self, languages: &[impl AsRef<str>]) -> Option<&str> {
        self.0.iter().min_by_key(|(locale, _)| rank(locale, languages)).map(|(_, text)| text.as_str())
    }

    /// The texts, by locale.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// The locales, sorted, with their texts.
    pub fn by_locale(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(locale, text)| (locale.as_str(), text.as_str()))
    }

    /// All texts, as a JSON object from locale to text; `None` when there are none.
    pub fn to_json(&self) -> Option<String> {
        if self.is_empty() { None } else { serde_json::to_string(&self.0).ok() }
    }
}

impl From<BTreeMap<String, String>> for Localization {
    fn from(texts: BTreeMap<String, String>) -> Self {
        texts.into_iter().collect()
    }
}

impl FromIterator<(String, String)> for Localization {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(texts: I) -> Self {
        let mut by_locale = BTreeMap::new();
        for (locale, text) in texts.into_iter().filter(|(_, text)| text::has_visible(text)) {
            let kept: &mut String = by_locale.entry(locale).or_default();
            if (text.len(), &text) > (kept.len(), kept) {
                *kept = text;
            }
        }
        Self(by_locale)
    }
}

/// How far down a list of languages (`de`, `de-CH`) a locale stands, least first: by its language, and of one language those
/// that are on the list themselves first. What is not on it comes last. Case does not count, nor whether there is a `-` or a `_`.
pub(crate) fn rank(locale: &str, languages: &[impl AsRef<str>]) -> (usize, usize) {
    let place = |fits: &dyn Fn(&str) -> bool| {
        languages.iter().position(|wanted| fits(wanted.as_ref())).unwrap_or(languages.len())
    };
    (place(&|wanted| is_same(language(locale), language(wanted))), place(&|wanted| is_same(locale, wanted)))
}

/// `de` of `de-DE`.
pub(crate) fn language(locale: &str) -> &str {
    locale.trim().split(['-', '_']).next().unwrap_or_default()
}

pub(crate) fn is_same(one: &str, other: &str) -> bool {
    // each record asks this several times, so nothing is copied
    fn letters(locale: &str) -> impl Iterator<Item = u8> {
        locale.trim().bytes().map(|letter| if letter == b'_' { b'-' } else { letter.to_ascii_lowercase() })
    }
    letters(one).eq(letters(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> Localization {
        pairs.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn german_then_english_then_the_first() {
        for (pairs, preferred) in [
            (&[("en-GB", "nurse"), ("de-DE", "Pflege")][..], Some("Pflege")),
            (&[("nl-NL", "verpleger"), ("en-GB", "nurse")], Some("nurse")),
            (&[("nl-NL", "verpleger"), ("da-DK", "sygeplejerske")], Some("sygeplejerske")),
            (&[("de-DE", "")], None),
            (&[("de-DE", " \u{200b}"), ("en-GB", "nurse")], Some("nurse")),
            (&[("DE_de", "Pflege"), ("en-GB", "nurse")], Some("Pflege")),
            (&[("den", "x"), ("en", "nurse")], Some("nurse")),
        ] {
            assert_eq!(texts(pairs).preferred(), preferred, "{pairs:?}");
        }
    }

    #[test]
    fn the_very_locale_comes_before_its_language() {
        let all =
            texts(&[("de-AT", "A"), ("de-CH", "C"), ("de-DE", "D"), ("en-GB", "G"), ("en-US", "U"), ("da-DK", "K")]);
        for (languages, preferred) in [
            (&["de"][..], "A"),
            (&["de-CH"], "C"),
            (&["DE_ch"], "C"),
            (&["de-LI"], "A"),
            (&["de", "de-CH"], "C"),
            (&["de-CH", "de-AT"], "C"),
            (&["fr", "en-US", "de"], "U"),
            (&["fr"], "K"),
            (&[], "K"),
        ] {
            assert_eq!(all.preferred_of(languages), Some(preferred), "{languages:?}");
        }
    }

    #[test]
    fn order_does_not_count() {
        assert_eq!(texts(&[("b", "2"), ("a", "1")]).to_json().as_deref(), Some(r#"{"a":"1","b":"2"}"#));
        assert_eq!(texts(&[]).to_json(), None);
    }

    #[test]
    fn of_two_texts_of_one_locale_the_same_one_stays_in_any_order() {
        for (one, other, kept) in [
            ("A", "B", "B"),
            ("Pflege", "Pfleger", "Pfleger"),
            ("Z", "Aa", "Aa"),
            ("Pflege", " \u{200b}        ", "Pflege"),
        ] {
            for locale in ["de-DE", ""] {
                let right = texts(&[(locale, kept)]);
                assert_eq!(texts(&[(locale, one), (locale, other)]), right, "{one:?} {other:?}");
                assert_eq!(texts(&[(locale, other), (locale, one)]), right, "{other:?} {one:?}");
            }
        }
    }

    #[test]
    fn blanks_are_no_texts_of_rows_of_older_releases_either() {
        let read: Localization = serde_json::from_str(r#"{"de":" ","en":"nurse"}"#).unwrap();
        assert_eq!(read, texts(&[("en", "nurse")]));
        assert_eq!(serde_json::to_string(&read).unwrap(), r#"{"en":"nurse"}"#);
    }
}
