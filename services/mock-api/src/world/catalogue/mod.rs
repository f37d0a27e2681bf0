//! The words of the world, one file a language. Text only: no rule and no chance.

mod danish;
mod dutch;
mod english;
mod german;
mod language;

pub(crate) use language::{Language, PROFESSIONS, REASONS, STAGES};

/// Nursing, medicine, therapy, administration: the group of each profession.
pub(crate) const GROUP_OF: [usize; PROFESSIONS] = [0, 0, 0, 1, 1, 2, 2, 3, 3, 3, 2, 0];

/// The languages in which the tenant writes; the first one is that of its head office.
pub(crate) const LANGUAGES: [Language; 4] = [german::LANGUAGE, dutch::LANGUAGE, danish::LANGUAGE, english::LANGUAGE];

pub(crate) const SOURCES: [&str; 5] = ["Career site", "Indeed", "LinkedIn", "Recommendation", "kliniken.example"];

/// The language of this locale; the first one if there is no such language.
pub(crate) fn language(locale: &str) -> &'static Language {
    static ALL: [Language; 4] = LANGUAGES;
    ALL.iter().find(|language| language.locale == locale).unwrap_or(&ALL[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_is_complete() {
        for language in &LANGUAGES {
            let texts =
                [language.sites, language.departments, language.tags, language.first_names, language.last_names];
            assert!(texts.iter().all(|texts| texts.len() >= 3), "{}", language.locale);
            assert!(language.zone.parse::<chrono_tz::Tz>().is_ok(), "{}", language.zone);
            assert!(language.last_names.iter().chain(language.first_names).all(|name| !name.contains(',')));
        }
    }
}
