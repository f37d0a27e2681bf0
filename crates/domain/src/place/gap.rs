//! What could not be told of an address.

use super::CountryCode;

/// Why a part of an address is not told. Each has the words of the address that it is about; an address of work names no person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Gap {
    /// A country is named that nobody knows: the words where one is to be expected.
    #[error("the address names {0:?} where a country stands, which is none that is known")]
    UnknownCountry(String),
    /// What is named is a country and something else too, or several countries.
    #[error("{0:?} in the address may be a country or something else")]
    SharedCountry(String),
    /// Two different countries are named.
    #[error("the address names two countries, {0} and {1}")]
    TwoCountries(CountryCode, CountryCode),
    /// A postal code that is none of the country that is named.
    #[error("{0:?} is no postal code of {1}, and left out")]
    Misfit(String, CountryCode),
    /// A postal code that is none of the country that was supposed, because none is named.
    #[error("the address names no country, and {0:?} is no postal code of {1}")]
    Elsewhere(String, CountryCode),
    /// A postal code of a country whose codes we do not know.
    #[error("{0:?} is left out: how postal codes of {1} are written is not known")]
    UnknownShape(String, CountryCode),
    /// Digits that are no country's postal code.
    #[error("{0:?} is no postal code, and left out")]
    NoZip(String),
    /// A postal code that is none of the country that some part of the line is called like.
    #[error("the address speaks of {1}, and {0:?} is not known as a postal code of it")]
    Contradiction(String, CountryCode),
    /// Words that speak of another country than the one that is supposed.
    #[error("the address says {0:?}, which speaks of another country than the one that is supposed")]
    OtherCountry(String),
    /// Words behind the town, or beside it, that are no part of an address: a department, a district, a working time.
    #[error("{0:?} is no part of an address, and left out")]
    LeftOut(String),
    /// More characters than an address has.
    #[error("the address is longer than an address is")]
    TooLong,
    /// More than one postal code with a town.
    #[error("the address has several postal codes with towns")]
    TwoPlaces,
    /// There is a postal code, and what stands beside it is no town for sure.
    #[error("what stands beside the postal code {0:?} is no town for sure, and left out")]
    NoTown(String),
    /// The line has neither a postal code nor a town that can be told from other words.
    #[error("the address names no place that can be told")]
    Nothing,
    /// A telephone number, an address on the web, or coordinates.
    #[error("a telephone number, an address on the web, or coordinates in the address are left out")]
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
