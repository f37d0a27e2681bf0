//! Chooses the parts of a place.

use super::{
    CountryCode, CountryNames, Gap, Place,
    candidate::{self, ZipCandidate},
    country, elsewhere, parts,
    told::{self, Stands, Told},
    town::{Beside, ends_with_a_number, is_aside, is_house, is_street, is_town, is_town_alone},
    zip::{self, Shape},
};

/// Characters that an address has, at most: what is longer is none.
const LONGEST: usize = 300;

/// Reads a line. `home` is where places are whose line names no country: by it, a postal code's shape is known, and nothing else is
/// supposed. `ours` are names of countries that go before those that are known anyway.
pub fn read(line: &str, home: Option<CountryCode>, ours: &CountryNames) -> Place {
    let mut place = Place::default();
    if line.trim().chars().nth(LONGEST).is_some() {
        place.gaps.push(Gap::TooLong);
        return place;
    }
    let mut parts = parts::of(line, &mut place.gaps);
    let told = told::countries(&mut parts, home, ours, &mut place.gaps);
    let country = told.named.or(told.region).or(home);
    let mut candidates = candidate::all(&parts, country);
    // what may be a house's number as well gives way to the one that may not
    if candidates.iter().filter(|candidate| !candidate.is_weak).count() == 1 {
        candidates.retain(|candidate| !candidate.is_weak);
    }
    place.country = told.named.or(told.region);
    match candidates.as_slice() {
        [] => without_a_zip(&parts, &told, &mut place),
        [one] if !is_one_of_two(&parts, one) => with_a_zip(&parts, one, &told, home, &mut place),
        [..] => {
            place.gaps.push(Gap::TwoPlaces);
            let told = |one: &ZipCandidate<'_>| {
                one.zip.prefix.map(|(code, _)| code).or_else(|| one.zip.shape.country(one.zip.text))
            };
            let other =
                candidates.iter().find(|one| told(one).is_some_and(|code| Some(code) != place.country.or(home)));
            place.gaps.extend(other.filter(|_| home.is_some()).map(|one| Gap::OtherCountry(one.zip.text.to_owned())));
        }
    }
    elsewhere(&parts, &told, home, &mut place);
    let is_told =
        place.gaps.iter().any(|gap| matches!(gap, Gap::TwoPlaces | Gap::OtherCountry(_) | Gap::Contradiction(..)));
    if place.zip.is_none() && place.city.is_none() && place.cities.is_empty() && !is_told {
        place.gaps.push(Gap::Nothing);
    }
    place
}

