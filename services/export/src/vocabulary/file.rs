//! How the file is written.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use domain::folded;
use runtime::toml_file::{self, BadFile, Spanned};
use serde::Deserialize;

use super::{Vocabulary, Words};

/// Kinds of stages, as Emply's help pages name those of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// Found by the employer.
    Sourced,
    /// Has come in.
    Applied,
    /// Is being tested.
    Assessment,
    /// Turned down.
    Disqualified,
    /// Among the chosen.
    Shortlisted,
    /// Talked to on the telephone.
    PhoneScreen,
    /// Invited.
    Interview,
    /// Has an offer.
    Offer,
    /// Hired.
    Hired,
}

impl StageKind {
    /// As the file and the warehouse have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sourced => "sourced",
            Self::Applied => "applied",
            Self::Assessment => "assessment",
            Self::Disqualified => "disqualified",
            Self::Shortlisted => "shortlisted",
            Self::PhoneScreen => "phone_screen",
            Self::Interview => "interview",
            Self::Offer => "offer",
            Self::Hired => "hired",
        }
    }
}

/// Who ended an application, or what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReasonKind {
    /// The employer.
    Employer,
    /// The candidate.
    Candidate,
    /// The position was filled.
    Filled,
    /// Something else.
    Other,
}

impl ReasonKind {
    /// As the file and the warehouse have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Employer => "employer",
            Self::Candidate => "candidate",
            Self::Filled => "filled",
            Self::Other => OTHER,
        }
    }
}

/// What goes in the place of a reason or source that is not listed.
pub(crate) const OTHER: &str = "other";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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

impl Vocabulary {
    /// Reads the file that `VOCABULARY_FILE` names; without one, nothing is listed.
    pub fn read(path: Option<&Path>) -> anyhow::Result<Self> {
        path.map_or_else(|| Ok(Self::default()), |path| toml_file::read("VOCABULARY_FILE", path, Self::parse))
    }

    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, BadFile> {
        let file: File = toml_file::parse(text)?;
        let reader = Reader { text };
        let mut said = Vec::new();
        let vocabulary = Self {
            stages: reader.words(&file.stages, |label, kind| {
                said.push(format!("stage {label:?} {}", kind.name()));
                Ok(*kind)
            })?,
            reasons: reader.words(&file.reasons, |label, kind| {
                said.push(format!("reason {label:?} {}", kind.name()));
                Ok(*kind)
            })?,
            sources: reader.words(&file.sources, |label, name| {
                let published = reader.filled(name)?;
                said.push(format!("source {label:?} {published:?}"));
                Ok(published.to_owned())
            })?,
            facts: reader.list(&file.facts)?,
            tags: reader.list(&file.tags)?,
            digest: 0,
        };
        said.extend(vocabulary.facts.folded.keys().map(|fact| format!("fact {fact:?}")));
        said.extend(vocabulary.tags.folded.keys().map(|tag| format!("tag {tag:?}")));
        Ok(vocabulary.digested(said))
    }
}

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn words<T, M: Clone>(
        &self,
        table: &Table<T>,
        mut meaning: impl FnMut(&str, &T) -> Result<M, BadFile>,
    ) -> Result<Words<M>, BadFile> {
        let (mut words, mut seen) = (Words::default(), HashSet::new());
        let mut lines: Vec<_> = table.iter().collect();
        lines.sort_by_key(|(label, _)| label.span().start);
        for (label, means) in lines {
            let known_as = folded(self.filled(label)?);
            let meaning = meaning(&known_as, means)?;
            if !seen.insert(known_as) {
                return Err(BadFile::at(
                    self.text,
                    label.span(),
                    "this label is there twice; case and blanks do not count",
                ));
            }
            words.insert(label.as_ref(), meaning);
        }
        Ok(words)
    }

    /// Twice does no harm where nothing is said of it.
    fn list(&self, names: &[Spanned<String>]) -> Result<Words<()>, BadFile> {
        let mut words = Words::default();
        for name in names {
            words.insert(self.filled(name)?, ());
        }
        Ok(words)
    }

    fn filled<'s>(&self, text: &'s Spanned<String>) -> Result<&'s str, BadFile> {
        let said = text.as_ref().trim();
        if said.is_empty() { Err(BadFile::at(self.text, text.span(), "this may not be empty")) } else { Ok(said) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> String {
        Vocabulary::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn labels_are_found_whatever_their_case() {
        let text = "facts = ['Arbeitszeit', 'CC45CF71']\ntags = ['Pflege']\n[stages]\n'Neue  Bewerbung' = 'applied'\n\
                    [reasons]\nAbsage = 'candidate'\n[sources]\n'Empfehlung' = 'Referral'\n";
        let vocabulary = Vocabulary::parse(text).unwrap();
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
        let of = |text: &str| Vocabulary::parse(text).unwrap().digest();
        let one = of("tags = ['a', 'b']\n[stages]\nNeu = 'applied'\nAlt = 'hired'\n");
        assert_eq!(one, of("# a comment\ntags = [ 'B', 'a' ]\n[stages]\n'ALT' = 'hired'\n'neu' = 'applied'\n"));
        assert_ne!(one, of("tags = ['a', 'b']\n[stages]\nNeu = 'applied'\nAlt = 'offer'\n"));
        assert_ne!(one, of("tags = ['a']\n[stages]\nNeu = 'applied'\nAlt = 'hired'\n"));
        assert_ne!(of("tags = ['a']"), of("facts = ['a']"));
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        assert_eq!(bad("[stage]\n").split(", expected").next(), Some("line 1, column 2: unknown field `stage`"));
        assert_eq!(
            bad("[stages]\nNeu = 'new'\n").split(", expected").next(),
            Some("line 2, column 7: unknown variant `new`")
        );
        assert_eq!(bad("[reasons]\n' ' = 'employer'\n"), "line 2, column 1: this may not be empty");
        assert_eq!(bad("[sources]\nJane = ''\n"), "line 2, column 8: this may not be empty");
        assert_eq!(
            bad("[stages]\nNeu = 'applied'\n\"NEU \" = 'hired'\n"),
            "line 3, column 1: this label is there twice; case and blanks do not count"
        );
        assert_eq!(bad("facts = 'Jane'\n"), "line 1, column 9: what stands here is of a wrong kind");
        assert!(bad("facts = [\n").starts_with("line "));
    }

    #[test]
    fn the_charts_own_file_is_one() {
        let text = include_str!("../../../../helm/emply-pipeline/files/vocabulary-for-the-mock.toml");
        assert_eq!(Vocabulary::parse(text).unwrap().stage("Hired"), Some(StageKind::Hired));
    }
}
