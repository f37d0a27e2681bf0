//! Titles and advertisements.

use crate::emply::rough::{
    draft::Draft,
    form::{
        Form,
        Meaning::{AsItSays, Same},
    },
    localized::localization,
};

const TITLES: &[&str] = &["title", "advertisements"];
const ADS: &[&str] = &["advertisements"];

pub(super) const FORMS: &[Form] = &[
    Form::posting(
        "blank-title",
        TITLES,
        AsItSays,
        "titles are blank in the posting's language, and filled in English",
        |record| {
            if !record.has_two_titles() {
                return None;
            }
            let own = record.own_locale()?;
            record.retitle(|locale, title| if locale == own { " ".to_owned() } else { title.to_owned() })
        },
    ),
    Form::posting("title-encoded-twice", TITLES, AsItSays, "titles with `&amp;amp;`", |record| {
        record.retitle(|_, title| format!("{title} &amp;amp; Team"))
    }),
    Form::posting("title-with-tags", TITLES, Same, "titles with `<b>…</b>`", |record| {
        record.retitle(|_, title| format!("<b>{title}</b>"))
    }),
    Form::posting(
        "title-on-two-lines",
        TITLES,
        Same,
        "titles with a line break where a blank was, or at the end",
        |record| record.retitle(|_, title| with_first_blank(title, "\r\n")),
    ),
    Form::posting("title-with-a-control-character", TITLES, Same, "the same with U+000B", |record| {
        record.retitle(|_, title| with_first_blank(title, "\u{b}"))
    }),
    Form::posting(
        "empty-paragraph",
        ADS,
        AsItSays,
        "`<p><br></p>` in the posting's language, a text in another",
        |record| record.empty_content("<p><br></p>"),
    ),
    Form::posting("empty-blank", ADS, AsItSays, "the same with `<p>&nbsp;</p>`", |record| {
        record.empty_content("<p>&nbsp;</p>")
    }),
    Form::posting("empty-list", ADS, AsItSays, "the same with `<ul><li></li><li>&nbsp;</li></ul>`", |record| {
        record.empty_content("<ul><li></li><li>&nbsp;</li></ul>")
    }),
    Form::posting(
        "default-ad-in-another-language",
        ADS,
        AsItSays,
        "the default advertisement is in another language, and the posting's own ones are second",
        default_in_another_language,
    ),
    Form::posting("plain-text", ADS, AsItSays, "a plain text with an e-mail address in angle brackets", |record| {
        record.recontent_own(
            "Bitte senden Sie Ihre Bewerbung an die Personalabteilung <jobs@example.org>.\r\nVielen Dank!",
        )
    }),
    Form::posting("restriction", ADS, AsItSays, "`<restriction id=\"…\">` around a text", |record| {
        record.recontent_own("<restriction id=\"7\"><p>Wir suchen Sie für die Pflege.</p></restriction>")
    }),
    Form::posting("unclosed-image", ADS, AsItSays, "a plain text with `<img src=…`, without its `>`", |record| {
        record.recontent_own("Wir suchen Sie für die Pflege. <img src=https://cdn.example.org/logo.png alt=Logo")
    }),
];

fn with_first_blank(title: &str, as_this: &str) -> String {
    match title.split_once(' ') {
        Some((before, after)) => format!("{before}{as_this}{after}"),
        None => format!("{title}{as_this}"),
    }
}

fn default_in_another_language(record: &mut Draft) -> Option<()> {
    let other = if record.own_locale()? == "da-DK" { "nl-NL" } else { "da-DK" };
    let mut advertisements = record.get("advertisements");
    let all = advertisements.as_array_mut().filter(|all| !all.is_empty())?;
    let mut default = all[0].clone();
    default["title"] = localization(&[(other, "Sygeplejerske / Verpleegkundige")]);
    default["content"] = localization(&[(other, "<p>Pleje / zorg</p>")]);
    for advertisement in all.iter_mut() {
        advertisement["isDefault"] = false.into();
    }
    all.insert(0, default);
    record.set("advertisements", advertisements)
}
