//! States, cantons and counties, which people put after a town.

use std::{collections::HashMap, sync::LazyLock};

use super::country::{CountryCode, folded, listed};

/// By folded name.
static REGIONS: LazyLock<HashMap<String, CountryCode>> =
    LazyLock::new(|| listed(include_str!("regions.txt")).collect());

/// The country that a region lies in.
pub(super) fn country(name: &str) -> Option<CountryCode> {
    REGIONS.get(&folded(name)).copied()
}
