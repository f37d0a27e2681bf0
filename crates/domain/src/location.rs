//! Where the work is.

use serde::Serialize;
use serde_with::skip_serializing_none;

use crate::place::{self, CountryNames, Place};

/// A location as the source gives it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "degrees, as everybody has them")]
pub struct Location {
    /// One line, as somebody typed it; asked for is `street, zip, city[, country]`.
    pub address: Option<String>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

impl Location {
    /// Takes the address line apart; no country is supposed for it.
    pub fn place(&self) -> Place {
        place::read(self.address.as_deref().unwrap_or_default(), None, &CountryNames::default())
    }
}
