//! A candidate: the person behind applications. No source lists them; they are derived.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use crate::{Application, ContentHash};

/// What is known of a person. When several applications tell, the one with the latest `updated` counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "a field without words is what it is called")]
pub struct Candidate<'a> {
    /// `id:` and the source's key; else `email:` and a hash of customer, address and name; else `application:` and its id.
    pub key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidate_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<&'a str>,
}

impl Application {
    /// The person, as this application describes them.
    pub fn candidate(&self, customer: &str) -> Candidate<'_> {
        Candidate {
            key: key(self, customer),
            candidate_id: self.candidate_id.as_deref(),
            email: self.email.as_deref(),
            first_name: self.first_name.as_deref(),
            middle_name: self.middle_name.as_deref(),
            last_name: self.last_name.as_deref(),
        }
    }
}

impl Candidate<'_> {
    /// Says whether two versions are the same.
    pub fn content_hash(&self) -> ContentHash {
        ContentHash::of(self)
    }
}

fn key(application: &Application, customer: &str) -> String {
    if let Some(id) = &application.candidate_id {
        return format!("id:{id}");
    }
    let [address, first_name, last_name] = [&application.email, &application.first_name, &application.last_name]
        .map(|text| text.as_deref().map(folded).unwrap_or_default());
    let names = [first_name.as_str(), last_name.as_str()];
    // an address alone tells nobody from others: a source that makes applications anonymous gives all of them the same one, and
    // perhaps the same name
    if address.is_empty() || !names.iter().any(|name| is_a_name(name)) || stands_for_nobody(&address, names) {
        return format!("application:{}", application.id);
    }
    // no part has the character between them, so that no two people make up a third
    let parts = [customer, &address, &first_name, &last_name].join("\0");
    format!("{ADDRESS_DERIVED}{}", const_hex::encode(Sha256::digest(parts)))
}

/// How words begin that systems put in the place of a person's name and address when they make applications anonymous, in
/// English, German, Dutch, Danish, Swedish, Norwegian and French, without marks.
const PLACEHOLDERS: [&str; 26] = [
    "anonim",
    "anonym",
    "anoniem",
    "borttag",
    "deleted",
    "entfernt",
    "fjernet",
    "gdpr",
    "geanonim",
    "geloesch",
    "gelosch",
    "dsgvo",
    "noname",
    "noreply",
    "donotreply",
    "onbekend",
    "raderad",
    "redacted",
    "removed",
    "slettet",
    "supprim",
    "ukendt",
    "unbekannt",
    "unknown",
    "verwijder",
    "okand",
];

/// Words that say that there is none.
const NONE: [&str; 4] = ["null", "none", "na", "undefined"];

/// Whether it may be one: `-`, `***`, `xxxx` and `N/A` are none.
fn is_a_name(name: &str) -> bool {
    let letters: String = name.chars().filter(|letter| letter.is_alphabetic()).collect();
    let is_one_letter = letters.chars().count() > 2 && letters.chars().all(|letter| letters.starts_with(letter));
    !letters.is_empty() && !is_one_letter && !NONE.contains(&letters.as_str())
}

/// Whether address or name are what is left of somebody who was made anonymous: the same for many.
fn stands_for_nobody(address: &str, names: [&str; 2]) -> bool {
    // who is taken for nobody has a candidate of its own for each application, which is a small harm; many who are taken for
    // one person are a great one
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    // `no-reply` is one word
    let local_as_one = local.replace(['-', '_', '.'], "");
    let texts = [local, &local_as_one, domain, names[0], names[1]].map(plain);
    let mut words = texts.iter().flat_map(|text| text.split(|letter: char| !letter.is_alphabetic()));
    // an address in `.invalid` belongs to nobody (RFC 2606)
    domain == "invalid"
        || domain.ends_with(".invalid")
        || words.any(|word| PLACEHOLDERS.iter().any(|placeholder| word.starts_with(placeholder)))
}

fn plain(text: &str) -> String {
    text.nfkd().filter(|letter| !is_combining_mark(*letter)).collect()
}

/// What keys begin with that are made of an address.
pub const ADDRESS_DERIVED: &str = "email:";

