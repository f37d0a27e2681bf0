//! Where a job is, from one line of address.

use super::mapping::Mapping;
use crate::sink::wire::Location;

/// Endings of streets, so that a street without a number is not taken for a town.
const STREETS: [&str; 9] = ["straße", "strasse", "str.", "weg", "platz", "allee", "gasse", "damm", "ufer"];
/// Digits of a whole postal code, where we know.
const WHOLE: [(&str, usize); 3] = [("DE", 5), ("AT", 4), ("CH", 4)];

/// The location, and what could not be told. What cannot be told is left out, never guessed.
pub(super) fn location(address: Option<&str>, mapping: &Mapping, gaps: &mut Vec<String>) -> Location {
    let given = domain::Location { address: address.map(str::to_owned), latitude: None, longitude: None };
    let place = given.place();
    let country_code = match place.country.as_deref().map(|name| (name, mapping.country_of(name))) {
        None => mapping.country().to_owned(),
        Some((_, Some(code))) => code,
        Some((name, None)) => {
            gaps.push(format!("the country {name:?} is not in the mapping file's [countries]"));
            mapping.country().to_owned()
        }
    };
    let zip = place.zip.and_then(|zip| whole(&zip, &country_code, gaps));
    let city = place.city.or_else(|| zip.is_none().then(|| several(address?)).flatten());
    if city.is_none() && zip.is_none() {
        gaps.push("the address names no place that can be told".to_owned());
    }
    Location { country_code, zip, city }
}

/// `D-44137` is 44137.
fn whole(zip: &str, country: &str, gaps: &mut Vec<String>) -> Option<String> {
    let bare = zip.rsplit_once('-').filter(|(begin, _)| {
        (1..=2).contains(&begin.len()) && begin.bytes().all(|letter| letter.is_ascii_alphabetic())
    });
    let bare = bare.map_or(zip, |(_, rest)| rest).trim();
    let digits = WHOLE.iter().find(|(known, _)| *known == country).map(|(_, digits)| *digits);
    let fits = digits.is_none_or(|digits| bare.len() == digits && bare.bytes().all(|byte| byte.is_ascii_digit()));
    if !fits {
        gaps.push(format!("{zip:?} is no postal code of {country}, and left out"));
    }
    fits.then(|| bare.to_owned())
}

/// `Dortmund, Marl, Herne` are towns: parts without a digit, none of which is a street.
fn several(address: &str) -> Option<String> {
    let parts: Vec<&str> = address.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_town = |part: &&str| {
        let lower = part.to_lowercase();
        !part.bytes().any(|byte| byte.is_ascii_digit()) && !STREETS.iter().any(|end| lower.ends_with(end))
    };
    (parts.len() > 1 && parts.iter().all(is_town)).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Country, postal code, town, and the number of gaps.
    fn at(address: &str) -> (String, String, String, usize) {
        let mapping = Mapping::parse("[contact]\nname = \"x\"\n[countries]\nDeutschland = \"DE\"\n").unwrap();
        let mut gaps = Vec::new();
        let Location { country_code, zip, city } = location(Some(address), &mapping, &mut gaps);
        (country_code, zip.unwrap_or_default(), city.unwrap_or_default(), gaps.len())
    }

    fn is(country: &str, zip: &str, city: &str, gaps: usize) -> (String, String, String, usize) {
        (country.to_owned(), zip.to_owned(), city.to_owned(), gaps)
    }

    #[test]
    fn a_line_is_a_place_or_several() {
        assert_eq!(at("Betenstr. 13, 44137, Dortmund"), is("DE", "44137", "Dortmund", 0));
        assert_eq!(at("Betenstr. 13, D-44137, Dortmund, Deutschland"), is("DE", "44137", "Dortmund", 0));
        assert_eq!(at("Damrak 1, 1012 LG, Amsterdam, NL"), is("NL", "1012 LG", "Amsterdam", 0));
        assert_eq!(at("Dortmund"), is("DE", "", "Dortmund", 0));
        assert_eq!(at("Dortmund, Marl; Recklinghausen"), is("DE", "", "Dortmund, Marl, Recklinghausen", 0));
    }

    #[test]
    fn what_cannot_be_told_is_said() {
        assert_eq!(at("Ring 1, 44137, Dortmund, Atlantis"), is("DE", "44137", "Dortmund", 1));
        assert_eq!(at("Ring 1, 4413, Dortmund"), is("DE", "", "Dortmund", 1));
        assert_eq!(at("Hauptstraße, Dortmund"), is("DE", "", "", 1));
        assert_eq!(at(""), is("DE", "", "", 1));
    }
}
