//! What a line says about its country, by names and codes of countries and by regions.

use super::{
    CountryCode, CountryNames, Gap,
    country::{self, Named},
    region,
    town::{Beside, is_town},
    zip::{self, Zip},
};

/// Codes that stand before a town as well (`AT, Wien`, `DE-Dortmund`), where IT is a department.
const LEADING: [&str; 9] = ["AT", "CH", "DE", "DK", "GB", "NL", "NO", "SE", "UK"];
/// What stands between a town and its country, besides what divides parts anyway.
const DIVIDERS: [&str; 10] = [" - ", " – ", " — ", ": ", "/", " und ", " and ", " oder ", " & ", " + "];

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) named: Option<CountryCode>,
    /// By two letters, which may be something else.
    pub(super) by_code: bool,
    pub(super) region: Option<CountryCode>,
    /// Where it is named: at the end, where a country stands; at the begin; or in between, where it may be a house called so.
    pub(super) stands: Stands,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Stands {
    #[default]
    End,
    Begin,
    Between,
}

impl Stands {
    fn at(is_at_the_end: bool, part: usize) -> Self {
        match (is_at_the_end, part) {
            (true, _) => Self::End,
            (false, 0) => Self::Begin,
            (false, _) => Self::Between,
        }
    }
}

pub(super) fn countries(
    parts: &mut Vec<String>,
    home: Option<CountryCode>,
    ours: &CountryNames,
    gaps: &mut Vec<Gap>,
) -> Told {
    let mut told = Told::default();
    let mut found = Vec::new();
    *parts = parts.iter().flat_map(|part| divided(part, ours)).collect();
    if let Some((before, code)) = parts.last().and_then(|last| behind_a_zip(last).or_else(|| behind_a_town(last))) {
        let before = before.to_owned();
        found.push((code, Stands::End));
        if let Some(last) = parts.last_mut() {
            *last = before;
        }
    }
    let mut is_at_the_end = true;
    for at in (0..parts.len()).rev() {
        let is_last = at + 1 == parts.len();
        let (before, words, named) = at_part(parts, at, is_last, ours);
        let stands = Stands::at(is_at_the_end, at);
        match named {
            // `10117 Berlin, BE`
            Some(Named::Shared) | None if home == Some(CountryCode::DE) && is_a_state(parts, &words) => {
                (told.region, told.stands) = (home, stands);
            }
            Some(Named::Country(code)) => found.push((code, stands)),
            Some(Named::Code(code)) => {
                told.by_code = true;
                found.push((code, stands));
            }
            Some(Named::Shared) => gaps.push(Gap::SharedCountry(words)),
            None => {
                let Some(code) = region::country(&words) else {
                    is_at_the_end = false;
                    continue;
                };
                (told.region, told.stands) = (Some(code), stands);
            }
        }
        is_at_the_end &= before == 0;
        parts[at].truncate(before);
    }
    parts.retain(|part| !part.is_empty());
    settle(&mut told, &found, gaps);
    told
}

fn settle(told: &mut Told, found: &[(CountryCode, Stands)], gaps: &mut Vec<Gap>) {
    if let Some((code, stands)) = found.first().copied() {
        (told.named, told.stands) = (Some(code), stands);
    }
    // a line that has several tells none
    if let Some((other, _)) = found.iter().find(|(code, _)| Some(*code) != told.named) {
        gaps.extend(told.named.map(|one| Gap::TwoCountries(one, *other)));
        (told.named, told.region) = (None, None);
    }
    // while it is open which country is named, a region is no evidence
    if gaps.iter().any(Gap::hides_the_country) {
        told.region = None;
    }
}

/// How much of a part stands before the country, the words that may name it, and what they name.
fn at_part(parts: &[String], at: usize, is_last: bool, ours: &CountryNames) -> (usize, String, Option<Named>) {
    let part = parts[at].as_str();
    let Some((before, inner)) = in_parentheses(part) else {
        // a code alone may be a department: IT
        let may_be_a_code = is_last && at > 0 || at == 0 && parts.len() > 1 && LEADING.contains(&part);
        let named = country::named(part, ours, may_be_a_code).or_else(|| by_plate(parts, at, part));
        return (0, part.to_owned(), named.filter(|_| !is_a_town(parts, at, part)));
    };
    let named = country::named(inner, ours, is_last).or_else(|| by_plate(parts, at, inner));
    // `Österreich (remote)`
    let instead = || country::named(before, ours, false).map(|named| (0, before.to_owned(), Some(named)));
    match named {
        None if region::country(inner).is_none() => instead().unwrap_or((before.len(), inner.to_owned(), None)),
        named => (before.len(), inner.to_owned(), named),
    }
}

/// A state of Germany by two letters, if a postal code is one that it may have.
fn is_a_state(parts: &[String], words: &str) -> bool {
    let mut places = parts.iter().flat_map(|part| part.split([' ', '-']));
    places.any(|zip| zip.len() == 5 && zip::is_digits(zip) && region::is_german_state(words, zip))
}

