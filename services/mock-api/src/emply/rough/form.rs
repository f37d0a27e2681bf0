//! What a form is.

use serde::Serialize;

use super::draft::Draft;

#[derive(Debug)]
pub struct Form {
    pub name: &'static str,
    /// What has it: a record of some kind, or an answer.
    pub kind: Kind,
    /// The members of the record that it changes; all others are as in the tidy form.
    pub members: &'static [&'static str],
    /// What it does to them, as the README says it.
    pub what: &'static str,
    /// What a reader may expect of these members.
    pub meaning: Meaning,
    change: Change,
}

/// Changes a record, unless it has nothing that the form could be of: then it changes nothing and is `None`.
pub(super) type Change = fn(&mut Draft) -> Option<()>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A posting of a medium's list.
    Posting,
    /// An application of a window.
    Application,
    /// An answer as a whole.
    Answer,
}

/// What a reader may expect of the members that a form changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Meaning {
    /// The same as of the tidy form.
    Same,
    /// Nothing: as if they were missing.
    Nothing,
    /// What they say now, which is another value than the tidy one.
    AsItSays,
}

impl Form {
    pub(super) const fn posting(
        name: &'static str,
        members: &'static [&'static str],
        meaning: Meaning,
        what: &'static str,
        change: Change,
    ) -> Self {
        Self { name, kind: Kind::Posting, members, what, meaning, change }
    }

    pub(super) const fn application(
        name: &'static str,
        members: &'static [&'static str],
        meaning: Meaning,
        what: &'static str,
        change: Change,
    ) -> Self {
        Self { kind: Kind::Application, ..Self::posting(name, members, meaning, what, change) }
    }

    pub(super) const fn answer(name: &'static str, what: &'static str) -> Self {
        Self { kind: Kind::Answer, ..Self::posting(name, &[], Meaning::Same, what, |_| None) }
    }

    /// Brings a record into this form; whether there is anything of it that can have the form.
    pub(super) fn apply(&self, draft: &mut Draft) -> bool {
        (self.change)(draft).is_some()
    }
}
