//! What a column is, and how its values are made.

use std::{borrow::Cow, ops::Deref};

use chrono::{DateTime, Utc};
use store::{Changing, Kind};

use super::Cell;
use crate::transform::Persons;

/// How personal a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Not about a person.
    Impersonal,
    /// Points at a person: a pseudonym, unless persons are kept.
    Pseudonym,
    /// Says who a person is: left out, unless persons are kept.
    Personal,
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
    /// What it means, for whoever looks at the table.
    pub description: &'static str,
}

impl Column {
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
pub(super) type Make<S, V> = fn(&Source<'_, S>, &Persons) -> Option<V>;

/// Makes the value of a column, which is of the column's type.
pub(super) enum Value<S: Changing> {
    Text(for<'a> fn(&Source<'a, S>, &Persons) -> Option<Cow<'a, str>>),
    Int(Make<S, i32>),
    BigInt(Make<S, i64>),
    Double(Make<S, f64>),
    Bool(Make<S, bool>),
    Instant(Make<S, DateTime<Utc>>),
}

impl<S: Changing> Value<S> {
    pub(super) fn of<'a>(&self, row: &Source<'a, S>, persons: &Persons) -> Cell<'a> {
        match self {
            Self::Text(make) => Cell::Text(make(row, persons)),
            Self::Int(make) => Cell::Int(make(row, persons)),
            Self::BigInt(make) => Cell::BigInt(make(row, persons)),
            Self::Double(make) => Cell::Double(make(row, persons)),
            Self::Bool(make) => Cell::Bool(make(row, persons)),
            Self::Instant(make) => Cell::Instant(make(row, persons)),
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
        make: for<'a> fn(&Source<'a, S>, &Persons) -> Option<Cow<'a, str>>,
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

    /// It points at a person.
    pub(super) const fn pseudonym(mut self) -> Self {
        self.column.class = Class::Pseudonym;
        self
    }

    /// It says who a person is.
    pub(super) const fn personal(mut self) -> Self {
        self.column.class = Class::Personal;
        self
    }

    /// Nearly every row has another value.
    pub(super) const fn distinct(mut self) -> Self {
        self.column.distinct = true;
        self
    }
}
