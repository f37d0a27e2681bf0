//! A postal code in a line, with the town beside it.

use super::{
    CountryCode,
    town::{Beside, ends_with_a_number, is_street, is_town},
    zip::{self, Shape, Zip},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ZipCandidate<'a> {
    pub(super) zip: Zip<'a>,
    pub(super) town: Option<&'a str>,
    /// What stands before the postal code in its own part.
    pub(super) street: Option<&'a str>,
    /// The first part that belongs to it, and the last one.
    pub(super) first: usize,
    pub(super) last: usize,
    /// Whether it may be a house's number as well, so that another postal code goes before it.
    pub(super) is_weak: bool,
}

/// All of a line. `country` is the one that is named, else supposed.
pub(super) fn all(parts: &[String], country: Option<CountryCode>) -> Vec<ZipCandidate<'_>> {
    (0..parts.len()).filter_map(|at| Line { parts, country, at }.candidate()).collect()
}

#[derive(Clone, Copy)]
struct Line<'a> {
    parts: &'a [String],
    country: Option<CountryCode>,
    at: usize,
}

impl<'a> Line<'a> {
    fn candidate(self) -> Option<ZipCandidate<'a>> {
        let part = self.parts[self.at].as_str();
        match zip::at_the_begin(part, self.country) {
            Some((zip, "")) => self.alone(zip),
            Some((zip, rest)) => self.before_a_town(zip, rest).or_else(|| self.in_the_middle(part)),
            None => self.in_the_middle(part).or_else(|| self.at_the_end(part)),
        }
    }

    fn with(self, zip: Zip<'a>, town: Option<&'a str>) -> ZipCandidate<'a> {
        ZipCandidate { zip, town, street: None, first: self.at, last: self.at, is_weak: false }
    }

    fn is_last(self) -> bool {
        self.at + 1 == self.parts.len()
    }

    fn town_at(self, at: Option<usize>) -> Option<&'a str> {
        self.parts.get(at?).map(String::as_str).filter(|part| is_town(part, Beside::Nothing))
    }

    fn fits(self, zip: Zip<'_>) -> bool {
        let country = zip.prefix.map(|(country, _)| country).or(self.country);
        country.is_some_and(|country| zip::fits(zip.text, zip.shape, country) == Some(true))
    }

    /// `80331 München`
    fn before_a_town(self, zip: Zip<'a>, rest: &'a str) -> Option<ZipCandidate<'a>> {
        let town = self.town_behind(zip, rest).filter(|_| zip.shape != Shape::Other);
        if town.is_some() {
            return Some(self.with(zip, town));
        }
        // `12345 Main Street` is a house
        let is_one = match zip.shape {
            Shape::Other | Shape::Four => zip.prefix.is_some(),
            Shape::Five | Shape::Spaced | Shape::Polish => zip.prefix.is_some() || self.is_last(),
            Shape::Dutch | Shape::British => true,
        };
        (is_one && !is_street(rest)).then(|| ZipCandidate { is_weak: true, ..self.with(zip, None) })
    }

    /// What stands right behind a postal code: `Aarau AG` and `Genève 14` for their towns, and what is called like a country.
    fn town_behind(self, zip: Zip<'a>, rest: &'a str) -> Option<&'a str> {
        if is_town(rest, Beside::Zip) {
            return Some(rest);
        }
        let country = zip.prefix.map(|(country, _)| country).or(self.country);
        let fits = self.fits(zip).then_some(country?)?;
        let is_its_own = match fits.as_str() {
            "LU" => matches!(rest.to_lowercase().as_str(), "luxembourg" | "luxemburg"),
            "DE" => super::country::is_saint(rest),
            _ => false,
        };
        if is_its_own {
            return Some(rest);
        }
        let (before, last) = rest.rsplit_once(' ')?;
        let is_district = last.len() <= 2 && zip::is_digits(last) && matches!(fits.as_str(), "AT" | "CH" | "LU");
        let is_canton = last == "AG" && !before.contains(' ') && fits.as_str() == "CH";
        ((is_district || is_canton) && is_town(before, Beside::Zip)).then_some(before)
    }

    /// `Ring 1 80331 München`: a house's number before it, a town behind it.
    fn in_the_middle(self, part: &'a str) -> Option<ZipCandidate<'a>> {
        let mut found = zip::starts(part).filter_map(|at| {
            let street = part[..at].trim_end();
            let (zip, rest) = zip::at_the_begin(&part[at..], self.country)?;
            let is_known = match zip.shape {
                Shape::Other => false,
                Shape::Four => self.fits(zip),
                Shape::Five | Shape::Spaced | Shape::Polish | Shape::Dutch | Shape::British => true,
            };
            let is_one = is_known && ends_with_a_number(street) && is_town(rest, Beside::Zip);
            is_one.then(|| ZipCandidate { street: Some(street), ..self.with(zip, Some(rest)) })
        });
        let one = found.next()?;
        // two of them leave open which one is meant
        found.next().is_none().then_some(one)
    }

    /// `London SW1A 1AA`, `München (80331)`, `Ring 1 80331`.
    fn at_the_end(self, part: &'a str) -> Option<ZipCandidate<'a>> {
        let (before, zip) = zip::at_the_end(part, self.country)?;
        let is_certain = matches!(zip.shape, Shape::Dutch | Shape::British) || zip.prefix.is_some();
        let is_one = is_certain
            || match zip.shape {
                Shape::Five | Shape::Spaced => self.is_last(),
                Shape::Four => part.ends_with(')') || self.is_last() && self.at > 0 && self.fits(zip),
                Shape::Polish | Shape::Other | Shape::Dutch | Shape::British => false,
            };
        if is_one && is_town(before, Beside::Nothing) {
            return Some(ZipCandidate { is_weak: !is_certain, ..self.with(zip, Some(before)) });
        }
        if super::region::country(before).is_some() && is_certain {
            return Some(self.after_a_town(zip));
        }
        let has_a_street = ends_with_a_number(before) && before.contains(' ');
        if !(is_certain || has_a_street && zip.shape == Shape::Five) {
            return None;
        }
        let town = self.town_at(Some(self.at + 1));
        let last = self.at + usize::from(town.is_some());
        Some(ZipCandidate { street: Some(before), town, last, is_weak: town.is_none(), ..self.with(zip, None) })
    }

    fn alone(self, zip: Zip<'a>) -> Option<ZipCandidate<'a>> {
        let before = self.at.checked_sub(1).map(|at| self.parts[at].as_str());
        let has_a_house = before.is_none_or(ends_with_a_number);
        let saint = || {
            self.parts
                .get(self.at + 1)
                .and_then(|next| self.town_behind(zip, next).filter(|_| super::country::is_saint(next)))
        };
        if let Some(next) = self.town_at(Some(self.at + 1)).or_else(saint) {
            let is_one = match zip.shape {
                // `Nørregade, 1234, Odense`: a house's number as well
                Shape::Four => zip.prefix.is_some() || has_a_house || !before.is_some_and(is_street),
                Shape::Other => before.is_some_and(ends_with_a_number),
                _ => true,
            };
            let town = (!self.may_follow_its_town(zip)).then_some(next);
            return is_one.then(|| ZipCandidate { last: self.at + 1, ..self.with(zip, town) });
        }
        let is_certain = matches!(zip.shape, Shape::Dutch | Shape::British) || zip.prefix.is_some();
        let is_one = is_certain
            || match zip.shape {
                Shape::Five | Shape::Spaced | Shape::Polish => {
                    has_a_house || self.town_at(self.at.checked_sub(1)).is_some()
                }
                Shape::Four => self.town_at(self.at.checked_sub(1)).is_some() && self.fits(zip),
                Shape::Dutch | Shape::British | Shape::Other => false,
            };
        is_one.then(|| self.after_a_town(zip))
    }

    /// Whether the part before it may be its town as well as the one behind it. In the order that the source asks for (street,
    /// postal code, town) it is the one behind.
    fn may_follow_its_town(self, zip: Zip<'_>) -> bool {
        let Some(before) = self.at.checked_sub(1).filter(|at| self.town_at(Some(*at)).is_some()) else { return false };
        let has_a_street =
            before.checked_sub(1).is_some_and(|at| is_street(&self.parts[at]) || ends_with_a_number(&self.parts[at]));
        zip.shape == Shape::British || has_a_street
    }

    /// `10 High Street, London, SW1A 1AA`: the part before it, if it can be no district, and nothing comes behind.
    fn after_a_town(self, zip: Zip<'a>) -> ZipCandidate<'a> {
        let before = self.at.checked_sub(1);
        let is_told = self.is_last() && self.town_at(before.and_then(|at| at.checked_sub(1))).is_none();
        let town = self.town_at(before).filter(|_| is_told);
        let first = if town.is_some() { self.at - 1 } else { self.at };
        ZipCandidate { first, is_weak: town.is_none(), ..self.with(zip, town) }
    }
}
