//! Persons without their names.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

/// Turns what names a person into a pseudonym: the first 128 bits of HMAC-SHA-256 with a key of the customer's, 32 hex digits.
/// The same text and key give the same pseudonym, so that rows still join; without the key nobody can try
/// addresses one by one, as one could with a plain hash.
#[derive(Clone)]
pub struct Pseudonymiser(Hmac<Sha256>);

impl Pseudonymiser {
    /// Length of a pseudonym, in hex digits.
    pub const DIGITS: usize = 32;
    /// Fewer bytes can be guessed.
    pub const SHORTEST_KEY: usize = 16;

    /// `None` when the key has fewer than [`Self::SHORTEST_KEY`] bytes.
    pub fn new(key: &str) -> Option<Self> {
        if key.len() < Self::SHORTEST_KEY {
            return None;
        }
        Hmac::new_from_slice(key.as_bytes()).ok().map(Self)
    }

    /// Pseudonym of a key.
    pub fn id(&self, text: &str) -> String {
        let whole = self.0.clone().chain_update(text).finalize().into_bytes();
        const_hex::encode(&whole[..Self::DIGITS / 2])
    }

    /// Pseudonym of an e-mail address; upper and lower case do not count.
    pub fn email(&self, address: &str) -> String {
        self.id(&address.trim().to_lowercase())
    }

    /// Tells one key from another without giving it away.
    pub fn fingerprint(&self) -> String {
        self.id("fingerprint of the key")[..16].to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_pseudonym() {
        let one = Pseudonymiser::new("0123456789abcdef").unwrap();
        let two = Pseudonymiser::new("0123456789abcdeg").unwrap();
        assert_eq!(one.id("a"), one.id("a"));
        assert_ne!(one.id("a"), two.id("a"));
        assert_ne!(one.fingerprint(), two.fingerprint());
        assert_eq!(one.email(" Max@Example.com"), one.email("max@example.com"));
        assert!(Pseudonymiser::new("short").is_none());
    }

    #[test]
    fn it_is_hmac_sha_256() {
        // computed with openssl dgst -sha256 -hmac, the first half
        let it = Pseudonymiser::new("JefeJefeJefeJefe").unwrap();
        assert_eq!(it.id("what do ya want for nothing?"), "2ccd85dfc8d18cb5d84fef4b19855469");
    }
}
