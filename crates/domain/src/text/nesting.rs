//! How deep elements stand in one another. Whoever builds a tree of them takes time by its depth for each, and opens formatting
//! that nobody ended anew in each block: so what is deeper than any page goes without its tags.

use std::collections::BTreeMap;

use super::names;

/// Elements inside of one another at most; pages out of several editors have about thirty.
const MOST: usize = 100;

/// Of these, formatting.
const MOST_FORMATTING: usize = 16;

#[derive(Default)]
pub(super) struct Nesting {
    by_name: BTreeMap<String, Open>,
    open: usize,
    formatting: usize,
}

#[derive(Default)]
struct Open {
    kept: usize,
    left_out: usize,
}

impl Nesting {
    /// Whether a begin tag may stay. The name is in lower case, as in all of these.
    pub(super) fn begins(&mut self, name: &str) -> bool {
        if !names::nests(name) {
            return true;
        }
        let is_formatting = names::is_formatting(name);
        let open = self.by_name.entry(name.to_owned()).or_default();
        if self.open == MOST || (is_formatting && self.formatting == MOST_FORMATTING) {
            open.left_out += 1;
            return false;
        }
        open.kept += 1;
        self.open += 1;
        self.formatting += usize::from(is_formatting);
        true
    }

    pub(super) fn ends(&mut self, name: &str) -> bool {
        let Some(open) = self.by_name.get_mut(name) else { return true };
        // the end of a begin that was left out
        if open.left_out > 0 {
            open.left_out -= 1;
            return false;
        }
        if open.kept > 0 {
            open.kept -= 1;
            self.open -= 1;
            self.formatting -= usize::from(names::is_formatting(name));
        }
        true
    }
}
