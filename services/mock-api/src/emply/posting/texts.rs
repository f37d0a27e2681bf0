//! Advertisements: HTML out of the catalogue.

use super::{Advertisement, title::title};
use crate::{
    database::posting::Model,
    emply::Localization,
    world::catalogue::{self, GROUP_OF, Language, PROFESSIONS},
};

/// The advertisements: one for most postings, a second one for some, none for some talent pools.
pub(super) fn advertisements(row: &Model, language: &Language) -> Vec<Advertisement> {
    if row.kind == 1 && row.id % 2 == 0 {
        return Vec::new();
    }
    let advertisement =
        |is_default| Advertisement { title: title(row, language), content: all(row, language), is_default };
    let mut advertisements = vec![advertisement(true)];
    if row.id % 11 == 10 {
        advertisements.push(advertisement(false));
    }
    advertisements
}

/// The posting's own content, which is seldom there, and sometimes there without a text.
pub(super) fn content(row: &Model, language: &Language) -> Option<Localization> {
    match row.id % 6 {
        0 => Some(Localization::new([(language.locale, html(row, language))])),
        1 => Some(Localization::default()),
        _ => None,
    }
}

fn all(row: &Model, language: &Language) -> Localization {
    let english = catalogue::language("en-GB");
    let mut values = vec![(language.locale, html(row, language))];
    if language.locale != english.locale && row.id % 3 == 1 {
        values.push((english.locale, html(row, english)));
    }
    Localization::new(values).reversed_if(row.id % 4 == 0)
}

fn html(row: &Model, language: &Language) -> String {
    let text = &language.text;
    let group = GROUP_OF[usize::try_from(row.profession).unwrap_or_default() % PROFESSIONS];
    let changed =
        if row.edits > 0 { format!("<p><em>{} ({})</em></p>", escape(text.changed), row.edits) } else { String::new() };
    let html = format!(
        "<p>{}</p><p><strong>{}</strong></p>{}<p><strong>{}</strong></p>{}{changed}",
        escape(text.intro),
        escape(text.tasks_heading),
        list(&text.tasks[group]),
        escape(text.offer_heading),
        list(&text.offer),
    );
    // some tenants' editors stored their HTML as text
    if row.id % 7 == 3 { escape(&html) } else { html }
}

fn list(items: &[&str]) -> String {
    let items: Vec<String> = items.iter().map(|item| format!("<li>{}</li>", escape(item))).collect();
    format!("<ul>{}</ul>", items.concat())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ticks::Ticks, world::vacancy};

    #[test]
    fn html_is_sometimes_entity_encoded() {
        let mut row = vacancy::published(1, 1, Ticks(0), &["m".to_owned()]).remove(0);
        let language = catalogue::language(&row.language);
        row.id = 3;
        assert!(html(&row, language).starts_with("&lt;p&gt;"));
        row.id = 4;
        assert!(html(&row, language).starts_with("<p>"));
    }

    #[test]
    fn an_edit_shows() {
        let mut row = vacancy::published(1, 1, Ticks(0), &["m".to_owned()]).remove(0);
        let language = catalogue::language(&row.language);
        let before = html(&row, language);
        row.edits = 1;
        assert_ne!(html(&row, language), before);
    }
}
