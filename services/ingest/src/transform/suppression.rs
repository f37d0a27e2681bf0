//! Persons that are to stay forgotten.

use std::collections::HashSet;

use domain::Pseudonymiser;

/// Their pseudonyms. Who they were is known to nobody.
#[derive(Default)]
pub(crate) struct Suppression(Option<(HashSet<String>, Pseudonymiser)>);

impl std::fmt::Debug for Suppression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // neither the pseudonyms nor the key
        write!(f, "Suppression of {}", self.0.as_ref().map_or(0, |(pseudonyms, _)| pseudonyms.len()))
    }
}

impl Suppression {
    pub(crate) fn new(pseudonyms: Vec<String>, pseudonymiser: Pseudonymiser) -> Self {
        Self(Some((pseudonyms.into_iter().collect(), pseudonymiser)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|(pseudonyms, _)| pseudonyms.is_empty())
    }

    /// Whether an application's id or a candidate's key is one of them.
    pub(crate) fn holds(&self, key: &str) -> bool {
        self.0.as_ref().is_some_and(|(pseudonyms, pseudonymiser)| pseudonyms.contains(&pseudonymiser.id(key)))
    }
}
