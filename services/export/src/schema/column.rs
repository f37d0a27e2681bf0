//! What a column is, and how its values are made.

use std::{borrow::Cow, ops::Deref};

use chrono::{DateTime, Utc};
use store::{Changing, Kind};

use super::Cell;
use crate::transform::Privacy;

/// How personal a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// No text of people's, and not about a person.
    Impersonal,
    /// About something else than persons: without mail addresses and telephone numbers, unless persons are kept.
    Text,
    /// May name a person: what the vocabulary lists, unless persons are kept.
    Listed,
    /// The vocabulary's word for it.
    Word,
    /// Points at a person, and rows are joined by it: a pseudonym, unless persons are kept.
    Key,
    /// Points at a person: a pseudonym or left out, unless persons are kept.
    Detail,
    /// Says who a person is: left out, unless persons are kept.
    Personal,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Impersonal, Self::Text, Self::Listed, Self::Word, Self::Key, Self::Detail, Self::Personal];

    /// For whoever looks at a column, after what it means.
    pub fn told(self) -> &'static str {
        match self {
            Self::Impersonal => "",
            Self::Text => " Without mail addresses and telephone numbers, unless PII_MODE=keep.",
            Self::Listed => " Only what the vocabulary lists, unless PII_MODE=keep.",
            Self::Word => " By the vocabulary.",
            Self::Key => " A pseudonym, unless PII_MODE=keep.",
            Self::Detail => " A pseudonym, or null with PII_MODE=drop, unless PII_MODE=keep.",
            Self::Personal => " Null, unless PII_MODE=keep.",
        }
    }

    /// What leaves with `PII_MODE` pseudonymise, drop and keep, for people.
    pub fn leaves(self) -> [&'static str; 3] {
        let all = "as it is";
        match self {
            Self::Impersonal => [all, all, all],
            Self::Text => {
                let cleaned = "without mail addresses and telephone numbers";
                [cleaned, cleaned, all]
            }
            Self::Listed => {
                let listed = "what the vocabulary lists";
                [listed, listed, all]
            }
            Self::Word => {
                let word = "the vocabulary's word";
                [word, word, word]
            }
            Self::Key => ["a pseudonym", "a pseudonym", all],
            Self::Detail => ["a pseudonym", "nothing", all],
            Self::Personal => ["nothing", "nothing", all],
        }
    }
}

/// A column, as readers of the table know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Whether every row has a value.
    pub required: bool,
    /// How personal it is.
    pub class: Class,
    /// Whether nearly every row has another value: then a dictionary of them is of no use.
    pub distinct: bool,
    /// What it means.
    pub description: &'static str,
}

impl Column {
    /// What it means, and what becomes of it on its way out of the store, for whoever looks at the table.
    pub fn told(&self) -> String {
        format!("{}{}", self.description, self.class.told())
    }

    pub(super) const fn new(name: &'static str, kind: Kind, description: &'static str) -> Self {
        Self { name, kind, required: false, class: Class::Impersonal, distinct: false, description }
    }
}

/// A row of the store, from which values are made.
pub(super) struct Source<'a, S: Changing>(pub(super) S::Row<'a>);

impl<'a, S: Changing> Deref for Source<'a, S> {
    type Target = S::Row<'a>;

    fn deref(&self) -> &S::Row<'a> {
        &self.0
    }
}

/// Makes a value of a row.
pub(super) type Make<S, V> = fn(&Source<'_, S>, &Privacy) -> Option<V>;

/// Makes the value of a column, which is of the column's type.
pub(super) enum Value<S: Changing> {
    Text(for<'a> fn(&Source<'a, S>, &Privacy) -> Option<Cow<'a, str>>),
    Int(Make<S, i32>),
    BigInt(Make<S, i64>),
    Double(Make<S, f64>),
    Bool(Make<S, bool>),
    Instant(Make<S, DateTime<Utc>>),
}

impl<S: Changing> Value<S> {
    pub(super) fn of<'a>(&self, row: &Source<'a, S>, privacy: &Privacy) -> Cell<'a> {
        match self {
            Self::Text(make) => Cell::Text(make(row, privacy)),
            Self::Int(make) => Cell::Int(make(row, privacy)),
            Self::BigInt(make) => Cell::BigInt(make(row, privacy)),
            Self::Double(make) => Cell::Double(make(row, privacy)),
            Self::Bool(make) => Cell::Bool(make(row, privacy)),
            Self::Instant(make) => Cell::Instant(make(row, privacy)),
        }
    }
}

/// A column of a table that is fed from `S`, and how its values are made: all that is declared of it. It may be null and is
/// not about a person, unless it is said to be otherwise.
pub(super) struct ColumnOf<S: Changing> {
    pub(super) column: Column,
    pub(super) value: Value<S>,
}

impl<S: Changing> ColumnOf<S> {
    pub(super) const fn text(
        name: &'static str,
        make: for<'a> fn(&Source<'a, S>, &Privacy) -> Option<Cow<'a, str>>,
        description: &'static str,
    ) -> Self {
        Self { column: Column::new(name, Kind::Text, description), value: Value::Text(make) }
    }

    pub(super) const fn int(name: &'static str, make: Make<S, i32>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Int, description), value: Value::Int(make) }
    }

    pub(super) const fn big_int(name: &'static str, make: Make<S, i64>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::BigInt, description), value: Value::BigInt(make) }
    }

    pub(super) const fn double(name: &'static str, make: Make<S, f64>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Double, description), value: Value::Double(make) }
    }

    pub(super) const fn bool(name: &'static str, make: Make<S, bool>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Bool, description), value: Value::Bool(make) }
    }

    pub(super) const fn instant(name: &'static str, make: Make<S, DateTime<Utc>>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Instant, description), value: Value::Instant(make) }
    }

    /// Every row has a value.
    pub(super) const fn required(mut self) -> Self {
        self.column.required = true;
        self
    }

    /// How personal it is.
    pub(super) const fn of_class(mut self, class: Class) -> Self {
        self.column.class = class;
        self
    }

    /// Nearly every row has another value.
    pub(super) const fn distinct(mut self) -> Self {
        self.column.distinct = true;
        self
    }
}
