//! Who applies. Some apply again later, as the same person.

use fastrand::Rng;
use uuid::Uuid;

use super::{
    catalogue::LANGUAGES,
    random::{Domain, generator, identifier, per_mille, pick},
};

/// Of a thousand applications, those of somebody who applied before.
const AGAIN: u32 = 90;
/// Domains that belong to nobody (RFC 2606).
const MAIL_DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Applicant {
    pub(crate) candidate_id: Option<Uuid>,
    /// Family name, first name, perhaps middle name, separated by `, `.
    pub(crate) name: Option<String>,
    /// E-mail address, not always in the same spelling.
    pub(crate) email: Option<String>,
}

pub(crate) fn of_application(seed: u64, number: i64) -> Applicant {
    let mut person = generator(seed, Domain::Candidate, first_application(seed, number));
    let candidate_id = identifier(&mut person);
    let (name, local_part) = name(&mut person);
    let email = format!("{local_part}@{}", pick(&mut person, &MAIL_DOMAINS));
    // what follows is the application's own: the same person may be without a GUID or an address next time
    let mut rng = generator(seed, Domain::Application, number);
    let email = if per_mille(&mut rng, 30) { capitalised(&email) } else { email };
    Applicant {
        candidate_id: (!per_mille(&mut rng, 30)).then_some(candidate_id),
        email: (!per_mille(&mut rng, 20)).then_some(email),
        name: (!per_mille(&mut rng, 10)).then_some(name),
    }
}

fn first_application(seed: u64, number: i64) -> i64 {
    let mut number = number;
    loop {
        let mut rng = generator(seed, Domain::Return, number);
        if number == 0 || !per_mille(&mut rng, AGAIN) {
            return number;
        }
        number = rng.i64(0..number);
    }
}

fn name(rng: &mut Rng) -> (String, String) {
    let language = pick(rng, &LANGUAGES);
    let first = *pick(rng, language.first_names);
    let last = *pick(rng, language.last_names);
    let middle = per_mille(rng, 120).then(|| *pick(rng, language.first_names));
    let name = match middle {
        Some(middle) => format!("{last}, {first}, {middle}"),
        None => format!("{last}, {first}"),
    };
    // a number keeps two people of one name apart
    (name, format!("{}.{}.{}", ascii(first), ascii(last), rng.u32(1000..1_000_000)))
}

fn ascii(name: &str) -> String {
    let plain = |c: char| match c {
        'ä' | 'æ' => "ae".to_owned(),
        'ö' | 'ø' => "oe".to_owned(),
        'ü' => "ue".to_owned(),
        'å' => "aa".to_owned(),
        'ß' => "ss".to_owned(),
        'é' | 'ë' | 'è' => "e".to_owned(),
        'ı' => "i".to_owned(),
        'á' => "a".to_owned(),
        c if c.is_ascii_alphanumeric() || c == '-' => c.to_string(),
        _ => String::new(),
    };
    name.to_lowercase().chars().map(plain).collect()
}

/// `max.muster@…` as `Max.muster@…`: a phone's keyboard did it.
fn capitalised(email: &str) -> String {
    let mut chars = email.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn some_come_back_and_some_are_unknown() {
        let all: Vec<Applicant> = (0..2000).map(|number| of_application(1, number)).collect();
        let mut times: HashMap<Uuid, u32> = HashMap::new();
        for id in all.iter().filter_map(|applicant| applicant.candidate_id) {
            *times.entry(id).or_default() += 1;
        }
        assert!(times.values().filter(|times| **times > 1).count() > 100);
        assert!(all.iter().any(|applicant| applicant.candidate_id.is_none()));
        assert!(all.iter().any(|applicant| applicant.email.is_none()));
        assert!(
            all.iter().any(|applicant| applicant.name.as_ref().is_some_and(|name| name.matches(", ").count() == 2))
        );
    }

    #[test]
    fn addresses_belong_to_nobody() {
        for email in (0..2000).filter_map(|number| of_application(1, number).email) {
            let (local_part, domain) = email.split_once('@').expect("an address");
            assert!(MAIL_DOMAINS.contains(&domain), "{email}");
            assert!(local_part.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)), "{email}");
        }
    }
}
