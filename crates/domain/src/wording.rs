//! Which of a posting's texts speaks for it.

use std::cmp::Reverse;

use crate::{
    Advertisement, Localization,
    localization::{is_same, language, rank},
    text,
};

/// All texts of a posting.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    /// The ads, in their order.
    pub ads: &'a [Advertisement],
    /// The posting's own title.
    pub title: &'a Localization,
    /// The posting's own text, HTML.
    pub content: &'a Localization,
}

/// Title and text that speak for a posting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording {
    /// Of the text; of the title, if there is no text.
    pub locale: Option<String>,
    /// On one line, plain.
    pub title: Option<String>,
    /// As it came; something can be seen of it.
    pub text: Option<String>,
    /// Whether no language has both, so that title and text are in two.
    pub is_mixed: bool,
}

type Pair<'a> = (&'a Localization, &'a Localization);

impl Wording {
    /// Chooses by a list of languages (`de`, `de-CH`). The first language of it that has a title and a text, then any other, by
    /// locale; if none has both, the first with a text; if none has that, the first with a title. Within a language, the text
    /// is that of the default ad, of another ad in their order, or the posting's own; and the title is that of the same ad,
    /// the posting's own, or another ad's.
    pub fn of(texts: &Texts<'_>, languages: &[impl AsRef<str>]) -> Self {
        let shown = texts.ads.iter().filter(|ad| ad.is_default);
        let others = texts.ads.iter().filter(|ad| !ad.is_default);
        let mut pairs: Vec<Pair> = shown.chain(others).map(|ad| (&ad.title, &ad.content)).collect();
        pairs.push((texts.title, texts.content));
        let spoken = spoken(&pairs, languages);
        let mut text_alone = None;
        for locales in &spoken {
            let Some((place, locale, text)) = text(&pairs, locales) else { continue };
            let said =
                |title| Self { locale: Some(locale.to_owned()), title, text: Some(text.to_owned()), is_mixed: false };
            if let Some(title) = title(&pairs, place, locale, locales) {
                return said(Some(title));
            }
            text_alone = text_alone.or_else(|| Some((said(None), place)));
        }
        let (alone, place) = text_alone.unwrap_or_default();
        let found = spoken.iter().find_map(|locales| Some((title(&pairs, place, locales[0], locales)?, locales[0])));
        let Some((title, locale)) = found else { return alone };
        let locale = alone.locale.or_else(|| Some(locale.to_owned()));
        Self { locale, title: Some(title), is_mixed: alone.text.is_some(), text: alone.text }
    }
}

/// The languages, those that are wanted first, each as its locales.
fn spoken<'a>(pairs: &[Pair<'a>], wanted: &[impl AsRef<str>]) -> Vec<Vec<&'a str>> {
    let mut locales: Vec<&str> = pairs
        .iter()
        .flat_map(|(title, text)| title.by_locale().chain(text.by_locale()))
        .map(|(locale, _)| locale)
        .collect();
    locales.sort_unstable();
    locales.dedup();
    locales.sort_by_key(|locale| rank(locale, wanted));
    let mut languages: Vec<Vec<&str>> = Vec::new();
    for locale in locales {
        match languages.iter_mut().find(|locales| is_same(language(locales[0]), language(locale))) {
            Some(locales) => locales.push(locale),
            None => languages.push(vec![locale]),
        }
    }
    languages
}

/// The first text in these locales, with its place among the pairs.
fn text<'a>(pairs: &[Pair<'a>], locales: &[&'a str]) -> Option<(usize, &'a str, &'a str)> {
    pairs.iter().enumerate().find_map(|(place, (_, texts))| {
        let text = locales.iter().filter_map(|locale| Some((*locale, of(texts, locale)?)));
        let mut text = text.filter(|(_, text)| !text::is_blank(text));
        text.next().map(|(locale, text)| (place, locale, text))
    })
}

/// The title in these locales that goes with the text at `place`: first in the text's own locale.
fn title<'a>(pairs: &[Pair<'a>], place: usize, locale: &'a str, locales: &[&'a str]) -> Option<String> {
    let own = pairs.len() - 1;
    let mut places: Vec<usize> = (0..pairs.len()).collect();
    // the text's own ad, then the posting itself, then the other ads in their order
    places.sort_by_key(|at| Reverse((*at == place, *at == own)));
    places.iter().find_map(|at| {
        let in_order = std::iter::once(&locale).chain(locales);
        in_order.filter_map(|locale| of(pairs[*at].0, locale)).find_map(text::line)
    })
}