/// A text as it is compared: case, and how much white space there is, do not count.
pub fn folded(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Localization, instant};

    fn application(candidate_id: Option<&str>, email: Option<&str>, [first, last]: [&str; 2]) -> Application {
        let name = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        Application {
            id: "a1".to_owned(),
            number: None,
            vacancy_id: None,
            job_id: None,
            candidate_id: candidate_id.map(str::to_owned),
            email: email.map(str::to_owned),
            first_name: name(first),
            middle_name: None,
            last_name: name(last),
            created: instant::parse("2026-01-01T00:00:00Z").unwrap(),
            updated: None,
            status: None,
            stage: Localization::default(),
            disqualify_reason: Localization::default(),
            source: None,
        }
    }

    #[test]
    fn the_key_is_the_best_that_is_known() {
        let ada = ["Ada", "Muster"];
        let key = |id, email, customer| application(id, email, ada).candidate(customer).key;
        assert_eq!(key(Some("c"), Some("x@example.com"), "acme"), "id:c");
        assert_eq!(key(None, Some(" "), "acme"), "application:a1");
        assert_eq!(key(None, None, "acme"), "application:a1");
        let by_address = key(None, Some("X@example.com "), "acme");
        assert!(by_address.starts_with("email:") && by_address.len() == 70, "{by_address}");
        assert_eq!(by_address, key(None, Some("x@Example.com"), "acme"), "case does not matter");
        assert_ne!(by_address, key(None, Some("x@example.com"), "other"), "customers do not share people");
    }

    #[test]
    fn who_shares_an_address_is_told_by_the_name() {
        let key = |name| application(None, Some("x@example.com"), name).candidate("acme").key;
        assert_eq!(key(["Ada", "Muster"]), key([" ADA ", "muster"]));
        for other in [["Ada", "Meister"], ["Eva", "Muster"], ["Ada", ""], ["", "Ada"], ["Ada Muster", ""]] {
            assert_ne!(key(["Ada", "Muster"]), key(other), "{other:?}");
        }
        for nobody in [["", " "], ["-", "-"], ["***", "."]] {
            assert_eq!(key(nobody), "application:a1", "anonymous ones are not one person: {nobody:?}");
        }
    }

    #[test]
    fn what_stands_in_the_place_of_a_person_is_nobody() {
        for (address, name) in [
            ("anonymous@example.org", ["Max", "Muster"]),
            ("gdpr-deleted-17@example.org", ["Max", "Muster"]),
            ("x@anonymised.invalid", ["Max", "Muster"]),
            ("jobs@example.org", ["Anonymous", "Applicant"]),
            ("jobs@example.org", ["", "Bewerber (anonymisiert)"]),
            ("jobs@example.org", ["GEANONIMISEERD", "-"]),
            ("jobs@example.org", ["Slettet", ""]),
            ("jobs@example.org", ["Gelöschter", "Benutzer"]),
            ("jobs@example.org", ["Gelo\u{308}scht", ""]),
            ("jobs@example.org", ["Geloescht", ""]),
            ("jobs@example.org", ["Anonymisierter", "Bewerber"]),
            ("jobs@example.org", ["Geanonimiseerde", "kandidaat"]),
            ("jobs@example.org", ["Verwijderde", "gebruiker"]),
            ("jobs@example.org", ["Supprimée", ""]),
            ("jobs@example.org", ["N/A", "n/a"]),
            ("jobs@example.org", ["xxxx", "XXX"]),
            ("jobs@example.org", ["null", "Null"]),
            ("no-reply@example.org", ["Max", "Muster"]),
            ("unknown@example.org", ["Max", "Muster"]),
            ("7@deleted.example.org", ["Max", "Muster"]),
        ] {
            let key = application(None, Some(address), name).candidate("acme").key;
            assert_eq!(key, "application:a1", "{address} {name:?}");
            // whoever has a key of the source is known by it
            assert_eq!(application(Some("c"), Some(address), name).candidate("acme").key, "id:c");
        }
        for (address, name) in [
            ("x@invalid.example", ["Dele", "Ted"]),
            ("undeleted@example.org", ["Ada", "Xu"]),
            ("x@example.org", ["Li", "李"]),
            ("nana@example.org", ["Na", "Muster"]),
        ] {
            let key = application(None, Some(address), name).candidate("acme").key;
            assert!(key.starts_with(ADDRESS_DERIVED), "{address} {name:?}");
        }
    }
}
