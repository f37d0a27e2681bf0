//! What could not be told of an address.

use std::fmt;

use super::CountryCode;

/// Why a part of an address is not told. Each has the words of the address that it is about; an address of work names no person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// A country is named that nobody knows: the words where one is to be expected.
    UnknownCountry(String),
    /// What is named is a country and something else too, or several countries.
    SharedCountry(String),
    /// Two different countries are named.
    TwoCountries(CountryCode, CountryCode),
    /// A postal code that is none of the country that is named.
    Misfit(String, CountryCode),
    /// A postal code that is none of the country that was supposed, because none is named.
    Elsewhere(String, CountryCode),
    /// A postal code of a country whose codes we do not know.
    UnknownShape(String, CountryCode),
    /// Digits that are no country's postal code.
    NoZip(String),
    /// A postal code that is none of the country that some part of the line is called like.
    Contradiction(String, CountryCode),
    /// Words that speak of another country than the one that is supposed.
    OtherCountry(String),
    /// Words behind the town, or beside it, that are no part of an address: a department, a district, a working time.
    LeftOut(String),
    /// More characters than an address has.
    TooLong,
    /// More than one postal code with a town.
    TwoPlaces,
    /// There is a postal code, and what stands beside it is no town for sure.
    NoTown(String),
    /// The line has neither a postal code nor a town that can be told from other words.
    Nothing,
    /// A telephone number, an address on the web, or coordinates.
    NoAddress,
}

impl Gap {
    /// Whether it leaves open in which country the place is, although the address says something about it.
    pub fn hides_the_country(&self) -> bool {
        match self {
            Self::UnknownCountry(_)
            | Self::SharedCountry(_)
            | Self::TwoCountries(..)
            | Self::Elsewhere(..)
            | Self::Contradiction(..)
            | Self::OtherCountry(_)
            | Self::TooLong => true,
            Self::Misfit(..)
            | Self::UnknownShape(..)
            | Self::NoZip(_)
            | Self::LeftOut(_)
            | Self::TwoPlaces
            | Self::NoTown(_)
            | Self::Nothing
            | Self::NoAddress => false,
        }
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCountry(words) => {
                write!(f, "the address names {words:?} where a country stands, which is none that is known")
            }
            Self::SharedCountry(words) => write!(f, "{words:?} in the address may be a country or something else"),
            Self::TwoCountries(one, other) => write!(f, "the address names two countries, {one} and {other}"),
            Self::Misfit(zip, country) => write!(f, "{zip:?} is no postal code of {country}, and left out"),
            Self::Elsewhere(zip, country) => {
                write!(f, "the address names no country, and {zip:?} is no postal code of {country}")
            }
            Self::Contradiction(zip, country) => {
                write!(f, "the address speaks of {country}, and {zip:?} is not known as a postal code of it")
            }
            Self::OtherCountry(words) => {
                write!(f, "the address says {words:?}, which speaks of another country than the one that is supposed")
            }
            Self::LeftOut(words) => write!(f, "{words:?} is no part of an address, and left out"),
            Self::TooLong => f.write_str("the address is longer than an address is"),
            Self::UnknownShape(zip, country) => {
                write!(f, "{zip:?} is left out: how postal codes of {country} are written is not known")
            }
            Self::NoZip(digits) => write!(f, "{digits:?} is no postal code, and left out"),
            Self::TwoPlaces => f.write_str("the address has several postal codes with towns"),
            Self::NoTown(zip) => {
                write!(f, "what stands beside the postal code {zip:?} is no town for sure, and left out")
            }
            Self::Nothing => f.write_str("the address names no place that can be told"),
            Self::NoAddress => {
                f.write_str("a telephone number, an address on the web, or coordinates in the address are left out")
            }
        }
    }
}
