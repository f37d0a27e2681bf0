//! What may be the name of a town, and what is a street.

use super::{
    country, region,
    words::{
        CONJUNCTIONS, DIRECTIONS, DISTRICT_BEGINS, DISTRICT_WORDS, NAME_BEGINS, OTHER_ENDS, OTHER_WORDS, REGION_BEGINS,
        REGION_ENDS, STREET_BEGINS, STREET_ENDS, STREET_WORDS, WORK_ENDS, WORK_WORDS,
    },
};

/// How long names of towns are, in letters and in words.
const LETTERS: std::ops::RangeInclusive<usize> = 2..=60;
const WORDS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    /// Right after a postal code, where nothing but a town stands: in small letters, with another name behind a slash.
    Zip,
    Nothing,
}

/// Whether it may be a town, and nothing else that we know of.
pub(super) fn is_town(text: &str, beside: Beside) -> bool {
    has_its_letters(text, beside)
        && !has_other_words(text, beside)
        && !is_street(text)
        && !names_a_country(text)
        && region::country(text).is_none()
}

/// Whether it is a town where nothing but its look tells it: not a person (`Max Muster`), and not two towns (`Dortmund/Bochum`).
pub(super) fn is_town_alone(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').collect();
    let is_name = |word: &str| {
        word.chars().count() > 2
            && word.starts_with(char::is_uppercase)
            && word.chars().all(|one| one.is_alphabetic() || one == '-')
    };
    let may_be_a_person =
        words.len() > 1 && words.iter().all(|word| is_name(word)) && !is_one_of(NAME_BEGINS, &words[0].to_lowercase());
    is_town(text, Beside::Nothing) && !is_aside(text) && !may_be_a_person && !text.contains('/')
}

/// Whether it belongs to no address, or is a part of a town: a department, a working time, a district, a region.
pub(super) fn is_aside(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split([' ', '(', ')', '/']).filter(|word| !word.is_empty());
    let is_one = |word: &str| {
        let is_end = |ends: &str| ends.split(' ').any(|end| word.ends_with(end));
        is_one_of(WORK_WORDS, word)
            || is_one_of(DISTRICT_WORDS, word)
            || is_other_word(word)
            || is_end(WORK_ENDS)
            || is_end(REGION_ENDS)
            || (DISTRICT_BEGINS.split(' ').any(|begin| word.starts_with(begin))
                && is_end("deutschland franken bayern pfalz"))
    };
    is_one_of(DIRECTIONS, &lower) || words.any(is_one)
}

/// Whether it is no town's name: of houses, departments, companies and work.
pub(super) fn is_other_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let word = lower.trim_matches([',', ':']);
    is_one_of(OTHER_WORDS, word)
        || is_one_of(WORK_WORDS, word)
        || OTHER_ENDS.split(' ').any(|end| word.ends_with(end))
        || WORK_ENDS.split(' ').any(|end| word.ends_with(end))
}

/// A street with a house's number, also where it is but a word: `Ring 1`.
pub(super) fn is_house(text: &str) -> bool {
    let name: Vec<&str> =
        text.split(' ').filter(|word| !word.starts_with(|first: char| first.is_ascii_digit())).collect();
    let is_word = name.len() == 1 && is_one_of(STREET_WORDS, &name[0].to_lowercase());
    let number = text.rsplit(' ').next().unwrap_or_default();
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    // five of them are a postal code as well
    ends_with_a_number(text) && digits <= 4 && (is_word || is_street(text))
}

fn has_its_letters(text: &str, beside: Beside) -> bool {
    let of_a_town = |letter: char| {
        // `Ⅷ` is a letter and a number
        letter.is_alphabetic() && !letter.is_numeric()
            || matches!(letter, ' ' | '-' | '–' | '.' | '\'' | '’' | '`' | '(' | ')' | '/' | '\u{300}'..='\u{36f}')
    };
    let begin = text.trim_start_matches(['\'', '’', '`']);
    let is_marked = begin.len() < text.len();
    let begins = begin
        .chars()
        .next()
        .is_some_and(|first| first.is_uppercase() || (first.is_alphabetic() && (is_marked || beside == Beside::Zip)));
    let letters = text.chars().filter(|letter| letter.is_alphabetic()).count();
    // two capitals are a state or a company; Å, Au and Bø are towns
    let is_initials =
        letters <= 3 && text.chars().all(|letter| letter.is_uppercase() || letter == '.') && text.is_ascii();
    let is_whole = text.matches('(').count() == text.matches(')').count();
    // `Wien in`
    let ends = text.rsplit(' ').next().is_some_and(|last| last.chars().any(char::is_uppercase) || last.len() > 3);
    // `London CH-`, which a postal code was cut from
    let is_cut = text.ends_with(['-', '–', '/']);
    let has_slash = text.contains(" /") || text.contains("/ ");
    begins
        && text.chars().all(of_a_town)
        && (LETTERS.contains(&letters) || text == "Å")
        && text.split(' ').count() <= WORDS
        && is_whole
        && !is_cut
        && (ends || beside == Beside::Zip || !text.contains(' '))
        && !(is_initials && beside == Beside::Nothing)
        && !(is_initials && letters <= 2)
        && (beside == Beside::Zip || !has_slash && !text.contains(" - ") && !text.contains(" – "))
}