fn of<'a>(texts: &'a Localization, locale: &str) -> Option<&'a str> {
    texts.by_locale().find(|(other, _)| *other == locale).map(|(_, text)| text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(pairs: &[(&str, &str)]) -> Localization {
        pairs.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect()
    }

    /// Titles and texts of an ad; the default one, if that is said.
    type Ad = (bool, &'static [(&'static str, &'static str)], &'static [(&'static str, &'static str)]);

    /// Ads, own titles, own texts, languages; locale, title and text that are right.
    type Case = (&'static str, &'static [Ad], Ad, &'static [&'static str], [Option<&'static str>; 3]);

    const NOTHING: Ad = (false, &[], &[]);

    const CASES: &[Case] = &[
        (
            "a blank title is none",
            &[],
            (false, &[("de-DE", " "), ("en-GB", "Registered nurse")], &[]),
            &["de", "en"],
            [Some("en-GB"), Some("Registered nurse"), None],
        ),
        (
            "a blank text is none, and its title goes with it",
            &[(true, &[("de", "Pflege"), ("en", "Nurse")], &[("de", "<p><br></p>"), ("en", "<p>A ward.</p>")])],
            NOTHING,
            &["de", "en"],
            [Some("en"), Some("Nurse"), Some("<p>A ward.</p>")],
        ),
        (
            "wrapped up, it is blank as well",
            &[(
                true,
                &[("de", "Pflege"), ("en", "Nurse")],
                &[("de", "&lt;p&gt;&amp;nbsp;&lt;/p&gt;"), ("en", "A ward.")],
            )],
            NOTHING,
            &["de", "en"],
            [Some("en"), Some("Nurse"), Some("A ward.")],
        ),
        (
            "an image is a text",
            &[(true, &[("de", "Pflege"), ("en", "Nurse")], &[("de", "<img src=a.png>"), ("en", "A ward.")])],
            NOTHING,
            &["de", "en"],
            [Some("de"), Some("Pflege"), Some("<img src=a.png>")],
        ),
        (
            "the language counts for more than which ad is the default",
            &[
                (true, &[("da", "Plejer")], &[("da", "En afdeling.")]),
                (false, &[("de", "Pflege")], &[("de", "Station.")]),
            ],
            NOTHING,
            &["de"],
            [Some("de"), Some("Pflege"), Some("Station.")],
        ),
        (
            "of one language the default ad comes first",
            &[(false, &[("de", "B")], &[("de", "b")]), (true, &[("de", "A")], &[("de", "a")])],
            (false, &[("de", "C")], &[("de", "c")]),
            &["de"],
            [Some("de"), Some("A"), Some("a")],
        ),
        (
            "an ad without a title has the posting's own",
            &[(true, &[], &[("de", "a")]), (false, &[("de", "B")], &[("de", "b")])],
            (false, &[("de", "C")], &[]),
            &["de"],
            [Some("de"), Some("C"), Some("a")],
        ),
        (
            "else another ad's",
            &[(true, &[("en", "A")], &[("de", "a")]), (false, &[("de", "B")], &[])],
            NOTHING,
            &["de"],
            [Some("de"), Some("B"), Some("a")],
        ),
        (
            "the posting's own text is better than one in another language",
            &[(true, &[("en", "A")], &[("en", "a")])],
            (false, &[("de", "C")], &[("de", "c")]),
            &["de", "en"],
            [Some("de"), Some("C"), Some("c")],
        ),
        (
            "a language with both is better than one that is wanted more",
            &[(true, &[("de", "A"), ("da", "D")], &[("en", "e"), ("da", "d")])],
            NOTHING,
            &["de", "en"],
            [Some("da"), Some("D"), Some("d")],
        ),
        (
            "the very locale, then its language, with the title of the same locale",
            &[(
                true,
                &[("de-AT", "A"), ("de-CH", "C"), ("de-DE", "D")],
                &[("de-AT", "a"), ("de-CH", " "), ("de-DE", "d")],
            )],
            NOTHING,
            &["de-CH", "en"],
            [Some("de-AT"), Some("A"), Some("a")],
        ),
        (
            "case and underscores do not count, and two locales of a language go together",
            &[(true, &[("DE", "A"), ("en-GB", "E")], &[("de_de", "a"), ("en-GB", "e")])],
            NOTHING,
            &["De-CH"],
            [Some("de_de"), Some("A"), Some("a")],
        ),
        (
            "without any text, the title alone",
            &[(true, &[("da", "D"), ("de", "<b>A &amp;amp; B</b>")], &[("de", "<p></p>")])],
            (false, &[("de", "C")], &[]),
            &["en", "de"],
            [Some("de"), Some("A & B"), None],
        ),
        (
            "a title of which nothing is to be seen is none",
            &[(true, &[("de", "<b>&nbsp;</b>")], &[("de", "a")])],
            (false, &[("de", "C")], &[]),
            &["de"],
            [Some("de"), Some("C"), Some("a")],
        ),
        ("nothing", &[], NOTHING, &["de"], [None, None, None]),
    ];

    #[test]
    fn title_and_text_speak_one_language() {
        for (name, ads, own, languages, right) in CASES {
            let wording = wording(ads, own, languages);
            let said = [&wording.locale, &wording.title, &wording.text].map(|text| text.as_deref());
            assert_eq!(said, *right, "{name}");
            assert!(!wording.is_mixed, "{name}");
        }
    }

    #[test]
    fn where_no_language_has_both_that_is_said() {
        let ads: &[Ad] = &[(true, &[("en", "Nurse"), ("da", "Plejer")], &[("fr", "Un service."), ("de", "Station.")])];
        let mixed = wording(ads, &NOTHING, &["de", "en"]);
        assert_eq!((mixed.title.as_deref(), mixed.text.as_deref()), (Some("Nurse"), Some("Station.")));
        assert!(mixed.is_mixed && mixed.locale.as_deref() == Some("de"));
        let untitled = wording(&[(true, &[], &[("de", "Station.")])], &NOTHING, &["de"]);
        assert_eq!((untitled.title, untitled.text.as_deref(), untitled.is_mixed), (None, Some("Station."), false));
    }

    fn wording(ads: &[Ad], own: &Ad, languages: &[&str]) -> Wording {
        let ads: Vec<Advertisement> = ads
            .iter()
            .map(|(is_default, title, text)| Advertisement {
                title: texts(title),
                content: texts(text),
                is_default: *is_default,
            })
            .collect();
        Wording::of(&Texts { ads: &ads, title: &texts(own.1), content: &texts(own.2) }, languages)
    }
}
