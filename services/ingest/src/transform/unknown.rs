//! Fields that the contract does not name. They stay in the raw payload; somebody should know that they are there.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use serde::Deserialize;

/// Different ones that are counted; whatever comes after is a source that invents names.
const MOST: usize = 50;
/// Letters of a name that are shown.
const LONGEST: usize = 80;

/// How many records hold which.
#[derive(Debug, Default)]
pub struct UnknownFields(Mutex<BTreeMap<String, u64>>);

impl UnknownFields {
    /// Reads a record, and counts what it holds beside.
    ///
    /// # Errors
    /// As serde says.
    pub fn note<T: for<'de> Deserialize<'de>>(&self, json: &str, stream: &str) -> serde_json::Result<T> {
        let mut found = Vec::new();
        let mut json = serde_json::Deserializer::from_str(json);
        let record = serde_ignored::deserialize(&mut json, |path| found.push(path.to_string()))?;
        json.end()?;
        if !found.is_empty() {
            self.count(stream, &found);
        }
        Ok(record)
    }

    /// The names and how often each was met, without values.
    pub fn take(&self) -> BTreeMap<String, u64> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, stream: &str, found: &[String]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for path in found {
            let name = format!("{stream}.{}", without_places(path));
            if counts.len() < MOST || counts.contains_key(&name) {
                *counts.entry(name).or_default() += 1;
            }
        }
    }
}

/// `data.3.extra` and `data.4.extra` are the same field.
fn without_places(path: &str) -> String {
    let parts = path.split('.').map(|part| if part.parse::<usize>().is_ok() { "[]" } else { part });
    let name = parts.filter(|part| *part != "?").collect::<Vec<_>>().join(".");
    name.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::wire;

    #[test]
    fn each_is_counted_under_its_name() {
        let unknown = UnknownFields::default();
        let read = |extra: &str| {
            let json = format!(r#"{{"id":"1","created":"2026-01-01T00:00:00Z"{extra}}}"#);
            unknown.note::<wire::Application>(&json, "application").map(|_| ()).unwrap();
        };
        read("");
        read(r#","score":7"#);
        read(r#","score":8,"stage":{"localization":[{"locale":"de","value":"x","hint":1},{"hint":2}]}"#);
        let counts: Vec<(String, u64)> = unknown.take().into_iter().collect();
        let expected = [("application.score", 2), ("application.stage.localization.[].hint", 2)];
        assert_eq!(counts, expected.map(|(name, count)| (name.to_owned(), count)));
        assert!(unknown.take().is_empty());
    }
}
