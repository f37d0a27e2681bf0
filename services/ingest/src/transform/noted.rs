//! What was noticed while records were read: fields that the contract does not name, and values that were not taken as they
//! came. All of it stays in the raw payload; somebody should know that it is there.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::wire::{REPEATED, Remarks, Settled, is_unwanted, shown};

/// Different ones that are counted; whatever comes after is a source that invents names.
const MOST: usize = 50;
/// The stream of which some members are not kept.
const POSTINGS: &str = "posting";

#[derive(Debug, Default)]
pub(crate) struct Noted(Mutex<Counts>);

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// By the name of a field that the contract does not name.
    pub(crate) unknown: BTreeMap<String, u64>,
    /// By the name of a field, and what about it.
    pub(crate) remarks: BTreeMap<(String, &'static str), u64>,
}

impl Noted {
    pub(crate) fn settled(&self, stream: &str, settled: &Settled) {
        self.count(|counts| {
            for (field, what) in &settled.remarks {
                one_more(&mut counts.remarks, (name(stream, field), *what));
            }
        });
    }

    pub(crate) fn remark(&self, stream: &str, Remarks(remarks): &Remarks) {
        if remarks.is_empty() {
            return;
        }
        self.count(|counts| {
            for (field, what) in remarks {
                one_more(&mut counts.remarks, (name(stream, field), *what));
            }
        });
    }

    pub(crate) fn take(&self) -> Counts {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn unknown(&self, stream: &str, mut found: Vec<String>) {
        // read by nobody, and not kept
        found.retain(|path| stream != POSTINGS || !is_unwanted(path.trim_start_matches("?.")));
        found.sort_unstable();
        self.count(|counts| {
            for path in found.chunk_by(|one, other| one == other) {
                let name = name(stream, &shown(&without_places(&path[0])));
                // a path comes twice from a record that has two members of that name
                if path.len() > 1 {
                    one_more(&mut counts.remarks, (name.clone(), REPEATED));
                }
                one_more(&mut counts.unknown, name);
            }
        });
    }

    fn count(&self, count: impl FnOnce(&mut Counts)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn one_more<K: Ord>(counts: &mut BTreeMap<K, u64>, key: K) {
    if counts.len() < MOST || counts.contains_key(&key) {
        *counts.entry(key).or_default() += 1;
    }
}

fn name(stream: &str, path: &str) -> String {
    if path.is_empty() { stream.to_owned() } else { format!("{stream}.{path}") }
}

/// `data.3.extra` and `data.4.extra` are the same field.
fn without_places(path: &str) -> String {
    let parts = path.split('.').map(|part| if part.parse::<usize>().is_ok() { "[]" } else { part });
    parts.filter(|part| *part != "?").collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{
        super::{Transform, wire},
        *,
    };

    fn noting() -> Transform {
        Transform { customer: String::new(), suppression: Arc::default(), noted: Arc::default() }
    }

    fn read(transform: &Transform, extra: &str) {
        let json = format!(r#"{{"id":"1","created":"2026-01-01T00:00:00Z"{extra}}}"#);
        transform.deserialize::<wire::Application>(&json, "application").map(|_| ()).unwrap();
    }

    #[test]
    fn each_is_counted_under_its_name() {
        let transform = noting();
        read(&transform, "");
        read(&transform, r#","score":7"#);
        read(&transform, r#","score":8,"stage":{"localization":[{"locale":"de","value":"x","hint":1},{"hint":2}]}"#);
        let counts: Vec<(String, u64)> = transform.noted.take().unknown.into_iter().collect();
        let expected = [("application.score", 2), ("application.stage.localization.[].hint", 2)];
        assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
        assert_eq!(transform.noted.take(), Counts::default());
    }

    #[test]
    fn one_that_is_there_twice_is_told() {
        let transform = noting();
        read(&transform, r#","score":7,"level":1,"score":8"#);
        let Counts { unknown, remarks } = transform.noted.take();
        assert_eq!((unknown["application.score"], unknown["application.level"]), (1, 1));
        assert_eq!(remarks, BTreeMap::from([(("application.score".to_owned(), REPEATED), 1)]));
    }

    #[test]
    fn a_source_that_invents_names_does_not_fill_the_memory() {
        let transform = noting();
        for number in 0..1000 {
            read(&transform, &format!(r#","{}{number}":7"#, "x".repeat(500)));
        }
        let unknown = transform.noted.take().unknown;
        assert_eq!(unknown.into_keys().collect::<Vec<_>>(), ["application.…"]);
        for number in 0..1000 {
            read(&transform, &format!(r#","x{number}":7"#));
        }
        assert_eq!(transform.noted.take().unknown.len(), MOST);
    }

    #[test]
    fn who_is_in_charge_of_a_posting_is_no_unknown_field() {
        let transform = noting();
        let json = r#"{"vacancyId":"v","mediaId":"m","title":{},"created":"2026-01-01T00:00:00Z","edited":"2026-01-01T00:00:00Z",
            "projectManagerFullName":"Erika","projectManagerPhone":"1"}"#;
        transform.deserialize::<wire::Posting>(json, "posting").map(|_| ()).unwrap();
        assert_eq!(transform.noted.take(), Counts::default());
    }
}
