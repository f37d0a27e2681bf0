//! How the file is written.

use std::{
    collections::{BTreeMap, HashSet},
    ops::Range,
};

use serde::Deserialize;
use toml::Spanned;

use super::{ReasonKind, StageKind, Vocabulary, Words};
use crate::folded;

/// What stands in the file, and where.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyFile {
    /// Ids of facts, or titles.
    #[serde(default)]
    facts: Vec<Spanned<String>>,
    #[serde(default)]
    tags: Vec<Spanned<String>>,
    #[serde(default)]
    stages: Table<StageKind>,
    #[serde(default)]
    reasons: Table<ReasonKind>,
    #[serde(default)]
    sources: Table<Spanned<String>>,
}

type Table<T> = BTreeMap<Spanned<String>, T>;

/// An entry that cannot be meant. It says nothing of the file's texts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct BadEntry {
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl BadEntry {
    fn new(entry: &Spanned<String>, reason: &'static str) -> Self {
        Self { span: entry.span(), reason }
    }
}

impl Vocabulary {
    /// What a file means; an error where a label is empty, or there twice.
    pub fn of(file: &VocabularyFile) -> Result<Self, BadEntry> {
        let mut said = Vec::new();
        let vocabulary = Self {
            stages: words(&file.stages, |label, kind| {
                said.push(format!("stage {label:?} {}", kind.name()));
                Ok(*kind)
            })?,
            reasons: words(&file.reasons, |label, kind| {
                said.push(format!("reason {label:?} {}", kind.name()));
                Ok(*kind)
            })?,
            sources: words(&file.sources, |label, name| {
                let published = filled(name)?;
                said.push(format!("source {label:?} {published:?}"));
                Ok(published.to_owned())
            })?,
            facts: list(&file.facts)?,
            tags: list(&file.tags)?,
            digest: 0,
        };
        said.extend(vocabulary.facts.folded.keys().map(|fact| format!("fact {fact:?}")));
        said.extend(vocabulary.tags.folded.keys().map(|tag| format!("tag {tag:?}")));
        Ok(vocabulary.digested(said))
    }
}

fn words<T, M: Clone>(
    table: &Table<T>,
    mut meaning: impl FnMut(&str, &T) -> Result<M, BadEntry>,
) -> Result<Words<M>, BadEntry> {
    let (mut words, mut seen) = (Words::default(), HashSet::new());
    let mut lines: Vec<_> = table.iter().collect();
    // in the order of the file, so that of two the second one is the fault
    lines.sort_by_key(|(label, _)| label.span().start);
    for (label, means) in lines {
        let known_as = folded(filled(label)?);
        let meaning = meaning(&known_as, means)?;
        if !seen.insert(known_as) {
            return Err(BadEntry::new(label, "this label is there twice; case and blanks do not count"));
        }
        words.insert(label.as_ref(), meaning);
    }
    Ok(words)
}

fn list(names: &[Spanned<String>]) -> Result<Words<()>, BadEntry> {
    let mut words = Words::default();
    for name in names {
        // twice does no harm where nothing is said of it
        words.insert(filled(name)?, ());
    }
    Ok(words)
}

fn filled(text: &Spanned<String>) -> Result<&str, BadEntry> {
    let said = text.as_ref().trim();
    if said.is_empty() { Err(BadEntry::new(text, "this may not be empty")) } else { Ok(said) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vocabulary {
        Vocabulary::of(&toml::from_str(text).unwrap()).unwrap()
    }

    #[test]
    fn labels_are_found_whatever_their_case() {
        let text = "facts = ['Arbeitszeit', 'CC45CF71']\ntags = ['Pflege']\n[stages]\n'Neue  Bewerbung' = 'applied'\n\
                    [reasons]\nAbsage = 'candidate'\n[sources]\n'Empfehlung' = 'Referral'\n";
        let vocabulary = read(text);
        assert_eq!(vocabulary.stage("neue bewerbung "), Some(StageKind::Applied));
        assert_eq!(vocabulary.stage("Neue  Bewerbung"), Some(StageKind::Applied));
        assert_eq!(vocabulary.stage("Absage"), None);
        assert_eq!(vocabulary.reason("ABSAGE"), Some(ReasonKind::Candidate));
        assert_eq!(vocabulary.source("empfehlung"), Some("Referral"));
        assert!(vocabulary.has_fact("cc45cf71") && vocabulary.has_fact("ARBEITSZEIT") && !vocabulary.has_fact("Ort"));
        assert!(vocabulary.has_tag("pflege") && !vocabulary.has_tag("Erika Muster"));
    }

    #[test]
    fn the_digest_is_of_what_is_said_and_not_of_how() {
        let of = |text: &str| read(text).digest();
        let one = of("tags = ['a', 'b']\n[stages]\nNeu = 'applied'\nAlt = 'hired'\n");
        assert_eq!(one, of("# a comment\ntags = [ 'B', 'a' ]\n[stages]\n'ALT' = 'hired'\n'neu' = 'applied'\n"));
        assert_ne!(one, of("tags = ['a', 'b']\n[stages]\nNeu = 'applied'\nAlt = 'offer'\n"));
        assert_ne!(one, of("tags = ['a']\n[stages]\nNeu = 'applied'\nAlt = 'hired'\n"));
        assert_ne!(of("tags = ['a']"), of("facts = ['a']"));
    }

    #[test]
    fn of_a_thing_any_of_its_labels_tells() {
        let vocabulary =
            read("[stages]\ninterview = 'interview'\nAngebot = 'offer'\n[reasons]\nAbgesagt = 'candidate'\n");
        assert_eq!(vocabulary.stage_by(["Gespräch", "Interview", "Angebot"]), Some(StageKind::Interview));
        assert_eq!(vocabulary.stage_by(["Gespräch"]), None);
        assert_eq!(vocabulary.reason_by(["Withdrawn", "abgesagt"]), Some(ReasonKind::Candidate));
        assert_eq!(vocabulary.reason_by([]), None);
    }
}
