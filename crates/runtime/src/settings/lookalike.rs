//! Finds a misspelt setting: a name nobody knows that is very like a known one.

use super::{Fault, Problem, Setting};

pub(super) fn lookalikes<'a>(given: impl Iterator<Item = &'a String>, known: &[&'static Setting]) -> Vec<Fault> {
    let unknown = given.filter(|name| known.iter().all(|setting| setting.name != *name));
    unknown
        .filter_map(|name| {
            // a foreign name that merely has our prefix is none: Kubernetes puts such names (service links) into every pod
            let near = known.iter().find(|setting| is_near(name, setting.name))?;
            Some(Fault { name: name.clone(), problem: Problem::Lookalike(near.name), setting: None })
        })
        .collect()
}

/// One slip in a short name, two in a longer one, upper and lower case alike.
fn is_near(given: &str, known: &str) -> bool {
    let allowed = if known.len() < 10 { 1 } else { 2 };
    given.len().abs_diff(known.len()) <= allowed
        && strsim::damerau_levenshtein(&given.to_ascii_uppercase(), known) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_a_service_link_is_not() {
        assert!(is_near("EMPLY_BASE_URI", "EMPLY_BASE_URL"));
        assert!(is_near("DATABSE_URL", "DATABASE_URL"));
        assert!(is_near("database_url", "DATABASE_URL"));
        assert!(!is_near("DATABASE_PORT_5432_TCP", "DATABASE_URL"));
        assert!(!is_near("LAKE_PORT", "LAKE_PATH"));
        assert!(!is_near("LOG_LEVEL", "LOG_FORMAT"));
    }
}
