//! Chooses the parts of a place.

use super::{
    CountryCode, CountryNames, Gap, Place,
    candidate::{self, Candidate},
    country::{self, Named},
    parts, region,
    town::{Beside, ends_with_a_number, is_street, is_town},
    zip::{self, Shape},
};

/// What a line says about its country.
#[derive(Debug, Default)]
struct Told {
    /// By name or code.
    named: Option<CountryCode>,
    /// By two letters, which may be something else.
    by_code: bool,
    /// By a state or a canton.
    region: Option<CountryCode>,
}

/// Reads a line. `home` is where places are whose line names no country: by it, a postal code's shape is known, and nothing else is
/// supposed. `ours` are names of countries that go before those that are known anyway.
pub fn read(line: &str, home: Option<CountryCode>, ours: &CountryNames) -> Place {
    let mut place = Place::default();
    let mut parts = parts::of(line, &mut place.gaps);
    let told = countries(&mut parts, ours, &mut place.gaps);
    let country = told.named.or(told.region).or(home);
    let mut candidates = candidate::all(&parts, country);
    if candidates.iter().filter(|candidate| !candidate.is_weak).count() == 1 {
        candidates.retain(|candidate| !candidate.is_weak);
    }
    place.country = told.named.or(told.region);
    match candidates.as_slice() {
        [] => without_a_zip(&parts, &told, &mut place),
        [one] => with_a_zip(&parts, one, &told, home, &mut place),
        [..] => place.gaps.push(Gap::TwoPlaces),
    }
    if place.zip.is_none() && place.city.is_none() && place.cities.is_empty() && !place.gaps.contains(&Gap::TwoPlaces) {
        place.gaps.push(Gap::Nothing);
    }
    place
}

/// Takes countries and regions out of the parts.
fn countries(parts: &mut Vec<String>, ours: &CountryNames, gaps: &mut Vec<Gap>) -> Told {
    let mut told = Told::default();
    let mut found = Vec::new();
    if let Some((before, code)) = parts.last().and_then(|last| behind_a_zip(last)) {
        let before = before.to_owned();
        found.push(code);
        if let Some(last) = parts.last_mut() {
            *last = before;
        }
    }
    for at in (0..parts.len()).rev() {
        let (before, words) = in_parentheses(&parts[at]).unwrap_or(("", &parts[at]));
        // a code alone may be a department: IT
        let named = country::named(words, ours, at + 1 == parts.len() && (at > 0 || !before.is_empty()));
        match named {
            Some(Named::Country(code)) => found.push(code),
            Some(Named::Code(code)) => {
                told.by_code = true;
                found.push(code);
            }
            Some(Named::Shared) => gaps.push(Gap::SharedCountry(words.to_owned())),
            None => match region::country(words) {
                Some(code) => told.region = Some(code),
                None => continue,
            },
        }
        let length = before.len();
        parts[at].truncate(length);
    }
    parts.retain(|part| !part.is_empty());
    told.named = found.first().copied();
    if let Some(other) = found.iter().find(|code| Some(**code) != told.named) {
        gaps.extend(told.named.map(|one| Gap::TwoCountries(one, *other)));
        (told.named, told.region) = (None, None);
    }
    if gaps.iter().any(Gap::hides_the_country) {
        told.region = None;
    }
    told
}

/// `München (Deutschland)`: what is in parentheses, and before them.
fn in_parentheses(part: &str) -> Option<(&str, &str)> {
    let (before, inner) = part.strip_suffix(')')?.rsplit_once('(')?;
    Some((before.trim_end(), inner.trim())).filter(|(before, _)| !before.is_empty())
}

/// `80331 München Deutschland`, `London SW1A 1AA United Kingdom`: a country, if the postal code is one of it.
fn behind_a_zip(part: &str) -> Option<(&str, CountryCode)> {
    let (before, code) = country::at_the_end(part)?;
    let begin = zip::at_the_begin(before, Some(code)).map(|(zip, _)| zip);
    let zips = [begin, zip::at_the_end(before, Some(code)).map(|(_, zip)| zip)];
    let fits = zips.into_iter().flatten().any(|zip| zip::fits(zip.text, zip.shape, code) == Some(true));
    (fits || in_the_middle(before, code)).then_some((before, code))
}