fn has_other_words(text: &str, beside: Beside) -> bool {
    let lower = text.to_lowercase();
    let mut words =
        lower.split([' ', '(', ')']).map(|word| word.trim_matches([',', ':'])).filter(|word| !word.is_empty());
    // British towns have `and` and their doubles; others are two towns
    let is_two = text.split(' ').any(|word| is_one_of(CONJUNCTIONS, word) && !(word == "and" && beside == Beside::Zip));
    // `44137 Kreis Unna`
    let is_region = words.clone().next().is_some_and(|first| is_one_of(REGION_BEGINS, first));
    is_two || is_region || words.any(is_other_word)
}

/// Whether it is a street, as far as its words show: `Olgastr. 7`, `Am Anger`, `10 High Street`.
pub(super) fn is_street(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower
        .split([' ', ','])
        .filter(|word| !word.is_empty() && !word.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    let Some(first) = words.first() else { return false };
    // Street is a town in Somerset, and Rue one in Switzerland
    let is_word = words.len() > 1 && words.iter().any(|word| is_one_of(STREET_WORDS, word));
    let is_end = words.iter().any(|word| {
        STREET_ENDS.split(' ').any(|end| word.strip_suffix(end).is_some_and(|name| name.chars().count() >= 3))
    });
    // Edelsbach bei Graz is a town, and what begins so is none
    let is_begin = is_one_of(STREET_BEGINS, first) && words.len() > 1;
    is_word || is_end || is_begin
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|one| one == word)
}

/// `6`, `12a`, `12-14`, `3. OG` at the end: what is before it is a street, or a house.
pub(super) fn ends_with_a_number(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    let digits = last.bytes().filter(u8::is_ascii_digit).count();
    let is_letter = last.len() == 1 && last.bytes().all(|letter| letter.is_ascii_alphabetic());
    let before = || text.strip_suffix(last).map(str::trim_end).and_then(|before| before.rsplit(' ').next());
    let is_number = |word: &str| {
        word.starts_with(|first: char| first.is_ascii_digit())
            && word.bytes().filter(u8::is_ascii_digit).count() <= 8
            && word.chars().filter(|letter| letter.is_alphabetic()).count() <= 2
    };
    (digits > 0 && is_number(last)) || (is_letter && before().is_some_and(is_number))
}

/// The whole, or its end: `Zürich Schweiz` is a town and a country that nothing divides.
fn names_a_country(text: &str) -> bool {
    let last = text.rsplit(' ').next().unwrap_or_default();
    country::is_name(text)
        || country::is_nearly_a_name(text)
        || text.is_ascii() && country::by_plate(text).is_some()
        // but for codes that are a canton too: Kappel SO
        || country::at_the_end(text).is_some() && !country::is_word(&last.to_lowercase())
        || text.split_once(' ').is_some_and(|(first, _)| first.len() >= 6 && country::is_name(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOWNS: &[&str] = &[
        "Ulm",
        "München",
        "Bad Homburg v. d. Höhe",
        "Frankfurt (Oder)",
        "Freiburg im Breisgau",
        "Dortmund-Mengede",
        "Den Haag",
        "'s-Hertogenbosch",
        "København K",
        "Århus C",
        "Oslo",
        "St. Gallen",
        "Biel/Bienne",
        "Kappel SO",
        "Å",
        "Ås",
        "Bø",
        "Au",
        "Chester-le-Street",
        "Street",
        "Rue",
        "Stoke-on-Trent",
        "Llanfair-ym-Muallt",
        "LONDON",
        "Hayling Island",
        "La Chaux-de-Fonds",
        "Rothenburg o.d.T.",
        "Amsterdam",
        "Potsdam",
        "Schaffhausen",
        "Villingen-Schwenningen",
        "'t Harde",
        "Vejle",
        "Vejen",
    ];

    const OTHERS: &[&str] = &[
        "Hauptstraße",
        "Olgastr.",
        "Am Anger",
        "High Street",
        "Nørregade",
        "Klinik Nord",
        "Marienhospital",
        "Haus",
        "Station",
        "Deutschland",
        "United Kingdom",
        "Zürich Schweiz",
        "Deutschlnad",
        "NRW",
        "Surrey",
        "CO",
        "GmbH",
        "Haus 12",
        "Ring 1",
        "Postfach",
        "PO Box",
        "c/o Muster",
        "bei Muster",
        "",
        "-",
        "...",
        "Essen und Bochum",
        "Köln / Bonn",
        "Homeoffice",
        "Wien 3",
        "London CH-",
        "Wien Ⅷ",
        "Biel/",
        "x@example.org",
        // a town, and yet a street may be called like that: rather none
        "Neuhaus am Rennweg",
    ];

    #[test]
    fn towns_are_told_from_all_else() {
        for town in TOWNS {
            assert!(is_town(town, Beside::Nothing), "{town}");
        }
        for other in OTHERS {
            assert!(!is_town(other, Beside::Nothing), "{other}");
        }
        for beside in ["münchen", "Zillingtal / Celindof", "Brighton and Hove"] {
            assert!(is_town(beside, Beside::Zip) && !is_town(beside, Beside::Nothing), "{beside}");
        }
    }

    #[test]
    fn numbers_of_houses() {
        for numbered in
            ["Ring 1", "Ring 12a", "Ring 12 a", "Ring 12-14", "Straße des 17. Juni 135", "L14", "9", "Ring 12/3"]
        {
            assert_eq!(ends_with_a_number(numbered), numbered != "L14", "{numbered}");
        }
        assert!(!ends_with_a_number("Hauptstraße") && !ends_with_a_number("Klinik Nord") && !ends_with_a_number(""));
    }
}
