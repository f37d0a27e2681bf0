//! What was found out of a text before: the same few labels stand in all rows.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// More texts are not remembered: they are no labels then.
const MOST: usize = 1_000;

#[derive(Debug)]
pub(super) struct Memo<T>(Mutex<HashMap<Box<str>, T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T: Clone> Memo<T> {
    pub(super) fn get(&self, text: &str, make: impl FnOnce() -> T) -> T {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(text) {
            return known.clone();
        }
        // without the lock: two threads may find out the same, which does no harm
        let found = make();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(text.into(), found.clone());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_looked_into_once_and_there_is_an_end() {
        let (memo, mut made) = (Memo::default(), 0);
        for text in ["a", "b", "a"] {
            let length = memo.get(text, || {
                made += 1;
                text.len()
            });
            assert_eq!(length, 1);
        }
        assert_eq!(made, 2);
        for number in 0..2 * MOST {
            memo.get(&number.to_string(), || 7);
        }
        assert_eq!(memo.0.lock().unwrap().len(), MOST);
        assert_eq!(memo.get("another", || 8), 8);
    }
}
