//! Where the work is.

use serde::Serialize;

/// A location as the source gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Location {
    /// One line: `street, zip, city[, country]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

/// The parts of an address line. What cannot be told apart is left out, never guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Street and number.
    pub street: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Country, as written.
    pub country: Option<String>,
}

impl Location {
    /// Takes the address line apart. The part with a digit after the street is the postal code; the part after
    /// it is the city. A line without a postal code gives a city only if it is the whole line.
    pub fn place(&self) -> Place {
        let Some(address) = &self.address else { return Place::default() };
        let parts: Vec<&str> = address.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
        let owned = |index: usize| parts.get(index).map(|part| (*part).to_owned());
        match parts.iter().skip(1).position(|part| is_zip(part)).map(|found| found + 1) {
            Some(zip) => Place {
                street: Some(parts[..zip].join(", ")),
                zip: owned(zip),
                city: owned(zip + 1),
                country: owned(zip + 2),
            },
            None if parts.len() >= 2 && is_zip(parts[0]) => {
                Place { street: None, zip: owned(0), city: owned(1), country: owned(2) }
            }
            None if parts.len() == 1 && !is_zip(parts[0]) => Place { city: owned(0), ..Place::default() },
            None => Place::default(),
        }
    }
}

/// Short, with a digit, and nothing but letters, digits, blanks and hyphens: `80331`, `1011 AB`, `DK-2100`, `SW1A 1AA`.
fn is_zip(part: &str) -> bool {
    (2..=10).contains(&part.len())
        && part.bytes().filter(u8::is_ascii_digit).count() >= 2
        && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b' ' || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Street, postal code, city, country; `-` for what is left out.
    fn place(address: &str) -> [String; 4] {
        let location = Location { address: Some(address.to_owned()), latitude: None, longitude: None };
        let Place { street, zip, city, country } = location.place();
        [street, zip, city, country].map(|part| part.unwrap_or_else(|| "-".to_owned()))
    }

    #[test]
    fn an_address_line_is_taken_apart() {
        assert_eq!(place("Musterstrasse 6, 80331, Muenchen"), ["Musterstrasse 6", "80331", "Muenchen", "-"]);
        assert_eq!(place("Damrak 1, 1012 LG, Amsterdam, NL"), ["Damrak 1", "1012 LG", "Amsterdam", "NL"]);
        assert_eq!(place("Haus 3, Ring 5, 44137, Dortmund"), ["Haus 3, Ring 5", "44137", "Dortmund", "-"]);
        assert_eq!(place("44137, Dortmund"), ["-", "44137", "Dortmund", "-"]);
        assert_eq!(place("Dortmund"), ["-", "-", "Dortmund", "-"]);
        assert_eq!(place("Somewhere, over"), ["-"; 4]);
        assert_eq!(place(""), ["-"; 4]);
    }
}
