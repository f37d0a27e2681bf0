//! What is counted of a slice while it is read, so that mostly nothing has to be compared with the store for it.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use super::staged::Merged;
use crate::recognition::RowChange;

#[derive(Debug, Default)]
pub(super) struct SliceStats {
    /// Of the records since the last commit.
    pub(super) part: PartStats,
    /// Of those before.
    earlier: PartStats,
    /// Those that the store has and that are not gone, by the second part of their key.
    live: HashMap<String, u64>,
    /// Those that it has not, or had, by the same.
    arriving: HashMap<String, u64>,
    keys: KeySet,
    /// Keys of earlier parts.
    earlier_keys: KeySet,
}

#[derive(Debug, Default, Clone, Copy)]
pub(super) struct PartStats {
    new: u64,
    /// Those that the store has in another version, not counting what is gone from it.
    pub(super) changed: u64,
    revived: u64,
    pub(super) same: u64,
    /// Of these, those in another form.
    pub(super) other_forms: u64,
}

impl PartStats {
    pub(super) fn rows(&self) -> u64 {
        self.same + self.others()
    }

    pub(super) fn others(&self) -> u64 {
        self.new + self.changed + self.revived
    }

    /// What a merge will write, when each key came once.
    pub(super) fn merged(&self) -> Merged {
        Merged { inserted: self.new, updated: self.changed + self.revived, revived: self.revived }
    }
}

impl SliceStats {
    pub(super) fn add(&mut self, change: RowChange, key: [&str; 2]) {
        self.keys.add(key);
        let part = &mut self.part;
        match change {
            RowChange::New => part.new += 1,
            RowChange::Changed => part.changed += 1,
            RowChange::Revived => part.revived += 1,
            RowChange::Same => part.same += 1,
            RowChange::OtherForm => {
                part.same += 1;
                part.other_forms += 1;
            }
        }
        let by_second = match change {
            RowChange::Changed | RowChange::Same | RowChange::OtherForm => &mut self.live,
            RowChange::New | RowChange::Revived => &mut self.arriving,
        };
        match by_second.get_mut(key[1]) {
            Some(count) => *count += 1,
            None => {
                by_second.insert(key[1].to_owned(), 1);
            }
        }
    }

    /// What has come until now is committed, so the store has it.
    pub(super) fn next_part(&mut self) {
        let PartStats { new, changed, revived, same, other_forms } = std::mem::take(&mut self.part);
        let earlier = &mut self.earlier;
        earlier.new += new;
        earlier.changed += changed;
        earlier.revived += revived;
        earlier.same += same;
        earlier.other_forms += other_forms;
        for (second, count) in self.arriving.drain() {
            *self.live.entry(second).or_default() += count;
        }
        self.earlier_keys.append(&mut self.keys);
    }

    /// Of all parts, those of which the store had another version.
    pub(super) fn changed(&self) -> u64 {
        self.earlier.changed + self.part.changed
    }

    /// Of all parts, those that the store has; each counted as often as it came.
    pub(super) fn known(&self) -> u64 {
        self.earlier.rows() + self.part.same + self.part.changed
    }

    pub(super) fn live(&self, second: &str) -> u64 {
        self.live.get(second).copied().unwrap_or(0)
    }

    /// `false` when each key of the part has come once.
    pub(super) fn may_repeat(&mut self) -> bool {
        self.keys.may_repeat()
    }

    /// `false` when each key has come once, in whatever part.
    pub(super) fn may_repeat_anywhere(&mut self) -> bool {
        self.earlier_keys.append(&mut self.keys);
        self.earlier_keys.may_repeat()
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
        if self.are_too_many || self.hashes.len() == MOST {
            self.are_too_many = true;
            return;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.hashes.push(hasher.finish());
    }

    /// Takes all of another one.
    fn append(&mut self, other: &mut Self) {
        self.are_too_many |= other.are_too_many || self.hashes.len() + other.hashes.len() > MOST;
        if self.are_too_many {
            *self = Self { hashes: Vec::new(), are_too_many: true };
            *other = Self::default();
        } else {
            self.hashes.append(&mut other.hashes);
        }
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
    fn a_key_of_an_earlier_part_repeats_too() {
        let mut stats = SliceStats::default();
        for key in ["a", "b"] {
            stats.add(RowChange::New, [key, "m"]);
            assert!(!stats.may_repeat());
            stats.next_part();
        }
        assert_eq!((stats.live("m"), stats.known(), stats.part.rows()), (2, 2, 0));
        stats.add(RowChange::Same, ["a", "m"]);
        assert!(!stats.may_repeat());
        assert!(stats.may_repeat_anywhere());
    }

    #[test]
    fn keys_of_too_many_parts_may_repeat() {
        let mut earlier = keys(0..MOST / 2);
        earlier.append(&mut keys(MOST / 2..MOST));
        assert!(!earlier.may_repeat());
        earlier.append(&mut keys(MOST..=MOST));
        assert!(earlier.may_repeat());
        earlier.append(&mut KeySet::default());
        assert!(earlier.may_repeat());
    }

    #[test]
    fn what_is_not_remembered_may_repeat() {
        assert!(!keys(0..MOST).may_repeat());
        assert!(keys(0..=MOST).may_repeat());
    }
}