/// `Ring 1 80331 München`
fn in_the_middle(text: &str, code: CountryCode) -> bool {
    text.match_indices(' ').any(|(at, _)| {
        zip::at_the_begin(text[at..].trim_start(), Some(code))
            .is_some_and(|(zip, rest)| !rest.is_empty() && zip::fits(zip.text, zip.shape, code) == Some(true))
    })
}

fn with_a_zip(parts: &[String], one: &Candidate<'_>, told: &Told, home: Option<CountryCode>, place: &mut Place) {
    let behind = parts.get(one.last + 1);
    if let Some(words) = behind.filter(|words| place.country.is_none() && may_be_a_country(words)) {
        place.gaps.push(Gap::UnknownCountry(words.clone()));
    }
    // `1848 Gartenhof, Wien`: a house's number as well as a postal code
    if one.zip.shape == Shape::Four && one.zip.prefix.is_none() && one.first == 0 && one.last == 0 && behind.is_some() {
        return;
    }
    place.city = one.town.map(str::to_owned);
    if place.city.is_none() {
        place.gaps.push(Gap::NoTown(one.zip.text.to_owned()));
    }
    place.zip = fitting(one, told, home, place);
    let before = parts[..one.first].iter().map(String::as_str).chain(one.street);
    let street: Vec<&str> = before.filter(|part| one.town.is_none_or(|town| *part != town)).collect();
    place.street = Some(street.join(", ")).filter(|street| !street.is_empty());
}

/// The postal code, if it is one of the country; and the country, if the postal code tells it.
fn fitting(one: &Candidate<'_>, told: &Told, home: Option<CountryCode>, place: &mut Place) -> Option<String> {
    let zip = one.zip;
    let text = zip.text.to_owned();
    let prefix = zip.prefix.map(|(country, _)| country);
    if let Some((one, other)) = place.country.zip(prefix).filter(|(one, other)| one != other) {
        place.gaps.push(Gap::TwoCountries(one, other));
        place.country = None;
        return None;
    }
    let is_hidden = place.gaps.iter().any(Gap::hides_the_country);
    let named = place.country.or(prefix);
    let country = named.or_else(|| zip.shape.country(zip.text)).filter(|_| !is_hidden || named.is_some());
    place.country = country;
    match country.map(|country| (country, zip::fits(zip.text, zip.shape, country))) {
        Some((_, Some(true))) => return Some(text),
        Some((country, Some(false))) => {
            if told.by_code && prefix.is_none() {
                place.gaps.push(Gap::SharedCountry(country.to_string()));
                place.country = None;
            } else {
                place.gaps.push(Gap::Misfit(text, country));
            }
        }
        Some((country, None)) => place.gaps.push(Gap::UnknownShape(text, country)),
        None if !zip::fits_anywhere(zip.text, zip.shape) => place.gaps.push(Gap::NoZip(text)),
        None => match home.filter(|_| !is_hidden) {
            Some(home) if zip::fits(zip.text, zip.shape, home) == Some(false) => {
                place.gaps.push(Gap::Elsewhere(text, home));
            }
            _ => return Some(text),
        },
    }
    None
}

/// A town or several, or a street with a town where a country ends the line.
fn without_a_zip(parts: &[String], told: &Told, place: &mut Place) {
    let is_town_at = |at: usize| is_town(&parts[at], Beside::Nothing);
    let has_a_house = parts.first().is_some_and(|first| is_street(first) && ends_with_a_number(first));
    match parts.len() {
        0 => {}
        1 if is_town_at(0) => place.city = Some(parts[0].clone()),
        2 if has_a_house && is_town_at(1) && told.named.is_some() => place.city = Some(parts[1].clone()),
        many if many > 1 && (0..many).all(is_town_at) => place.cities = parts.to_vec(),
        _ => {}
    }
    if has_a_house {
        place.street = parts.first().cloned();
    }
    if let Some(last) = parts.last().filter(|last| country::is_nearly_a_name(last)) {
        place.gaps.push(Gap::UnknownCountry(last.clone()));
    }
}

/// Words behind the town that are no house, no street and no number.
fn may_be_a_country(words: &str) -> bool {
    is_town(words, Beside::Nothing)
        || country::is_nearly_a_name(words)
        || words.len() <= 3 && words.chars().all(char::is_alphabetic)
}

#[cfg(test)]
mod tests;
