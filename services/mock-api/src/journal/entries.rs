//! The last requests.

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use serde::Serialize;

const KEPT: usize = 1000;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) number: u64,
    /// The time in the world, as ISO 8601.
    pub(crate) at: String,
    pub(crate) method: String,
    /// Path and query; a key as `***`.
    pub(crate) target: String,
    pub(crate) status: u16,
    /// Milliseconds until the answer began.
    pub(crate) duration_ms: u64,
    /// Why the board refused, which its answer does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    number: u64,
    entries: VecDeque<Entry>,
}

impl Journal {
    pub(crate) fn entries(&self) -> Vec<Entry> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.iter().cloned().collect()
    }

    /// Forgets all; the numbers go on.
    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entries.clear();
    }

    pub(super) fn add(&self, mut entry: Entry) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.number += 1;
        entry.number = kept.number;
        if kept.entries.len() == KEPT {
            kept.entries.pop_front();
        }
        kept.entries.push_back(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_are_kept() {
        let journal = Journal::default();
        for _ in 0..KEPT + 5 {
            journal.add(Entry {
                number: 0,
                at: String::new(),
                method: String::new(),
                target: String::new(),
                status: 200,
                duration_ms: 0,
                reason: None,
            });
        }
        let entries = journal.entries();
        assert_eq!((entries.len(), entries[0].number), (KEPT, 6));
    }
}
