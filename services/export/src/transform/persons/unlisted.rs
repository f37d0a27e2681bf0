//! What was met and is not listed.

use std::{
    collections::HashSet,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use domain::vocabulary::Section;
use twox_hash::XxHash3_64;

/// More of a section are not told apart: a source may be another one in every application.
const MOST: usize = 10_000;

/// Which labels were met that are not listed. Rows are made more than once in a run, and a label counts once.
#[derive(Debug, Default)]
pub(crate) struct Unlisted([Mutex<HashSet<u64>>; Section::ALL.len()]);

impl Unlisted {
    pub(crate) fn note(&self, section: Section, label: &str) {
        let hash = XxHash3_64::oneshot(label.as_bytes());
        let mut seen = self.of(section);
        if seen.len() < MOST {
            seen.insert(hash);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        Section::ALL.iter().map(|section| self.of(*section).len() as u64).sum()
    }

    fn of(&self, section: Section) -> MutexGuard<'_, HashSet<u64>> {
        self.0[section as usize].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `2 stages, 1 reasons`, or nothing.
impl fmt::Display for Unlisted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Section::ALL.map(|section| (self.of(section).len(), section.name()));
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = counts
            .map(
                |(count, name)| {
                    if *count < MOST { format!("{count} {name}") } else { format!("{count} {name} or more") }
                },
            )
            .collect();
        f.write_str(&told.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_counts_once_and_there_is_an_end() {
        let unlisted = Unlisted::default();
        assert_eq!((unlisted.count(), unlisted.to_string()), (0, String::new()));
        for label in ["Neu", "Alt", "Neu"] {
            unlisted.note(Section::Stages, label);
        }
        unlisted.note(Section::Tags, "Neu");
        assert_eq!((unlisted.count(), unlisted.to_string()), (3, "2 stages, 1 tags".to_owned()));
        for number in 0..=MOST {
            unlisted.note(Section::Sources, &number.to_string());
        }
        assert_eq!(unlisted.to_string(), "2 stages, 10000 sources or more, 1 tags");
    }
}
