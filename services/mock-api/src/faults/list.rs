//! The rules in force, and whose turn it is.

use std::sync::{Mutex, PoisonError};

use serde::Serialize;

use super::rule::{Fault, Rule};

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Counted {
    #[serde(flatten)]
    pub(crate) rule: Rule,
    pub(crate) seen: u32,
    pub(crate) hit: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Counted>>);

impl Faults {
    pub(crate) fn set(&self, rules: Vec<Rule>) {
        let counted = rules.into_iter().map(|rule| Counted { rule, seen: 0, hit: 0 }).collect();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = counted;
    }

    pub(crate) fn all(&self) -> Vec<Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What goes wrong with this request. Every rule about it counts it; each whose turn it is adds its fault.
    pub(crate) fn of(&self, method: &str, path: &str) -> Vec<Fault> {
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut faults = Vec::new();
        for counted in rules.iter_mut().filter(|counted| counted.rule.matches(method, path)) {
            counted.seen += 1;
            let is_left = counted.rule.times == 0 || counted.hit < counted.rule.times;
            if counted.seen > counted.rule.skip && is_left {
                counted.hit += 1;
                faults.push(counted.rule.fault.clone());
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str, skip: u32, times: u32) -> Rule {
        Rule { path: path.to_owned(), method: Some("get".to_owned()), skip, times, fault: Fault::Duplicate }
    }

    #[test]
    fn a_rule_lets_some_pass_hits_some_and_is_used_up() {
        let faults = Faults::default();
        faults.set(vec![rule("/v1/acme/*", 1, 2)]);
        let hits: Vec<usize> = (0..5).map(|_| faults.of("GET", "/v1/acme/postings").len()).collect();
        assert_eq!(hits, [0, 1, 1, 0, 0]);
        assert_eq!((faults.all()[0].seen, faults.all()[0].hit), (5, 2));
        assert!(faults.of("POST", "/v1/acme/postings").is_empty() && faults.of("GET", "/v1/other").is_empty());
    }

    #[test]
    fn zero_times_is_always() {
        let faults = Faults::default();
        faults.set(vec![rule("/v1/a", 0, 0)]);
        assert!((0..50).all(|_| faults.of("GET", "/v1/a").len() == 1));
    }
}