/// `67487, St. Martin`: an island, but for a postal code before it.
fn is_a_town(parts: &[String], at: usize, part: &str) -> bool {
    let has_a_zip = at.checked_sub(1).is_some_and(|before| parts[before].len() == 5 && zip::is_digits(&parts[before]));
    has_a_zip && country::is_saint(part)
}

/// `44137 Dortmund, D`, `8001 Zürich, ch`: what else a code may be, a postal code of that country tells.
fn by_plate(parts: &[String], at: usize, words: &str) -> Option<Named> {
    let code = country::by_plate(words).filter(|_| at + 1 == parts.len())?;
    let has_its_zip = parts.iter().any(|part| has_a_zip(part.split_once(" (").map_or(part, |(part, _)| part), code));
    if has_its_zip {
        return Some(Named::Code(code));
    }
    let is_a_line_with_a_zip = parts.iter().any(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 4);
    (is_a_line_with_a_zip && words.len() == 2).then_some(Named::Shared)
}

/// At what stands between a town and its country: `Zürich - Schweiz`, `Österreich: Wien`, `Dänemark/Schweden`.
fn divided(part: &str, ours: &CountryNames) -> Vec<String> {
    for divider in DIVIDERS {
        let pieces: Vec<&str> = part.split(divider).map(str::trim).collect();
        let names_one = |piece: &&str| {
            // `AT - 6020 Innsbruck` is a postal code with its prefix
            let has_a_zip = pieces[1..].iter().any(|piece| piece.starts_with(|first: char| first.is_ascii_digit()));
            let is_code = !has_a_zip && (LEADING.contains(piece) || *piece == "D");
            // `Mühlhausen/Thüringen` is a town
            let may_be_a_region = divider.starts_with(' ') || part.contains(" / ");
            is_code
                || may_be_a_region && region::country(piece).is_some()
                || matches!(country::named(piece, ours, false), Some(Named::Country(_)))
        };
        // `Foo und Schweiz` is none: a house may be called so
        let is_conjunction = divider.starts_with(' ') && !matches!(divider, " - " | " – " | " — ");
        let counts = if is_conjunction { pieces.iter().all(names_one) } else { pieces.iter().any(names_one) };
        if pieces.len() > 1 && counts {
            return pieces.into_iter().filter(|piece| !piece.is_empty()).map(str::to_owned).collect();
        }
    }
    // `DE-Dortmund`
    match part.split_once('-') {
        Some((code, town)) if LEADING.contains(&code) && is_town(town, Beside::Nothing) => {
            vec![code.to_owned(), town.to_owned()]
        }
        _ => vec![part.to_owned()],
    }
}

/// `München (Deutschland)`: what is in parentheses, and before them.
fn in_parentheses(part: &str) -> Option<(&str, &str)> {
    let (before, inner) = part.strip_suffix(')')?.rsplit_once('(')?;
    Some((before.trim_end(), inner.trim())).filter(|(before, _)| !before.is_empty())
}

/// `80331 München Deutschland`, `London SW1A 1AA United Kingdom`: a country, if the postal code is one of it.
fn behind_a_zip(part: &str) -> Option<(&str, CountryCode)> {
    let german = || part.strip_suffix(" D").map(|before| (before, CountryCode::DE));
    let (before, code) = country::at_the_end(part).or_else(german)?;
    // `L-1210 Luxembourg`
    let is_the_town = code.as_str() == "LU" && !before.contains([' ', ',']) && !before.is_empty();
    (has_a_zip(before, code) && !is_the_town).then_some((before, code))
}

/// `Zürich Schweiz`, `London UK`: of countries that are often named here; `Max Jordan` is a man.
fn behind_a_town(part: &str) -> Option<(&str, CountryCode)> {
    /// Rosa Luxemburg was a woman.
    const PEOPLE: [&str; 2] = ["luxemburg", "luxembourg"];
    let (before, code) = country::at_the_end(part)?;
    let words = part[before.len()..].trim().to_lowercase();
    let is_word = country::is_word(&words) || PEOPLE.contains(&words.as_str());
    (zip::knows(code) && !is_word && is_town(before, Beside::Nothing)).then_some((before, code))
}

fn has_a_zip(text: &str, code: CountryCode) -> bool {
    let fits = |zip: Zip<'_>| zip::fits(zip.text, zip.shape, code) == Some(true);
    let begin = zip::at_the_begin(text, Some(code)).map(|(zip, _)| zip);
    let end = zip::at_the_end(text, Some(code)).map(|(_, zip)| zip);
    // `Ring 1 80331 München`
    let is_in_the_middle = || {
        zip::starts(text).any(|at| {
            zip::at_the_begin(&text[at..], Some(code)).is_some_and(|(zip, rest)| !rest.is_empty() && fits(zip))
        })
    };
    [begin, end].into_iter().flatten().any(fits) || is_in_the_middle()
}
