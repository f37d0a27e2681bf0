//! What of the tenant's own words may leave, and what they mean: the file that `VOCABULARY_FILE` names.

mod file;
mod kinds;
mod section;

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use twox_hash::XxHash3_64;

use crate::folded;

pub use file::{BadEntry, VocabularyFile};
pub use kinds::{OTHER, ReasonKind, StageKind};
pub use section::Section;

/// A vocabulary file that was read; an empty one where there is none. Case, and how much white space there is, do not count.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    stages: Words<StageKind>,
    reasons: Words<ReasonKind>,
    sources: Words<String>,
    facts: Words<()>,
    tags: Words<()>,
    digest: u64,
}

impl Vocabulary {
    /// Kind of a stage, by its label in any locale.
    pub fn stage(&self, label: &str) -> Option<StageKind> {
        self.stages.get(label).copied()
    }

    /// Kind of a reason, by its label in any locale.
    pub fn reason(&self, label: &str) -> Option<ReasonKind> {
        self.reasons.get(label).copied()
    }

    /// Kind of a stage, by the first of its labels that is listed.
    pub fn stage_by<'l>(&self, labels: impl IntoIterator<Item = &'l str>) -> Option<StageKind> {
        labels.into_iter().find_map(|label| self.stage(label))
    }

    /// Kind of a reason, by the first of its labels that is listed.
    pub fn reason_by<'l>(&self, labels: impl IntoIterator<Item = &'l str>) -> Option<ReasonKind> {
        labels.into_iter().find_map(|label| self.reason(label))
    }

    /// The name that a source goes by, by its label in any locale.
    pub fn source(&self, label: &str) -> Option<&str> {
        self.sources.get(label).map(String::as_str)
    }

    /// Whether a fact of this id or title may leave.
    pub fn has_fact(&self, name: &str) -> bool {
        self.facts.get(name).is_some()
    }

    /// Whether a tag may leave.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.get(tag).is_some()
    }

    /// What a label of a section means; nothing is said of a fact or tag.
    pub fn meaning(&self, section: Section, label: &str) -> Option<String> {
        match section {
            Section::Stages => self.stage(label).map(|kind| kind.name().to_owned()),
            Section::Reasons => self.reason(label).map(|kind| kind.name().to_owned()),
            Section::Sources => self.source(label).map(str::to_owned),
            Section::Facts => self.has_fact(label).then(String::new),
            Section::Tags => self.has_tag(label).then(String::new),
        }
    }

    /// What is listed in a section, by label, and what it means there.
    pub fn entries(&self, section: Section) -> BTreeMap<&str, Option<&str>> {
        fn of<'v, T>(
            words: &'v Words<T>,
            name: impl Fn(&'v T) -> Option<&'v str>,
        ) -> BTreeMap<&'v str, Option<&'v str>> {
            words.as_written.iter().map(|(label, meaning)| (label.as_str(), name(meaning))).collect()
        }
        match section {
            Section::Stages => of(&self.stages, |kind| Some(kind.name())),
            Section::Reasons => of(&self.reasons, |kind| Some(kind.name())),
            Section::Sources => of(&self.sources, |name| Some(name)),
            Section::Facts => of(&self.facts, |()| None),
            Section::Tags => of(&self.tags, |()| None),
        }
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        let has_words = self.stages.has_any() || self.reasons.has_any() || self.sources.has_any();
        !(has_words || self.facts.has_any() || self.tags.has_any())
    }

    /// Another one when the file says something else; its order, its comments and its white space do not count.
    pub fn digest(&self) -> u64 {
        self.digest
    }

    /// `said` is all that the file says, each in a line.
    fn digested(mut self, mut said: Vec<String>) -> Self {
        // its order does not count
        said.sort_unstable();
        self.digest = XxHash3_64::oneshot(said.join("\n").as_bytes());
        self
    }
}

impl fmt::Display for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Section::ALL.map(|section| format!("{} {}", self.entries(section).len(), section.name()));
        f.write_str(&counts.join(", "))
    }
}

#[derive(Debug, Clone)]
struct Words<T> {
    as_written: HashMap<String, T>,
    folded: HashMap<String, T>,
}

impl<T: Clone> Words<T> {
    fn get(&self, label: &str) -> Option<&T> {
        if !self.has_any() {
            return None;
        }
        // nearly all come as the file has them, and need no folding
        self.as_written.get(label).or_else(|| self.folded.get(&folded(label)))
    }

    fn has_any(&self) -> bool {
        !self.folded.is_empty()
    }

    fn insert(&mut self, label: &str, meaning: T) {
        self.folded.insert(folded(label), meaning.clone());
        self.as_written.insert(label.to_owned(), meaning);
    }
}

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self { as_written: HashMap::new(), folded: HashMap::new() }
    }
}
