//! A column, and how its values are made of a row of the store.

use std::{borrow::Cow, ops::Deref};

use chrono::{DateTime, Utc};
use store::Changing;

use super::{Cell, persons::Privacy};
use crate::schema::{Class, Column, Kind};

pub(crate) struct StoreRow<'a, S: Changing>(pub(crate) S::Row<'a>);

impl<'a, S: Changing> Deref for StoreRow<'a, S> {
    type Target = S::Row<'a>;

    fn deref(&self) -> &S::Row<'a> {
        &self.0
    }
}

pub(crate) type Make<S, V> = fn(&StoreRow<'_, S>, &Privacy) -> Option<V>;

pub(crate) enum Value<S: Changing> {
    Text(for<'a> fn(&StoreRow<'a, S>, &Privacy) -> Option<Cow<'a, str>>),
    Int(Make<S, i32>),
    BigInt(Make<S, i64>),
    Double(Make<S, f64>),
    Bool(Make<S, bool>),
    Instant(Make<S, DateTime<Utc>>),
}

impl<S: Changing> Value<S> {
    pub(crate) fn of<'a>(&self, row: &StoreRow<'a, S>, privacy: &Privacy) -> Cell<'a> {
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

/// How the values of a column are made. It may be null and is not about a person, unless it is said to be otherwise.
pub(crate) struct ColumnOf<S: Changing> {
    pub(crate) column: Column,
    pub(crate) value: Value<S>,
}

impl<S: Changing> ColumnOf<S> {
    pub(crate) const fn text(
        name: &'static str,
        make: for<'a> fn(&StoreRow<'a, S>, &Privacy) -> Option<Cow<'a, str>>,
        description: &'static str,
    ) -> Self {
        Self { column: Column::new(name, Kind::Text, description), value: Value::Text(make) }
    }

    pub(crate) const fn int(name: &'static str, make: Make<S, i32>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Int, description), value: Value::Int(make) }
    }

    pub(crate) const fn big_int(name: &'static str, make: Make<S, i64>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::BigInt, description), value: Value::BigInt(make) }
    }

    pub(crate) const fn double(name: &'static str, make: Make<S, f64>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Double, description), value: Value::Double(make) }
    }

    pub(crate) const fn bool(name: &'static str, make: Make<S, bool>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Bool, description), value: Value::Bool(make) }
    }

    pub(crate) const fn instant(name: &'static str, make: Make<S, DateTime<Utc>>, description: &'static str) -> Self {
        Self { column: Column::new(name, Kind::Instant, description), value: Value::Instant(make) }
    }

    pub(crate) const fn required(mut self) -> Self {
        self.column.required = true;
        self
    }

    pub(crate) const fn of_class(mut self, class: Class) -> Self {
        self.column.class = class;
        self
    }

    pub(crate) const fn distinct(mut self) -> Self {
        self.column.distinct = true;
        self
    }
}