fn with_a_zip(parts: &[String], one: &ZipCandidate<'_>, told: &Told, home: Option<CountryCode>, place: &mut Place) {
    let behind = parts.get(one.last + 1);
    for words in parts[one.last + 1..].iter().filter(|_| place.country.is_none()) {
        place.gaps.extend(aside(words, one.town, parts));
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
fn fitting(one: &ZipCandidate<'_>, told: &Told, home: Option<CountryCode>, place: &mut Place) -> Option<String> {
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
            } else if prefix.is_none() && (told.stands != Stands::End || told.named.is_none() && told.region.is_some())
            {
                place.gaps.push(Gap::Contradiction(text, country));
                place.country = None;
            } else {
                place.gaps.push(Gap::Misfit(text, country));
            }
        }
        Some((country, None)) if told.stands != Stands::End => {
            place.gaps.push(Gap::Contradiction(text, country));
            place.country = None;
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

/// Whether a line has another postal code of that shape: `44137, 44139 Dortmund`, `44137 Dortmund und 44787 Bochum`.
fn is_one_of_two(parts: &[String], one: &ZipCandidate<'_>) -> bool {
    let is_like_it = |word: &str| one.zip.shape == Shape::Five && word.len() == 5 && zip::is_digits(word);
    let is_another = |word: &str| is_like_it(word) && word != one.zip.text;
    let is_alone_before = one.first.checked_sub(1).is_some_and(|before| is_another(&parts[before]));
    let has_another = parts[one.first..=one.last].iter().any(|part| {
        let mut words = part.split([' ', '/', '&']);
        words.any(is_another) && !one.street.is_some_and(|street| street.split(' ').any(is_another))
    });
    is_alone_before || has_another
}

/// What stands behind a town whose country is not named, if it is no more than a part of it: else it may be a country.
fn aside(words: &str, town: Option<&str>, parts: &[String]) -> Option<Gap> {
    let lower = words.to_lowercase();
    let is_the_town = town.is_some_and(|town| lower == town.to_lowercase());
    if is_the_town || is_aside(words) {
        return (!is_the_town).then(|| Gap::LeftOut(words.to_owned()));
    }
    let is_last = parts.last().is_some_and(|last| last == words);
    let is_capitals = words.len() <= 3 && words.chars().all(char::is_alphabetic);
    let is_one_word = is_town(words, Beside::Nothing) && !words.contains(' ');
    let may_be_a_country = is_last && is_one_word || is_capitals || country::is_nearly_a_name(words);
    Some(if may_be_a_country { Gap::UnknownCountry(words.to_owned()) } else { Gap::LeftOut(words.to_owned()) })
}

fn without_a_zip(parts: &[String], told: &Told, place: &mut Place) {
    let has_a_house =
        parts.first().is_some_and(|first| is_house(first) || is_street(first) && ends_with_a_number(first));
    if has_a_house {
        place.street = parts.first().cloned();
    }
    // a country between other parts, or before them, may be a house that is called so
    if told.stands == Stands::Between || told.stands == Stands::Begin && !told.named.is_none_or(zip::knows) {
        place.gaps.extend(place.country.take().map(|country| Gap::OtherCountry(country.to_string())));
        return;
    }
    if let Some(last) = parts.last().filter(|last| country::is_nearly_a_name(last)) {
        place.gaps.push(Gap::UnknownCountry(last.clone()));
        return;
    }
    let is_town_at = |part: &String| {
        is_town_alone(part)
            || told.named.is_some() && parts.len() == 1 && is_town(part, Beside::Nothing) && !is_aside(part)
    };
    let (asides, names): (Vec<&String>, Vec<&String>) = parts.iter().partition(|part| {
        // `Haus 44137` may be a postal code
        is_aside(part) && !is_house(part) && part.bytes().filter(u8::is_ascii_digit).count() < 4
    });
    let are_towns = names.iter().all(|part| is_town_at(part));
    match names.as_slice() {
        [one] if are_towns => place.city = Some((*one).clone()),
        [street, one] if is_house(street) && is_town_at(one) => place.city = Some((*one).clone()),
        [_, ..] if are_towns => place.cities = names.iter().map(|part| (*part).clone()).collect(),
        _ => return,
    }
    place.gaps.extend(asides.into_iter().map(|part| Gap::LeftOut(part.clone())));
}

fn elsewhere(parts: &[String], told: &Told, home: Option<CountryCode>, place: &mut Place) {
    if place.hides_its_country() {
        return;
    }
    let is_named = told.named.is_some();
    let city = place.zip.as_ref().and(place.city.as_deref());
    let american = elsewhere::american(parts);
    let is_american = american.is_some();
    let code = || elsewhere::code(parts).filter(|_| place.country.is_none() && place.zip.is_none());
    let digits = || {
        home.filter(|_| place.country.is_none() && place.zip.is_none()).and_then(|home| elsewhere::digits(parts, home))
    };
    let region = || elsewhere::region(parts, place.country.or(home), home);
    let words = elsewhere::name(parts, place.country, city)
        .or_else(region)
        .or_else(|| american.filter(|_| !is_named))
        .or_else(code)
        .or_else(digits);
    if let Some(words) = words {
        place.gaps.push(Gap::OtherCountry(words));
        place.country = None;
        // then the postal code, and the town beside it, are American too
        if is_american {
            (place.zip, place.city) = (None, None);
        }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod where_supposed;
