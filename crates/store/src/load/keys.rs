//! Whether a record has come twice in a slice.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// More are not remembered: 8 MiB.
const MOST: usize = 1 << 20;

/// Hashes of the keys that have come. Two keys with one hash only cost a look at the rows themselves.
#[derive(Debug, Default)]
pub(super) struct Keys {
    hashes: Vec<u64>,
    are_too_many: bool,
}

impl Keys {
    pub(super) fn add(&mut self, key: [&str; 2]) {
        if self.hashes.len() == MOST {
            self.are_too_many = true;
            return;
        }
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.hashes.push(hasher.finish());
    }

    /// `false` when each has come once.
    pub(super) fn may_repeat(&mut self) -> bool {
        self.hashes.sort_unstable();
        self.are_too_many || self.hashes.windows(2).any(|pair| pair[0] == pair[1])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(of: impl IntoIterator<Item = usize>) -> Keys {
        let mut keys = Keys::default();
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
