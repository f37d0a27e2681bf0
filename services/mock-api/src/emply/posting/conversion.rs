//! A row as a posting on the wire.
//!
//! Variations that real answers show (a missing field, another order of languages, a Windows time zone) hang
//! on the row's number, so that one posting always looks the same.

use super::{Department, Location, Posting, facts, texts, title::title};
use crate::{
    database::posting::{Model, PUBLISHED},
    emply::{Localization, dates},
    world::{
        catalogue::{self, Language},
        random::identifier_of,
    },
};

pub(super) fn posting(customer: &str, row: &Model) -> Posting {
    let language = catalogue::language(&row.language);
    let odd = row.id % 2 == 1;
    let deadline = |then: &dyn Fn(crate::ticks::Ticks) -> String| row.deadline.map(then);
    let code: String = row.vacancy_id.chars().filter(char::is_ascii_alphanumeric).take(6).collect();
    let slug = slug(&row.title);
    let address = |page: &str| format!("https://{customer}.career.emply.com/{page}/{slug}/{code}");
    let by_language =
        |page: &str| Localization::new([(language.locale, format!("{}/{}", address(page), language.short))]);
    let template = (row.id % 3 == 0).then(|| title(row, language));
    Posting {
        job_id: row.job_id,
        vacancy_id: row.vacancy_id.clone(),
        application_form_id: (row.id % 9 != 8).then(|| identifier_of("application form").to_string()),
        advertisements: texts::advertisements(row, language),
        title: title(row, language),
        content: texts::content(row, language),
        kind: row.kind,
        created: dates::write(row.published_at, odd),
        edited: dates::write(row.edited, odd),
        deadline_utc: deadline(&|at| dates::write(at, false)),
        deadline: deadline(&|at| dates::write_local(at, language.zone)),
        deadline_text: row
            .deadline
            .filter(|_| row.id % 5 != 0)
            .map(|at| Localization::new([(language.locale, at.date_time().format(language.day).to_string())])),
        location: row.location.as_ref().map(|address| location(row, address)),
        department: row.department.as_ref().map(|name| Department::new(name, &mut [language.locale.to_owned()])),
        tags: tags(row, language),
        data: facts::data(row, language),
        project_manager_user_id: (row.id % 4 != 3).then(|| manager(row).0),
        project_manager_full_name: (row.id % 4 != 3).then(|| manager(row).1),
        template_id: template.as_ref().map(|_| identifier_of(&row.title).to_string()),
        template_title: template,
        apply_url: (row.id % 29 != 28).then(|| by_language("apply")),
        ad_url: Some(by_language("ad")),
        external_application_url: (row.id % 23 == 22).then(|| format!("https://apply.example.com/{code}")),
        time_zone: match row.id % 8 {
            3 => Some(language.windows_zone.to_owned()),
            7 => None,
            _ => Some(language.zone.to_owned()),
        },
        media_id: row.media_id.clone(),
        stage: if row.status == PUBLISHED { 1 } else { 2 },
    }
}

fn location(row: &Model, address: &str) -> Location {
    let number = f64::from(i16::try_from(row.id % 1000).unwrap_or_default());
    let has_coordinates = row.id % 6 == 5;
    Location {
        address: address.to_owned(),
        latitude: has_coordinates.then(|| 48.0 + number / 128.0),
        longitude: has_coordinates.then(|| 8.0 + number / 256.0),
    }
}

impl Department {
    pub(in crate::emply) fn new(name: &str, locales: &mut [String]) -> Self {
        locales.sort_unstable();
        let title = Localization::new(locales.iter().map(|locale| (locale.as_str(), name.to_owned())));
        Self { id: identifier_of(name).to_string(), title }
    }
}

fn tags(row: &Model, language: &Language) -> Option<Vec<String>> {
    let count = match row.id % 4 {
        0 => return None,
        count => usize::try_from(count).unwrap_or_default() - 1,
    };
    Some(language.tags.iter().take(count).map(|tag| (*tag).to_owned()).collect())
}

fn manager(row: &Model) -> (String, String) {
    let names = ["Erika Mustermann", "Jan Modaal", "Jane Roe"];
    let name = names[usize::try_from(row.id % 3).unwrap_or_default()];
    (identifier_of(name).to_string(), name.to_owned())
}

/// A title as it stands in an address: `pflegefachkraft-m-w-d`.
fn slug(title: &str) -> String {
    let plain: String = title.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ticks::Ticks, world::vacancy};

    fn posting_of(id: i64) -> Posting {
        let mut row = vacancy::published(1, 1, Ticks(0), &["m".to_owned()]).remove(0);
        row.id = id;
        posting("acme", &row)
    }

    #[test]
    fn addresses_name_the_customer_and_the_title() {
        let url = posting_of(1).ad_url.and_then(|url| url.localization).expect("an address").remove(0).value;
        assert!(url.starts_with("https://acme.career.emply.com/ad/"), "{url}");
        assert_eq!(slug("Hebamme / Entbindungspfleger (m/w/d)"), "hebamme-entbindungspfleger-m-w-d");
    }

    #[test]
    fn postings_vary_as_real_ones_do() {
        let all: Vec<Posting> = (1..50).map(posting_of).collect();
        assert!(all.iter().any(|posting| posting.tags.is_none()));
        assert!(all.iter().any(|posting| posting.time_zone.is_none()));
        assert!(
            all.iter().any(|posting| posting.time_zone.as_ref().is_some_and(|zone| zone.contains("Standard Time")))
        );
        assert!(all.iter().any(|posting| posting.location.as_ref().is_some_and(|place| place.latitude.is_some())));
        assert!(all.iter().any(|posting| posting.data.iter().any(|fact| fact.value_type > 1)));
    }
}
