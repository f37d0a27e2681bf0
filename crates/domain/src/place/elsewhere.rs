//! What says, without a country's name or code in its place, that a line is of another country than the one that is supposed.

use super::{
    CountryCode, country, region,
    town::{Beside, ends_with_a_number, is_house, is_other_word, is_street, is_town},
    zip,
};

/// The words of a part that name another country than the one that is told: `Wien in Österreich`, `Universitätsspital Zürich Schweiz`.
pub(super) fn name(parts: &[String], told: Option<CountryCode>, city: Option<&str>) -> Option<String> {
    parts.iter().find_map(|part| {
        let words: Vec<&str> = part.split(' ').collect();
        let is_street = is_street(part) || ends_with_a_number(part);
        country::within(&words).into_iter().find_map(|(begin, end, code)| {
            let name = words[begin..end].join(" ");
            // `Niederlande Straße 4`; but `Rämistrasse 100 Zürich Schweiz`
            let is_of_a_street = is_street && end < words.len();
            // a town of that name beside its postal code is none
            let is_the_town = city.is_some_and(|city| city == name);
            // what several are called is no matter where one is told: `3900 Brig VS, Schweiz`
            let is_another = code.map_or(told.is_none(), |code| Some(code) != told);
            (!is_of_a_street && !is_the_town && is_another).then_some(name)
        })
    })
}

/// A region of another country than the one that is told, or supposed, at the end of a part: `Innsbruck Tirol`.
pub(super) fn region(parts: &[String], country: Option<CountryCode>, home: Option<CountryCode>) -> Option<String> {
    home?;
    parts
        .iter()
        .filter_map(|part| part.rsplit_once(' '))
        .find_map(|(_, last)| region::country(last).filter(|code| Some(*code) != country).map(|_| last.to_owned()))
}

/// Two capitals at the end of a town that has no postal code: `Bern BE`, `Houston, TX`.
pub(super) fn code(parts: &[String]) -> Option<String> {
    let last = parts.last()?.rsplit(' ').next()?;
    let is_first = parts.len() == 1 && parts[0] == last;
    (!is_first && (country::is_code(last) || region::is_american_code(last))).then(|| last.to_owned())
}

/// A postal code of the USA or of Canada, told by the state before it: `Paris, Texas 75460`, `Boston, MA 02114`, `Toronto, ON M5G 2C4`.
pub(super) fn american(parts: &[String]) -> Option<String> {
    parts.iter().enumerate().find_map(|(at, part)| {
        let words: Vec<&str> = part.split(' ').collect();
        let place = words.iter().position(|word| is_american(word));
        let is_canadian = words.windows(2).any(|pair| is_canadian(pair[0], pair[1]));
        let is_american = place.is_some_and(|place| {
            let is_last = place + 1 == words.len();
            let before = match (place, at) {
                (0, 1..) => parts[at - 1].split(' ').collect(),
                _ => words[..place].to_vec(),
            };
            let two = before[before.len().saturating_sub(2)..].join(" ");
            before.last().is_some_and(|one| {
                is_last && region::is_american_code(one) || region::is_american(one) || region::is_american(&two)
            })
        });
        (is_american || is_canadian).then(|| part.clone())
    })
}

fn is_american(word: &str) -> bool {
    let (code, more) = word.split_once('-').unwrap_or((word, "0000"));
    code.len() == 5 && more.len() == 4 && zip::is_digits(code) && zip::is_digits(more)
}

fn is_canadian(one: &str, other: &str) -> bool {
    let is = |text: &str, letters: [bool; 3]| {
        text.len() == 3
            && text.bytes().zip(letters).all(
                |(byte, is_letter)| {
                    if is_letter { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() }
                },
            )
    };
    is(one, [true, false, true]) && is(other, [false, true, false])
}

/// Digits that are a postal code elsewhere, beside what may be a town, where the country that is supposed writes none like that:
/// `Rämistrasse 100 8091 Zürich`, `Zürich 8091`, `6000 Luzern 16`, `Vägen 123 45 Solna`.
pub(super) fn digits(parts: &[String], home: CountryCode) -> Option<String> {
    if zip::fits("8001", zip::Shape::Four, home) != Some(false) {
        return None;
    }
    parts.iter().enumerate().find_map(|(at, part)| {
        let words: Vec<&str> = part.split(' ').map(|word| word.trim_matches(['(', ')'])).collect();
        let found = (0..words.len()).find(|place| is_foreign(parts, at, &words, *place))?;
        Some(words[found].to_owned())
    })
}

fn is_foreign(parts: &[String], at: usize, words: &[&str], place: usize) -> bool {
    let (word, next) = (words[place], words.get(place + 1).copied());
    let before = words[..place].join(" ");
    let previous = place.checked_sub(1).map(|place| words[place]);
    let is_a_name = |word: &str| {
        word.starts_with(char::is_alphabetic)
            && !is_other_word(word)
            && !is_street(word)
            && !is_house(&format!("{word} 1"))
    };
    // `123 45 Solna`
    if word.len() == 3 && zip::is_digits(word) {
        let is_rest = next.is_some_and(|next| next.len() == 2 && zip::is_digits(next));
        return is_rest && words.get(place + 2).is_some_and(|town| is_a_name(town));
    }
    let (digits, letters) = word.split_at(word.bytes().take_while(u8::is_ascii_digit).count());
    // `1105-AZ`
    let letters = letters.trim_start_matches('-');
    if digits.len() != 4 || !matches!(letters.len(), 0 | 2) || !letters.chars().all(|one| one.is_ascii_alphabetic()) {
        return false;
    }
    // right behind a street they are a house
    let is_a_house = previous.is_some_and(|word| {
        word.starts_with(char::is_alphabetic)
            && (is_street(&before) || is_house(&format!("{before} 1")) || !is_a_name(word))
    });
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten();
    let mut neighbours = neighbours.filter_map(|at| parts.get(at));
    match (previous, next) {
        _ if is_a_house => false,
        (None, None) => neighbours.any(|part| is_town(part, Beside::Nothing)),
        (previous, next) => next.is_some_and(is_a_name) || previous.is_some_and(is_a_name),
    }
}
