//! Where the work is.

use serde::Serialize;

use crate::place::{self, CountryNames, Place};

/// A location as the source gives it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "degrees, as everybody has them")]
pub struct Location {
    /// One line, as somebody typed it; asked for is `street, zip, city[, country]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latitude: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longitude: Option<f64>,
}

impl Location {
    /// Takes the address line apart; no country is supposed for it.
    pub fn place(&self) -> Place {
        place::read(self.address.as_deref().unwrap_or_default(), None, &CountryNames::default())
    }
}
