//! Where a job is, from one line of address.

use std::borrow::Cow;

use domain::{
    Place,
    place::{self, Gap},
};

use super::{mapping::Mapping, wire::Location};

/// What cannot be told is a gap, never guessed; an error says why there is no country, without which the board takes no ad.
pub(super) fn location(
    address: Option<&str>,
    mapping: &Mapping,
    gaps: &mut Vec<String>,
) -> Result<Location, Cow<'static, str>> {
    let home = mapping.country();
    let place = place::read(address.unwrap_or_default(), Some(home), &mapping.country_names());
    if place.hides_its_country() {
        return Err(hidden(&place));
    }
    gaps.extend(place.gaps.iter().map(Gap::to_string));
    // towns, or a postal code with at most one
    let several = Some(place.cities.join(", ")).filter(|cities| !cities.is_empty());
    Ok(Location {
        country_code: place.country.unwrap_or(home).to_string(),
        zip: place.zip,
        city: place.city.or(several),
    })
}

fn hidden(place: &Place) -> Cow<'static, str> {
    let gap = place.gaps.iter().find(|gap| gap.hides_the_country());
    let way_out = match gap {
        Some(Gap::UnknownCountry(_) | Gap::SharedCountry(_)) => "; give its code in [countries] of the mapping file",
        _ => "; name the country in the address",
    };
    format!("{}{way_out}", gap.map(Gap::to_string).unwrap_or_default()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Country, postal code, town, and the number of gaps; or why there is none.
    fn at(address: &str) -> Result<(String, String, String, usize), String> {
        let mapping = Mapping::parse("[contact]\nname = \"x\"\n[countries]\nGondwana = \"DE\"\n").unwrap();
        let mut gaps = Vec::new();
        let Location { country_code, zip, city } =
            location(Some(address), &mapping, &mut gaps).map_err(Cow::into_owned)?;
        Ok((country_code, zip.unwrap_or_default(), city.unwrap_or_default(), gaps.len()))
    }

    #[test]
    fn a_line_is_a_place_or_several() {
        for (address, country, zip, city, gaps) in [
            ("Betenstr. 13, 44137, Dortmund", "DE", "44137", "Dortmund", 0),
            ("Betenstr. 13, D-44137, Dortmund, Deutschland", "DE", "44137", "Dortmund", 0),
            ("Betenstr. 13, 44137 Dortmund, GONDWANA", "DE", "44137", "Dortmund", 0),
            ("Damrak 1, 1012 LG, Amsterdam, NL", "NL", "1012 LG", "Amsterdam", 0),
            ("Bahnhofstr. 1, 8001 Zürich, Schweiz", "CH", "8001", "Zürich", 0),
            ("10 High Street, London, SW1A 1AA, United Kingdom", "GB", "SW1A 1AA", "London", 0),
            ("Dortmund", "DE", "", "Dortmund", 0),
            ("Dortmund, Marl; Recklinghausen", "DE", "", "Dortmund, Marl, Recklinghausen", 0),
            ("Ring 1, 4413, Dortmund, Deutschland", "DE", "", "Dortmund", 1),
            ("Musterstraße 1, Dortmund", "DE", "", "Dortmund", 0),
            ("Betenstr. 13, 44137 Dortmund, Kardiologie", "DE", "44137", "Dortmund", 1),
            ("Wien / Österreich", "AT", "", "Wien", 0),
            ("Hauptstraße, Dortmund", "DE", "", "", 1),
            ("", "DE", "", "", 1),
        ] {
            assert_eq!(at(address), Ok((country.to_owned(), zip.to_owned(), city.to_owned(), gaps)), "{address}");
        }
    }

    #[test]
    fn a_country_that_is_not_known_is_not_supposed() {
        for (address, reason) in [
            (
                "Ring 1, 44137, Dortmund, Atlantis",
                "the address names \"Atlantis\" where a country stands, which is none that is known; \
                 give its code in [countries] of the mapping file",
            ),
            (
                "Atlanta, Georgia",
                "\"Georgia\" in the address may be a country or something else; \
                 give its code in [countries] of the mapping file",
            ),
            (
                "Ring 1, 8001 Zürich",
                "the address names no country, and \"8001\" is no postal code of DE; name the country in the address",
            ),
            (
                "Rämistrasse 100 8091 Zürich",
                "the address says \"8091\", which speaks of another country than the one that is supposed; \
                 name the country in the address",
            ),
            (
                "Kent, 44137 Dortmund",
                "the address speaks of GB, and \"44137\" is not known as a postal code of it; name the country in the address",
            ),
            (
                "D-80331 München, Österreich",
                "the address names two countries, AT and DE; name the country in the address",
            ),
        ] {
            assert_eq!(at(address), Err(reason.to_owned()), "{address}");
        }
    }
}
