//! Where the work is, of one free line. One promise: never a wrong part, rather none, and then a [`Gap`] says so.
//!
//! - `parts` divides the line and leaves out what belongs to no address.
//! - `country` and `region` say what is named by a name; `told` takes out of the parts what names a country, and `elsewhere`
//!   finds what speaks of another one.
//! - `zip` knows postal codes by their shapes, `town` what may be a town, by `words` that are none.
//! - `candidate` finds a postal code with what stands beside it, and `reading` chooses.
//!
//! Postal codes are known by their shapes, and not held against a list of those there are.

mod candidate;
mod country;
mod elsewhere;
mod gap;
mod parts;
mod reading;
mod region;
mod told;
mod town;
mod words;
mod zip;

pub use country::{CountryCode, CountryNames};
pub use gap::Gap;
pub use reading::read;

/// The parts of an address line, each as written there but for blanks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Street and number, and whatever else stands before the postal code.
    pub street: Option<String>,
    /// Postal code, without the country before it.
    pub zip: Option<String>,
    /// Town.
    pub city: Option<String>,
    /// Towns, where the line names several and nothing else.
    pub cities: Vec<String>,
    /// The country that the line tells: by its name or code, before the postal code, by a state or a canton, or by a postal code
    /// that is written so in no other country. Never one that was supposed.
    pub country: Option<CountryCode>,
    /// What could not be told.
    pub gaps: Vec<Gap>,
}

impl Place {
    /// Whether the address names a country that is not told: then none may be supposed.
    pub fn hides_its_country(&self) -> bool {
        self.country.is_none() && self.gaps.iter().any(Gap::hides_the_country)
    }
}
