//! What is counted of a slice while it is read, so that mostly nothing has to be compared with the store for it.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::staged::Merged;
use crate::recognition::RowChange;

#[derive(Debug, Default)]
pub(super) struct SliceStats {
    new: u64,
    /// Those that the store has in another version, not counting what is gone from it.
    pub(super) changed: u64,
    revived: u64,
    pub(super) same: u64,
    /// Of these, those in another form.
    pub(super) other_forms: u64,
    /// Those that the store has and that are not gone, by the second part of their key.
    live: HashMap<String, u64>,
    keys: KeySet,
}

impl SliceStats {
    pub(super) fn add(&mut self, change: RowChange, key: [&str; 2]) {
        self.keys.add(key);
        match change {
            RowChange::New => self.new += 1,
            RowChange::Changed => self.changed += 1,
            RowChange::Revived => self.revived += 1,
            RowChange::Same => self.same += 1,
            RowChange::OtherForm => {
                self.same += 1;
                self.other_forms += 1;
            }
        }
        if matches!(change, RowChange::Changed | RowChange::Same | RowChange::OtherForm) {
            match self.live.get_mut(key[1]) {
                Some(count) => *count += 1,
                None => {
                    self.live.insert(key[1].to_owned(), 1);
                }
            }
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.same + self.others()
    }

    pub(super) fn others(&self) -> u64 {
        self.new + self.changed + self.revived
    }

    pub(super) fn live(&self, second: &str) -> u64 {
        self.live.get(second).copied().unwrap_or(0)
    }

    /// What a merge will write, when each key came once.
    pub(super) fn merged(&self) -> Merged {
        Merged { inserted: self.new, updated: self.changed + self.revived, revived: self.revived }
    }

    /// `false` when each key has come once.
    pub(super) fn may_repeat(&mut self) -> bool {
        self.keys.may_repeat()
    }
}

/// More are not remembered: 8 MiB.
const MOST: usize = 1 << 20;

#[derive(Debug, Default)]
struct KeySet {
    hashes: Vec<u64>,
    are_too_many: bool,
}

impl KeySet {
    fn add(&mut self, key: [&str; 2]) {
        if self.hashes.len() == MOST {
            self.are_too_many = true;
            return;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.hashes.push(hasher.finish());
    }

    fn may_repeat(&mut self) -> bool {
        // two keys with one hash only cost a look at the rows themselves
        self.hashes.sort_unstable();
        self.are_too_many || self.hashes.windows(2).any(|pair| pair[0] == pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(of: impl IntoIterator<Item = usize>) -> KeySet {
        let mut keys = KeySet::default();
        for number in of {
            let (first, second) = (format!("v{}", number / 2), format!("m{}", number % 2));
            keys.add([&first, &second]);
        }
        keys
    }

    #[test]
    fn both_parts_of_a_key_count() {
        assert!(!keys(0..1_000).may_repeat());
        assert!(keys((0..1_000).chain([7])).may_repeat());
    }

    #[test]
    fn what_is_not_remembered_may_repeat() {
        assert!(!keys(0..MOST).may_repeat());
        assert!(keys(0..=MOST).may_repeat());
    }
}
