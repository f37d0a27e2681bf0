//! What becomes of persons.

use std::borrow::Cow;

use domain::{ADDRESS_DERIVED, Pseudonymiser};

/// What becomes of persons. The columns are the same in every mode.
#[derive(Clone)]
pub enum Persons {
    /// Keys, numbers and addresses become pseudonyms, names are left out.
    Pseudonymised(Pseudonymiser),
    /// Keys become pseudonyms, all else is left out.
    Dropped(Pseudonymiser),
    /// Everything goes as it is.
    Kept,
}

impl Persons {
    pub fn mode(&self) -> &'static str {
        match self {
            Self::Pseudonymised(_) => "pseudonymise",
            Self::Dropped(_) => "drop",
            Self::Kept => "keep",
        }
    }

    /// Tells one key from another without giving it away; none is needed when everything is kept.
    pub fn fingerprint(&self) -> Option<String> {
        self.pseudonymiser().map(Pseudonymiser::fingerprint)
    }

    pub fn pseudonymiser(&self) -> Option<&Pseudonymiser> {
        match self {
            Self::Pseudonymised(key) | Self::Dropped(key) => Some(key),
            Self::Kept => None,
        }
    }

    /// A key that rows are joined by.
    pub fn key<'a>(&self, key: &'a str) -> Cow<'a, str> {
        match self {
            Self::Pseudonymised(pseudonyms) | Self::Dropped(pseudonyms) => pseudonyms.id(key).into(),
            Self::Kept => key.into(),
        }
    }

    pub fn key_of_candidate<'a>(&self, key: &'a str, exported: Option<&'a str>) -> Cow<'a, str> {
        match exported {
            // of one who was blanked, what warehouses know is there already: the key that they had, or a pseudonym, which goes
            // as it is
            Some(exported) if exported.starts_with(ADDRESS_DERIVED) => self.key(exported),
            Some(pseudonym) => pseudonym.into(),
            None => self.key(key),
        }
    }

    /// A key or number that no row is joined by.
    pub fn detail<'a>(&self, key: Option<impl Into<Cow<'a, str>>>) -> Option<Cow<'a, str>> {
        match self {
            Self::Pseudonymised(pseudonyms) => key.map(|key| pseudonyms.id(&key.into()).into()),
            Self::Dropped(_) => None,
            Self::Kept => key.map(Into::into),
        }
    }

    pub fn email<'a>(&self, address: Option<&'a str>) -> Option<Cow<'a, str>> {
        match self {
            Self::Pseudonymised(pseudonyms) => address.map(|address| pseudonyms.email(address).into()),
            Self::Dropped(_) => None,
            Self::Kept => address.map(Into::into),
        }
    }

    /// A name, or something that may hold one.
    pub fn name<'a>(&self, name: Option<&'a str>) -> Option<Cow<'a, str>> {
        match self {
            Self::Pseudonymised(_) | Self::Dropped(_) => None,
            Self::Kept => name.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(persons: &Persons) -> [Option<String>; 4] {
        let text = "Max@example.com";
        [
            Some(persons.key(text).into_owned()),
            persons.detail(Some(text)).map(Cow::into_owned),
            persons.email(Some(text)).map(Cow::into_owned),
            persons.name(Some(text)).map(Cow::into_owned),
        ]
    }

    #[test]
    fn three_modes() {
        let key = || Pseudonymiser::new("0123456789abcdef").unwrap();
        let id = key().id("Max@example.com");
        let email = key().id("max@example.com");
        assert_eq!(through(&Persons::Pseudonymised(key())), [Some(id.clone()), Some(id.clone()), Some(email), None]);
        assert_eq!(through(&Persons::Dropped(key())), [Some(id), None, None, None]);
        assert!(through(&Persons::Kept).iter().all(|text| text.as_deref() == Some("Max@example.com")));
    }
}
